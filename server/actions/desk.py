"""What a moderator does with a case short of deciding it: lay it aside, ask another, call the supervisors, draft.

Laying a case aside is nobody's business: it is in no audit trail and no event, only for its moderator and supervisors.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.desk import CaseDraft, CaseSkip, Escalation, SecondOpinion, SkipReason
from models.errors import NotFound
from models.ids import new_id
from models.people import Person
from models.policy import authorise
from models.review import Case, CaseState, DecisionKind, HouseRule
from models.roles import Role
from models.streams import REVIEW_DESK, EventKind, record_to_desk, record_to_inboxes
from moderation import review
from moderation.desk import (
    MOST_REMINDERS,
    SKIP_LASTS,
    DeskAction,
    acknowledge_within,
    bulk_decisions,
    require,
)
from server.actions.pending import attached_text
from server.actions.review import answer_escalation, audit_case, decide_case, keep_claim, lay_back, lock_scene
from server.actions.tombstones import lock_kept
from server.queries.desk import active_of, everybody_skipped, get_draft
from server.queries.messages import lock_message
from server.queries.review import case_facts, case_parties, get_case


def skip_case(session: Session, actor: Person, case_id: str, *, reason: SkipReason | None, now: datetime) -> Case:
    """Lay a case aside for a shift, without a word to anybody. Once no moderator is left, it goes to the supervisors."""
    case, scene = lock_scene(session, actor, case_id, now=now)
    require(DeskAction.SKIP, scene)
    until = now + SKIP_LASTS
    session.merge(CaseSkip(case_id=case.id, moderator_id=actor.id, reason=reason, skipped_at=now, until=until))
    if review.holder(case, at=now) == actor.id:
        lay_back(session, actor, case, now=now)
        record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
    if scene.desk.escalation is None and everybody_skipped(session, case, scene.parties, at=now):
        _escalate(session, case, scene.parties, by=None, note=None, now=now)
    return case


def ask_second_opinion(
    session: Session, actor: Person, case_id: str, *, note: str, leaning: DecisionKind | None, now: datetime
) -> Case:
    """Lay the case back for another to look at; the actor decides it only once somebody else has."""
    case, scene = lock_scene(session, actor, case_id, now=now)
    require(DeskAction.SECOND_OPINION, scene)
    opinion = SecondOpinion(id=new_id(), case_id=case.id, asked_by=actor.id, note=note, leaning=leaning, asked_at=now)
    session.add(opinion)
    _hand_on(session, actor, case, now)
    audit_case(session, actor.id, "case.second_opinion", case, now, {"opinion_id": opinion.id})
    return case


def escalate_case(session: Session, actor: Person, case_id: str, *, note: str, now: datetime) -> Case:
    """Call the supervisors, again and again until one answers; meanwhile the case is theirs."""
    case, scene = lock_scene(session, actor, case_id, now=now)
    require(DeskAction.ESCALATE, scene)
    if case.state is CaseState.CLAIMED:
        lay_back(session, actor, case, now=now)
    _escalate(session, case, scene.parties, by=actor.id, note=note, now=now)
    return case


def acknowledge_case(session: Session, actor: Person, case_id: str, *, now: datetime) -> Case:
    """A supervisor answers an escalation and has the case in hand."""
    case = get_case(session, case_id)
    authorise("review.acknowledge", actor, case_facts(session, case))
    case, scene = lock_scene(session, actor, case_id, now=now)
    require(DeskAction.ACKNOWLEDGE, scene)
    review.claim(case, actor.id, now=now)
    answer_escalation(session, actor, scene, now=now)
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
    return case


def decide_spam(
    session: Session, actor: Person, case_id: str, *, decision: DecisionKind, note: str, version: int, now: datetime
) -> Case:
    """One of many that are decided together. Raises NotSpam for a case that is about anything else too."""
    case = get_case(session, case_id)
    message = lock_message(session, case.message_id) if case.message_id is not None else None
    lock_kept(session, case)
    case, scene = lock_scene(session, actor, case_id, message, now=now)
    require(DeskAction.BULK, scene)
    if decision not in bulk_decisions(scene):
        raise review.DecisionNotPossible
    return decide_case(
        session, actor, case_id, decision=decision, note=note, version=version, reason=HouseRule.SPAM, now=now
    )


def save_draft(
    session: Session,
    actor: Person,
    case_id: str,
    *,
    decision: DecisionKind | None,
    reason: HouseRule | None,
    template: str | None,
    note: str | None,
    words: str | None,
    sanction: Mapping[str, Any] | None = None,
    follow_up: Mapping[str, Any] | None = None,
    now: datetime,
) -> CaseDraft:
    """Keep a decision in the making, in place of the one before. It stays when the claim runs out.

    What it would mean for the person is kept as it was left, also where it could not be decided so.
    """
    case = _draftable(session, actor, case_id)
    if case.state is CaseState.CLOSED:
        raise review.CaseClosed
    keep_claim(session, actor, case, now=now)
    said: dict[str, Any] = {"decision": decision, "reason": reason, "template": template, "note": note, "words": words}
    said["attached"] = attached_text(sanction, follow_up)
    return session.merge(CaseDraft(case_id=case_id, moderator_id=actor.id, saved_at=now, **said))


def read_draft(session: Session, actor: Person, case_id: str) -> CaseDraft:
    """Raises NotFound where the actor has none."""
    _draftable(session, actor, case_id, lock=False)
    return get_draft(session, case_id, actor.id)


def drop_draft(session: Session, actor: Person, case_id: str) -> None:
    """Throw it away; one that is not there is as good as gone."""
    _draftable(session, actor, case_id)
    try:
        session.delete(get_draft(session, case_id, actor.id))
    except NotFound:
        return


def remind_of_escalation(session: Session, case_id: str, *, now: datetime) -> bool:
    """Nobody answered in time: tell supervisors and coordinators again. After the last time any moderator may take it."""
    case = get_case(session, case_id, lock=True)
    escalation = session.get_one(Escalation, case_id, populate_existing=True)
    if escalation.remind_at is None or escalation.remind_at > now:
        return False  # another process was faster, or somebody answered
    if case.state is CaseState.CLOSED:
        escalation.remind_at = None
        return False
    escalation.reminders += 1
    left = escalation.reminders < MOST_REMINDERS
    escalation.remind_at = now + acknowledge_within(case.queue) if left else None
    people = active_of(session, Role.SUPERVISOR, Role.COORDINATOR) - case_parties(session, case)
    _call(session, case, people, "escalation_waits", now)
    audit_case(session, None, "case.escalation_waits", case, now, {"reminder": escalation.reminders})
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
    return True


def lay_back_lapsed(session: Session, case_id: str, *, now: datetime) -> bool:
    """A claim ran out: the desk hears of it, and nothing of what its holder wrote is lost."""
    case = get_case(session, case_id, lock=True)
    if not review.lapse(case, now=now):
        return False
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
    return True


def _draftable(session: Session, actor: Person, case_id: str, *, lock: bool = True) -> Case:
    case = get_case(session, case_id, lock=lock)
    authorise("review.decide", actor, case_facts(session, case))
    return case


def _hand_on(session: Session, actor: Person, case: Case, now: datetime) -> None:
    """Out of the actor's hands, and seen to have changed."""
    if case.state is CaseState.CLAIMED:
        lay_back(session, actor, case, now=now)
    review.touch(case)
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)


def _escalate(
    session: Session, case: Case, parties: frozenset[str], *, by: str | None, note: str | None, now: datetime
) -> None:
    remind_at = now + acknowledge_within(case.queue)
    session.add(Escalation(case_id=case.id, by=by, note=note, at=now, reminders=0, remind_at=remind_at))
    review.touch(case)
    # Where the service has no supervisor who may answer, whoever runs it hears of it at once.
    people = active_of(session, Role.SUPERVISOR) - parties or active_of(session, Role.COORDINATOR) - parties
    _call(session, case, people, "escalated", now)
    audit_case(session, by, "case.escalated", case, now)
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)


def _call(session: Session, case: Case, people: Iterable[str], what: str, now: datetime) -> None:
    data = {"case_id": case.id, "what": what, "queue": case.queue.value}
    record_to_inboxes(session, sorted(people), EventKind.NOTICE_CASE, case.id, now=now, data=data)
