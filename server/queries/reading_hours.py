"""When what is written in a one-to-one is read: the contact windows of the workers in it, and the times they are away.

Who has named no windows reads at any hour they are not away: nothing is promised of them and nothing kept back while they
are there, and then there is nothing here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from models.base import UtcDateTime
from models.contact_windows import Stretch, next_open, zone_of
from models.contacts import Contact
from models.conversations import Membership, MemberState
from models.openings import TAKES_CARERS, ContactLeave, ContactTerms
from models.people import Person
from models.phrases import MONTHS, WEEKDAYS, Phrase
from models.prepared import Prepared
from models.roles import Role
from models.rota import Leave
from server.queries.openings import leaves


@dataclass(frozen=True, kw_only=True)
class Hours:
    """One worker's windows, without the times they are away."""

    zone: str
    text: str
    away: tuple[Stretch, ...] = ()

    def says_something(self, at: datetime) -> bool:
        """Whether anybody can be told when they read: they have windows, or come back from where they are."""
        return bool(self.text) or self.open_from(at) > at

    def open_from(self, at: datetime) -> datetime:
        """`at` itself where a window is open then; without windows, where they are not away."""
        if self.text:
            return next_open(self.zone, self.text, at, self.away) or at
        for since, until in self.away:  # in order: one leave may begin before the other ends
            if since <= at < until:
                at = until
        return at


NOW = bindparam("now", type_=UtcDateTime)
# Written once: it runs with every message between two, and with none in a group.
HOURS = Prepared(
    select(
        Membership.person_id,
        ContactTerms.zone,
        ContactTerms.windows_text,
        ContactLeave.since,
        ContactLeave.until,
        Leave.since,
        Leave.until,
    )
    .join(Person, Person.id == Membership.person_id)
    .outerjoin(ContactTerms, ContactTerms.person_id == Membership.person_id)
    .outerjoin(
        ContactLeave,
        and_(
            ContactLeave.person_id == Membership.person_id,
            ContactLeave.until > NOW,
            ContactLeave.withdrawn_at.is_(None),
        ),
    )
    .outerjoin(Leave, and_(Leave.person_id == Membership.person_id, Leave.until > NOW, Leave.withdrawn_at.is_(None)))
    .where(
        Membership.conversation_id == bindparam("conversation"),
        Membership.state == MemberState.MEMBER,
        or_(*(Person.role == role for role in sorted(TAKES_CARERS))),
    )
)


def hours_in(session: Session, conversation_id: str, now: datetime) -> Mapping[str, Hours]:
    """Of each worker in this one-to-one who has named windows, or is away, in one query."""
    found: dict[str, Hours] = {}
    for worker_id, zone, text, since, until, rota_since, rota_until in HOURS.rows(
        session, conversation=conversation_id, now=now
    ):
        before = found[worker_id].away if worker_id in found else ()
        away = {*before, *((a, b) for a, b in ((since, until), (rota_since, rota_until)) if a is not None)}
        found[worker_id] = Hours(zone=zone or "UTC", text=text or "", away=tuple(sorted(away)))
    return {worker_id: hours for worker_id, hours in found.items() if hours.says_something(now)}


def hours_of(session: Session, worker_ids: Collection[str], now: datetime) -> Mapping[str, Hours]:
    """Of each of these people who takes carers and has named windows, or is away, in two queries."""
    query = (
        select(Person.id, ContactTerms.zone, ContactTerms.windows_text)
        .outerjoin(ContactTerms, ContactTerms.person_id == Person.id)
        .where(Person.id.in_(list(worker_ids)), Person.role.in_(TAKES_CARERS))
    )
    rows = session.execute(query).all() if worker_ids else []
    away = leaves(session, [row[0] for row in rows], now) if rows else {}
    found = {
        row[0]: Hours(zone=row[1] or "UTC", text=row[2] or "", away=tuple(sorted(away.get(row[0], ())))) for row in rows
    }
    return {worker_id: hours for worker_id, hours in found.items() if hours.says_something(now)}


def conversations_of(session: Session, worker_id: str) -> Collection[str]:
    """The one-to-ones that go on with this worker."""
    query = select(Contact.conversation_id).where(Contact.worker_id == worker_id, Contact.ended_at.is_(None))
    return [found for found in session.scalars(query) if found is not None]


READ_FROM = "{weekday} {day} {month} at {time}"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """When a carer's words are read, told on the carer's own clock; `read_from` is now where somebody reads now."""

    open_now: bool
    read_from: datetime
    timezone: str

    @property
    def read_from_local(self) -> datetime:
        return self.read_from.astimezone(zone_of(self.timezone))

    @property
    def words(self) -> Phrase:
        """As "Thursday 26 November at 09:00", for whoever lives there."""
        local = self.read_from_local
        return Phrase(
            READ_FROM,
            weekday=Phrase(WEEKDAYS[local.weekday()]),
            day=local.day,
            month=Phrase(MONTHS[local.month - 1]),
            time=f"{local:%H:%M}",
        )


def reading_for(viewer: Person, hours: Mapping[str, Hours], now: datetime) -> Reading | None:
    """What a carer is told of the first of these workers to read; None to anybody else, and where nothing was promised."""
    if viewer.role is not Role.CARER or not hours:
        return None
    read_from = min(each.open_from(now) for each in hours.values())
    return Reading(open_now=read_from == now, read_from=read_from, timezone=viewer.timezone)


def readings(session: Session, viewer: Person, others: Mapping[str, str], now: datetime) -> Mapping[str, Reading]:
    """By conversation, of `others`: the worker in each. No query where there is none of either."""
    if viewer.role is not Role.CARER or not others:
        return {}
    hours = hours_of(session, set(others.values()), now)
    found = {
        conversation_id: reading_for(viewer, {worker_id: hours[worker_id]}, now)
        for conversation_id, worker_id in others.items()
        if worker_id in hours
    }
    return {conversation_id: reading for conversation_id, reading in found.items() if reading is not None}
