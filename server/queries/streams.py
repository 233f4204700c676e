"""Reading streams: which a person may read, what they missed, and what its events are about as it stands now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Integer, String, bindparam, cast, select
from sqlalchemy.orm import Session

from models.conversations import Membership, MemberState
from models.messages import Message
from models.people import Person
from models.policy import Facts, allows
from models.prepared import Prepared
from models.review import Case
from models.snapshots import leading_to, snapshot_class, snapshot_of_values
from models.streams import CRISIS_DESK, REVIEW_DESK, Event, EventKind, Stream
from server.queries.alerts import ShownAlert, shown_alerts
from server.queries.messages import own_reactions
from server.queries.resource_cards import shelf_for
from server.queries.review import CaseView, view_cases

# Who hears each desk.
DESKS: Mapping[str, str] = {REVIEW_DESK: "review.read", CRISIS_DESK: "alert.desk"}
MOST_MISSED = 300  # past this a client is told to page the history instead


@dataclass(frozen=True, kw_only=True)
class Missed:
    """What came after a position in a stream, and the messages it names. With `limited` too much did, and both are empty."""

    events: Sequence[Event] = field(default_factory=tuple)
    messages: Mapping[str, Message] = field(default_factory=dict)
    head_seq: int
    limited: bool = False
    from_seq: int = 0  # from which event on this person may read; earlier messages are not in `messages`


CONVERSATION_HEADS = Prepared(
    select(Stream.id, Stream.head_seq, Membership.from_seq)
    .join(Membership, cast(Membership.conversation_id, String) == Stream.id)
    .where(Membership.person_id == bindparam("person_id"), Membership.state == MemberState.MEMBER)
)
HEAD = Prepared(select(Stream.id, Stream.head_seq).where(Stream.id == bindparam("stream_id")))


def readable_heads(session: Session, actor: Person) -> dict[str, int]:
    """Heads of all streams the actor may read now, by id: their inbox, their conversations, and desks of their role."""
    return {stream_id: head for stream_id, (head, _) in _readable(session, actor).items()}


def _readable(session: Session, actor: Person) -> dict[str, tuple[int, int]]:
    """Of the same streams the head, and from which event on the actor may read."""
    desks = [desk for desk, permission in DESKS.items() if allows(permission, actor, Facts())]
    found = {row[0]: (row[1], row[2]) for row in CONVERSATION_HEADS.rows(session, person_id=actor.id)}
    for stream_id in (actor.id, *desks):
        found |= {row[0]: (row[1], 0) for row in HEAD.rows(session, stream_id=stream_id)}
    return found


def missed(session: Session, actor: Person, positions: Mapping[str, int]) -> dict[str, Missed]:
    """For every stream the actor may read: what came after the position given, or only its head where none was.

    Streams the actor may not read are left out, as if they did not exist. A position past the head is a client that knows
    a future which never happened (a restored backup): it is told to start over.
    """
    answer = {}
    for stream_id, (head, from_seq) in _readable(session, actor).items():
        position = positions.get(stream_id, head)
        known = max(position, from_seq - 1)
        if position > head or head - known > MOST_MISSED:
            answer[stream_id] = Missed(head_seq=head, limited=True, from_seq=from_seq)
        elif known == head:
            answer[stream_id] = Missed(head_seq=head, from_seq=from_seq)
        else:
            events, messages = _events_after(session, stream_id, known, limit=MOST_MISSED)
            shown = {each: message for each, message in messages.items() if not is_earlier(message, from_seq)}
            answer[stream_id] = Missed(events=events, messages=shown, head_seq=head, from_seq=from_seq)
    return answer


def is_earlier(message: Message | None, from_seq: int) -> bool:
    """Whether this message is from before somebody may read who reads from `from_seq` on."""
    return message is not None and message.seq is not None and message.seq < from_seq


@dataclass(frozen=True, kw_only=True)
class Subjects:
    """What a batch of events is about, loaded together at the moment of showing."""

    messages: Mapping[str, Message]
    mine: Mapping[str, set[str]]  # the viewer's reactions, by message
    cases: Mapping[str, CaseView]
    people: Mapping[str, Person]
    alerts: Mapping[str, ShownAlert]


def load_subjects(session: Session, found: Iterable[Missed], *, at: datetime, viewer_id: str | None = None) -> Subjects:
    """Messages, cases and people that events name, in a fixed number of queries; `viewer_id` None is a whole room."""
    answers = list(found)
    events = [event for answer in answers for event in answer.events]
    messages = {message_id: message for answer in answers for message_id, message in answer.messages.items()}
    return _with_messages(session, events, messages, at=at, viewer_id=viewer_id)


# With each event the message it is about, and its author: one query for what a room is sent, or somebody missed. What an
# event of another kind is about has an id that is no message's; asking for the kind would cost more than the lookup.
EVENTS_AFTER = Prepared(
    select(Event, Message, Person)
    .outerjoin(Message, Message.id == Event.subject_id)
    .outerjoin(Person, Person.id == Message.author_id)
    .where(Event.stream_id == bindparam("stream_id"), Event.seq > bindparam("seq"))
    .order_by(Event.seq)
    .limit(bindparam("most", type_=Integer))
)


def _events_after(
    session: Session, stream_id: str, seq: int, *, limit: int
) -> tuple[Sequence[Event], Mapping[str, Message]]:
    """Snapshots of what comes after `seq` in a stream, and of the messages it is about, by id."""
    rows = EVENTS_AFTER.rows(session, stream_id=stream_id, seq=seq, most=limit)
    shelf = shelf_for(session, [message for _, message, _ in rows if message is not None])
    messages = {
        message.id: leading_to(message, author=author, **shelf) for _, message, author in rows if message is not None
    }
    return [row[0] for row in rows], messages


SentEvent = snapshot_class(Event, None)


def sent_event(message: Message) -> tuple[Event, Subjects]:
    """The event by which a message that was just sent reaches its room, without reading it back."""
    event: Event = snapshot_of_values(
        SentEvent,
        {
            "stream_id": message.conversation_id,
            "seq": message.seq,
            "kind": EventKind.MESSAGE_CREATED.value,
            "subject_id": message.id,
            "data": {},
            "created_at": message.created_at,
        },
    )
    return event, Subjects(messages={message.id: message}, mine={}, cases={}, people={}, alerts={})


def next_events(session: Session, stream_id: str, seq: int, *, limit: int, at: datetime) -> tuple[Sequence[Event], Subjects]:
    """What comes after `seq` in a stream, and what it is about, as a whole room may see it."""
    events, messages = _events_after(session, stream_id, seq, limit=limit)
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
        alerts=shown_alerts(session, _named(events, "alert.")),
    )


def _named(events: Sequence[Event], prefix: str) -> list[str]:
    return [event.subject_id for event in events if event.kind.startswith(prefix)]
