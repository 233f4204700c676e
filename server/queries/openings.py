"""Whether workers take on somebody new now, and when they read what is written to them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select, true, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.contact_windows import Stretch, next_open
from models.contacts import Contact, ContactState, ContactUnavailable, WorkerUnavailable
from models.openings import ContactLeave, ContactTerms, Limits, WorkerFull, WorkerPaused, current_limits
from models.people import Person
from models.policy import Facts, authorise
from models.rota import Leave
from models.rota_resolver import resolve
from server.queries.rota import load_plan
from server.queries.training import is_trained

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
    """When they are away, by their own word or the rota's, of what ends after `since` and begins before `until`."""
    found: dict[str, list[Stretch]] = {}
    for person_id, begins, ends in session.execute(
        union_all(*(_away(kind, worker_ids, since) for kind in (Leave, ContactLeave)))
    ):
        if until is None or begins < until:
            found.setdefault(person_id, []).append((begins, ends))
    return found


def _away(kind: type[Leave | ContactLeave], worker_ids: Collection[str], since: datetime) -> Select[str, datetime, datetime]:
    return select(kind.person_id, kind.since, kind.until).where(
        kind.withdrawn_at.is_(None), kind.until > since, _among(kind.person_id, worker_ids)
    )


@dataclass(frozen=True, kw_only=True)
class Availability:
    """A worker's terms as they see them. `shifts_during_leave`: on the rota, which leave of theirs takes nobody off."""

    terms: ContactTerms
    opening: Opening
    limits: Limits
    leave: Sequence[Stretch]
    rota_leave: Sequence[Stretch]
    shifts_during_leave: int


def own_availability(session: Session, actor: Person, *, now: datetime) -> Availability:
    """Raises Forbidden for whoever has no carers to be there for."""
    authorise("availability.read", actor, Facts())
    terms = session.get(ContactTerms, actor.id) or ContactTerms(
        person_id=actor.id, zone=actor.timezone, windows_text="", changed_at=now, version=0
    )
    own = _stretches(session, ContactLeave, actor.id, now)
    return Availability(
        terms=terms,
        opening=openings(session, [actor.id], now)[actor.id],
        limits=current_limits(),
        leave=own,
        rota_leave=_stretches(session, Leave, actor.id, now),
        shifts_during_leave=sum(_shifts_in(session, actor.id, since, until, now) for since, until in own),
    )


def _stretches(session: Session, kind: type[Leave | ContactLeave], worker_id: str, now: datetime) -> list[Stretch]:
    return sorted((since, until) for _, since, until in session.execute(_away(kind, [worker_id], now)))


def _shifts_in(session: Session, worker_id: str, since: datetime, until: datetime, now: datetime) -> int:
    plan = load_plan(session, since, until, now=now)
    return sum(span.person_id == worker_id for span in resolve(plan, since, until))


def refuse_unless_taking(session: Session, worker_id: str, now: datetime) -> None:
    """Raises WorkerUnavailable where they have paused, are away, or lack a training. Who is full can be waited for."""
    terms = session.get(ContactTerms, worker_id, populate_existing=True)
    paused = terms is not None and terms.paused_at is not None
    if paused or _is_away(session, worker_id, now) or not is_trained(session, worker_id, now):
        raise WorkerUnavailable


def refuse_if_full(session: Session, worker_id: str, *, by_worker: bool) -> None:
    """Another contact would be more than they take on. The worker themselves is told which; anybody else is not.

    Raises WorkerFull, WorkerPaused, ContactUnavailable. Whoever calls holds the worker, so that two do not pass at once.
    """
    terms = session.get(ContactTerms, worker_id, populate_existing=True)
    if terms is not None and terms.paused_at is not None:
        raise WorkerPaused if by_worker else ContactUnavailable
    capacity = terms.capacity if terms is not None else None
    if _contacts(session, [worker_id]).get(worker_id, 0) >= (current_limits().capacity if capacity is None else capacity):
        raise WorkerFull if by_worker else ContactUnavailable


def _is_away(session: Session, worker_id: str, now: datetime) -> bool:
    return any(since <= now < until for since, until in leaves(session, [worker_id], now).get(worker_id, ()))


def _contacts(session: Session, worker_ids: Collection[str]) -> Mapping[str, int]:
    """How many contacts of theirs go on."""
    query = select(Contact.worker_id, func.count()).where(
        Contact.state == ContactState.ACCEPTED, _among(Contact.worker_id, worker_ids)
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(Contact.worker_id))}


def _among(column: InstrumentedAttribute[str], ids: Collection[str]) -> ColumnElement[bool]:
    return column.in_(list(ids)) if len(ids) <= MANY else true()
