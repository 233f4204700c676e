"""Cases: gathering flags, and the tables that say how a case and its message move. Pure but for `gather`.

Invariants: every flag is in a case; a target has at most one case that is not closed; a case moves only along
`CASE_MOVES`, a message under decision only along `MESSAGE_MOVES`, and every move raises the case's version, but for a claim
that runs out: nobody changed anything, and whoever held it may still decide by what they saw.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import Conflict, StaleVersion
from models.ids import new_id
from models.messages import Message, MessageState
from models.review import (
    Case,
    CaseState,
    DecisionKind,
    Flag,
    FlagSource,
    HouseRule,
    Queue,
    ReportReason,
    TargetKind,
    Urgency,
)

CLAIM_LASTS = timedelta(minutes=10)

# How soon a human should have looked: service targets, not deadlines after which anything is lost.
TARGETS: Mapping[Queue, timedelta] = {
    Queue.SAFETY: timedelta(minutes=15),
    Queue.CONDUCT: timedelta(hours=2),
    Queue.PRIVACY: timedelta(hours=4),
    Queue.PRE_MODERATION: timedelta(hours=4),
}

AWAITING_REVIEW = "awaiting_review"  # the label of a message that waits only because its group looks first

QUEUE_OF_LABEL: Mapping[str, Queue] = {
    "risk_to_self": Queue.SAFETY,
    "risk_to_other": Queue.SAFETY,
    "hostility": Queue.CONDUCT,
    "abuse": Queue.CONDUCT,
    "stigma": Queue.CONDUCT,
    "misinformation": Queue.CONDUCT,
    "spam": Queue.CONDUCT,
    "other": Queue.CONDUCT,
    "contact_details": Queue.PRIVACY,
    "third_party_privacy": Queue.PRIVACY,
    "privacy": Queue.PRIVACY,
    AWAITING_REVIEW: Queue.PRE_MODERATION,
}

URGENCY_OF_REASON: Mapping[ReportReason, Urgency] = {
    ReportReason.RISK_TO_SELF: Urgency.HIGH,
    ReportReason.RISK_TO_OTHER: Urgency.HIGH,
    ReportReason.ABUSE: Urgency.MEDIUM,
    ReportReason.PRIVACY: Urgency.MEDIUM,
    ReportReason.CONTACT_DETAILS: Urgency.MEDIUM,
    ReportReason.STIGMA: Urgency.MEDIUM,
    ReportReason.MISINFORMATION: Urgency.LOW,
    ReportReason.SPAM: Urgency.LOW,
    ReportReason.OTHER: Urgency.MEDIUM,
}

CASE_MOVES: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.OPEN: frozenset({CaseState.CLAIMED, CaseState.CLOSED}),
    CaseState.CLAIMED: frozenset({CaseState.OPEN, CaseState.CLAIMED, CaseState.CLOSED}),
    CaseState.CLOSED: frozenset(),
}

# (decision, the message's state) -> its state afterwards. A pair that is not here is refused.
MESSAGE_MOVES: Mapping[tuple[DecisionKind, MessageState], MessageState] = {
    (DecisionKind.APPROVE, MessageState.HELD): MessageState.VISIBLE,
    (DecisionKind.APPROVE, MessageState.VISIBLE): MessageState.VISIBLE,
    (DecisionKind.HIDE, MessageState.VISIBLE): MessageState.HIDDEN,
    (DecisionKind.REMOVE, MessageState.HELD): MessageState.REMOVED,
    (DecisionKind.REMOVE, MessageState.VISIBLE): MessageState.REMOVED,
    (DecisionKind.REMOVE, MessageState.HIDDEN): MessageState.REMOVED,
    (DecisionKind.RESTORE, MessageState.HIDDEN): MessageState.VISIBLE,
    (DecisionKind.RESTORE, MessageState.REMOVED): MessageState.VISIBLE,
    (DecisionKind.DISMISS, MessageState.VISIBLE): MessageState.VISIBLE,
    (DecisionKind.DISMISS, MessageState.REMOVED): MessageState.REMOVED,
    (DecisionKind.DISMISS, MessageState.DELETED): MessageState.DELETED,
}

# What may be decided where there is no message to move.
WITHOUT_MESSAGE = (DecisionKind.UPHOLD, DecisionKind.DISMISS)


class DecisionNotPossible(Conflict):
    code = "decision_not_possible"
    user_message = "That decision does not fit the message as it is now. Please look at it again."


class CaseClaimed(Conflict):
    code = "case_claimed"
    user_message = "Another moderator is looking at this one."


class CaseClosed(Conflict):
    code = "case_closed"
    user_message = "This case has already been decided."


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A flag before it is a row: why to look, how urgently, and where in the text (code points) if screening saw it."""

    source: FlagSource
    label: str
    severity: int
    rule: str | None = None
    span: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a case is about; `about_id` is the person whose words or ways it is about."""

    kind: TargetKind
    about_id: str
    message_id: str | None = None
    conversation_id: str | None = None

    @classmethod
    def message(cls, message: Message) -> "Target":
        return cls(
            kind=TargetKind.MESSAGE,
            about_id=message.author_id,
            message_id=message.id,
            conversation_id=message.conversation_id,
        )

    @classmethod
    def of(cls, case: Case) -> "Target":
        """What a case is about, for whoever has to look at it anew."""
        return cls(
            kind=case.target_kind,
            about_id=case.about_id,
            message_id=case.message_id,
            conversation_id=case.conversation_id,
        )

    @property
    def _key(self) -> Mapping[str, str | None]:
        """The columns by which its open case is known."""
        match self.kind:
            case TargetKind.MESSAGE:
                return {"message_id": self.message_id}
            case TargetKind.PERSON:
                return {"about_id": self.about_id}
            case TargetKind.CONVERSATION:
                return {"about_id": self.about_id, "conversation_id": self.conversation_id}

    def open_case(self, session: Session) -> Case | None:
        """Its case that is not closed, locked."""
        query = select(Case).filter_by(target_kind=self.kind, **self._key).where(Case.state != CaseState.CLOSED)
        return session.scalars(query.with_for_update()).one_or_none()


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A decision with everything said to it. `note` stays at the desk; `words` go to whom it is about."""

    decision: DecisionKind
    note: str
    reason: HouseRule | None = None
    template: str | None = None
    words: str | None = None


def gather(
    session: Session, target: Target, reasons: Sequence[Reason], *, now: datetime, weight: int = 0
) -> tuple[Case, bool]:
    """Put flags on a target into its case, opening one if none is open. The caller holds the target's lock.

    Returns the case and whether it is new. A case already open rises to the worst queue and the earliest due time, and by
    `weight`: that of the report which brings the flags.
    """
    case = target.open_case(session)
    queue = min((QUEUE_OF_LABEL[reason.label] for reason in reasons), key=list(Queue).index)
    urgency = max(reason.severity for reason in reasons)
    is_new = case is None
    if case is None:
        case = Case(
            id=new_id(),
            target_kind=target.kind,
            about_id=target.about_id,
            message_id=target.message_id,
            conversation_id=target.conversation_id,
            state=CaseState.OPEN,
            queue=queue,
            urgency=urgency,
            weight=weight,
            opened_at=now,
            due_at=now + TARGETS[queue],
            version=1,
        )
        session.add(case)
        session.flush()  # the flags below refer to it
    else:
        case.queue = min(case.queue, queue, key=list(Queue).index)
        case.urgency = max(case.urgency, urgency)
        case.weight += weight
        case.due_at = min(case.due_at, now + TARGETS[queue])
        case.version += 1
    session.add_all(_flag(case.id, reason, now) for reason in reasons)
    return case, is_new


def _flag(case_id: str, reason: Reason, now: datetime) -> Flag:
    start, end = reason.span or (None, None)
    return Flag(
        id=new_id(),
        case_id=case_id,
        source=reason.source,
        label=reason.label,
        severity=reason.severity,
        rule=reason.rule,
        span_start=start,
        span_end=end,
        created_at=now,
    )


def _move(case: Case, to: CaseState) -> None:
    if to not in CASE_MOVES[case.state]:
        raise CaseClosed
    case.state = to
    case.version += 1


def touch(case: Case) -> None:
    """What the case is about has changed: a decision taken on the old state of things is stale."""
    case.version += 1


def dismiss_unsupported(case: Case, *, now: datetime) -> None:
    """Close a case to which no reason to look is left. Raises CaseClosed."""
    _move(case, CaseState.CLOSED)
    case.closed_at, case.claimed_by, case.claim_until = now, None, None


def holder(case: Case, *, at: datetime) -> str | None:
    """Who has the case in hand now. A claim nobody kept up runs out by itself."""
    return case.claimed_by if case.claim_until is not None and at < case.claim_until else None


def claim(case: Case, moderator_id: str, *, now: datetime) -> None:
    """Raises CaseClaimed while another's claim lasts, CaseClosed when it is decided."""
    if holder(case, at=now) not in (None, moderator_id):
        raise CaseClaimed
    _move(case, CaseState.CLAIMED)
    case.claimed_by = moderator_id
    case.claim_until = now + CLAIM_LASTS
    case.first_claimed_at = case.first_claimed_at or now


def keep(case: Case, moderator_id: str, *, now: datetime, after: timedelta) -> bool:
    """Whoever has the case in hand is at it: their claim lasts anew. False when it is not theirs, or was made anew less than
    `after` ago. The version stays: nothing about the case has changed.
    """
    if holder(case, at=now) != moderator_id or case.claim_until is None or case.claim_until - now > CLAIM_LASTS - after:
        return False
    case.claim_until = now + CLAIM_LASTS
    return True


def lapse(case: Case, *, now: datetime) -> bool:
    """Lay back a case whose claim has run out; False when it has not."""
    if case.state is not CaseState.CLAIMED or holder(case, at=now) is not None:
        return False
    case.state, case.claimed_by, case.claim_until = CaseState.OPEN, None, None
    return True


def release(case: Case, moderator_id: str, *, now: datetime) -> None:
    """Raises CaseClaimed when the claim is another's, CaseClosed when it is decided. Releasing twice is harmless."""
    if holder(case, at=now) not in (None, moderator_id):
        raise CaseClaimed
    if case.state is CaseState.OPEN:
        return
    _move(case, CaseState.OPEN)
    case.claimed_by = None
    case.claim_until = None


def possible_decisions(case: Case, message: Message | None) -> Sequence[DecisionKind]:
    """What may be decided now, in the order of the tables. `message` is what the case is about, if it is about one."""
    if message is None:
        return () if case.state is CaseState.CLOSED else WITHOUT_MESSAGE
    kinds = [kind for kind, before in MESSAGE_MOVES if before is message.state]
    return [kind for kind in kinds if case.state is not CaseState.CLOSED or kind is DecisionKind.RESTORE]


def settle(
    case: Case, message: Message | None, kind: DecisionKind, moderator_id: str, *, version: int, now: datetime
) -> MessageState | None:
    """Apply a decision to the case and say what becomes of the message, where it is about one.

    `hide` is interim: the message is out of sight and the case stays in this moderator's hands. A `restore` may follow a
    closed case, to put right a removal. Raises StaleVersion, CaseClaimed, CaseClosed or DecisionNotPossible.
    """
    if version != case.version:
        raise StaleVersion(version=case.version)
    if holder(case, at=now) not in (None, moderator_id):
        raise CaseClaimed
    if case.state is CaseState.CLOSED and kind is not DecisionKind.RESTORE:
        raise CaseClosed
    if kind not in possible_decisions(case, message):
        raise DecisionNotPossible
    if kind is DecisionKind.HIDE:
        claim(case, moderator_id, now=now)
    elif case.state is CaseState.CLOSED:
        case.version += 1
    else:
        _move(case, CaseState.CLOSED)
        case.closed_at = now
        # Out of hand, so that another may put a removal right at once.
        case.claimed_by = None
        case.claim_until = None
    return None if message is None else MESSAGE_MOVES[kind, message.state]
