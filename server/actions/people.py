"""What a person changes about themselves."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from models.code_of_conduct import Acceptance
from models.errors import Conflict
from models.people import Person
from moderation.audit import write_audit
from server.actions.display_names import rename
from server.queries.code_of_conduct import current_version


class CodeVersionOutdated(Conflict):
    code = "code_version_outdated"
    user_message = "Our code of conduct has a newer version. Please read that one."


def accept_code(session: Session, actor: Person, *, version: int, now: datetime) -> Person:
    """Record that the person agrees to the current code of conduct. Raises CodeVersionOutdated for any other version."""
    if version != current_version(session):
        raise CodeVersionOutdated
    actor.accepted_code_version = version
    record_acceptance(session, actor, version, now=now)
    write_audit(
        session,
        actor_id=actor.id,
        action="code.accepted",
        subject_kind="person",
        subject_id=actor.id,
        now=now,
        data={"version": version},
    )
    return actor


def change_profile(session: Session, actor: Person, *, changes: Mapping[str, str], now: datetime) -> Person:
    """Set any of `display_name`, `timezone` and `region`. Raises DisplayNameTaken or DisplayNameReserved."""
    name = changes.get("display_name", actor.display_name)
    if name != actor.display_name:
        rename(session, actor, name)
    actor.timezone = changes.get("timezone", actor.timezone)
    actor.region = changes.get("region", actor.region)
    write_audit(
        session,
        actor_id=actor.id,
        action="person.changed",
        subject_kind="person",
        subject_id=actor.id,
        now=now,
        data={"fields": sorted(changes)},
    )
    return actor


def record_acceptance(session: Session, person: Person, version: int, *, now: datetime) -> None:
    """Keep that this person agreed to this version. Agreeing again leaves the first time as it was."""
    if session.get(Acceptance, (person.id, version)) is None:
        session.add(Acceptance(person_id=person.id, version=version, accepted_at=now))
