"""Whatever happens in a room, in whatever order: an old picture and the events since then make the picture of now."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models.clock import clock
from models.errors import DomainError
from models.messages import MessageState, ReactionName
from models.people import Person
from models.review import DecisionKind
from models.roles import Role
from models.session import reading
from server.actions.edits import delete_message, edit_message
from server.actions.groups import join_group, leave_group
from server.actions.reactions import set_reaction
from server.queries.messages import page_history
from server.queries.streams import load_subjects, missed
from server.schemas.messages import dump_history
from server.schemas.streams import dump_event
from tests.factories.groups import make_group, put_out
from tests.factories.messages import HOSTILE, find_case, message_now, post, report
from tests.factories.messages import decide as decide_case
from tests.factories.people import act, make_person

Picture = dict[int, dict[str, Any]]
SHOWN = ("id", "seq", "author", "body", "content_warning", "reply_to", "state", "mentions")

number = st.integers(min_value=0, max_value=7)
steps = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(
                ["post", "hold", "reply", "join", "leave", "put out", "edit", "wait", "delete", "react", "take back"]
            ),
            number,
        ),
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
        elif step in {"edit", "wait", "delete", "react", "take back"}:
            self._change(step, who, which)
        else:
            reply_to = self.written[which % len(self.written)] if step == "reply" and self.written else None
            body = HOSTILE if step == "hold" else f"Words {len(self.written)}."
            mentions = [self.stays.id] if which % 3 == 0 else []
            warning = "Sad" if which % 2 else None
            sent = post(who, self.group, body, reply_to=reply_to, content_warning=warning, mentions=mentions)
            self.written.append(sent.message.id)

    def _change(self, step: str, who: Person, which: int) -> None:
        if not self.written:
            return
        message = message_now(self.written[which % len(self.written)])
        if step in {"react", "take back"}:
            for one in (who, self.stays) if which % 2 else (who,):
                act(set_reaction, one, message.id, name=list(ReactionName)[which % 3], on=step == "react")
        elif step == "delete":
            act(delete_message, message.author, message.id)
        else:
            body = HOSTILE if step == "wait" else f"Other words {which}."
            act(
                edit_message,
                message.author,
                message.id,
                body=body,
                content_warning=None,
                acknowledged_advice=True,
            )

    def _decide(self, decision: DecisionKind, which: int) -> None:
        if not self.written:
            return
        message = message_now(self.written[which % len(self.written)])
        if message.state is MessageState.VISIBLE:
            report(self.stays, message)
        case = find_case(message.id)
        if case is None:
            assert message.state is MessageState.DELETED  # its author took it back before anybody looked
            return
        decide_case(self.moderator, case, decision)

    # -- what people see -----------------------------------------------------------------------------------------------

    def picture(self, viewer: Person) -> Picture:
        """The whole history, as this member is shown it."""
        with reading() as session:
            page = page_history(session, viewer, self.stream, before=None, after=0, limit=100)
            assert not page.more
            return {item["seq"]: shown(item, viewer.id) for item in dump_history(page, viewer.id)["items"]}

    def after(self, viewer: Person, position: int, *, live: bool = False) -> tuple[list[dict[str, Any]], int]:
        """Events after a position and the head; `live` as the whole room is sent them."""
        with reading() as session:
            answer = missed(session, viewer, {self.stream: position})[self.stream]
            subjects = load_subjects(session, [answer], at=clock.now(), viewer_id=None if live else viewer.id)
            return [dump_event(e, subjects, None if live else viewer.id) for e in answer.events], answer.head_seq

    def members(self) -> list[Person]:
        with reading() as session:
            return [who for who in (self.stays, *self.wanderers) if self.stream in missed(session, who, {})]


def shown(message: dict[str, Any], viewer_id: str) -> dict[str, Any]:
    return {**{name: message[name] for name in SHOWN}, "reactions": reacted(message["reactions"], {}, viewer_id)}


def reacted(
    reactions: dict[str, Any], before: dict[str, Any], viewer_id: str, changed: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Counts as they came; which are one's own, as they came or as this client knows from before and from the change."""
    own = {name for name, each in before.items() if each["mine"]}
    if changed is not None and changed["person_id"] == viewer_id:
        own = own | {changed["name"]} if changed["on"] else own - {changed["name"]}
    return {name: {"count": each["count"], "mine": each.get("mine", name in own)} for name, each in reactions.items()}


def apply(picture: Picture, events: list[dict[str, Any]], position: int, viewer_id: str) -> None:
    """What a client does with events: in order of seq, none twice, none left out."""
    assert [event["seq"] for event in events] == list(range(position + 1, position + 1 + len(events)))
    for event in events:
        if event["kind"] == "message.created":
            message = shown(event["data"]["message"], viewer_id)
            assert message["seq"] == event["seq"]
            picture[event["seq"]] = message
        elif event["kind"] == "message.updated":
            message = event["data"]["message"]
            before = picture[message["seq"]]["reactions"]
            picture[message["seq"]] = {
                **shown(message, viewer_id),
                "reactions": reacted(message["reactions"], before, viewer_id),
            }
        elif event["kind"] == "reaction.changed":
            data = event["data"]
            item = next(item for item in picture.values() if item["id"] == data["message_id"])
            item["reactions"] = reacted(data["reactions"], item["reactions"], viewer_id, data["changed"])
        elif event["kind"] == "message.removed":
            gone = next(item for item in picture.values() if item["id"] == event["data"]["message_id"])
            deleted = event["data"]["reason"] == "deleted"
            gone.update(state="deleted" if deleted else "removed", body="", content_warning=None, mentions=[])
            if deleted:
                gone.update(reactions={})


@pytest.fixture
def people(app):
    return [make_person() for _ in range(4)]


@pytest.fixture
def moderator(app):
    return make_person(Role.MODERATOR)


@given(before=steps, since=steps)
@example(before=[], since=[("post", 0), ("react", 0), (DecisionKind.HIDE, 0), ("delete", 0)])
@settings(max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.timeout(300)
def test_an_old_picture_and_the_events_since_make_the_picture_of_now(people, moderator, before, since):
    room = Room(people, moderator)
    for step in before:
        room.do(*step)
    _, stood = room.after(room.stays, 0)
    # What each saw then; who was away saw what everybody did, but for which reactions were theirs.
    pictures = {viewer.id: room.picture(viewer) for viewer in room.members()}
    live, position = {seq: dict(message) for seq, message in pictures[room.stays.id].items()}, stood
    for step in since:
        room.do(*step)
        events, head = room.after(room.stays, position, live=True)
        apply(live, events, position, room.stays.id)
        position = head
        assert live == room.picture(room.stays)
    for viewer in (who for who in room.members() if who.id in pictures):
        late = {seq: dict(message) for seq, message in pictures[viewer.id].items()}
        events, head = room.after(viewer, stood)
        apply(late, events, stood, viewer.id)
        assert late == room.picture(viewer)
        assert head == position
