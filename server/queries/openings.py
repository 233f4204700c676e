"""Whether workers take on somebody new now, and when they read what is written to them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.contact_windows import Stretch, next_open
from models.contacts import Contact, ContactState
from models.openings import ContactTerms, current_limits
from models.rota import Leave

MANY = 100  # past it, reading every worker's few rows costs less than naming each


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """`takes_new`: neither paused, away nor full. A worker who named no windows is open at no hour that could be promised.

    Whether the account is in use, and what its role is, is another matter.
    """

    takes_new: bool
    places_left: int
    open_now: bool
    next_open_at: datetime | None


def openings(session: Session, worker_ids: Collection[str], now: datetime) -> Mapping[str, Opening]:
    """Of each of these workers, in three queries however many; `next_open_at` is `now` for who is open."""
    busy = _contacts(session, worker_ids)
    away = leaves(session, worker_ids, now)
    terms = {
        row[0]: row
        for row in session.execute(
            select(
                ContactTerms.person_id,
                ContactTerms.zone,
                ContactTerms.windows_text,
                ContactTerms.capacity,
                ContactTerms.paused_at,
            ).where(_among(ContactTerms.person_id, worker_ids))
        )
    }
    usual = current_limits().capacity
    found: dict[str, Opening] = {}
    for worker_id in worker_ids:
        _, zone, text, capacity, paused_at = terms.get(worker_id, NOTHING_SAID)
        gone = away.get(worker_id, ())
        left = max(0, (usual if capacity is None else capacity) - busy.get(worker_id, 0))
        next_at = next_open(zone, text, now, gone)
        found[worker_id] = Opening(
            takes_new=left > 0 and paused_at is None and not any(since <= now < until for since, until in gone),
            places_left=left,
            open_now=next_at == now,
            next_open_at=next_at,
        )
    return found


NOTHING_SAID = (None, "UTC", "", None, None)


def leaves(
    session: Session, worker_ids: Collection[str], since: datetime, until: datetime | None = None
) -> Mapping[str, list[Stretch]]:
    """When they are away, of what ends after `since` and begins before `until`, in order."""
    query = select(Leave.person_id, Leave.since, Leave.until).where(
        Leave.withdrawn_at.is_(None), Leave.until > since, _among(Leave.person_id, worker_ids)
    )
    if until is not None:
        query = query.where(Leave.since < until)
    found: dict[str, list[Stretch]] = {}
    for person_id, begins, ends in session.execute(query.order_by(Leave.since)):
        found.setdefault(person_id, []).append((begins, ends))
    return found


def _contacts(session: Session, worker_ids: Collection[str]) -> Mapping[str, int]:
    """How many contacts of theirs go on."""
    query = select(Contact.worker_id, func.count()).where(
        Contact.state == ContactState.ACCEPTED, _among(Contact.worker_id, worker_ids)
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(Contact.worker_id))}


def _among(column: InstrumentedAttribute[str], ids: Collection[str]) -> ColumnElement[bool]:
    return column.in_(list(ids)) if len(ids) <= MANY else true()
