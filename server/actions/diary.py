"""Writing in one's diary, and sharing a page of it with one's supervisor."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from models.diary import QUESTIONS, DiaryEntry, SomebodyIdentifiable
from models.errors import StaleVersion
from models.ids import new_id
from models.people import Person
from models.policy import Facts, authorise
from models.supervision import NoSupervisor
from server.actions.supervision import tell_shared
from server.queries.diary import find_pointers, get_entry
from server.queries.supervision import supervisor_of


def write_entry(session: Session, actor: Person, *, answers: Mapping[str, str | None], now: datetime) -> DiaryEntry:
    """`answers` by question; `happened` is given. Raises Forbidden."""
    authorise("diary.write", actor, Facts())
    given = {name: answers.get(name) for name in QUESTIONS}
    entry = DiaryEntry(id=new_id(), person_id=actor.id, **given, created_at=now, version=1)
    session.add(entry)
    return entry


def change_entry(
    session: Session, actor: Person, entry_id: str, *, answers: Mapping[str, str | None], version: int, now: datetime
) -> DiaryEntry:
    """Other answers; the entry is shared no more. Raises NotFound, Forbidden, StaleVersion."""
    entry = _own(session, actor, entry_id, version)
    for name in QUESTIONS:
        setattr(entry, name, answers.get(name))
    entry.unshare()
    entry.changed_at, entry.version = now, entry.version + 1
    return entry


def delete_entry(session: Session, actor: Person, entry_id: str) -> None:
    """Also by somebody who is no peer worker any more. Raises NotFound."""
    session.delete(_own(session, actor, entry_id, None, "diary.keep"))


def share_entry(
    session: Session, actor: Person, entry_id: str, *, version: int, acknowledged_advice: bool, now: datetime
) -> DiaryEntry:
    """With whoever supervises the writer now. Sharing it with them again changes nothing.

    Raises NotFound, Forbidden, StaleVersion, NoSupervisor, SomebodyIdentifiable unless that was acknowledged.
    """
    supervisor = supervisor_of(session, actor.id, hold=True)
    entry = _own(session, actor, entry_id, version)
    if supervisor is None:
        raise NoSupervisor
    if entry.shared_with == supervisor.id:
        return entry
    found = [] if acknowledged_advice else find_pointers(session, actor, entry.answers)
    if found:
        raise SomebodyIdentifiable(found=[asdict(pointer) for pointer in found])
    entry.shared_with, entry.shared_at = supervisor.id, now
    tell_shared(session, entry, supervisor.id, now)
    return entry


def unshare_entry(session: Session, actor: Person, entry_id: str) -> DiaryEntry:
    """From now on nobody else reads it. Raises NotFound."""
    entry = _own(session, actor, entry_id, None, "diary.keep")
    entry.unshare()
    return entry


def _own(session: Session, actor: Person, entry_id: str, version: int | None, permission: str = "diary.write") -> DiaryEntry:
    authorise(permission, actor, Facts())
    entry = get_entry(session, actor, entry_id, lock=True)
    if version is not None and version != entry.version:
        raise StaleVersion(version=entry.version)
    return entry
