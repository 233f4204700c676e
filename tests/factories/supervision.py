"""Peer workers who are supervised, and what they and their supervisor make; by the real actions."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from models.clock import clock
from models.debriefs import DebriefRequest, DebriefWish
from models.diary import DiaryEntry
from models.people import Person
from models.roles import Role
from models.supervision import SupervisionSession
from models.wellbeing import CheckIn
from server.actions.debriefs import ask_for_debrief
from server.actions.diary import write_entry
from server.actions.supervision import assign_supervisor, plan_session
from server.actions.wellbeing import check_in
from tests.factories.people import act, make_person

ANSWERS = {"happened": "We spoke of the long nights.", "helped": "To say nothing.", "mattered": "She was heard."}


@dataclass(frozen=True)
class Pair:
    worker: Person
    supervisor: Person


def make_pair(role: Role = Role.CARER_PEER_WORKER) -> Pair:
    """A worker and who supervises them."""
    pair = Pair(worker=make_person(role), supervisor=make_person(Role.SUPERVISOR))
    assign(pair.worker, pair.supervisor)
    return pair


def assign(worker: Person, supervisor: Person | None) -> None:
    chosen = supervisor.id if supervisor is not None else None
    act(assign_supervisor, make_person(Role.COORDINATOR), worker.id, supervisor_id=chosen)


def plan(pair: Pair, **later: float) -> SupervisionSession:
    when = clock.now() + timedelta(**later)
    planned: SupervisionSession = act(plan_session, pair.worker, worker_id=None, planned_at=when).session
    return planned


def write(worker: Person, **answers: str | None) -> DiaryEntry:
    written: DiaryEntry = act(write_entry, worker, answers={**ANSWERS, **answers})
    return written


def check(worker: Person, **facts: Any) -> CheckIn:
    given = {"rested": 2, "coping": 3, "supported": 4, "words": None, "share": False, **facts}
    made: CheckIn = act(check_in, worker, **given)
    return made


def ask(worker: Person, wish: DebriefWish = DebriefWish.SOON, words: str | None = None) -> DebriefRequest:
    asked: DebriefRequest = act(ask_for_debrief, worker, wish=wish, words=words).request
    return asked
