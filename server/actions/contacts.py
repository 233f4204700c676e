"""One-to-one contacts: a carer asks a worker, everybody needed agrees, they talk, either ends it.

Invariants: a contact is accepted only with all the agreements its pairing needs, given while roles, model and walls were
checked under lock; its conversation is opened once; it ends with the same words whatever the reason.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.contacts import (
    REQUEST_LASTS,
    Contact,
    ContactClosed,
    ContactsFull,
    ContactState,
    ContactUnavailable,
    Origin,
    PairingNotAllowed,
    Party,
    RequestsFull,
    WorkerUnavailable,
)
from models.errors import Forbidden, Invalid
from models.pairings import Pairing, pairing
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.streams import EventKind
from server.actions.contact_steps import (
    add_agreement,
    add_request,
    audit_contact,
    both,
    close_contact,
    open_contact,
    tell_contact,
)
from server.queries.contacts import (
    ContactView,
    agreed_parties,
    count_contacts,
    find_contact_of,
    find_open_contact,
    get_contact,
    lock_contact,
    lock_people,
)
from server.queries.conversations import get_place
from server.queries.decisions import held_peer_role_model
from server.queries.openings import refuse_if_full, refuse_unless_taking
from server.queries.training import refuse_untrained
from server.queries.walls import wall_stands

MOST_REQUESTS = 5  # waiting for an answer, for one carer
MOST_CONTACTS = 5  # going on, for one carer


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it now is; `is_new` is False when the two had an open contact already."""

    view: ContactView
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class Changed:
    """What ended, and what was asked of another worker instead."""

    ended: ContactView
    asked: ContactView | None


def request_contact(
    session: Session,
    actor: Person,
    *,
    worker_id: str,
    note: str | None,
    now: datetime,
    lasts: timedelta = REQUEST_LASTS,
) -> Asked:
    """Ask a worker for a one-to-one contact; asking is the carer's agreement. Asking again changes nothing.

    `lasts`: how long there is to answer.

    Raises Forbidden, RequestsFull, ContactsFull, PairingNotAllowed, WorkerUnavailable.
    """
    model = held_peer_role_model(session)
    _, worker = lock_people(session, carer_id=actor.id, worker_id=worker_id)
    authorise("contact.request", actor, Facts())  # by the role they hold now that it cannot change
    earlier = find_open_contact(session, actor.id, worker_id)
    if earlier is not None:
        return Asked(view=get_contact(session, actor, earlier.id), is_new=False)
    _refuse_too_many(session, actor.id)
    if worker is None or worker.state is not PersonState.ACTIVE:
        raise WorkerUnavailable
    found = pairing(actor.role, worker.role, model)
    if found is Pairing.REFUSED:
        raise PairingNotAllowed
    if wall_stands(session, actor.id, worker.id):
        raise WorkerUnavailable
    refuse_unless_taking(session, worker.id, now)
    contact = add_request(
        session,
        carer=actor,
        worker=worker,
        pairing=found,
        origin=Origin.ASKED,
        note=note,
        by=actor,
        lasts=lasts,
        now=now,
    )
    return Asked(view=get_contact(session, actor, contact.id), is_new=True)


def accept_contact(session: Session, actor: Person, contact_id: str, *, now: datetime) -> ContactView:
    """The worker's agreement. Raises NotFound, Forbidden, ContactClosed, PairingNotAllowed, ContactUnavailable, and to the
    worker WorkerFull or WorkerPaused where they take on nobody more.
    """
    return _agree(session, actor, contact_id, Party.WORKER, "contact.answer", now)


def agree_to_contact(session: Session, actor: Person, contact_id: str, *, now: datetime) -> ContactView:
    """A coordinator's agreement, where the pairing needs one. Raises as `accept_contact`."""
    return _agree(session, actor, contact_id, Party.COORDINATOR, "contact.agree", now)


def decline_contact(
    session: Session,
    actor: Person,
    contact_id: str,
    *,
    reply: str | None,
    now: datetime,
    private_reason: str | None = None,
) -> ContactView:
    """The worker does not take it on, also after having agreed while another agreement is missing.

    `reply` is for the carer; `private_reason` for coordinators, who find somebody else. Raises ContactClosed.
    """
    contact = get_contact(session, actor, contact_id).contact
    authorise("contact.answer", actor, Facts(contact=contact))
    lock_contact(session, contact)
    if contact.state is not ContactState.DECLINED:
        close_contact(session, contact, ContactState.DECLINED, actor, now)
        contact.reply, contact.private_reason = reply, private_reason
    return get_contact(session, actor, contact_id)


def withdraw_contact(session: Session, actor: Person, contact_id: str, *, now: datetime) -> ContactView:
    """The carer takes a request back that has not begun. Raises ContactClosed."""
    contact = get_contact(session, actor, contact_id).contact
    authorise("contact.withdraw", actor, Facts(contact=contact))
    lock_contact(session, contact)
    if contact.state is not ContactState.WITHDRAWN:
        close_contact(session, contact, ContactState.WITHDRAWN, actor, now)
    return get_contact(session, actor, contact_id)


def end_contact(session: Session, contact: Contact, *, by: Person, now: datetime) -> None:
    """End an open contact and its conversation, and tell both, in the same words whoever ends it and why.

    One that has not begun looks as if its carer had taken it back, when the carer is who ends it, and else as if it had
    been declined. One that is over stays as it is. Several are ended in the order of their conversations' ids.
    """
    lock_contact(session, contact)
    if contact.state is ContactState.ACCEPTED:
        close_contact(session, contact, ContactState.ENDED, by, now)
    elif contact.state is ContactState.REQUESTED:
        to = ContactState.WITHDRAWN if by.id == contact.carer_id else ContactState.DECLINED
        close_contact(session, contact, to, by, now)


def end_conversation(session: Session, actor: Person, conversation_id: str, *, now: datetime) -> ContactView:
    """Either of the two ends it, without a reason. Ending it again changes nothing. Raises NotFound, Forbidden."""
    contact = contact_of(session, actor, conversation_id, "conversation.end")
    end_contact(session, contact, by=actor, now=now)
    return get_contact(session, actor, contact.id)


def change_worker(
    session: Session,
    actor: Person,
    conversation_id: str,
    *,
    worker_id: str | None,
    now: datetime,
    lasts: timedelta = REQUEST_LASTS,
) -> Changed:
    """The carer ends this contact, without a reason, and asks another worker if one is named: both or nothing.

    Raises as `request_contact`, and Invalid where the other is the same.
    """
    contact = contact_of(session, actor, conversation_id, "conversation.change_worker")
    if worker_id == contact.worker_id:
        raise Invalid(errors={"worker_id": ["This is the worker you talk with now."]})
    if worker_id is not None:
        held_peer_role_model(session)  # before the contact, as everywhere
        lock_people(session, carer_id=actor.id, worker_id=worker_id)
    end_contact(session, contact, by=actor, now=now)
    session.flush()  # it no longer counts among those that go on
    asked = None
    if worker_id is not None:
        asked = request_contact(session, actor, worker_id=worker_id, note=None, now=now, lasts=lasts).view
    return Changed(ended=get_contact(session, actor, contact.id), asked=asked)


def contact_of(session: Session, actor: Person, conversation_id: str, permission: str) -> Contact:
    """The contact behind a conversation the actor is in, once the policy allows what they want with it."""
    facts = get_place(session, actor, conversation_id).facts
    contact = find_contact_of(session, conversation_id)
    authorise(permission, actor, facts._replace(contact=contact))
    if contact is None:
        raise Forbidden(permission=permission)
    return contact


def _agree(session: Session, actor: Person, contact_id: str, party: Party, permission: str, now: datetime) -> ContactView:
    view = get_contact(session, actor, contact_id)
    contact = view.contact
    authorise(permission, actor, Facts(contact=contact))
    model = held_peer_role_model(session)
    lock_people(session, carer_id=contact.carer_id, worker_id=contact.worker_id)
    lock_contact(session, contact)
    if not contact.is_open or contact.overdue(now):
        raise ContactClosed
    agreed = agreed_parties(session, contact.id)
    if party not in agreed:
        # Everything may have changed since the carer asked.
        contact.pairing = pairing(view.carer.role, view.worker.role, model)
        _refuse_if_they_may_not(session, view)
        add_agreement(session, contact, party, actor, now)
        if contact.still_needs({*agreed, party}):
            audit_contact(session, actor, "contact.agreed", contact, now)
            tell_contact(session, contact, EventKind.CONTACT_AGREED, both(contact), now, party=party.value)
        else:
            if count_contacts(session, contact.carer_id)[ContactState.ACCEPTED] >= MOST_CONTACTS:
                raise ContactUnavailable
            by_worker = actor.id == contact.worker_id
            refuse_if_full(session, contact.worker_id, by_worker=by_worker)
            refuse_untrained(session, contact.worker_id, now, by_worker=by_worker)
            open_contact(session, contact, [view.carer, view.worker], actor, now)
    return get_contact(session, actor, contact.id)


def _refuse_if_they_may_not(session: Session, view: ContactView) -> None:
    if view.contact.pairing is Pairing.REFUSED:
        raise PairingNotAllowed
    states = {view.carer.state, view.worker.state}
    if states != {PersonState.ACTIVE} or wall_stands(session, view.carer.id, view.worker.id):
        raise ContactUnavailable


def _refuse_too_many(session: Session, carer_id: str) -> None:
    counts = count_contacts(session, carer_id)
    if counts[ContactState.REQUESTED] >= MOST_REQUESTS:
        raise RequestsFull
    if counts[ContactState.ACCEPTED] >= MOST_CONTACTS:
        raise ContactsFull


def expire_request(session: Session, contact_id: str, *, now: datetime) -> bool:
    """Nobody answered in time: the carer is told, and need not wait any longer. Whether it was due."""
    contact = session.get_one(Contact, contact_id)
    lock_contact(session, contact)
    if not contact.overdue(now):
        return False
    close_contact(session, contact, ContactState.EXPIRED, None, now)
    return True
