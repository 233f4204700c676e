"""What a moderator may do with a case as it stands: one table of checks, which the desk shows and every action obeys.

Invariant: an action is listed for a case exactly when each of its checks passes; an action that is not listed is refused by
the first check that does not. The checks touch neither the database nor the clock.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.desk import Escalation, PendingDecision, SecondOpinion
from models.errors import Conflict, DomainError, Forbidden
from models.messages import Message, MessageState
from models.policy import Actor, Facts, allows
from models.review import Case, CaseState, DecisionKind, Queue
from moderation.review import CaseClaimed, CaseClosed, DecisionNotPossible, holder, possible_decisions

SKIP_LASTS = timedelta(hours=8)  # a shift: tomorrow it may be bearable
LONGEST_UNDO_S = 10
MOST_BULK = 50
ACKNOWLEDGE_WITHIN = timedelta(minutes=15)
ACKNOWLEDGE_SAFETY_WITHIN = timedelta(minutes=5)
MOST_REMINDERS = 3
# A claim is kept by what its holder does, but not told anew for every key they press.
KEPT_AFTER = timedelta(minutes=1)

# Decisions that take what may do harm out of sight, also while they can still be undone.
OUT_OF_SIGHT = frozenset({DecisionKind.REMOVE, DecisionKind.HIDE})
IN_BULK = (DecisionKind.REMOVE, DecisionKind.DISMISS)


class DecisionPending(Conflict):
    code = "decision_pending"
    user_message = "A decision on this case was taken a moment ago and can still be undone. Please wait a few seconds."


class NothingToUndo(Conflict):
    code = "nothing_to_undo"
    user_message = "There is no decision of yours here that can still be undone."


class OpinionWanted(Conflict):
    code = "second_opinion_wanted"
    user_message = "You asked for a second opinion on this case. Another moderator looks at it first."


class CaseEscalated(Conflict):
    code = "case_escalated"
    user_message = "This case is with the supervisors now."


class NotEscalated(Conflict):
    code = "not_escalated"
    user_message = "There is nothing here that waits for a supervisor's answer."


class NotSpam(Conflict):
    code = "not_spam"
    user_message = "Only cases that are about spam and nothing else can be decided together."


class DeskAction(StrEnum):
    CLAIM = "claim"
    RELEASE = "release"
    DECIDE = "decide"
    SKIP = "skip"
    SECOND_OPINION = "second_opinion"
    ESCALATE = "escalate"
    ACKNOWLEDGE = "acknowledge"
    UNDO = "undo"
    BULK = "bulk"


@dataclass(frozen=True, kw_only=True)
class OnDesk:
    """What lies on a case beside its flags: the decision that can be undone, the newest second opinion, the escalation.

    `newer_case`: another case about the same message is open, and decides about it now.
    """

    pending: PendingDecision | None = None
    opinion: SecondOpinion | None = None
    escalation: Escalation | None = None
    newer_case: bool = False


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A case as one person of the desk has it before them."""

    actor: Actor
    case: Case
    message: Message | None
    labels: Sequence[str]
    facts: Facts  # what decides who may look into the case and judge it
    desk: OnDesk
    at: datetime

    @property
    def parties(self) -> frozenset[str]:
        return self.facts.parties or frozenset()


Refusal = type[DomainError]
Check = Callable[[Scene], Refusal | None]


def binding(escalation: Escalation | None) -> bool:
    """Whether an escalation keeps the case for supervisors: until one answers, or has been called in vain for so long that
    whoever is there should do what they can.
    """
    return escalation is not None and escalation.acknowledged_at is None and escalation.remind_at is not None


def acknowledge_within(queue: Queue) -> timedelta:
    return ACKNOWLEDGE_SAFETY_WITHIN if queue is Queue.SAFETY else ACKNOWLEDGE_WITHIN


def _may(permission: str) -> Check:
    return lambda scene: None if allows(permission, scene.actor, scene.facts) else Forbidden


def _not_closed(scene: Scene) -> Refusal | None:
    return CaseClosed if scene.case.state is CaseState.CLOSED else None


def _nothing_pending(scene: Scene) -> Refusal | None:
    return DecisionPending if scene.desk.pending is not None else None


def _not_anothers(scene: Scene) -> Refusal | None:
    return CaseClaimed if holder(scene.case, at=scene.at) not in (None, scene.actor.id) else None


def _for_them(scene: Scene) -> Refusal | None:
    """A case that was escalated waits for whoever may acknowledge it."""
    held = binding(scene.desk.escalation) and not allows("review.acknowledge", scene.actor, scene.facts)
    return CaseEscalated if held else None


def _not_their_question(scene: Scene) -> Refusal | None:
    """Whoever asked for a second opinion last waits for it; once the other asks back, they are no longer alone with it."""
    opinion = scene.desk.opinion
    return OpinionWanted if opinion is not None and opinion.asked_by == scene.actor.id else None


def _decidable(scene: Scene) -> Refusal | None:
    """What is closed may only be put right, and that only where no newer case decides about it."""
    if scene.case.state is not CaseState.CLOSED:
        return None
    return CaseClosed if scene.desk.newer_case or not possible_decisions(scene.case, scene.message) else None


def _not_escalated(scene: Scene) -> Refusal | None:
    return CaseEscalated if scene.desk.escalation is not None else None


def _waits_for_answer(scene: Scene) -> Refusal | None:
    escalation = scene.desk.escalation
    return NotEscalated if escalation is None or escalation.acknowledged_at is not None else None


def _can_be_undone(scene: Scene) -> Refusal | None:
    pending = scene.desk.pending
    theirs = pending is not None and pending.moderator_id == scene.actor.id and scene.at < pending.until
    return None if theirs else NothingToUndo


def _only_spam(scene: Scene) -> Refusal | None:
    return None if set(scene.labels) == {"spam"} else NotSpam


_DECIDE = (_may("review.decide"), _decidable, _nothing_pending, _not_anothers, _for_them, _not_their_question)

CHECKS: Mapping[DeskAction, Sequence[Check]] = {
    DeskAction.CLAIM: (_may("review.decide"), _not_closed, _nothing_pending, _not_anothers, _for_them, _not_their_question),
    DeskAction.RELEASE: (_may("review.decide"), _not_closed, _nothing_pending, _not_anothers),
    DeskAction.DECIDE: _DECIDE,
    DeskAction.SKIP: (_may("review.decide"), _not_closed, _nothing_pending),
    DeskAction.SECOND_OPINION: (
        _may("review.decide"),
        _not_closed,
        _nothing_pending,
        _not_anothers,
        _for_them,
        _not_their_question,
    ),
    DeskAction.ESCALATE: (_may("review.decide"), _not_closed, _nothing_pending, _not_anothers, _not_escalated),
    DeskAction.ACKNOWLEDGE: (
        _may("review.acknowledge"),
        _not_closed,
        _nothing_pending,
        _not_anothers,
        _not_their_question,
        _waits_for_answer,
    ),
    DeskAction.UNDO: (_may("review.decide"), _can_be_undone),
    DeskAction.BULK: (*_DECIDE, _not_closed, _only_spam),
}


def refusal(action: DeskAction, scene: Scene) -> Refusal | None:
    """Why this cannot be done now; None when it can."""
    return next(filter(None, (check(scene) for check in CHECKS[action])), None)


def require(action: DeskAction, scene: Scene) -> None:
    """Raises what stands against it."""
    found = refusal(action, scene)
    if found is not None:
        raise found


def require_decision(kind: DecisionKind, scene: Scene) -> None:
    """Raises what stands against deciding so, but for a version that has moved on."""
    require(DeskAction.DECIDE, scene)
    if kind not in possible_decisions(scene.case, scene.message):
        closed = scene.case.state is CaseState.CLOSED and kind is not DecisionKind.RESTORE
        raise CaseClosed if closed else DecisionNotPossible


def allowed_actions(scene: Scene) -> list[str]:
    """What this person may do with the case now, as the desk names it: `decide:<kind>` for each decision that fits."""
    listed: list[str] = []
    for action in DeskAction:
        if refusal(action, scene) is not None:
            continue
        match action:
            case DeskAction.DECIDE:
                listed += [f"decide:{kind.value}" for kind in possible_decisions(scene.case, scene.message)]
            case DeskAction.RELEASE if scene.case.state is CaseState.OPEN:
                pass  # laying back what nobody has is harmless, and nothing to offer
            case DeskAction.BULK if not bulk_decisions(scene):
                pass
            case _:
                listed.append(action.value)
    return listed


def bulk_decisions(scene: Scene) -> Sequence[DecisionKind]:
    return [kind for kind in IN_BULK if kind in possible_decisions(scene.case, scene.message)]


def hides_at_once(kind: DecisionKind, message: Message | None) -> bool:
    """A decision that can be undone still takes harm out of sight at once."""
    return kind in OUT_OF_SIGHT and message is not None and message.state is MessageState.VISIBLE
