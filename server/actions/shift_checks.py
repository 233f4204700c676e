"""Looking again at who is about to be on: a day ahead, while something can still be done, and at the start.

What speaks against somebody's role or account takes them off by itself, wherever the rota is asked. For the rest they stay
on, because somebody in need is better met by them than by nobody; whoever plans the rota is told at once.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import utc_text
from models.fitness import Problem
from models.ids import new_id
from models.people import Person, PersonState
from models.roles import Role
from models.rota import Layer
from models.rota_resolver import Span, resolve
from models.shifts import CheckStage, ShiftCheck
from models.streams import EventKind, record_to_inboxes
from moderation.audit import write_audit
from server.queries.fitness import BEFORE, find_problems
from server.queries.rota import AROUND, load_plan

AHEAD = timedelta(hours=24)
LATE = timedelta(minutes=30)  # a start missed by more than this, while nothing ran, is over
MOST_TOLD = 200

Key = tuple[str, Layer, datetime, CheckStage]


def check_shifts(session: Session, *, now: datetime) -> int:
    """Look at each shift once a day ahead and once at its start; returns how many were looked at."""
    since, until = now - LATE, now + AHEAD
    plan = load_plan(session, since - BEFORE, until + AROUND, now=None)
    shifts = [span for span in resolve(plan, since - AROUND, until + AROUND) if since <= span.since < until]
    due = list(_due(session, shifts, now))
    if not due:
        return 0
    found = find_problems(session, plan, since, until, now=now)
    for shift, stage in due:
        mine = [one for one in found if (one.person_id, one.layer, one.since) == (shift.person_id, shift.layer, shift.since)]
        _note(session, shift, stage, mine, now)
    return len(due)


def _due(session: Session, shifts: list[Span], now: datetime) -> Iterator[tuple[Span, CheckStage]]:
    known = {
        (row.person_id, row.layer, row.since, row.stage)
        for row in session.scalars(select(ShiftCheck).where(ShiftCheck.since.in_(sorted({shift.since for shift in shifts}))))
    }
    for shift in shifts:
        stage = CheckStage.START if shift.since <= now else CheckStage.AHEAD
        if (shift.person_id, shift.layer, shift.since, stage) not in known:
            yield shift, stage


def _note(session: Session, shift: Span, stage: CheckStage, problems: list[Problem], now: datetime) -> None:
    codes = [one.code.value for one in problems]
    check = ShiftCheck(
        id=new_id(),
        person_id=shift.person_id,
        layer=shift.layer,
        since=shift.since,
        stage=stage,
        codes=codes,
        checked_at=now,
    )
    session.add(check)
    if not codes:
        return
    data = {
        "person_id": shift.person_id,
        "layer": shift.layer.value,
        "since": utc_text(shift.since),
        "until": utc_text(shift.until),
        "stage": stage.value,
        "codes": codes,
    }
    planners = session.scalars(
        select(Person.id)
        .where(Person.role.in_([Role.COORDINATOR, Role.SUPERVISOR]), Person.state == PersonState.ACTIVE)
        .order_by(Person.id)
        .limit(MOST_TOLD)
    )
    told = sorted({*planners, shift.person_id})
    record_to_inboxes(session, told, EventKind.SHIFT_UNFIT, check.id, now=now, data=data)
    audit = {"codes": codes, "stage": stage.value}
    write_audit(
        session, actor_id=None, action="shift.unfit", subject_kind="person", subject_id=shift.person_id, now=now, data=audit
    )
