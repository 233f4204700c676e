"""Whatever happens in a room, in whatever order: an old picture and the events since then make the picture of now."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.clock import clock
from models.errors import DomainError
from models.messages import MessageState
from models.people import Person
from models.review import DecisionKind
from models.roles import Role
from models.session import reading
from server.actions.groups import join_group, leave_group
from server.queries.messages import page_history
from server.queries.streams import load_subjects, missed
from server.schemas.messages import dump_history
from server.schemas.streams import dump_event
from tests.factories.groups import make_group, put_out
from tests.factories.messages import HOSTILE, find_case, message_now, post, report
from tests.factories.messages import decide as decide_case
from tests.factories.people import act, make_person

Picture = dict[int, dict[str, Any]]
SHOWN = ("id", "seq", "author", "body", "content_warning", "reply_to", "state")

number = st.integers(min_value=0, max_value=7)
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["post", "hold", "reply", "join", "leave", "put out"]), number),
        st.tuples(st.sampled_from(list(DecisionKind)), number),
    ),
    max_size=18,
)


class Room:
    """A few people in a group, one of whom always stays; and everything ever written there."""

    def __init__(self, people: list[Person], moderator: Person) -> None:
        self.moderator = moderator
        self.stays, *self.wanderers = people
        self.group = make_group(*people)
        self.stream = self.group.conversation_id
        self.written: list[str] = []

    def do(self, step: str | DecisionKind, which: int) -> None:
        """One step; what is refused changes nothing, and that is part of the property."""
        try:
            self._decide(step, which) if isinstance(step, DecisionKind) else self._wander(step, which)
        except DomainError:
            return

    def _wander(self, step: str, which: int) -> None:
        who = self.wanderers[which % len(self.wanderers)]
        if step == "join":
            act(join_group, who, self.group.id)
        elif step == "leave":
            act(leave_group, who, self.group.id)
        elif step == "put out":
            put_out(self.group, who)
        else:
            reply_to = self.written[which % len(self.written)] if step == "reply" and self.written else None
            body = HOSTILE if step == "hold" else f"Words {len(self.written)}."
            sent = post(who, self.group, body, reply_to=reply_to, content_warning="Sad" if which % 2 else None)
            self.written.append(sent.message.id)

    def _decide(self, decision: DecisionKind, which: int) -> None:
        if not self.written:
            return
        message = message_now(self.written[which % len(self.written)])
        if message.state is MessageState.VISIBLE:
            report(self.stays, message)
        case = find_case(message.id)
        assert case is not None
        decide_case(self.moderator, case, decision)

    # -- what people see -----------------------------------------------------------------------------------------------

    def picture(self, viewer: Person) -> Picture:
        """The whole history, as this member is shown it."""
        with reading() as session:
            page = page_history(session, viewer, self.stream, before=None, after=0, limit=100)
            assert not page.more
            return {item["seq"]: shown(item) for item in dump_history(page, viewer.id)["items"]}

    def after(self, viewer: Person, position: int, *, live: bool = False) -> tuple[list[dict[str, Any]], int]:
        """Events after a position and the head; `live` as the whole room is sent them."""
        with reading() as session:
            answer = missed(session, viewer, {self.stream: position})[self.stream]
            subjects = load_subjects(session, answer.events, at=clock.now())
            return [dump_event(e, subjects, None if live else viewer.id) for e in answer.events], answer.head_seq

    def members(self) -> list[Person]:
        with reading() as session:
            return [who for who in (self.stays, *self.wanderers) if self.stream in missed(session, who, {})]


def shown(message: dict[str, Any]) -> dict[str, Any]:
    return {name: message[name] for name in SHOWN}


def apply(picture: Picture, events: list[dict[str, Any]], position: int) -> None:
    """What a client does with events: in order of seq, none twice, none left out."""
    assert [event["seq"] for event in events] == list(range(position + 1, position + 1 + len(events)))
    for event in events:
        if event["kind"] == "message.created":
            message = shown(event["data"]["message"])
            assert message["seq"] == event["seq"]
            picture[event["seq"]] = message
        elif event["kind"] == "message.updated":
            picture[event["data"]["message"]["seq"]] = shown(event["data"]["message"])
        elif event["kind"] == "message.removed":
            gone = next(item for item in picture.values() if item["id"] == event["data"]["message_id"])
            gone.update(state="removed", body="", content_warning=None)


@pytest.fixture
def people(app):
    return [make_person() for _ in range(4)]


@pytest.fixture
def moderator(app):
    return make_person(Role.MODERATOR)


@given(before=steps, since=steps)
@settings(max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.timeout(300)
def test_an_old_picture_and_the_events_since_make_the_picture_of_now(people, moderator, before, since):
    room = Room(people, moderator)
    for step in before:
        room.do(*step)
    old, (_, stood) = room.picture(room.stays), room.after(room.stays, 0)
    live, position = dict(old), stood
    for step in since:
        room.do(*step)
        events, head = room.after(room.stays, position, live=True)
        apply(live, events, position)
        position = head
        assert live == room.picture(room.stays)
    for viewer in room.members():
        late = {seq: dict(message) for seq, message in old.items()}
        events, head = room.after(viewer, stood)
        apply(late, events, stood)
        assert late == room.picture(viewer)
        assert head == position
