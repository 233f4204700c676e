"""Writing the next version of the code of conduct. From then on nobody goes on without having agreed to it."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.code_of_conduct import CodeOfConduct
from models.errors import StaleVersion
from models.people import Person
from models.policy import Facts, authorise
from moderation.audit import write_audit
from server.queries.code_of_conduct import current_version


def write_code(
    session: Session,
    actor: Person,
    *,
    title: str,
    text: str,
    confidentiality_broken_when: str,
    version: int,
    now: datetime,
) -> CodeOfConduct:
    """Write the version after `version`, which is the one it was written from.

    Raises Forbidden, and StaleVersion when another version was written meanwhile.
    """
    authorise("code_of_conduct.write", actor, Facts())
    current = current_version(session)
    if version != current:
        raise StaleVersion(version=current)
    code = CodeOfConduct(
        version=version + 1,
        title=title,
        text=text,
        confidentiality_broken_when=confidentiality_broken_when,
        created_by=actor.id,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(code)  # the number is taken here: there may be no row yet to lock
    except IntegrityError as error:
        raise StaleVersion(version=version + 1) from error
    write_audit(
        session,
        actor_id=actor.id,
        action="code.written",
        subject_kind="person",
        subject_id=actor.id,
        now=now,
        data={"version": code.version},
    )
    return code
