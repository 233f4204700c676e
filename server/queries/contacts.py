"""One-to-one contacts a person may see, and the locks under which one is changed.

Lock order: the decision on peer roles, the worker, the carer, a wall, contacts in the order of their ids, conversations.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.contacts import OPEN, Agreement, Contact, ContactState, Party
from models.errors import NotFound
from models.pairings import Pairing
from models.people import Person
from models.policy import Facts, allows
from models.roles import Role
from server.queries.begun import CARER_AGREED, WORKER_AGREED, missing
from server.queries.paging import Page, as_id, decode_cursor, encode_cursor

DUE_PAGE = 200  # looked at in one round of the sweep
CARER, WORKER = aliased(Person), aliased(Person)
WITH_PEOPLE = (
    select(Contact, CARER, WORKER, CARER_AGREED.label("carer_agreed"), WORKER_AGREED.label("worker_agreed"))
    .join(CARER, CARER.id == Contact.carer_id)
    .join(WORKER, WORKER.id == Contact.worker_id)
)


@dataclass(frozen=True, kw_only=True)
class ContactView:
    """A contact with its people, and who has agreed to it. `words`: the viewer may read what they wrote to each other."""

    contact: Contact
    carer: Person
    worker: Person
    words: bool
    reason: bool = False  # the viewer may read what the worker told coordinators
    as_carer: bool = False
    agreements: Sequence[Agreement] = field(default_factory=tuple)
    begins: Sequence[Party] = field(default_factory=tuple)  # who has still to agree to what the contact is

    @property
    def needs(self) -> tuple[Party, ...]:
        return self.contact.still_needs([agreement.party for agreement in self.agreements])


def get_contact(session: Session, actor: Person, contact_id: str) -> ContactView:
    """The contact, if this person may know of it; else NotFound."""
    row = session.execute(WITH_PEOPLE.where(Contact.id == contact_id)).one_or_none()
    if row is None or not allows("contact.read", actor, Facts(contact=row[0])):
        raise NotFound
    return _views(session, actor, [tuple(row)])[0]


def find_open_contact(session: Session, carer_id: str, worker_id: str) -> Contact | None:
    return session.scalars(
        select(Contact).where(Contact.carer_id == carer_id, Contact.worker_id == worker_id, Contact.state.in_(OPEN))
    ).one_or_none()


def find_contact_of(session: Session, conversation_id: str) -> Contact | None:
    """The contact that opened this conversation."""
    return session.scalars(select(Contact).where(Contact.conversation_id == conversation_id)).one_or_none()


def lock_contact(session: Session, contact: Contact) -> None:
    """Keep other changes to the contact out until the transaction ends, and know it as it is now."""
    session.refresh(contact, with_for_update=True)


def lock_contacts_between(session: Session, one_id: str, other_id: str) -> Sequence[Contact]:
    """Open contacts between these two, whichever of them asked."""
    pair = [one_id, other_id]
    return _locked(session, select(Contact).where(Contact.carer_id.in_(pair), Contact.worker_id.in_(pair)))


def lock_contacts_by_consent(session: Session) -> Sequence[Contact]:
    """Every open contact that relies on the service's consent to such pairs."""
    return _locked(session, select(Contact).where(Contact.pairing == Pairing.BY_CONSENT))


def _locked(session: Session, query: Select[Contact]) -> Sequence[Contact]:
    """Those of them that are open, locked by id, given in the order in which conversations are locked."""
    found = session.scalars(
        query.where(Contact.state.in_(OPEN)).order_by(Contact.id).with_for_update().execution_options(populate_existing=True)
    )
    return sorted(found, key=lambda contact: contact.conversation_id or "")


def lock_people(session: Session, *, carer_id: str, worker_id: str) -> tuple[Person | None, Person | None]:
    """The carer and the worker as they are now, their roles kept; everything about the contacts of either passes here, so
    that neither begins more at once than they may.

    Messages of theirs and other rows that merely name them are not kept out.
    """
    fresh = {"populate_existing": True}
    worker = select(Person).where(Person.id == worker_id).with_for_update(key_share=True)
    carer = select(Person).where(Person.id == carer_id).with_for_update(key_share=True)
    # The worker first: whoever changes a role holds that person before ending their contacts, which asks for no carer.
    found = session.scalars(worker.execution_options(**fresh)).one_or_none()
    return session.scalars(carer.execution_options(**fresh)).one_or_none(), found


def count_contacts(session: Session, carer_id: str) -> Mapping[ContactState, int]:
    """How many open contacts of each state this carer has."""
    rows = session.execute(
        select(Contact.state, func.count())
        .where(Contact.carer_id == carer_id, Contact.state.in_(OPEN))
        .group_by(Contact.state)
    )
    counts: dict[ContactState, int] = {row[0]: row[1] for row in rows}
    return {state: counts.get(state, 0) for state in OPEN}


def agreed_parties(session: Session, contact_id: str) -> Collection[Party]:
    return set(session.scalars(select(Agreement.party).where(Agreement.contact_id == contact_id)))


def list_contacts(
    session: Session, actor: Person, *, state: ContactState | None, limit: int, cursor: str | None
) -> Page[ContactView]:
    """Own contacts, newest first, in two queries; for a coordinator those that need, or had, a coordinator's agreement."""
    query = WITH_PEOPLE.order_by(Contact.id.desc())
    if actor.role is Role.COORDINATOR:
        query = query.where(Contact.pairing == Pairing.BY_CONSENT)
    else:
        query = query.where(or_(Contact.carer_id == actor.id, Contact.worker_id == actor.id))
    if state is not None:
        query = query.where(Contact.state == state)
    return _page(session, actor, query, limit, cursor)


def _page(session: Session, actor: Person, query: Any, limit: int, cursor: str | None) -> Page[ContactView]:
    before = decode_cursor(cursor, as_id)
    if before is not None:
        query = query.where(Contact.id < before[0])
    rows = [tuple(row) for row in session.execute(query.limit(limit + 1))]
    last = rows[limit - 1][0].id if len(rows) > limit else None
    return Page(items=_views(session, actor, rows[:limit]), next_cursor=encode_cursor(last) if last is not None else None)


def list_unmet(session: Session, actor: Person, *, limit: int, cursor: str | None) -> Page[ContactView]:
    """Requests that were declined, or not answered in time: for coordinators, who find somebody else. Newest first."""
    query = WITH_PEOPLE.where(Contact.state.in_([ContactState.DECLINED, ContactState.EXPIRED])).order_by(Contact.id.desc())
    return _page(session, actor, query, limit, cursor)


def due_requests(session: Session, now: datetime) -> Sequence[str]:
    """Those whose time to be answered is over, longest over first."""
    query = select(Contact.id).where(Contact.state == ContactState.REQUESTED, Contact.expires_at <= now)
    return session.scalars(query.order_by(Contact.expires_at).limit(DUE_PAGE)).all()


def due_endings(session: Session, now: datetime) -> Sequence[str]:
    """Contacts whose planned end has come."""
    query = select(Contact.id).where(Contact.state == ContactState.ACCEPTED, Contact.ends_at <= now)
    return session.scalars(query.order_by(Contact.ends_at).limit(DUE_PAGE)).all()


def _views(session: Session, actor: Person, rows: Sequence[tuple[Any, ...]]) -> list[ContactView]:
    ids = [row[0].id for row in rows]
    agreements: dict[str, list[Agreement]] = {}
    found = select(Agreement).where(Agreement.contact_id.in_(ids)).order_by(Agreement.agreed_at, Agreement.party)
    for agreement in session.scalars(found):
        agreements.setdefault(agreement.contact_id, []).append(agreement)
    return [
        ContactView(
            contact=contact,
            carer=carer,
            worker=worker,
            words=allows("contact.words", actor, Facts(contact=contact)),
            reason=allows("contact.reason", actor, Facts(contact=contact)),
            as_carer=contact.carer_id == actor.id,
            agreements=agreements.get(contact.id, []),
            begins=missing(carer=carer_agreed, worker=worker_agreed) if contact.is_open else (),
        )
        for contact, carer, worker, carer_agreed, worker_agreed in rows
    ]
