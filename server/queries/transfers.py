"""Transfers of contacts to another worker, as each of those concerned may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from models.contacts import Contact, ContactState, Origin
from models.errors import NotFound
from models.people import Person
from models.policy import Facts, allows
from models.transfers import OPEN_TRANSFERS, Parties, Transfer, TransferState
from server.queries.paging import Page, page_by_id

DUE_PAGE = 200
CARER, WORKER, NAMED = aliased(Person), aliased(Person), aliased(Person)
WITH_PEOPLE = (
    select(Transfer, Contact, CARER, WORKER, NAMED)
    .join(Contact, Contact.id == Transfer.contact_id)
    .join(CARER, CARER.id == Contact.carer_id)
    .join(WORKER, WORKER.id == Contact.worker_id)
    .join(NAMED, NAMED.id == Transfer.to_worker_id)
)


@dataclass(frozen=True, kw_only=True)
class TransferView:
    """A transfer with the people it concerns. `note`: as far as the viewer may read it."""

    transfer: Transfer
    contact: Contact
    carer: Person | None  # None: the viewer may not know who it is
    worker: Person
    named: Person
    note: str | None
    new_contact_id: str | None


def parties(transfer: Transfer, contact: Contact) -> Parties:
    return Parties(
        carer_id=contact.carer_id,
        worker_id=contact.worker_id,
        to_worker_id=transfer.to_worker_id,
        proposed_by=transfer.proposed_by,
        reached_carer=transfer.accepted_at is not None,
        note_agreed=transfer.with_note,
    )


def get_transfer(session: Session, actor: Person, transfer_id: str) -> TransferView:
    """Raises NotFound, also to a carer whom it has not reached."""
    row = session.execute(WITH_PEOPLE.where(Transfer.id == transfer_id)).one_or_none()
    if row is None or not allows("transfer.read", actor, Facts(transfer=parties(row[0], row[1]))):
        raise NotFound
    return _view(actor, tuple(row))


def find_open_transfer(session: Session, contact_id: str) -> Transfer | None:
    query = select(Transfer).where(Transfer.contact_id == contact_id, Transfer.state.in_(OPEN_TRANSFERS))
    return session.scalars(query).one_or_none()


def lock_transfer(session: Session, transfer: Transfer) -> None:
    session.refresh(transfer, with_for_update=True)


def list_transfers(
    session: Session, actor: Person, *, state: TransferState | None, limit: int, cursor: str | None
) -> Page[TransferView]:
    """Those the actor has a part in, newest first."""
    mine = or_(
        Contact.worker_id == actor.id,
        Transfer.to_worker_id == actor.id,
        Transfer.proposed_by == actor.id,
        and_(Contact.carer_id == actor.id, Transfer.accepted_at.is_not(None)),
    )
    query = WITH_PEOPLE.where(mine)
    if state is not None:
        query = query.where(Transfer.state == state)
    return page_by_id(session, query, Transfer, lambda *row: _view(actor, row), limit=limit, cursor=cursor)


def contacts_to_cover(session: Session, worker_id: str) -> Sequence[Contact]:
    """Those of this worker that go on and are their own, in the order in which their carers are locked."""
    query = select(Contact).where(
        Contact.worker_id == worker_id, Contact.state == ContactState.ACCEPTED, Contact.origin != Origin.COVER
    )
    return session.scalars(query.order_by(Contact.carer_id)).all()


def due_transfers(session: Session, now: datetime) -> Sequence[str]:
    """Covers whose first day has come, and such as nobody answered before their last."""
    begins = and_(Transfer.state == TransferState.AGREED, Transfer.starts_at <= now)
    over = and_(Transfer.state.in_(OPEN_TRANSFERS), Transfer.ends_at <= now)
    return session.scalars(select(Transfer.id).where(or_(begins, over)).order_by(Transfer.id).limit(DUE_PAGE)).all()


def _view(actor: Person, row: tuple[Any, ...]) -> TransferView:
    transfer, contact, carer, worker, named = row
    facts = Facts(transfer=parties(transfer, contact))
    readable = allows("transfer.note", actor, facts)
    # The conversation that begins is between the carer and the other worker.
    theirs = actor.id in {contact.carer_id, transfer.to_worker_id}
    return TransferView(
        transfer=transfer,
        contact=contact,
        carer=carer if allows("transfer.carer", actor, facts) else None,
        worker=worker,
        named=named,
        note=transfer.note if readable else None,
        new_contact_id=transfer.new_contact_id if theirs else None,
    )
