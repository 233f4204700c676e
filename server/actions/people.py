"""What a person changes about themselves."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import code_of_conduct
from models.errors import Conflict
from models.people import Person
from moderation.audit import write_audit


class CodeVersionOutdated(Conflict):
    code = "code_version_outdated"
    user_message = "Our code of conduct has a newer version. Please read that one."


def accept_code(session: Session, actor: Person, *, version: int, now: datetime) -> Person:
    """Record that the person agrees to the current code of conduct. Raises CodeVersionOutdated for any other version."""
    if version != code_of_conduct.VERSION:
        raise CodeVersionOutdated
    actor.accepted_code_version = version
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
