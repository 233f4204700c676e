"""Which peer workers a viewer may be shown, with what is matched of each and how much they are taken up: one query for all.

Invariant: what a profile says is matched by what was worked out from that very version, which never changes; everything else
is read for every answer.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import ClassVar, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from models.contact_windows import Stretch, next_open, zone_of
from models.contacts import Contact, ContactState
from models.matching import form_of, lot_of, times_of
from models.openings import ContactTerms, current_limits
from models.people import Person, PersonState
from models.prepared import Prepared
from models.roles import Role
from models.training import required_kinds
from models.worker_profiles import ProfileState, WorkerProfile, read_content
from server.queries.openings import Opening
from server.queries.training import trained
from server.queries.walls import all_walled_off

MINUTE = timedelta(minutes=1)


class Candidate(NamedTuple):
    """Somebody who may be shown. `form`: what they have, and when they are free on the viewer's clock."""

    profile_id: str
    worker_id: str
    form: int
    lot: int
    zone: str
    windows: str
    places: int  # with how many carers they talk at most
    taken: int  # with how many they do

    def has_place(self, away: Sequence[Stretch], now: datetime) -> bool:
        return self.taken < self.places and not any(since <= now < until for since, until in away)

    def opening(self, away: Sequence[Stretch], now: datetime) -> Opening:
        """As `server/queries/openings.py` says it, from what is known already."""
        next_at = next_open(self.zone, self.windows, now, away)
        return Opening(
            takes_new=self.has_place(away, now),
            places_left=max(0, self.places - self.taken),
            open_now=next_at == now,
            next_open_at=next_at,
        )


class _Memory:
    """What was worked out from versions of profiles, by their ids: (form, lot). No version changes, so neither does this."""

    known: ClassVar[dict[str, tuple[int, int]]] = {}


MOST_KNOWN = 20_000  # past it, versions that nobody sees any more are forgotten

CONTENT = Prepared(
    select(WorkerProfile.id, WorkerProfile.worker_id, WorkerProfile.content).where(
        WorkerProfile.id.in_(bindparam("ids", expanding=True))
    )
)


@cache
def _candidates(required: tuple[str, ...], *, one: bool) -> Prepared:
    """Whoever may be shown; `required` as `trained` knows it, so that the statement is made once for each."""
    taken = (
        select(func.count())
        .where(Contact.worker_id == WorkerProfile.worker_id, Contact.state == ContactState.ACCEPTED)
        .scalar_subquery()
    )
    query = (
        select(
            WorkerProfile.id,
            WorkerProfile.worker_id,
            ContactTerms.zone,
            ContactTerms.windows_text,
            ContactTerms.capacity,
            taken.label("taken"),
        )
        .join(Person, Person.id == WorkerProfile.worker_id)
        .outerjoin(ContactTerms, ContactTerms.person_id == WorkerProfile.worker_id)
        .where(
            WorkerProfile.state == ProfileState.AGREED,
            WorkerProfile.role == Person.role,
            Person.role.in_(bindparam("roles", expanding=True)),
            Person.state == PersonState.ACTIVE,
            ContactTerms.paused_at.is_(None),
            trained(bindparam("now")),
        )
    )
    return Prepared(query.where(WorkerProfile.worker_id == bindparam("worker")) if one else query)


def may_be_shown(
    session: Session, actor: Person, roles: Sequence[Role], now: datetime, *, worker_id: str | None = None
) -> list[Candidate]:
    """Everybody of these roles, or this one of them, whom the viewer may be shown."""
    given = {} if worker_id is None else {"worker": worker_id}
    query = _candidates(tuple(required_kinds()), one=worker_id is not None)
    rows = query.rows(session, now=now, roles=roles, **given)
    hidden = all_walled_off(session, actor.id)
    known = _learned(session, [row[0] for row in rows])
    usual, ahead = current_limits().capacity, _Clocks(actor.timezone, now)
    found = []
    for profile_id, theirs, zone, windows, capacity, taken in rows:
        if theirs not in hidden:
            form, lot = known[profile_id]
            times = times_of(windows, ahead[zone]) if windows else 0
            places = usual if capacity is None else capacity
            found.append(Candidate(profile_id, theirs, form | times, lot, zone or "UTC", windows or "", places, taken))
    return found


class _Clocks(dict[str, int]):
    """By zone: how many minutes a viewer's clock is ahead of the clocks there now."""

    def __init__(self, zone: str, now: datetime) -> None:
        super().__init__()
        self._now = now
        self._own = self._offset(zone)

    def __missing__(self, zone: str) -> int:
        found = self[zone] = self._own - self._offset(zone)
        return found

    def _offset(self, zone: str) -> int:
        return (self._now.astimezone(zone_of(zone)).utcoffset() or timedelta(0)) // MINUTE


def _learned(session: Session, ids: Sequence[str]) -> Mapping[str, tuple[int, int]]:
    """What is matched of each of these versions: worked out once for each, in each process."""
    known = _Memory.known
    missing = [profile_id for profile_id in ids if profile_id not in known]
    if missing:
        for profile_id, worker_id, content in CONTENT.rows(session, ids=missing):
            known[profile_id] = form_of(read_content(content)), lot_of(worker_id)
        if len(known) > MOST_KNOWN:
            # Another dict: whoever waited for the database still has the old one in hand.
            _Memory.known = {profile_id: known[profile_id] for profile_id in ids}
    return known
