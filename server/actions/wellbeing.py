"""Saying how one is, and choosing whether one's supervisor sees it."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.ids import new_id
from models.people import Person
from models.policy import Facts, authorise
from models.supervision import NoSupervisor
from models.wellbeing import CheckIn
from server.queries.supervision import supervisor_of
from server.queries.wellbeing import get_check_in


def check_in(
    session: Session,
    actor: Person,
    *,
    rested: int,
    coping: int,
    supported: int,
    words: str | None,
    share: bool,
    now: datetime,
) -> CheckIn:
    """Each from 1 (not at all) to 5 (very much). Raises Forbidden, NoSupervisor where there is nobody to share it with."""
    authorise("check_in.write", actor, Facts())
    made = CheckIn(
        id=new_id(),
        person_id=actor.id,
        rested=rested,
        coping=coping,
        supported=supported,
        words=words,
        shared_with=_with_whom(session, actor) if share else None,
        made_at=now,
    )
    session.add(made)
    return made


def share_check_in(session: Session, actor: Person, check_in_id: str, *, share: bool) -> CheckIn:
    """Let one's supervisor see it, or no more. Raises NotFound, Forbidden, NoSupervisor."""
    authorise("check_in.write" if share else "check_in.keep", actor, Facts())
    get_check_in(session, actor, check_in_id)  # who may not know of it learns nothing of a supervisor either
    shared_with = _with_whom(session, actor) if share else None
    found = get_check_in(session, actor, check_in_id, lock=True)
    found.shared_with = shared_with
    return found


def delete_check_in(session: Session, actor: Person, check_in_id: str) -> None:
    """Raises NotFound."""
    authorise("check_in.keep", actor, Facts())
    session.delete(get_check_in(session, actor, check_in_id, lock=True))


def _with_whom(session: Session, actor: Person) -> str:
    supervisor = supervisor_of(session, actor.id, hold=True)
    if supervisor is None:
        raise NoSupervisor
    return supervisor.id
