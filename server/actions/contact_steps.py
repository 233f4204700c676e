"""What becomes of a contact, whatever led to it: asked for, begun, closed. Used by requests, the waiting list and transfers.

Who calls has the people and the contact locked, and has asked the policy.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.contacts import Agreement, Contact, ContactState, Origin, Party
from models.conversations import Conversation, ConversationKind, Membership, MemberState
from models.ids import new_id
from models.pairings import Pairing
from models.people import Person
from models.streams import EventKind, lock_stream, open_stream, record_event, record_to_inboxes
from models.transfers import OPEN_TRANSFERS, Transfer, TransferState
from models.waiting import Waiting, WaitingState
from moderation.audit import write_audit
from server.actions.groups import usual_standing
from server.actions.visits import end_visit_to


def add_request(
    session: Session,
    *,
    carer: Person,
    worker: Person,
    pairing: Pairing,
    origin: Origin,
    note: str | None,
    by: Person | None,
    lasts: timedelta,
    now: datetime,
) -> Contact:
    """A request with the carer's agreement; the worker is told. `by` None: it was their turn on the waiting list."""
    contact = Contact(
        id=new_id(),
        carer_id=carer.id,
        worker_id=worker.id,
        origin=origin,
        pairing=pairing,
        state=ContactState.REQUESTED,
        note=note,
        created_at=now,
        expires_at=now + lasts,
    )
    session.add(contact)
    session.flush()  # the agreement refers to it
    add_agreement(session, contact, Party.CARER, carer, now)
    audit_contact(session, by, "contact.requested", contact, now)
    told = [worker.id] if origin is Origin.ASKED else both(contact)
    tell_contact(session, contact, EventKind.CONTACT_REQUESTED, told, now)
    return contact


def open_contact(session: Session, contact: Contact, people: Sequence[Person], by: Person | None, now: datetime) -> None:
    """The last agreement is there: the contact begins, with its conversation and the two people in it."""
    conversation = Conversation(id=new_id(), kind=ConversationKind.ONE_TO_ONE, created_at=now)
    session.add(conversation)
    session.flush()  # the contact and its members refer to it
    open_stream(session, conversation.id, now=now)
    contact.move(ContactState.ACCEPTED, at=now)
    contact.conversation_id = conversation.id
    _bring_in(session, contact, people, now)
    if contact.origin is not Origin.COVER:  # that is over when the other is back
        close_waiting(session, contact.carer_id, WaitingState.MET, now)
    audit_contact(session, by, "contact.accepted", contact, now)
    tell_contact(session, contact, EventKind.CONTACT_ACCEPTED, both(contact), now)


def _bring_in(session: Session, contact: Contact, people: Sequence[Person], now: datetime) -> None:
    """Both belong to the conversation from its first event on, each named with how their role stands in it."""
    conversation_id = contact.conversation_id or ""
    for person in people:
        standing = usual_standing(person.role)
        record_event(
            session,
            conversation_id,
            EventKind.MEMBER_JOINED,
            person.id,
            now=now,
            data={"standing": standing.value},
        )
        session.add(
            Membership(
                conversation_id=conversation_id,
                person_id=person.id,
                state=MemberState.MEMBER,
                standing=standing,
                since=now,
                read_seq=len(people),
                delivered_count=0,
                muted=False,
            )
        )
    # What lets their open sockets in: from the first event on.
    tell_contact(session, contact, EventKind.NOTICE_MEMBERSHIP, both(contact), now, change="joined", seq=1)


def close_contact(session: Session, contact: Contact, to: ContactState, by: Person | None, now: datetime) -> None:
    """Out of the open states, with the notice that goes with it. `by` None: its time was over."""
    contact.move(to, at=now)
    if contact.conversation_id is not None:
        # Whoever is about to write holds this, and looks whether it goes on only afterwards.
        lock_stream(session, contact.conversation_id)
        conversation = session.get_one(Conversation, contact.conversation_id)
        conversation.ended_at = now
        end_visit_to(session, conversation.id, now=now)
    if to is ContactState.ENDED:
        lapse_transfers(session, contact, now)
    audit_contact(session, by, f"contact.{to.value}", contact, now)
    tell_contact(session, contact, EventKind(f"contact.{to.value}"), both(contact), now)


def lapse_transfers(session: Session, contact: Contact, now: datetime) -> None:
    """What was proposed for a contact that is over is over with it."""
    query = select(Transfer).where(Transfer.contact_id == contact.id, Transfer.state.in_(OPEN_TRANSFERS))
    for transfer in session.scalars(query.with_for_update()):
        transfer.move(TransferState.LAPSED, at=now)
        tell_transfer(session, transfer, contact, now)


def tell_transfer(session: Session, transfer: Transfer, contact: Contact, now: datetime) -> None:
    """The carer only once the other worker has accepted: that somebody said no they never hear."""
    told = {contact.worker_id, transfer.to_worker_id, transfer.proposed_by}
    if transfer.accepted_at is not None:
        told.add(contact.carer_id)
    data = {"transfer_id": transfer.id, "contact_id": contact.id, "kind": transfer.kind.value, "state": transfer.state.value}
    record_to_inboxes(session, sorted(told), EventKind.CONTACT_TRANSFER, transfer.id, now=now, data=data)


def close_waiting(session: Session, carer_id: str, to: WaitingState, now: datetime) -> None:
    """Off the waiting list, if they were on it. Their wish is needed by nobody any more."""
    query = select(Waiting).where(Waiting.carer_id == carer_id, Waiting.state == WaitingState.WAITING)
    waiting = session.scalars(query.with_for_update()).one_or_none()
    if waiting is not None:
        waiting.state, waiting.wish, waiting.closed_at = to, None, now
        tell_waiting(session, waiting, now)


def tell_waiting(session: Session, waiting: Waiting, now: datetime) -> None:
    data = {"waiting_id": waiting.id, "state": waiting.state.value}
    record_to_inboxes(session, [waiting.carer_id], EventKind.CONTACT_WAITING, waiting.id, now=now, data=data)


def add_agreement(session: Session, contact: Contact, party: Party, person: Person, now: datetime) -> None:
    session.add(Agreement(contact_id=contact.id, party=party, person_id=person.id, agreed_at=now))


def both(contact: Contact) -> list[str]:
    return [contact.carer_id, contact.worker_id]


def tell_contact(session: Session, contact: Contact, kind: EventKind, people: list[str], now: datetime, **more: Any) -> None:
    data = {"contact_id": contact.id, "conversation_id": contact.conversation_id, **more}
    record_to_inboxes(session, people, kind, contact.id, now=now, data=data)


def audit_contact(session: Session, actor: Person | None, action: str, contact: Contact, now: datetime) -> None:
    write_audit(
        session,
        actor_id=actor.id if actor is not None else None,
        action=action,
        subject_kind="contact",
        subject_id=contact.id,
        now=now,
        data={"carer_id": contact.carer_id, "worker_id": contact.worker_id, "pairing": contact.pairing.value},
    )
