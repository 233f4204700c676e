"""The review desk: what moderators do about cases. Every step is in the audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.errors import StaleVersion
from models.ids import new_id
from models.messages import Message
from models.people import Person
from models.policy import allows, authorise
from models.review import Case, CaseState, Decision, DecisionKind, HouseRule
from models.streams import REVIEW_DESK, EventKind, record_to_desk, record_to_inboxes
from moderation import review
from moderation.audit import write_audit
from moderation.desk import KEPT_AFTER, DecisionPending, DeskAction, Scene, require, require_decision
from moderation.review import Wording
from moderation.templates import check_template
from server.actions import exposure
from server.actions.aftercare import check_follow_up, settle_with_decision
from server.actions.case_outcomes import carry_out
from server.actions.desk_duty import keep_at_desk
from server.actions.pending import Attached, hold_decision
from server.actions.sanctions import Asked, check_sanction, hold_for_sanction, sanctioning
from server.actions.tombstones import lock_kept
from server.queries.desk import load_scene
from server.queries.messages import lock_message
from server.queries.review import CaseDetail, case_facts, detail_case, get_case


def open_case(session: Session, actor: Person, case_id: str, *, now: datetime) -> CaseDetail:
    """What a moderator needs to decide a case, covered where its words are hard; that they looked is in the audit trail.

    Looking keeps the claim of whoever has it in hand.
    """
    case = get_case(session, case_id)
    authorise("review.open", actor, case_facts(session, case))
    keep_claim(session, actor, case, now=now)
    detail = detail_case(session, case_id, viewer=actor, at=now)
    shown = {"stretches": [[one.from_seq, one.to_seq] for one in detail.stretches]} if detail.stretches else None
    audit_case(session, actor.id, "case.read", detail.view.case, now, shown)
    return exposure.look_into(session, actor, detail, now=now)


def keep_claim(session: Session, actor: Person, case: Case, *, now: datetime) -> None:
    """The actor is at work on the case: if they have it in hand, their claim lasts anew, and the desk sees it."""
    if review.holder(case, at=now) != actor.id:
        return
    case = get_case(session, case.id, lock=True)
    if review.keep(case, actor.id, now=now, after=KEPT_AFTER):
        record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)


def claim_case(session: Session, actor: Person, case_id: str, *, now: datetime) -> Case:
    """Take a case in hand for ten minutes; claiming one's own again keeps it.

    Raises what `moderation/desk.py` says, and where they have seen a lot TimeForAPause, EnoughForToday.
    """
    case, scene = lock_scene(session, actor, case_id, now=now)
    require(DeskAction.CLAIM, scene)
    exposure.take_on(session, actor, case, now=now)
    review.claim(case, actor.id, now=now)
    answer_escalation(session, actor, scene, now=now)
    audit_case(session, actor.id, "case.claimed", case, now)
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
    return case


def release_case(session: Session, actor: Person, case_id: str, *, now: datetime) -> Case:
    """Lay a case back for others. Raises CaseClaimed when it is in another's hands."""
    case, scene = lock_scene(session, actor, case_id, now=now)
    if case.state is not CaseState.OPEN:
        require(DeskAction.RELEASE, scene)
        lay_back(session, actor, case, now=now)
        record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
    return case


def lay_back(session: Session, actor: Person, case: Case, *, now: datetime) -> None:
    """Out of hand. The caller lets the desk know."""
    review.release(case, actor.id, now=now)
    audit_case(session, actor.id, "case.released", case, now)


def decide_case(
    session: Session,
    actor: Person,
    case_id: str,
    *,
    decision: DecisionKind,
    note: str,
    version: int,
    sanction: Asked | None = None,
    now: datetime,
    reason: HouseRule | None = None,
    template: str | None = None,
    words: str | None = None,
    follow_up: Mapping[str, Any] | None = None,
    undo_seconds: int = 0,
) -> Case:
    """Decide a case: what it is about changes, the room sees it, author and reporters are told; a sanction goes with it.

    With `undo_seconds` all of that happens only once they are over. `follow_up`: as in `settle_with_decision`.

    Raises StaleVersion, Invalid, as `note_sanction`, or what `moderation/desk.py` says; then nothing has changed.
    """
    check_template(template, decision, reason)
    case = get_case(session, case_id)
    concerned = hold_for_sanction(session, actor, case.about_id, sanction, decision)
    message = lock_message(session, case.message_id) if case.message_id is not None else None
    lock_kept(session, case)
    case, scene = lock_scene(session, actor, case_id, message, now=now)
    if scene.desk.pending is not None:
        raise DecisionPending
    if version != case.version:
        raise StaleVersion(version=case.version)
    require_decision(decision, scene)
    said = Wording(decision=decision, note=note, reason=reason, template=template, words=words)
    attached = Attached(sanction=sanction, follow_up=follow_up)
    if undo_seconds and case.state is not CaseState.CLOSED:
        check_sanction(session, actor, sanction, decision, now=now)
        check_follow_up(follow_up, decision, now=now)
        hold_decision(session, actor, case, message, said, attached, seconds=undo_seconds, now=now)
        answer_escalation(session, actor, scene, now=now)
        audit_case(session, actor.id, "case.decision_pending", case, now, {"decision": decision.value})
        record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
        return case
    answer_escalation(session, actor, scene, now=now)
    settle_case(session, actor, case, message, said, attached, concerned, version=version, now=now)
    return case


def settle_case(
    session: Session,
    actor: Person,
    case: Case,
    message: Message | None,
    said: Wording,
    attached: Attached,
    concerned: Person | None,
    *,
    version: int,
    now: datetime,
) -> Decision:
    """Let a decision stand, and what goes with it.

    The caller has locked whom the sanction concerns, message and case, in this order.
    """
    after = review.settle(case, message, said.decision, actor.id, version=version, now=now)
    taken = Decision(
        id=new_id(),
        case_id=case.id,
        moderator_id=actor.id,
        decision=said.decision,
        reason=said.reason,
        template=said.template,
        note=said.note,
        words=said.words,
        created_at=now,
    )
    session.add(taken)
    state = after.value if after is not None else None
    data = {"decision_id": taken.id, "message_state": state, "reason": said.reason.value if said.reason else None}
    audit_case(session, actor.id, f"case.{said.decision.value}", case, now, data)
    exposure.lay_down(session, actor, case, now=now)
    with sanctioning(session, actor, concerned, attached.sanction, taken, beside=case.conversation_id, now=now):
        carry_out(session, case, message, taken, after, now=now)
    if attached.follow_up is not None:
        settle_with_decision(session, actor, case, attached.follow_up, now=now)
    kind = EventKind.CASE_CLOSED if case.state is CaseState.CLOSED else EventKind.CASE_CHANGED
    record_to_desk(session, REVIEW_DESK, kind, case.id, now=now)
    return taken


def answer_escalation(session: Session, actor: Person, scene: Scene, *, now: datetime) -> None:
    """Who may acknowledge an escalation does so by taking the case up; who asked for it is told."""
    escalation = scene.desk.escalation
    waits = escalation is not None and escalation.acknowledged_at is None
    if escalation is None or not waits or not allows("review.acknowledge", actor, scene.facts):
        return
    escalation.acknowledged_by, escalation.acknowledged_at, escalation.remind_at = actor.id, now, None
    audit_case(session, actor.id, "case.acknowledged", scene.case, now)
    if escalation.by is not None:
        data = {"case_id": scene.case.id, "what": "acknowledged"}
        record_to_inboxes(session, [escalation.by], EventKind.NOTICE_CASE, scene.case.id, now=now, data=data)


def lock_scene(
    session: Session, actor: Person, case_id: str, message: Message | None = None, *, now: datetime
) -> tuple[Case, Scene]:
    """The case, locked, as it lies before the actor. `message`: what it is about, where the caller has locked it."""
    case = get_case(session, case_id, lock=True)
    facts = case_facts(session, case)
    authorise("review.decide", actor, facts)
    keep_at_desk(session, actor, now=now)
    return case, load_scene(session, actor, case, message, facts, at=now)


def audit_case(
    session: Session,
    actor_id: str | None,
    action: str,
    case: Case,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    write_audit(session, actor_id=actor_id, action=action, subject_kind="case", subject_id=case.id, now=now, data=data)
