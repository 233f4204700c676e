"""What stands around a case: what was said before and after, how its author stands, what was decided before.

Only a group shows what was said around a message. In a one-to-one or a crisis contact there is nothing but what was shown
to the service.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.conversations import Conversation, ConversationKind, Membership, MemberState
from models.messages import Message, MessageState
from models.people import Person
from models.review import Case, Decision, DecisionKind, TargetKind
from server.queries.messages import WITH_AUTHOR

AROUND = 5
MOST_EARLIER = 20
REMOVED_WITHIN = timedelta(days=90)

Earlier = tuple[Decision, Case]


@dataclass(frozen=True, kw_only=True)
class AuthorStanding:
    """How the person stands whom the case is about. `member_since`: of the group it happened in, if they are in it."""

    person: Person
    member_since: datetime | None
    earlier: Sequence[Earlier]
    removed: int


@dataclass(frozen=True, kw_only=True)
class CaseContext:
    """Messages oldest first, as any member may see them; `earlier` are decisions on the same target, newest first."""

    before: Sequence[Message]
    after: Sequence[Message]
    author: AuthorStanding
    earlier: Sequence[Earlier]


def context_of(session: Session, case: Case, message: Message | None, *, at: datetime) -> CaseContext:
    before, after = _around(session, message)
    return CaseContext(
        before=before,
        after=after,
        author=_standing(session, case, at=at),
        earlier=_decisions(session, case, _same_target(case)),
    )


def _around(session: Session, message: Message | None) -> tuple[Sequence[Message], Sequence[Message]]:
    if message is None or session.get_one(Conversation, message.conversation_id).kind is not ConversationKind.GROUP:
        return (), ()
    room = (
        select(Message)
        .options(WITH_AUTHOR)
        .where(Message.conversation_id == message.conversation_id, Message.seq.is_not(None), Message.id != message.id)
    )
    if message.seq is not None:
        earlier, later = Message.seq < message.seq, Message.seq > message.seq
    else:  # never in the room: where it would have been, by when it was written
        earlier, later = Message.id < message.id, Message.id > message.id
    before = session.scalars(room.where(earlier).order_by(Message.seq.desc()).limit(AROUND)).all()
    after = session.scalars(room.where(later).order_by(Message.seq).limit(AROUND)).all()
    return before[::-1], after


def _standing(session: Session, case: Case, *, at: datetime) -> AuthorStanding:
    person = session.get_one(Person, case.about_id)
    membership = session.get(Membership, (case.conversation_id, case.about_id)) if case.conversation_id else None
    removed = (
        select(func.count(func.distinct(Message.id)))
        .join(Case, Case.message_id == Message.id)
        .join(Decision, Decision.case_id == Case.id)
        .where(
            Message.author_id == case.about_id,
            Message.state == MessageState.REMOVED,
            Decision.decision == DecisionKind.REMOVE,
            Decision.created_at > at - REMOVED_WITHIN,
        )
    )
    return AuthorStanding(
        person=person,
        member_since=membership.since if membership is not None and membership.state is MemberState.MEMBER else None,
        earlier=_decisions(session, case, Case.about_id == case.about_id),
        removed=session.scalar(removed) or 0,
    )


def _same_target(case: Case) -> ColumnElement[bool]:
    match case.target_kind:
        case TargetKind.MESSAGE:
            return Case.message_id == case.message_id
        case TargetKind.PERSON:
            return (Case.target_kind == TargetKind.PERSON) & (Case.about_id == case.about_id)
        case TargetKind.CONVERSATION:
            return (Case.target_kind == TargetKind.CONVERSATION) & (Case.conversation_id == case.conversation_id)


def _decisions(session: Session, case: Case, where: ColumnElement[bool]) -> Sequence[Earlier]:
    """In other cases, the newest first."""
    query = select(Decision, Case).join(Case, Case.id == Decision.case_id).where(where, Case.id != case.id)
    rows = session.execute(query.order_by(Decision.id.desc()).limit(MOST_EARLIER))
    return [(decision, of) for decision, of in rows]
