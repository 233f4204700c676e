"""Setting aside what was reported in bad faith, alone or with all that its reporter has open, and undoing that.

Invariants: a report of a risk is never set aside; nobody sets aside what they could not decide; a case to which no reason to
look is left closes with a recorded dismissal, and no other closes by this.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.errors import Conflict
from models.flags import ReportState, SetAside
from models.ids import new_id
from models.people import Person
from models.policy import allows, authorise
from models.review import Case, CaseState, Decision, DecisionKind, FlagSource, Report
from models.streams import REVIEW_DESK, EventKind, record_to_desk, record_to_inboxes
from moderation.audit import write_audit
from moderation.flags import is_safety
from moderation.review import (
    URGENCY_OF_REASON,
    Reason,
    Target,
    dismiss_unsupported,
    gather,
    holder,
    possible_decisions,
    touch,
)
from server.actions.case_outcomes import wind_up
from server.queries.flags import find_report, get_report
from server.queries.privacy import lock_person
from server.queries.review import case_facts, get_case
from server.queries.set_asides import Held, has_support, hold_reports, open_with, people_in, set_aside_with


class SafetyReport(Conflict):
    code = "safety_report"
    user_message = "A report of a risk is always looked at. Please decide its case instead."


class ReportSetAside(Conflict):
    code = "report_set_aside"
    user_message = "This report was set aside already."


class ReportStands(Conflict):
    code = "report_stands"
    user_message = "This report is not set aside."


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one step did, by ids."""

    set_aside: Sequence[str]
    left_standing: Sequence[str]  # reports of a risk
    closed_cases: Sequence[str]


def set_aside_reports(
    session: Session, actor: Person, report_id: str, *, note: str, all_open: bool, now: datetime
) -> Outcome:
    """Mark a report as made in bad faith and set it aside; with `all_open` also what else its reporter has open.

    Of the others those stay as they are that tell of a risk, or lie in a case which is not the actor's to decide. Raises
    NotFound, Forbidden, SafetyReport, ReportSetAside.
    """
    marked = get_report(session, report_id)
    authorise("report.set_aside", actor, case_facts(session, get_case(session, marked.case_id)))
    held = hold_reports(session, open_with(session, marked) if all_open else [marked.id])
    if marked.state is ReportState.SET_ASIDE:
        raise ReportSetAside
    if is_safety(marked.reason):
        raise SafetyReport
    step = SetAside(id=new_id(), reporter_id=marked.reporter_id, by=actor.id, at=now, note=note)
    session.add(step)
    session.flush()  # its reports refer to it
    taken, left = _sort_out(session, actor, held, marked)
    for report in taken:
        report.state, report.set_aside_id = ReportState.SET_ASIDE, step.id
    session.flush()  # whether anything is left in their cases is asked below
    closed = [case.id for case in _cases(held, taken) if _lighten(session, actor, held, case, taken, note=note, now=now)]
    outcome = Outcome(set_aside=[one.id for one in taken], left_standing=[one.id for one in left], closed_cases=closed)
    _audit(session, actor, "report.set_aside", "report", marked.id, now, {**vars(outcome), "set_aside_id": step.id})
    _tell_reporter(session, marked, "set_aside", now)
    return outcome


def _sort_out(session: Session, actor: Person, held: Held, marked: Report) -> tuple[list[Report], list[Report]]:
    """Which of these reports to set aside, and which tell of a risk and stay."""
    taken: list[Report] = []
    left: list[Report] = []
    for report in held.reports:
        case = held.case_of(report)
        if report is not marked:
            if report.state is ReportState.SET_ASIDE or case.state is CaseState.CLOSED:
                continue  # it was open a moment ago
            # Not even told of: that the same person reported this too is not the actor's to know.
            if not allows("report.set_aside", actor, case_facts(session, case)):
                continue
        (left if is_safety(report.reason) else taken).append(report)
    return taken, left


def _cases(held: Held, reports: Sequence[Report]) -> list[Case]:
    """Their cases that are not closed, in the order of ids."""
    ids = sorted({report.case_id for report in reports})
    return [held.cases[case_id] for case_id in ids if held.cases[case_id].state is not CaseState.CLOSED]


def _lighten(
    session: Session, actor: Person, held: Held, case: Case, taken: Sequence[Report], *, note: str, now: datetime
) -> bool:
    """Take the weight of these reports from a case; close it where nothing is left in it. Whether it was closed."""
    case.weight -= sum(report.weight for report in taken if report.case_id == case.id)
    if has_support(session, case) or not _may_close(actor, held, case, now):
        touch(case)
        record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
        return False
    dismiss_unsupported(case, now=now)
    dismissal = {"moderator_id": actor.id, "decision": DecisionKind.DISMISS, "note": note, "created_at": now}
    decision = Decision(id=new_id(), case_id=case.id, **dismissal)
    session.add(decision)
    wind_up(session, case, DecisionKind.DISMISS, now=now)
    message = held.message_of(case)
    state = message.state.value if message is not None else None
    _audit(session, actor, "case.dismiss", "case", case.id, now, {"decision_id": decision.id, "message_state": state})
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_CLOSED, case.id, now=now)
    return True


def _may_close(actor: Person, held: Held, case: Case, now: datetime) -> bool:
    """Not over the head of another who is looking at it just now, nor while its message is out of sight for it."""
    if holder(case, at=now) not in (None, actor.id):
        return False
    return DecisionKind.DISMISS in possible_decisions(case, held.message_of(case))


@dataclass(frozen=True, kw_only=True)
class Undone:
    """What stands again, and the open cases it lies in."""

    reinstated: Sequence[str]
    cases: Sequence[str]


def reinstate_reports(session: Session, actor: Person, report_id: str, *, note: str, now: datetime) -> Undone:
    """Undo the step by which a report was set aside, whole. What it closed is looked at again, in an open case.

    Raises NotFound, Forbidden, ReportStands.
    """
    marked = get_report(session, report_id)
    authorise("report.reinstate", actor, case_facts(session, get_case(session, marked.case_id)))
    if marked.set_aside_id is None:
        raise ReportStands
    ids = set_aside_with(session, marked.set_aside_id)
    for person_id in people_in(session, ids):
        lock_person(session, person_id)
    held = hold_reports(session, ids)
    step = session.get_one(SetAside, marked.set_aside_id, with_for_update=True) if marked.set_aside_id else None
    if step is None:
        raise ReportStands
    step.undone_by, step.undone_at, step.undone_note = actor.id, now, note
    standing = [report for report in held.reports if report.set_aside_id == step.id]
    cases = [_stand_again(session, held, report, step, now) for report in standing]
    undone = Undone(reinstated=[report.id for report in standing], cases=sorted({one for one in cases if one is not None}))
    _audit(session, actor, "report.reinstated", "report", marked.id, now, {**vars(undone), "set_aside_id": step.id})
    _tell_reporter(session, marked, "reinstated", now)
    return undone


def _stand_again(session: Session, held: Held, report: Report, step: SetAside, now: datetime) -> str | None:
    """Let a report count again; the id of the open case it lies in, if it needs one."""
    case = held.case_of(report)
    report.state, report.set_aside_id = ReportState.STANDING, None
    if case.state is not CaseState.CLOSED:
        case.weight += report.weight
        touch(case)
        record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
        return case.id
    if case.closed_at != step.at:
        return None  # it was decided for what it is
    target = Target.of(case)
    newer = target.open_case(session)
    if newer is not None and find_report(session, report.reporter_id, newer.id) is not None:
        return newer.id  # they reported it again meanwhile
    flag = Reason(source=FlagSource.REPORT, label=report.reason.value, severity=int(URGENCY_OF_REASON[report.reason]))
    opened, is_new = gather(session, target, [flag], now=now, weight=report.weight)
    report.case_id = opened.id
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_OPENED if is_new else EventKind.CASE_CHANGED, opened.id, now=now)
    return opened.id


def _tell_reporter(session: Session, report: Report, outcome: str, now: datetime) -> None:
    """One word for all of them, without blame: they were looked at together."""
    data = {"report_id": report.id, "message_id": None, "outcome": outcome}
    record_to_inboxes(session, [report.reporter_id], EventKind.NOTICE_REPORT, report.id, now=now, data=data)


def _audit(
    session: Session, actor: Person, action: str, kind: str, subject_id: str, now: datetime, data: Mapping[str, Any]
) -> None:
    write_audit(session, actor_id=actor.id, action=action, subject_kind=kind, subject_id=subject_id, now=now, data=data)
