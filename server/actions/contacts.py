"""One-to-one contacts: ending one, with the same words whatever the reason."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.contacts import Contact, ContactState
from models.conversations import Conversation
from models.people import Person
from models.streams import EventKind, lock_stream, record_to_inboxes
from moderation.audit import write_audit


def end_contact(session: Session, contact: Contact, *, by: Person, now: datetime) -> None:
    """End an open contact and its conversation, and tell both, in the same words whoever ends it and why.

    One that has not begun looks as if its carer had taken it back, when the carer is who ends it, and else as if it had
    been declined. One that is over stays as it is. Several are ended in the order of their conversations' ids.
    """
    session.refresh(contact, with_for_update=True)
    if contact.state is ContactState.ACCEPTED:
        _close(session, contact, ContactState.ENDED, by, now)
    elif contact.state is ContactState.REQUESTED:
        to = ContactState.WITHDRAWN if by.id == contact.carer_id else ContactState.DECLINED
        _close(session, contact, to, by, now)


def _close(session: Session, contact: Contact, to: ContactState, by: Person, now: datetime) -> None:
    contact.state = to
    if to is ContactState.ENDED:
        contact.ended_at = now
    else:
        contact.answered_at = now
    if contact.conversation_id is not None:
        # Whoever is about to write holds this, and looks whether it goes on only afterwards.
        lock_stream(session, contact.conversation_id)
        session.get_one(Conversation, contact.conversation_id).ended_at = now
    write_audit(
        session,
        actor_id=by.id,
        action=f"contact.{to.value}",
        subject_kind="contact",
        subject_id=contact.id,
        now=now,
        data={"carer_id": contact.carer_id, "worker_id": contact.worker_id, "pairing": contact.pairing.value},
    )
    data = {"contact_id": contact.id, "conversation_id": contact.conversation_id}
    record_to_inboxes(
        session, [contact.carer_id, contact.worker_id], EventKind(f"contact.{to.value}"), contact.id, now=now, data=data
    )
