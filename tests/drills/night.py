"""A bad night: many carers ask for help at once, people on duty press or do not, and everything breaks meanwhile.

What happened is read from the database afterwards: every page, acknowledgement and end is an event with its time.
"""

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import eventlet
import requests
from sqlalchemy import select

from models.alerts import CLOSED, Alert, AlertState
from models.clock import clock
from models.errors import Unavailable
from models.escalation import read_policy
from models.people import Person
from models.rota import Layer
from models.session import reading, unbind
from models.streams import Event
from server.app import create_app
from tests.drills.rounds import AT_LENGTH, ROUNDS, Drill
from tests.factories.alerts import on_duty
from tests.factories.people import make_person, make_tokens
from tests.factories.server import ROOT, Server
from tests.factories.settings import make_settings

ALERTS = 50 if AT_LENGTH else 12
# How a clock is set. Back is what tempts a server to wait too long: the tests do that, the drills both.
SETTINGS = [("forward", 1), ("back", -1)] if AT_LENGTH else [("back", -1)]
NIGHTS = ROUNDS if AT_LENGTH else 1  # each takes half a minute of waiting
QUICK = """
contact_within_seconds = 600
still_open_every_minutes = 60
follow_up_at = "09:00"
[[step]]
layer = "primary"
repeats = 3
every_seconds = 2
[[step]]
layer = "backup"
repeats = 2
every_seconds = 2
[[step]]
layer = "supervisor"
repeats = 2
every_seconds = 2
"""
PATIENCE_S = 120.0
SAID_NO = {"alert_taken", "alert_closed", "not_found", "forbidden"}


STEPPING = ("tests/drills/stepping_server.py",)  # what a server is started with whose clock can be set


def quick_policy(folder: Path) -> dict[str, str]:
    """Settings with which a minute of paging takes seconds, of a server whose clock can be set."""
    file = folder / "escalation.toml"
    file.write_text(QUICK)
    set_clock(folder, 0)
    return {"ESCALATION_POLICY": str(file), "CLOCK_FILE": str(folder / "clock"), "PYTHONPATH": str(ROOT)}


def set_clock(folder: Path, hours: int) -> None:
    """The clock of every server of this folder is so many hours off from now on."""
    written = folder / "clock.new"
    written.write_text(str(hours))
    written.replace(folder / "clock")


@dataclass
class Asker:
    person: Person
    token: str
    alert_id: str | None = None
    winners: set[str] = field(default_factory=set)


class Night:
    """`servers` are running; their database gets carers and a rota of its own."""

    def __init__(self, servers: Sequence[Server], *, alerts: int = ALERTS) -> None:
        self._servers = servers
        self._app = create_app(make_settings(database_url=servers[0].database_url))
        self.policy = read_policy(QUICK)
        self.askers = [self._asker() for _ in range(alerts)]
        since = clock.now() - timedelta(hours=2)
        self.workers = [self.token_of(on_duty(since=since)) for _ in range(2)]
        on_duty(Layer.BACKUP, since=since)
        on_duty(Layer.SUPERVISOR, since=since)
        self._chance = random.Random(7)
        self.outages: list[tuple[datetime, datetime]] = []  # when no process was there at all

    def _asker(self) -> Asker:
        carer = make_person()
        return Asker(person=carer, token=make_tokens(self._app, carer).access_token)

    def token_of(self, person: Person) -> tuple[str, str]:
        return person.id, make_tokens(self._app, person).access_token

    def over(self) -> None:
        unbind()

    # -- what people do ----------------------------------------------------------------------------------------------

    def ask_all(self) -> Any:
        """Everybody asks, some at once and some a little later; each until they are answered."""
        return [eventlet.spawn_after(self._chance.random() * 4, self._ask, asker) for asker in self.askers]

    def _ask(self, asker: Asker) -> None:
        status, answer = self._until_answered("/crisis/alerts", asker.token, {"whose": "consumer", "note": "Please come."})
        assert status in (200, 201), answer
        asker.alert_id = answer["alert"]["id"]
        if self.askers.index(asker) % 2 == 0:  # the others are left to be paged to the end
            eventlet.sleep(self._chance.random() * 6)
            for task in [eventlet.spawn(self._press, asker, *worker) for worker in self.workers]:
                task.wait()

    def _press(self, asker: Asker, person_id: str, token: str) -> None:
        status, answer = self._until_answered(f"/crisis/alerts/{asker.alert_id}/acknowledge", token, None)
        if status == 200:
            asker.winners.add(person_id)
        else:
            assert answer["code"] in SAID_NO, answer

    def _until_answered(self, path: str, token: str, body: Any) -> tuple[int, dict[str, Any]]:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            server = self._chance.choice(self._servers)
            try:
                answer = requests.post(
                    f"{server.url}/api/v1{path}", json=body, headers={"Authorization": f"Bearer {token}"}, timeout=10
                )
            except requests.RequestException:
                eventlet.sleep(0.2)
                continue
            if answer.status_code < 500:
                return answer.status_code, answer.json()
            eventlet.sleep(0.2)
        raise AssertionError(f"{path} was never answered")

    # -- what became of it -------------------------------------------------------------------------------------------

    def settled(self) -> bool:
        """Whether every alert was taken or paged to the end."""
        ids = [asker.alert_id for asker in self.askers]
        if None in ids:
            return False
        try:
            alerts = self._alerts()
        except Unavailable:
            return False
        return len(alerts) == len(ids) and all(alert.state is not AlertState.PAGING for alert in alerts)

    def wait(self, meanwhile: Callable[[], Any] = lambda: None) -> float:
        """Until all is settled; `meanwhile` breaks things in between. How long it took."""
        since = time.monotonic()
        while not self.settled():
            assert time.monotonic() - since < PATIENCE_S, [alert.state for alert in self._alerts()]
            meanwhile()
            eventlet.sleep(0.2)
        return time.monotonic() - since

    def _alerts(self) -> Sequence[Alert]:
        with reading() as session:
            return session.scalars(select(Alert).where(Alert.id.in_([asker.alert_id for asker in self.askers]))).all()

    def count_faults(self, one: Drill) -> None:
        """Alerts lost, without a next step, or not paged to the end; alerts with two winners."""
        alerts = {alert.id: alert for alert in self._alerts()}
        pages = self._page_times()
        steps = sum(step.repeats for step in self.policy.steps)
        for asker in self.askers:
            alert = alerts.get(asker.alert_id or "")
            one.lost += alert is None
            if alert is None:
                continue
            one.lost += (alert.due_at is None) is not (alert.state in CLOSED)
            one.lost += alert.state is AlertState.UNANSWERED and len(pages[alert.id]) != steps
            one.doubled += len(asker.winners) > 1
            one.doubled += len(pages[alert.id]) > steps
            # Who was told that they have it has it.
            one.lost += bool(asker.winners) and (alert.state, {alert.taken_by}) != (AlertState.ACKNOWLEDGED, asker.winners)

    def delays(self) -> list[float]:
        """How much later than it was due each page went out, in seconds."""
        every = self.policy.steps[0].every
        late: list[float] = []
        for times in self._page_times().values():
            late += [((after - before) - every).total_seconds() for before, after in pairwise(times)]
        return late

    def delays_while_up(self) -> list[float]:
        """As `delays`, without the time in which there was no process to page."""
        every = self.policy.steps[0].every
        late: list[float] = []
        for times in self._page_times().values():
            for before, after in pairwise(times):
                down = sum(
                    (min(after, to) - max(before, since)).total_seconds()
                    for since, to in self.outages
                    if since < after and to > before
                )
                late.append(max(0.0, ((after - before) - every).total_seconds() - down))
        return late

    def _page_times(self) -> dict[str, list[datetime]]:
        """When each alert was paged: one time a page, however many people it went to."""
        with reading() as session:
            rows = session.execute(
                select(Event.subject_id, Event.created_at)
                .where(Event.kind == "alert.paged", Event.subject_id.in_([asker.alert_id for asker in self.askers]))
                .distinct()
                .order_by(Event.created_at)
            )
            found: dict[str, list[datetime]] = defaultdict(list)
            for alert_id, at in rows:
                found[alert_id].append(at)
        return found


def note_delays(one: Drill, night: Night) -> float:
    """Write down how late pages were; returns within how many seconds of a process being there 99 of 100 went out."""
    late = night.delays()
    one.worst("99 of 100 pages within", _p99(late))
    one.worst("latest page", max(late, default=0.0))
    while_up = _p99(night.delays_while_up())
    if night.outages:
        one.worst("of it while a process was there", while_up)
    return while_up


def _p99(late: Sequence[float]) -> float:
    return statistics.quantiles(late, n=100)[98] if len(late) > 1 else max(late, default=0.0)


def paced(every: timedelta, do: Callable[[], Any], times: int) -> Callable[[], None]:
    """`do` once at each such distance, at most `times` times, when called often."""
    state = {"last": time.monotonic(), "done": 0}

    def meanwhile() -> None:
        if state["done"] < times and time.monotonic() - state["last"] > every.total_seconds():
            state["done"] += 1
            do()
            state["last"] = time.monotonic()

    return meanwhile
