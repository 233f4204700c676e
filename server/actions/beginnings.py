"""Beginning a one-to-one contact: each of the two agrees to what it is; a coordinator writes what they agree to."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.beginnings import BeginningAgreement, BeginningText
from models.contacts import ContactClosed, Party
from models.errors import StaleVersion
from models.people import Person
from models.policy import Facts, authorise
from models.streams import EventKind
from moderation.audit import write_audit
from server.actions.contact_steps import both, tell_contact
from server.queries.beginnings import Beginning, current_text, get_beginning, has_begun
from server.queries.contacts import lock_contact


def agree_to_beginning(
    session: Session, actor: Person, contact_id: str, *, version: int, role_version: int, now: datetime
) -> Beginning:
    """One of the two agrees to what they were shown. Doing it again changes nothing.

    Raises NotFound, Forbidden, ContactClosed, and StaleVersion when something else is shown by now: it is read first.
    """
    shown = get_beginning(session, actor, contact_id, now=now)
    contact = shown.view.contact
    authorise("beginning.agree", actor, Facts(contact=contact))
    lock_contact(session, contact)
    if not contact.is_open:
        raise ContactClosed
    if (version, role_version) != (shown.text.version, shown.role.version):
        raise StaleVersion(version=shown.text.version)
    if session.get(BeginningAgreement, (contact.id, actor.id, version)) is None:
        session.add(
            BeginningAgreement(
                contact_id=contact.id,
                person_id=actor.id,
                version=version,
                role_version=role_version,
                code_version=shown.code.version,
                agreed_at=now,
            )
        )
        session.flush()  # what is read below counts it
        party = Party.CARER if actor.id == contact.carer_id else Party.WORKER
        data = {"party": party.value, "version": version, "role_version": role_version, "code_version": shown.code.version}
        _audit(session, actor, "beginning.agreed", contact.id, data, now)
        shown = get_beginning(session, actor, contact_id, now=now)
        begun = has_begun(shown.view)
        tell_contact(session, contact, EventKind.CONTACT_BEGINNING, both(contact), now, party=party.value, begun=begun)
    return shown


def write_beginning(
    session: Session,
    actor: Person,
    *,
    title: str,
    is_this: list[str],
    is_not: list[str],
    duty_of_care: str,
    in_substance: bool,
    version: int,
    now: datetime,
) -> BeginningText:
    """Write the version after `version`, which is the one it was written from. With `in_substance` everybody who talks
    one-to-one agrees again before they write on.

    Raises Forbidden, and StaleVersion when another version was written meanwhile.
    """
    authorise("beginning.write", actor, Facts())
    current = current_text(session).version
    if version != current:
        raise StaleVersion(version=current)
    text = BeginningText(
        version=version + 1,
        title=title,
        is_this=is_this,
        is_not=is_not,
        duty_of_care=duty_of_care,
        in_substance=in_substance,
        created_by=actor.id,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(text)  # the number is taken here: there may be no row yet to lock
    except IntegrityError as error:
        raise StaleVersion(version=version + 1) from error
    data = {"version": text.version, "in_substance": in_substance}
    _audit(session, actor, "beginning.written", actor.id, data, now, kind="person")
    return text


def _audit(
    session: Session,
    actor: Person,
    action: str,
    subject_id: str,
    data: Mapping[str, str | int | bool],
    now: datetime,
    *,
    kind: str = "contact",
) -> None:
    write_audit(session, actor_id=actor.id, action=action, subject_kind=kind, subject_id=subject_id, now=now, data=data)
