"""The review desk: what moderators do about cases. Every step is in the audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.ids import new_id
from models.people import Person
from models.policy import Facts, authorise
from models.review import Case, CaseState, Decision, DecisionKind
from models.streams import REVIEW_DESK, EventKind, record_to_desk
from moderation import review
from moderation.audit import write_audit
from server.actions.aftercare import settle_with_decision
from server.actions.case_outcomes import carry_out
from server.queries.messages import lock_message
from server.queries.review import CaseDetail, case_parties, detail_case, get_case, has_open_case


def open_case(session: Session, actor: Person, case_id: str, *, now: datetime) -> CaseDetail:
    """Everything a moderator needs to decide a case, the text included; that they looked is in the audit trail."""
    authorise("review.open", actor, Facts(parties=case_parties(session, get_case(session, case_id))))
    detail = detail_case(session, case_id, at=now)
    _audit(session, actor, "case.read", detail.view.case, now)
    return detail


def claim_case(session: Session, actor: Person, case_id: str, *, now: datetime) -> Case:
    """Take a case in hand for ten minutes; claiming one's own again keeps it. Raises CaseClaimed, CaseClosed."""
    case = _lock_for_decision(session, actor, case_id)
    review.claim(case, actor.id, now=now)
    _audit(session, actor, "case.claimed", case, now)
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
    return case


def release_case(session: Session, actor: Person, case_id: str, *, now: datetime) -> Case:
    """Lay a case back for others. Raises CaseClaimed when it is in another's hands."""
    case = _lock_for_decision(session, actor, case_id)
    if case.state is not CaseState.OPEN:
        review.release(case, actor.id, now=now)
        _audit(session, actor, "case.released", case, now)
        record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
    return case


def decide_case(
    session: Session,
    actor: Person,
    case_id: str,
    *,
    decision: DecisionKind,
    note: str,
    version: int,
    now: datetime,
    follow_up: Mapping[str, Any] | None = None,
) -> Case:
    """Decide a case: what it is about changes, the room sees it, author and reporters are told.

    `follow_up`: as in `settle_with_decision`. Raises StaleVersion, CaseClaimed, CaseClosed, DecisionNotPossible, Invalid;
    then nothing has changed.
    """
    case = get_case(session, case_id)
    message = lock_message(session, case.message_id) if case.message_id is not None else None
    case = _lock_for_decision(session, actor, case_id)
    if message is not None and case.state is CaseState.CLOSED and has_open_case(session, message.id):
        raise review.CaseClosed  # the newer case is where this is decided now
    after = review.settle(case, message, decision, actor.id, version=version, now=now)
    taken = Decision(id=new_id(), case_id=case.id, moderator_id=actor.id, decision=decision, note=note, created_at=now)
    session.add(taken)
    state = after.value if after is not None else None
    _audit(session, actor, f"case.{decision.value}", case, now, {"decision_id": taken.id, "message_state": state})
    carry_out(session, case, message, taken, after, now=now)
    if follow_up is not None:
        settle_with_decision(session, actor, case, follow_up, now=now)
    kind = EventKind.CASE_CLOSED if case.state is CaseState.CLOSED else EventKind.CASE_CHANGED
    record_to_desk(session, REVIEW_DESK, kind, case.id, now=now)
    return case


def _lock_for_decision(session: Session, actor: Person, case_id: str) -> Case:
    case = get_case(session, case_id, lock=True)
    authorise("review.decide", actor, Facts(parties=case_parties(session, case)))
    return case


def _audit(
    session: Session,
    actor: Person,
    action: str,
    case: Case,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    write_audit(session, actor_id=actor.id, action=action, subject_kind="case", subject_id=case.id, now=now, data=data)
