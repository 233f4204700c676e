"""Closing the loop: what begins when a case is decided, and how whoever moderates brings it to an end.

Invariants: `Case.done_at` is set exactly while nothing is owed after a closed case; what is scheduled is due again by
itself, once, however often that is looked at. Whoever changes something here holds the case.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models.aftercare import (
    FARTHEST,
    Aftercare,
    AftercareOutcome,
    AftercareState,
    CaseNotClosed,
    DeclineReason,
    SupportState,
)
from models.clock import utc_text
from models.errors import Invalid
from models.ids import new_id
from models.people import Person, PersonState
from models.phrases import Phrase
from models.policy import allows, authorise
from models.review import Case, CaseState, DecisionKind
from models.streams import REVIEW_DESK, EventKind, record_to_desk, record_to_inboxes
from moderation.aftercare import needs_follow_up, support_reason
from moderation.audit import write_audit
from moderation.review import touch
from server.queries.aftercare import find_aftercare
from server.queries.crisis_questions import question_of
from server.queries.review import case_facts, get_case

# A decision that can be undone stands a few seconds after it was taken: what goes with it must be possible then too.
LONGEST_HELD = timedelta(minutes=1)
FOR_NOW = "This decision is for now only. What follows it up comes with the last one."


def begin_aftercare(session: Session, case: Case, decision: DecisionKind | None, *, now: datetime) -> Aftercare:
    """The case was closed and its reporters told: offer support, and say what is owed. Every way to close one ends here.

    `decision` None: it was closed without one. What puts right an earlier decision begins nothing anew.
    """
    found = find_aftercare(session, case.id)
    if found is not None:
        found.reporters_told_at = now
        return found
    author = session.get_one(Person, case.about_id)
    gone = author.state is PersonState.ERASED
    owed = needs_follow_up(case) and not gone
    found = Aftercare(
        id=new_id(),
        case_id=case.id,
        author_id=author.id,
        reporters_told_at=now,
        support=SupportState.NOT_NEEDED,
        follow_up=AftercareState.DUE if owed else AftercareState.DECLINED,
        declined=None if owed else DeclineReason.LEFT if gone else DeclineReason.NOT_NEEDED,
    )
    session.add(found)
    _offer_support(session, case, decision, found, gone=gone, now=now)
    _settle(case, found, now)
    _audit(session, None, "aftercare.began", found, now, {"support": found.support.value})
    return found


def _offer_support(
    session: Session, case: Case, decision: DecisionKind | None, found: Aftercare, *, gone: bool, now: datetime
) -> None:
    """Who has answered whose crisis it is was handed everything then, and is not written to a second time."""
    reason = support_reason(case, decision)
    if reason is None:
        return
    if gone:
        found.support = SupportState.NOT_POSSIBLE
        return
    found.support = SupportState.OFFERED
    question = question_of(session, case.id)
    if question is not None and question.answered_at is not None:
        found.support_offered_at = question.answered_at
        return
    found.support_reason, found.support_offered_at = reason, now
    data = {"support_id": found.id, "reason": reason.value}
    record_to_inboxes(session, [found.author_id], EventKind.NOTICE_SUPPORT, found.id, now=now, data=data)


def check_follow_up(wish: Mapping[str, Any] | None, decision: DecisionKind, *, now: datetime) -> None:
    """Before a decision is held back for some seconds. Raises Invalid where what it says of the follow-up cannot be done."""
    if wish is None:
        return
    if decision is DecisionKind.HIDE:
        raise Invalid(errors={"follow_up": [FOR_NOW]})
    if wish.get("declined") is None:
        _check_time(wish.get("at"), now + LONGEST_HELD, "follow_up")


def settle_with_decision(session: Session, actor: Person, case: Case, wish: Mapping[str, Any], *, now: datetime) -> None:
    """What a decision says of the follow-up in the same step: `{at, note?}` or `{declined}`. Raises Invalid."""
    if case.state is not CaseState.CLOSED:
        raise Invalid(errors={"follow_up": [FOR_NOW]})
    found = _of(session, actor, case, now)
    if wish.get("declined") is not None:
        _decline(session, actor, found, wish["declined"], now)
    else:
        _schedule(session, actor, found, wish.get("at"), wish.get("note"), now, field="follow_up")
    _settle(case, found, now)


def schedule_follow_up(
    session: Session, actor: Person, case_id: str, *, at: datetime, note: str | None, now: datetime
) -> Case:
    """Say when somebody looks after it again. Raises NotFound, Forbidden, CaseNotClosed, CaseFollowUpOver, Invalid."""
    case, found = _locked(session, actor, case_id, now)
    _schedule(session, actor, found, at, note, now)
    return _changed(session, case, found, now)


def decline_follow_up(session: Session, actor: Person, case_id: str, *, reason: DeclineReason, now: datetime) -> Case:
    """Say that nobody need look after it again, and why. Raises NotFound, Forbidden, CaseNotClosed, CaseFollowUpOver."""
    case, found = _locked(session, actor, case_id, now)
    _decline(session, actor, found, reason, now)
    return _changed(session, case, found, now)


def finish_follow_up(
    session: Session, actor: Person, case_id: str, *, outcome: AftercareOutcome, note: str | None, now: datetime
) -> Case:
    """It was followed up. Again changes nothing. Raises NotFound, Forbidden, CaseNotClosed, CaseFollowUpOver."""
    case, found = _locked(session, actor, case_id, now)
    said = (AftercareState.DONE, outcome, actor.id)
    if (found.follow_up, found.outcome, found.follow_up_by) == said:
        return case
    found.move(AftercareState.DONE)
    found.outcome, found.outcome_note, found.follow_up_by = outcome, note, actor.id
    _audit(session, actor.id, "aftercare.done", found, now, {"outcome": outcome.value})
    return _changed(session, case, found, now)


def bring_up(session: Session, case_id: str, *, now: datetime) -> bool:
    """A scheduled follow-up has come: it is owed again, and whoever scheduled it hears so. False: nothing to do."""
    case = get_case(session, case_id, lock=True)
    found = find_aftercare(session, case_id)
    if found is None or found.follow_up is not AftercareState.SCHEDULED:
        return False
    if found.follow_up_at is None or found.follow_up_at > now:
        return False
    found.move(AftercareState.DUE)
    _settle(case, found, now)
    touch(case)
    data = {"case_id": case.id, "due_at": utc_text(found.follow_up_at)}
    whose = _still_theirs(session, case, found)
    if whose is not None:
        record_to_inboxes(session, [whose], EventKind.NOTICE_CASE_FOLLOW_UP, case.id, now=now, data=data)
    else:
        record_to_desk(session, REVIEW_DESK, EventKind.NOTICE_CASE_FOLLOW_UP, case.id, now=now, data=data)
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
    return True


def look_again(session: Session, case: Case) -> None:
    """The author says after all that it is grave: what had been settled after the case is owed again."""
    found = find_aftercare(session, case.id)
    if found is not None and found.follow_up is not AftercareState.DUE:
        found.move(AftercareState.DUE)
        case.done_at = None


def _locked(session: Session, actor: Person, case_id: str, now: datetime) -> tuple[Case, Aftercare]:
    case = get_case(session, case_id, lock=True)
    return case, _of(session, actor, case, now)


def _of(session: Session, actor: Person, case: Case, now: datetime) -> Aftercare:
    """What is owed after this case; of one that was closed by some other way it begins here."""
    authorise("review.follow_up", actor, case_facts(session, case))
    if case.state is not CaseState.CLOSED:
        raise CaseNotClosed
    found = find_aftercare(session, case.id)
    return found if found is not None else begin_aftercare(session, case, None, now=now)


def _schedule(
    session: Session,
    actor: Person,
    found: Aftercare,
    at: datetime | None,
    note: str | None,
    now: datetime,
    *,
    field: str = "at",
) -> None:
    at = _check_time(at, now, field)
    found.move(AftercareState.SCHEDULED)
    found.follow_up_at, found.follow_up_by, found.declined = at, actor.id, None
    found.note = note if note is not None else found.note
    _audit(session, actor.id, "aftercare.scheduled", found, now)


def _check_time(at: datetime | None, now: datetime, field: str) -> datetime:
    if at is None or not now < at <= now + FARTHEST:
        raise Invalid(errors={field: [Phrase("A time from now on, within {days} days.", days=FARTHEST.days)]})
    return at


def _decline(session: Session, actor: Person, found: Aftercare, reason: DeclineReason, now: datetime) -> None:
    found.move(AftercareState.DECLINED)
    found.declined, found.follow_up_by, found.follow_up_at = reason, actor.id, None
    _audit(session, actor.id, "aftercare.declined", found, now, {"reason": reason.value})


def _settle(case: Case, found: Aftercare, now: datetime) -> None:
    """Keep the case's own word on whether it is done true to its aftercare."""
    case.done_at = (case.done_at or now) if found.settled else None


def _changed(session: Session, case: Case, found: Aftercare, now: datetime) -> Case:
    _settle(case, found, now)
    touch(case)
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
    return case


def _still_theirs(session: Session, case: Case, found: Aftercare) -> str | None:
    """Who scheduled it, if they are here and may still see to it."""
    person = session.get(Person, found.follow_up_by) if found.follow_up_by is not None else None
    if person is None or person.state is not PersonState.ACTIVE:
        return None
    return person.id if allows("review.follow_up", person, case_facts(session, case)) else None


def _audit(
    session: Session,
    by: str | None,
    action: str,
    found: Aftercare,
    now: datetime,
    more: Mapping[str, Any] | None = None,
) -> None:
    data = {"follow_up": found.follow_up.value, **(more or {})}
    write_audit(session, actor_id=by, action=action, subject_kind="case", subject_id=found.case_id, now=now, data=data)
