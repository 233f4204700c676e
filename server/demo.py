"""Demo data: made-up people whose password anyone may know, so only ever in a database that says it is a demo."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.clock import clock, whole_second
from models.code_of_conduct import STARTER_VERSION
from models.conversations import Standing
from models.groups import Audience, Focus, Form, JoinPolicy, ModerationMode
from models.people import Person
from models.roles import Role
from models.rota import ClearanceKind, Layer, RotaKind, RotaState, Turn
from models.service import DEMO, ServiceFact
from models.session import reading, transaction
from server.actions.auth import register
from server.actions.groups import create_group, put_member
from server.actions.library_import import carry_out_import, plan_import
from server.actions.rota import create_draft
from server.actions.rota_changes import record_clearance
from server.demo_profiles import make_profiles
from server.library_files import STARTER, read_folder
from server.passwords import hash_password

PASSWORD = "demo-password-1"  # noqa: S105 - printed for everybody, good for made-up people only
DOMAIN = "demo.test"


@dataclass(frozen=True)
class DemoLogin:
    name: str
    display_name: str
    role: Role

    @property
    def email(self) -> str:
        return f"{self.name}@{DOMAIN}"


LOGINS = (
    DemoLogin("carer1", "Wattle", Role.CARER),
    DemoLogin("carer2", "Heron", Role.CARER),
    DemoLogin("carer3", "Juniper", Role.CARER),
    DemoLogin("carer4", "Pebble", Role.CARER),
    DemoLogin("carer5", "Lantern", Role.CARER),
    DemoLogin("worker1", "Rowan", Role.CARER_PEER_WORKER),
    DemoLogin("worker2", "Maple", Role.CARER_PEER_WORKER),
    DemoLogin("worker3", "Clover", Role.CARER_PEER_WORKER),
    DemoLogin("consumerpeer", "Kestrel", Role.CONSUMER_PEER_WORKER),
    DemoLogin("moderator1", "Mod Ash", Role.MODERATOR),
    DemoLogin("moderator2", "Mod Birch", Role.MODERATOR),
    DemoLogin("supervisor", "Supervisor Hazel", Role.SUPERVISOR),
    DemoLogin("coordinator", "Coordinator Fern", Role.COORDINATOR),
    DemoLogin("professional", "Dr Moss", Role.PROFESSIONAL),
)


@dataclass(frozen=True, kw_only=True)
class DemoGroup:
    name: str
    description: str
    focus: Focus
    audience: Audience
    moderation: ModerationMode
    members: tuple[str, ...]
    facilitator: str


@dataclass(frozen=True, kw_only=True)
class DemoTurn:
    layer: Layer
    starts: str
    hours: int
    but_for_one_day: bool = False


GROUPS = (
    DemoGroup(
        name="Parents",
        description="For parents of a son or daughter of any age. We talk about daily life, and about ourselves.",
        focus=Focus.INTERACTIONAL,
        audience=Audience.PARENT,
        moderation=ModerationMode.AFTER,
        members=("carer1", "carer2", "carer3", "carer4"),
        facilitator="worker1",
    ),
    DemoGroup(
        name="Partners",
        description="For husbands, wives and partners. Every message is read by a moderator before it appears.",
        focus=Focus.REMEDIAL,
        audience=Audience.PARTNER,
        moderation=ModerationMode.BEFORE,
        members=("carer3", "carer5"),
        facilitator="worker2",
    ),
    DemoGroup(
        name="Siblings",
        description="For brothers and sisters, grown up or still at home. The first messages of newcomers wait a little.",
        focus=Focus.SOCIAL,
        audience=Audience.SIBLING,
        moderation=ModerationMode.NEW_MEMBERS,
        members=("carer5",),
        facilitator="worker3",
    ),
)


# On the crisis rota, day in, day out, each by turns.
TURNS = (
    DemoTurn(layer=Layer.PRIMARY, starts="2026-01-05T00:00", hours=22),
    DemoTurn(layer=Layer.PRIMARY, starts="2026-01-05T22:00", hours=2, but_for_one_day=True),
    DemoTurn(layer=Layer.BACKUP, starts="2026-01-05T00:00", hours=24),
    DemoTurn(layer=Layer.SUPERVISOR, starts="2026-01-05T00:00", hours=24),
)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ZONE = "Australia/Sydney"
TAKING_TURNS = {
    Layer.PRIMARY: ("worker1", "worker2", "worker3"),
    Layer.BACKUP: ("worker2", "worker3", "worker1"),
    Layer.SUPERVISOR: ("supervisor",),
}


class NotADemoDatabaseError(Exception):
    """There are real people in this database: demo people and their known password must not get in."""


def is_demo_database(session: Session) -> bool:
    return session.get(ServiceFact, DEMO) is not None


def has_people(session: Session) -> bool:
    return bool(session.scalar(select(func.count()).select_from(Person)))


def seed_demo() -> bool:
    """Fill an empty database once. False when it is a demo already; raises NotADemoDatabaseError when it is not empty."""
    with reading() as session:
        if is_demo_database(session):
            return False
        if has_people(session):
            raise NotADemoDatabaseError
    password_hash = hash_password(PASSWORD)
    now = clock.now()
    with transaction() as session:
        session.add(ServiceFact(name=DEMO, value=now.isoformat()))
        people = {login.name: _register(session, login, password_hash, now) for login in LOGINS}
        for group in sorted(GROUPS, key=lambda group: group.name):
            _make_group(session, group, people, now)
        _make_rota(session, people, now)
        make_profiles(session, people, now=now)
        filed, _ = read_folder(STARTER)
        carry_out_import(session, plan_import(session, filed), now=now)
    return True


def _register(session: Session, login: DemoLogin, password_hash: str, now: datetime) -> Person:
    return register(
        session,
        email=login.email,
        password_hash=password_hash,
        display_name=login.display_name,
        timezone=ZONE,
        region="AU",
        accepted_code_version=STARTER_VERSION,
        role=login.role,
        now=now,
    )


def _make_group(session: Session, group: DemoGroup, people: dict[str, Person], now: datetime) -> None:
    coordinator = people["coordinator"]
    view = create_group(
        session,
        coordinator,
        name=group.name,
        description=group.description,
        focus=group.focus,
        form=Form.OPEN_ENDED,
        audience=[group.audience.value],
        join_policy=JoinPolicy.OPEN,
        moderation=group.moderation,
        screening={},
        capacity=None,
        photos=group.moderation is not ModerationMode.NEW_MEMBERS,
        now=now,
    )
    session.flush()  # members refer to the group's conversation
    places = [(group.facilitator, Standing.FACILITATOR), *((name, Standing.MEMBER) for name in group.members)]
    for name, standing in places:
        put_member(session, coordinator, view.group.id, people[name].id, state="member", standing=standing, now=now)


def _make_rota(session: Session, people: dict[str, Person], now: datetime) -> None:
    """Published as it is: nobody made up has a device that could answer a trial page, so the check would refuse."""
    coordinator = people["coordinator"]
    open_day = (now.astimezone(ZoneInfo(ZONE)).weekday() + 3) % len(DAYS)  # some days ahead: a gap to see, and not now
    view = create_draft(
        session,
        coordinator,
        kind=RotaKind.REGULAR,
        starts_at=whole_second(now),
        ends_at=None,
        opening=[],
        rules=[
            {
                "layer": turn.layer,
                "zone": ZONE,
                "starts": turn.starts,
                "minutes": turn.hours * 60,
                "rrule": _every_day(but_for=open_day if turn.but_for_one_day else None),
                "turn": Turn.DAY,
                "people": [people[name].id for name in TAKING_TURNS[turn.layer]],
            }
            for turn in TURNS
        ],
        now=now,
    )
    view.version.state = RotaState.PUBLISHED
    view.version.published_by, view.version.published_at = coordinator.id, now
    for name in ("worker1", "worker2", "worker3", "consumerpeer", "supervisor"):
        for kind in ClearanceKind:
            valid_until = now + timedelta(days=365)
            record_clearance(session, coordinator, person_id=people[name].id, kind=kind, valid_until=valid_until, now=now)


def _every_day(*, but_for: int | None) -> str:
    return "FREQ=WEEKLY;BYDAY=" + ",".join(day for number, day in enumerate(DAYS) if number != but_for)
