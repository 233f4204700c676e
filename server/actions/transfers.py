"""Another worker for a contact: its worker proposes, the other accepts, the carer agrees, and a new conversation begins.

Invariants: all three have agreed before it begins; the old conversation stays readable to its two and to nobody else;
pairing and walls hold as for any contact, and are looked at again under lock whenever somebody agrees.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.contacts import (
    Contact,
    ContactState,
    ContactUnavailable,
    Origin,
    PairingNotAllowed,
    Party,
    WorkerUnavailable,
)
from models.errors import DomainError, Invalid
from models.ids import new_id
from models.pairings import Pairing, pairing
from models.people import Person, PersonState
from models.phrases import Phrase
from models.policy import Facts, authorise
from models.transfers import (
    FURTHEST_COVER,
    LONGEST_COVER,
    CoverOfCover,
    Transfer,
    TransferKind,
    TransferOpen,
    TransferOver,
    TransferState,
)
from moderation.audit import write_audit
from server.actions.contact_steps import add_agreement, close_contact, open_contact, tell_transfer
from server.actions.messages import ConversationEnded
from server.queries.contacts import find_open_contact, get_contact, lock_contact, lock_people
from server.queries.decisions import held_peer_role_model
from server.queries.openings import refuse_if_full, refuse_unless_taking
from server.queries.training import refuse_untrained
from server.queries.transfers import (
    TransferView,
    find_open_transfer,
    get_transfer,
    lock_transfer,
    parties,
)
from server.queries.walls import wall_stands

ORIGINS = {TransferKind.HANDOVER: Origin.HANDOVER, TransferKind.COVER: Origin.COVER}


@dataclass(frozen=True, kw_only=True)
class _Pair:
    """The two who would talk, locked."""

    carer: Person
    worker: Person


def propose_transfer(
    session: Session,
    actor: Person,
    contact_id: str,
    *,
    kind: TransferKind,
    worker_id: str,
    note: str | None,
    starts_at: datetime | None,
    ends_at: datetime | None,
    now: datetime,
) -> TransferView:
    """The worker of a contact proposes another, for good or from `starts_at` to `ends_at`.

    Raises NotFound, Forbidden, ConversationEnded, TransferOpen, CoverOfCover, PairingNotAllowed, WorkerUnavailable, Invalid.
    """
    contact = get_contact(session, actor, contact_id).contact
    authorise("transfer.propose", actor, Facts(contact=contact))
    check_times(kind, starts_at, ends_at, now)
    lock_pair(session, contact, worker_id, at=starts_at or now)
    transfer = add_transfer(session, actor, contact, kind, worker_id, note, starts_at, ends_at, now)
    return get_transfer(session, actor, transfer.id)


def accept_transfer(session: Session, actor: Person, transfer_id: str, *, now: datetime) -> TransferView:
    """The other worker would. Raises NotFound, Forbidden, TransferOver, WorkerFull, and as `propose_transfer`."""
    view = get_transfer(session, actor, transfer_id)
    transfer, contact = view.transfer, view.contact
    authorise("transfer.accept", actor, Facts(transfer=parties(transfer, contact)))
    lock_pair(session, contact, transfer.to_worker_id, at=transfer.starts_at or now)
    _lock_both(session, transfer, contact)
    if transfer.state is TransferState.PROPOSED:
        refuse_if_full(session, actor.id, by_worker=True)
        refuse_untrained(session, actor.id, now, by_worker=True)
        transfer.move(TransferState.ACCEPTED, at=now)
        _note_step(session, actor, transfer, contact, now)
    elif not transfer.is_open:
        raise TransferOver
    return get_transfer(session, actor, transfer_id)


def agree_to_transfer(session: Session, actor: Person, transfer_id: str, *, with_note: bool, now: datetime) -> TransferView:
    """The carer agrees, and says whether the note they have seen goes with it. A handover begins now, a cover on its day.

    Raises NotFound, Forbidden, TransferOver, ConversationEnded, PairingNotAllowed, ContactUnavailable.
    """
    view = get_transfer(session, actor, transfer_id)
    transfer, contact = view.transfer, view.contact
    authorise("transfer.agree", actor, Facts(transfer=parties(transfer, contact)))
    if transfer.state is TransferState.DONE:
        return view  # said once more, because the answer got lost
    starts_at = transfer.starts_at or now
    pair = lock_pair(session, contact, transfer.to_worker_id, at=max(starts_at, now), to_carer=True)
    _lock_both(session, transfer, contact)
    if transfer.state is TransferState.ACCEPTED:
        transfer.move(TransferState.AGREED, at=now)
        transfer.with_note = with_note
        _note_step(session, actor, transfer, contact, now)
        if starts_at <= now:
            _begin(session, actor, transfer, contact, pair, now)
    elif not transfer.is_open:
        raise TransferOver
    return get_transfer(session, actor, transfer_id)


def decline_transfer(session: Session, actor: Person, transfer_id: str, *, now: datetime) -> TransferView:
    """The other worker or the carer would rather not, without a reason; the contact goes on as it is."""
    return _close(session, actor, transfer_id, TransferState.DECLINED, "transfer.decline", now)


def withdraw_transfer(session: Session, actor: Person, transfer_id: str, *, now: datetime) -> TransferView:
    """The contact's worker, or who proposed it, takes it back."""
    return _close(session, actor, transfer_id, TransferState.WITHDRAWN, "transfer.withdraw", now)


def move_due_transfer(session: Session, transfer_id: str, *, now: datetime) -> bool:
    """Begin a cover whose day has come, or let go of one that can no longer be."""
    transfer = session.get_one(Transfer, transfer_id)
    contact = session.get_one(Contact, transfer.contact_id)
    try:
        pair = lock_pair(session, contact, transfer.to_worker_id, at=now, to_carer=True)
    except DomainError:
        pair = None
    lock_contact(session, contact)
    lock_transfer(session, transfer)
    over = transfer.ends_at is not None and transfer.ends_at <= now
    due = transfer.state is TransferState.AGREED and transfer.starts_at is not None and transfer.starts_at <= now
    if not transfer.is_open or not (due or over):
        return False
    if over or pair is None or not _has_room(session, transfer):
        transfer.move(TransferState.LAPSED, at=now)
        _note_step(session, None, transfer, contact, now)
    else:
        _begin(session, None, transfer, contact, pair, now)
    return True


def check_times(kind: TransferKind, starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> None:
    if kind is TransferKind.HANDOVER:
        if starts_at is not None or ends_at is not None:
            raise Invalid(errors={"starts_at": ["A handover is for good."]})
        return
    if starts_at is None or ends_at is None:
        raise Invalid(errors={"ends_at": ["Say from when to when the other worker is there."]})
    if not now < ends_at or not starts_at < ends_at <= starts_at + LONGEST_COVER:
        raise Invalid(
            errors={
                "ends_at": [Phrase("Must lie after the start, and at most {days} days from it.", days=LONGEST_COVER.days)]
            }
        )
    if starts_at > now + FURTHEST_COVER:
        raise Invalid(errors={"starts_at": [Phrase("Must be within {days} days.", days=FURTHEST_COVER.days)]})


def add_transfer(
    session: Session,
    actor: Person,
    contact: Contact,
    kind: TransferKind,
    worker_id: str,
    note: str | None,
    starts_at: datetime | None,
    ends_at: datetime | None,
    now: datetime,
) -> Transfer:
    lock_contact(session, contact)
    if contact.state is not ContactState.ACCEPTED:
        raise ConversationEnded
    if contact.origin is Origin.COVER:
        raise CoverOfCover(errors={"kind": ["It only lasts while another worker is away."]})
    if find_open_transfer(session, contact.id) is not None:
        raise TransferOpen
    transfer = Transfer(
        id=new_id(),
        contact_id=contact.id,
        kind=kind,
        state=TransferState.PROPOSED,
        to_worker_id=worker_id,
        proposed_by=actor.id,
        note=note,
        with_note=False,
        starts_at=starts_at,
        ends_at=ends_at,
        created_at=now,
    )
    session.add(transfer)
    session.flush()  # the audit row and the view name it
    _note_step(session, actor, transfer, contact, now)
    return transfer


def lock_pair(session: Session, contact: Contact, worker_id: str, *, at: datetime, to_carer: bool = False) -> _Pair:
    """The carer and the other worker, once they may talk as any two may. `at`: when they would begin."""
    model = held_peer_role_model(session)
    carer, worker = lock_people(session, carer_id=contact.carer_id, worker_id=worker_id)
    unavailable = ContactUnavailable if to_carer else WorkerUnavailable
    if carer is None or worker is None or {carer.state, worker.state} != {PersonState.ACTIVE}:
        raise unavailable
    # One that needs a coordinator's consent is asked for by the carer themselves.
    if pairing(carer.role, worker.role, model) is not Pairing.USUAL:
        raise PairingNotAllowed
    if wall_stands(session, carer.id, worker.id) or find_open_contact(session, carer.id, worker.id) is not None:
        raise unavailable
    refuse_unless_taking(session, worker.id, at)
    return _Pair(carer=carer, worker=worker)


def _lock_both(session: Session, transfer: Transfer, contact: Contact) -> None:
    lock_contact(session, contact)
    lock_transfer(session, transfer)
    if contact.state is not ContactState.ACCEPTED:
        raise TransferOver


def _has_room(session: Session, transfer: Transfer) -> bool:
    try:
        refuse_if_full(session, transfer.to_worker_id, by_worker=False)
    except ContactUnavailable:
        return False
    return True


def _begin(session: Session, by: Person | None, transfer: Transfer, contact: Contact, pair: _Pair, now: datetime) -> None:
    """A handover ends the old contact first: its conversation comes before the new one in the order of locks."""
    refuse_if_full(session, transfer.to_worker_id, by_worker=False)
    transfer.move(TransferState.DONE, at=now)
    if transfer.kind is TransferKind.HANDOVER:
        close_contact(session, contact, ContactState.ENDED, by, now)
    new = Contact(
        id=new_id(),
        carer_id=pair.carer.id,
        worker_id=pair.worker.id,
        origin=ORIGINS[transfer.kind],
        pairing=Pairing.USUAL,
        state=ContactState.REQUESTED,
        ends_at=transfer.ends_at,
        created_at=now,
    )
    session.add(new)
    session.flush()  # the agreements refer to it
    add_agreement(session, new, Party.CARER, pair.carer, now)
    add_agreement(session, new, Party.WORKER, pair.worker, now)
    open_contact(session, new, [pair.carer, pair.worker], by, now)
    transfer.new_contact_id = new.id
    session.flush()  # the view names it
    _note_step(session, by, transfer, contact, now)


def _close(
    session: Session, actor: Person, transfer_id: str, to: TransferState, permission: str, now: datetime
) -> TransferView:
    view = get_transfer(session, actor, transfer_id)
    transfer, contact = view.transfer, view.contact
    authorise(permission, actor, Facts(transfer=parties(transfer, contact)))
    lock_contact(session, contact)
    lock_transfer(session, transfer)
    if transfer.state is not to:
        transfer.move(to, at=now)
        _note_step(session, actor, transfer, contact, now)
    return get_transfer(session, actor, transfer_id)


def _note_step(session: Session, by: Person | None, transfer: Transfer, contact: Contact, now: datetime) -> None:
    """On record, and to those concerned."""
    write_audit(
        session,
        actor_id=by.id if by is not None else None,
        action=f"transfer.{transfer.state.value}",
        subject_kind="transfer",
        subject_id=transfer.id,
        now=now,
        data={"contact_id": contact.id, "kind": transfer.kind.value, "to_worker_id": transfer.to_worker_id},
    )
    tell_transfer(session, transfer, contact, now)
