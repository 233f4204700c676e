"""The waiting list: a carer joins with nothing but a wish; who waits longest is offered the next worker with a place.

An offer is a request like any other: the carer agreed by joining, the worker still says yes or no, and whoever does not
begin keeps their place.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.contacts import (
    REQUEST_LASTS,
    Contact,
    ContactState,
    ContactUnavailable,
    Origin,
    PairingNotAllowed,
    WorkerUnavailable,
)
from models.errors import NotFound
from models.ids import new_id
from models.pairings import Pairing, pairing
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.waiting import OfferOpen, ReasonNeeded, Waiting, WaitingOver, WaitingState
from moderation.audit import write_audit
from server.actions.contact_steps import add_request, close_contact, close_waiting, tell_waiting
from server.actions.contacts import MOST_CONTACTS, MOST_REQUESTS
from server.queries.contacts import count_contacts, find_open_contact, lock_contact, lock_people
from server.queries.decisions import held_peer_role_model
from server.queries.openings import refuse_unless_taking
from server.queries.training import is_trained
from server.queries.waiting import WaitingView, find_waiting, lock_waiting, next_for, others_first, rooms, view_waiting
from server.queries.walls import wall_stands


@dataclass(frozen=True, kw_only=True)
class Joined:
    """A place as it now is; `is_new` is False when they waited already."""

    view: WaitingView
    is_new: bool


def join_waiting_list(session: Session, actor: Person, *, wish: str | None, now: datetime) -> Joined:
    """Wait for anybody who has a place. Joining again changes nothing: not the place, nor the wish. Raises Forbidden."""
    lock_people(session, carer_id=actor.id, worker_id=actor.id)  # two phones at once take one place
    authorise("waiting.join", actor, Facts())
    waiting = find_waiting(session, actor.id)
    is_new = waiting is None
    if waiting is None:
        waiting = Waiting(id=new_id(), carer_id=actor.id, state=WaitingState.WAITING, wish=wish, joined_at=now)
        session.add(waiting)
        session.flush()  # counted among those who wait
        _audit(session, actor, "waiting.joined", waiting, now)
        tell_waiting(session, waiting, now)
    return Joined(view=view_waiting(session, waiting), is_new=is_new)


def own_place(session: Session, actor: Person) -> WaitingView:
    """Raises Forbidden, and NotFound when they do not wait."""
    authorise("waiting.join", actor, Facts())
    waiting = find_waiting(session, actor.id)
    if waiting is None:
        raise NotFound
    return view_waiting(session, waiting)


def leave_waiting_list(session: Session, actor: Person, *, now: datetime) -> None:
    """Give the place up, and what was offered with it. Leaving again changes nothing. Raises Forbidden."""
    lock_people(session, carer_id=actor.id, worker_id=actor.id)
    authorise("waiting.join", actor, Facts())
    waiting = find_waiting(session, actor.id)
    if waiting is None:
        return
    offer = session.get(Contact, waiting.offer_id) if waiting.offer_id is not None else None
    if offer is not None:
        lock_contact(session, offer)
        if offer.state is ContactState.REQUESTED:
            close_contact(session, offer, ContactState.WITHDRAWN, actor, now)
    close_waiting(session, actor.id, WaitingState.LEFT, now)
    _audit(session, actor, "waiting.left", waiting, now)


def bring_forward(session: Session, actor: Person, waiting_id: str, *, reason: str, now: datetime) -> WaitingView:
    """A coordinator's exception: before everybody who has none. It is kept with its reason. Raises NotFound, WaitingOver."""
    authorise("waiting.arrange", actor, Facts())
    waiting = _lock_waiting(session, waiting_id)
    if waiting.forward_at is None:
        _make_exception(session, actor, waiting, reason, now)
    return view_waiting(session, waiting)


def assign_worker(
    session: Session,
    actor: Person,
    waiting_id: str,
    *,
    worker_id: str,
    reason: str | None,
    now: datetime,
    lasts: timedelta = REQUEST_LASTS,
) -> WaitingView:
    """A coordinator asks a worker for a carer who waits. `reason`: why now, where others have waited longer.

    Raises NotFound, WaitingOver, OfferOpen, ReasonNeeded, PairingNotAllowed, WorkerUnavailable, ContactUnavailable.
    """
    authorise("waiting.arrange", actor, Facts())
    carer_id = _lock_waiting(session, waiting_id, lock=False).carer_id
    model = held_peer_role_model(session)
    carer, worker = lock_people(session, carer_id=carer_id, worker_id=worker_id)
    waiting = _lock_waiting(session, waiting_id)
    _refuse_second_offer(session, waiting)
    if carer is None or worker is None or worker.state is not PersonState.ACTIVE:
        raise WorkerUnavailable
    found = pairing(carer.role, worker.role, model)
    if found is Pairing.REFUSED:
        raise PairingNotAllowed
    if wall_stands(session, carer.id, worker.id) or find_open_contact(session, carer.id, worker.id) is not None:
        raise WorkerUnavailable
    refuse_unless_taking(session, worker.id, now)
    counts = count_contacts(session, carer.id)
    full = counts[ContactState.REQUESTED] >= MOST_REQUESTS or counts[ContactState.ACCEPTED] >= MOST_CONTACTS
    if full or carer.state is not PersonState.ACTIVE:
        raise ContactUnavailable
    if others_first(session, waiting):
        if reason is None:
            raise ReasonNeeded(errors={"reason": ["Others have waited longer."]})
        if waiting.forward_at is None:
            _make_exception(session, actor, waiting, reason, now)
    contact = add_request(
        session,
        carer=carer,
        worker=worker,
        pairing=found,
        origin=Origin.ASSIGNED,
        note=waiting.wish,
        by=actor,
        lasts=lasts,
        now=now,
    )
    waiting.offer_id = contact.id
    _audit(session, actor, "waiting.assigned", waiting, now, contact_id=contact.id)
    session.flush()  # the view sees the offer
    return view_waiting(session, waiting)


def offer_next(session: Session, worker_id: str, *, now: datetime, lasts: timedelta = REQUEST_LASTS) -> bool:
    """Ask this worker for the one who waits longest and may meet them. Whether there was somebody, and room."""
    most = {"most_requests": MOST_REQUESTS, "most_contacts": MOST_CONTACTS}
    model = held_peer_role_model(session)
    turn = next_for(session, worker_id, **most)
    if turn is None:
        return False
    carer, worker = lock_people(session, carer_id=turn.carer_id, worker_id=worker_id)
    waiting = lock_waiting(session, turn.id)
    still = next_for(session, worker_id, **most)  # others were held out only from here on
    if carer is None or worker is None or still is None or still.id != waiting.id:
        return False
    found = pairing(carer.role, worker.role, model)
    if (
        worker.state is not PersonState.ACTIVE
        or found is not Pairing.USUAL
        or rooms(session, [worker.id], now)[worker.id] <= 0
        or not is_trained(session, worker.id, now)
    ):
        return False
    contact = add_request(
        session,
        carer=carer,
        worker=worker,
        pairing=found,
        origin=Origin.WAITING_LIST,
        note=waiting.wish,
        by=None,
        lasts=lasts,
        now=now,
    )
    waiting.offer_id = contact.id
    return True


def _lock_waiting(session: Session, waiting_id: str, *, lock: bool = True) -> Waiting:
    waiting = lock_waiting(session, waiting_id) if lock else session.get(Waiting, waiting_id)
    if waiting is None:
        raise NotFound
    if waiting.state is not WaitingState.WAITING:
        raise WaitingOver
    return waiting


def _refuse_second_offer(session: Session, waiting: Waiting) -> None:
    offer = session.get(Contact, waiting.offer_id) if waiting.offer_id is not None else None
    if offer is not None and offer.state is ContactState.REQUESTED:
        raise OfferOpen


def _make_exception(session: Session, actor: Person, waiting: Waiting, reason: str, now: datetime) -> None:
    waiting.forward_at, waiting.forward_by, waiting.forward_reason = now, actor.id, reason
    _audit(session, actor, "waiting.brought_forward", waiting, now)
    session.flush()  # the view counts it
    tell_waiting(session, waiting, now)


def _audit(session: Session, actor: Person, action: str, waiting: Waiting, now: datetime, **more: str) -> None:
    data = {"carer_id": waiting.carer_id, **more}
    write_audit(session, actor_id=actor.id, action=action, subject_kind="waiting", subject_id=waiting.id, now=now, data=data)
