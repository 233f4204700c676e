"""Reading streams: which a person may read, what they missed, and what its events are about as it stands now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from models.conversations import Membership, MemberState
from models.messages import Message
from models.people import Person
from models.policy import Facts, allows
from models.prepared import Prepared
from models.review import Case
from models.snapshots import leading_to
from models.streams import REVIEW_DESK, Event, events_after, heads
from server.queries.messages import load_messages, own_reactions
from server.queries.review import CaseView, view_cases

MOST_MISSED = 300  # past this a client is told to page the history instead


@dataclass(frozen=True, kw_only=True)
class Missed:
    """What came after a position in a stream. With `limited` too much did, and `events` is empty."""

    events: Sequence[Event] = field(default_factory=tuple)
    head_seq: int
    limited: bool = False


MINE = Prepared(
    select(Membership.conversation_id).where(
        Membership.person_id == bindparam("person"), Membership.state == MemberState.MEMBER
    )
)


def readable_streams(session: Session, actor: Person) -> list[str]:
    """Ids of all streams the actor may read now: their inbox, their conversations, and desks of their role."""
    conversations = [row[0] for row in MINE.rows(session, person=actor.id)]
    desks = [REVIEW_DESK] if allows("review.read", actor, Facts()) else []
    return [actor.id, *conversations, *desks]


def missed(session: Session, actor: Person, positions: Mapping[str, int]) -> dict[str, Missed]:
    """For every stream the actor may read: what came after the position given, or only its head where none was.

    Streams the actor may not read are left out, as if they did not exist. A position past the head is a client that knows
    a future which never happened (a restored backup): it is told to start over.
    """
    current = heads(session, readable_streams(session, actor))
    answer = {}
    for stream_id, head in current.items():
        position = positions.get(stream_id, head)
        if position > head or head - position > MOST_MISSED:
            answer[stream_id] = Missed(head_seq=head, limited=True)
        elif position == head:
            answer[stream_id] = Missed(head_seq=head)
        else:
            events = events_after(session, stream_id, position, limit=MOST_MISSED)
            answer[stream_id] = Missed(events=events, head_seq=head)
    return answer


@dataclass(frozen=True, kw_only=True)
class Subjects:
    """What a batch of events is about, loaded together at the moment of showing."""

    messages: Mapping[str, Message]
    mine: Mapping[str, set[str]]  # the viewer's reactions, by message
    cases: Mapping[str, CaseView]
    people: Mapping[str, Person]


def load_subjects(session: Session, events: Sequence[Event], *, at: datetime, viewer_id: str | None = None) -> Subjects:
    """Messages, cases and people these events name, in a fixed number of queries; `viewer_id` None is a whole room."""
    messages = load_messages(session, [*_named(events, "message."), *_named(events, "reaction.")])
    return _with_messages(session, events, messages, at=at, viewer_id=viewer_id)


# With each event the message it is about, and its author: a room that talks is sent with this one query. What an event of
# another kind is about has an id that is no message's; asking for the kind would cost more than the lookup.
NEXT_EVENTS = Prepared(
    select(Event, Message, Person)
    .outerjoin(Message, Message.id == Event.subject_id)
    .outerjoin(Person, Person.id == Message.author_id)
    .where(Event.stream_id == bindparam("stream_id"), Event.seq > bindparam("seq"))
    .order_by(Event.seq)
    .limit(bindparam("most", type_=Integer))
)


def next_events(session: Session, stream_id: str, seq: int, *, limit: int, at: datetime) -> tuple[Sequence[Event], Subjects]:
    """Snapshots of what comes after `seq` in a stream, and what it is about, as a whole room may see it."""
    rows = NEXT_EVENTS.rows(session, stream_id=stream_id, seq=seq, most=limit)
    events = [row[0] for row in rows]
    messages = {message.id: leading_to(message, author=author) for _, message, author in rows if message is not None}
    return events, _with_messages(session, events, messages, at=at, viewer_id=None)


def _with_messages(
    session: Session, events: Sequence[Event], messages: Mapping[str, Message], *, at: datetime, viewer_id: str | None
) -> Subjects:
    case_ids, person_ids = _named(events, "case."), _named(events, "member.")
    cases = session.scalars(select(Case).where(Case.id.in_(case_ids))).all() if case_ids else []
    people = session.scalars(select(Person).where(Person.id.in_(person_ids))).all() if person_ids else []
    return Subjects(
        messages=messages,
        mine=own_reactions(session, viewer_id, messages.values()) if viewer_id is not None else {},
        cases={view.case.id: view for view in view_cases(session, cases, at=at)} if cases else {},
        people={person.id: person for person in people},
    )


def _named(events: Sequence[Event], prefix: str) -> list[str]:
    return [event.subject_id for event in events if event.kind.startswith(prefix)]
