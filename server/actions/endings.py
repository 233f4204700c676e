"""A planned end of a one-to-one contact: a day both know, a summary the carer has read by then, and room for a last word.

Either may still end it at once (`server/actions/contacts.py`), without a reason.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from models.contacts import ENDING_LATEST, ENDING_SOONEST, Contact, ContactState, Origin
from models.errors import Invalid, NotFound
from models.people import Person
from models.phrases import Phrase
from models.policy import Facts, authorise
from models.streams import EventKind
from server.actions.contact_steps import audit_contact, both, close_contact, tell_contact
from server.actions.contacts import contact_of
from server.actions.messages import ConversationEnded
from server.queries.contacts import ContactView, get_contact, lock_contact


def plan_ending(
    session: Session, actor: Person, conversation_id: str, *, ends_at: datetime, summary: str | None, now: datetime
) -> ContactView:
    """Either proposes a day, or another one; the worker says in a summary how it went. Saying it again changes nothing.

    What is new is known to both for a day at least before it ends. Raises NotFound, Forbidden, ConversationEnded, Invalid.
    """
    contact = contact_of(session, actor, conversation_id, "ending.plan")
    lock_contact(session, contact)
    _refuse_ended(contact)
    by_worker = actor.id == contact.worker_id
    if summary is not None and not by_worker:
        raise Invalid(errors={"summary": ["The worker writes the summary."]})
    kept = summary if by_worker else contact.ending_summary
    if (ends_at, kept) != (contact.ends_at, contact.ending_summary):
        _check_day(contact, ends_at, now)
        if ends_at != contact.ends_at:
            contact.ends_at, contact.ending_proposed_by = ends_at, actor.id
        contact.ending_summary = kept
        audit_contact(session, actor, "contact.ending_planned", contact, now)
        tell_contact(session, contact, EventKind.CONTACT_ENDING, both(contact), now, change="planned")
    return get_contact(session, actor, contact.id)


def take_back_ending(session: Session, actor: Person, conversation_id: str, *, now: datetime) -> ContactView:
    """Who proposed the day last takes it back, and the summary goes with it. Raises NotFound, Forbidden."""
    contact = contact_of(session, actor, conversation_id, "ending.plan")
    lock_contact(session, contact)
    _refuse_ended(contact)
    if contact.ends_at is None:
        raise NotFound
    authorise("ending.take_back", actor, Facts(contact=contact, made_by=contact.ending_proposed_by))
    contact.ends_at, contact.ending_proposed_by, contact.ending_summary = None, None, None
    audit_contact(session, actor, "contact.ending_taken_back", contact, now)
    tell_contact(session, contact, EventKind.CONTACT_ENDING, both(contact), now, change="taken_back")
    return get_contact(session, actor, contact.id)


def end_due(session: Session, contact_id: str, *, now: datetime) -> bool:
    """The day has come. Whether it had, and it still went on."""
    contact = session.get_one(Contact, contact_id)
    lock_contact(session, contact)
    if contact.state is not ContactState.ACCEPTED or contact.ends_at is None or contact.ends_at > now:
        return False
    close_contact(session, contact, ContactState.ENDED, None, now)
    return True


def _refuse_ended(contact: Contact) -> None:
    """It may have ended while this waited for the lock."""
    if contact.state is not ContactState.ACCEPTED:
        raise ConversationEnded


def _check_day(contact: Contact, ends_at: datetime, now: datetime) -> None:
    if contact.origin is Origin.COVER and ends_at != contact.ends_at:
        raise Invalid(errors={"ends_at": ["This contact ends when the other worker is back. Either of you may end it now."]})
    if not now + ENDING_SOONEST <= ends_at <= now + ENDING_LATEST:
        days = (ENDING_SOONEST.days, ENDING_LATEST.days)
        raise Invalid(
            errors={"ends_at": [Phrase("Must be between {least} and {most} days from now.", least=days[0], most=days[1])]}
        )
