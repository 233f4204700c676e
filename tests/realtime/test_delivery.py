"""Delivery: each stream in its one order, nothing lost, nothing twice, to those who may hear it at that very event."""

from functools import partial

import eventlet
import pytest

from models.auth import EndReason
from models.clock import clock
from models.roles import Role
from models.session import transaction
from models.streams import EventKind, record_event
from realtime.delivery import TRIES_WITHOUT_HOLDING
from server.actions.auth import end_sign_in
from server.actions.edits import delete_message, edit_message
from server.actions.groups import join_group, leave_group
from tests.factories.groups import make_group, put_out
from tests.factories.messages import post
from tests.factories.people import act, make_person, make_sign_in
from tests.factories.queries import counted
from tests.factories.streams import head_of


@pytest.fixture
def carer(app):
    return make_person()


@pytest.fixture
def other(app):
    return make_person()


@pytest.fixture
def group(carer, other):
    return make_group(carer, other)


def all_seqs(group, after=0):
    return list(range(after + 1, head_of(group.conversation_id) + 1))


def between_read_and_join(wire, happens, times=1, *, sent=True):
    """Let something happen, and be delivered, after an attach has read and before it joins."""
    read, left = wire.delivery._read, [times]

    def read_then_it_happens(sid, positions):
        answer = read(sid, positions)
        if left[0] > 0:
            left[0] -= 1
            happens()
            if sent:
                wire.settle()
        return answer

    wire.delivery._read = read_then_it_happens


def test_a_socket_gets_what_it_missed_then_what_comes_in_one_order(wire, group, carer, other):
    stood = head_of(group.conversation_id)
    for _ in range(3):
        post(other, group)
    wire.open(carer, "phone", **{group.conversation_id: stood})
    for _ in range(3):
        post(other, group)
    wire.settle()
    assert wire.seqs("phone", group.conversation_id) == all_seqs(group, after=stood)


def test_a_socket_without_positions_gets_the_heads_and_what_comes_after(wire, group, carer, other):
    post(other, group)
    wire.open(carer, "phone")
    stood = head_of(group.conversation_id)
    assert wire.heads("phone") == [{carer.id: head_of(carer.id), group.conversation_id: stood}]
    post(other, group)
    wire.settle()
    assert wire.seqs("phone", group.conversation_id) == [stood + 1]


@pytest.mark.parametrize("somebody_listens", [True, False])
def test_a_commit_between_read_and_join_is_neither_lost_nor_sent_twice(wire, group, carer, other, somebody_listens):
    if somebody_listens:
        wire.open(other, "another phone")
    between_read_and_join(wire, lambda: post(other, group))
    wire.open(carer, "phone", **{group.conversation_id: 0})
    post(other, group)
    wire.settle()
    assert wire.seqs("phone", group.conversation_id) == all_seqs(group)


def test_commits_while_a_long_replay_lets_others_go_on_are_neither_lost_nor_sent_twice(wire, group, carer, other):
    groups = [group, *(make_group(carer, other) for _ in range(3))]
    wire.open(other, "another phone")
    wire.on_sleep = lambda: [post(other, one) for one in groups] and wire.settle()
    wire.open(carer, "phone", **{one.conversation_id: 0 for one in groups})
    for one in groups:
        assert wire.seqs("phone", one.conversation_id) == all_seqs(one)


def test_a_room_that_runs_ahead_waits_for_who_joins_and_nobody_misses_anything(wire, group, carer, other):
    stood = head_of(group.conversation_id)
    wire.open(other, "another phone")
    between_read_and_join(wire, lambda: post(other, group), times=100)
    wire.open(carer, "phone", **{group.conversation_id: 0})
    post(other, group)
    wire.settle()
    assert wire.seqs("phone", group.conversation_id) == all_seqs(group)
    assert wire.seqs("another phone", group.conversation_id) == all_seqs(group, after=stood)


def test_a_room_that_waited_for_who_then_hung_up_goes_on(wire, group, carer, other):
    stood = head_of(group.conversation_id)
    wire.open(other, "another phone")
    last = lambda: (post(other, group), wire.delivery.disconnect("phone"))  # noqa: E731
    turns = iter([*[partial(post, other, group)] * TRIES_WITHOUT_HOLDING, last])
    between_read_and_join(wire, lambda: next(turns)(), times=TRIES_WITHOUT_HOLDING + 1)  # noqa: PLW0108
    wire.open(carer, "phone", **{group.conversation_id: 0})
    wire.delivery.compare_heads()
    wire.settle()
    assert wire.seqs("another phone", group.conversation_id) == all_seqs(group, after=stood)


def test_who_is_put_out_while_a_room_runs_ahead_is_not_let_in(wire, group, carer, other):
    wire.open(other, "another phone")
    turns = iter([*[partial(post, other, group)] * TRIES_WITHOUT_HOLDING, partial(put_out, group, carer)])
    between_read_and_join(wire, lambda: next(turns)(), times=TRIES_WITHOUT_HOLDING + 1)  # noqa: PLW0108
    wire.open(carer, "phone")
    post(other, group, "Only for those who are still here.")
    wire.settle()
    assert "Only for those who are still here." not in str(wire.got["phone"])
    assert "phone" not in wire.rooms[group.conversation_id]


def test_who_comes_while_the_last_listener_goes_hears_everything_once(live_wire, group, carer, other):
    wire, sending, go_on = live_wire, eventlet.Event(), eventlet.Event()
    stood = head_of(group.conversation_id)
    wire.open(other, "another phone")
    emitted = iter(range(100))

    def stop_before_the_second():
        if next(emitted) == 1:
            sending.send()
            go_on.wait()

    def the_other_goes():
        with transaction() as session:
            for _ in range(2):
                record_event(session, group.conversation_id, EventKind.MEMBER_JOINED, other.id, now=clock.now())
        sending.wait()
        wire.disconnect("another phone")

    wire.on_emit = stop_before_the_second
    between_read_and_join(wire, the_other_goes, sent=False)
    wire.connect(carer, "phone")
    wire.delivery.attach("phone", {group.conversation_id: stood})
    go_on.send()
    wire.settle()
    post(other, group)
    wire.settle()
    assert wire.seqs("phone", group.conversation_id) == all_seqs(group, after=stood)


def test_two_attaches_of_one_socket_send_nothing_twice(wire, group, carer, other):
    wire.connect(carer, "phone")
    positions = {group.conversation_id: 0}
    between_read_and_join(wire, lambda: wire.delivery.attach("phone", positions))
    wire.delivery.attach("phone", positions)
    post(other, group)
    wire.settle()
    assert wire.seqs("phone", group.conversation_id) == all_seqs(group)


def test_two_attaches_that_read_the_same_while_the_room_ran_ahead_send_nothing_twice(wire, group, carer, other):
    wire.open(other, "another phone")
    post(other, group)
    wire.settle()
    wire.connect(carer, "phone")
    positions = {group.conversation_id: 0}
    read, stale = wire.delivery._read, {}

    def read_at_one_moment(sid, wanted):
        if stale:
            wire.delivery._read = read
        else:
            stale.update(read(sid, wanted))
            post(other, group)
            wire.settle()
        return stale

    def the_second_goes_on():
        wire.on_sleep = lambda: None
        wire.delivery.attach("phone", positions)

    wire.delivery._read = read_at_one_moment
    wire.on_sleep = the_second_goes_on
    wire.delivery.attach("phone", positions)
    wire.settle()
    assert wire.seqs("phone", group.conversation_id) == all_seqs(group)


def test_who_left_and_is_let_in_by_an_attach_that_read_before_hears_nothing_twice(wire, group, carer, other):
    wire.open(other, "another phone")
    wire.open(carer, "phone")
    stood = head_of(group.conversation_id)
    post(other, group)
    wire.settle()
    act(leave_group, carer, group.id)
    act(join_group, carer, group.id)
    wire.settle()
    wire.delivery._leave("phone", group.conversation_id)
    wire.delivery.attach("phone", {group.conversation_id: stood})
    got = wire.seqs("phone", group.conversation_id)
    assert got == sorted(set(got))
    assert got[-1] == head_of(group.conversation_id)


def test_hints_in_any_order_and_again_and_again_change_nothing(wire, group, carer, other):
    wire.open(carer, "phone", **{group.conversation_id: 0})
    for _ in range(3):
        post(other, group)
    head = head_of(group.conversation_id)
    for seq in (head, 1, head - 1, head):
        wire.delivery.moved([(group.conversation_id, seq)])
        wire.settle()
    assert wire.seqs("phone", group.conversation_id) == all_seqs(group)


def test_a_commit_in_the_middle_of_sending_comes_after_what_is_being_sent(wire, group, carer, other):
    wire.open(carer, "phone", **{group.conversation_id: 0})
    more = iter(range(5))
    wire.on_emit = lambda: post(other, group) if next(more, None) is not None else None
    post(other, group)
    wire.settle()
    assert wire.seqs("phone", group.conversation_id) == all_seqs(group)
    assert len(wire.seqs("phone", group.conversation_id)) >= 6


def test_many_writers_and_newcomers_at_once_leave_one_order_for_all(live_wire, group, carer, other):
    wire = live_wire
    wire.open(other, "first phone", **{group.conversation_id: 0})

    def write():
        for _ in range(8):
            post(other, group)
            eventlet.sleep(0)

    def come(number):
        wire.connect(carer, f"phone {number}")
        wire.delivery.attach(f"phone {number}", {group.conversation_id: 0})

    at_work = [eventlet.spawn(write) for _ in range(4)]
    for number in range(10):
        at_work.append(eventlet.spawn(come, number))
        eventlet.sleep(0)
    for task in at_work:
        task.wait()
    wire.settle()
    for sid in ("first phone", *(f"phone {number}" for number in range(10))):
        got = wire.seqs(sid, group.conversation_id)
        assert got == sorted(set(got)), sid
        assert got[-1] == head_of(group.conversation_id), sid
    assert wire.seqs("first phone", group.conversation_id) == all_seqs(group)


def test_leaving_stops_delivery_at_that_very_event(wire, group, carer, other):
    wire.open(carer, "phone")
    wire.open(other, "another phone")
    act(leave_group, carer, group.id)
    post(other, group)
    wire.settle()  # both were committed before anything was sent
    assert wire.seqs("phone", group.conversation_id) == []
    assert [event["kind"] for event in wire.events("another phone", group.conversation_id)] == [
        "member.left",
        "message.created",
    ]
    assert [event["data"]["change"] for event in wire.events("phone", carer.id)] == ["left"]


@pytest.mark.parametrize("somebody_listens", [True, False])
def test_joining_starts_delivery_at_that_very_event(wire, group, other, somebody_listens):
    newcomer = make_person()
    wire.open(newcomer, "phone")
    if somebody_listens:
        wire.open(other, "another phone")
    post(other, group)
    act(join_group, newcomer, group.id)
    joined = head_of(group.conversation_id)
    post(other, group)
    wire.settle()
    assert wire.seqs("phone", group.conversation_id) == [joined, joined + 1]


def test_who_leaves_and_comes_back_is_in_the_room_even_if_the_inbox_is_sent_first(wire, group, carer, other):
    wire.open(carer, "phone")
    act(leave_group, carer, group.id)
    act(join_group, carer, group.id)
    joined = head_of(group.conversation_id)
    wire.last = {group.conversation_id}
    wire.settle()
    post(other, group)
    wire.settle()
    assert wire.seqs("phone", group.conversation_id) == [joined, joined + 1]


def test_a_sign_in_that_ends_during_the_attach_is_cut(wire, group, carer):
    begun = make_sign_in(carer)
    wire.connect(carer, "phone", begun=begun)

    def end():
        with transaction() as session:
            end_sign_in(session, session.merge(begun), reason=EndReason.REVOKED, by=None, now=begun.created_at)

    between_read_and_join(wire, end)
    wire.delivery.attach("phone", {})
    wire.settle()
    assert wire.cut == ["phone"]
    assert wire.rooms[group.conversation_id] == set()


def test_a_socket_that_cannot_be_served_is_hung_up_on(wire, carer, capsys):
    wire.connect(carer, "phone")
    wire.delivery._read = lambda *_: 1 // 0
    wire.delivery.attach("phone", {})
    assert wire.hung_up == ["phone"]
    assert wire.got["phone"] == []


def test_a_lost_hint_is_found_by_comparing_heads(wire, group, carer, other):
    wire.open(carer, "phone", **{group.conversation_id: 0})
    wire.delivery.committed = None  # the listener below was taken before; this process now hears of nothing
    wire.delivery.moved, moved = (lambda _heads: None), wire.delivery.moved
    post(other, group)
    wire.settle()
    assert wire.seqs("phone", group.conversation_id) != all_seqs(group)
    wire.delivery.moved = moved
    wire.delivery.compare_heads()
    wire.settle()
    assert wire.seqs("phone", group.conversation_id) == all_seqs(group)


def test_a_stream_without_listeners_is_forgotten(wire, group, carer, other):
    wire.open(carer, "phone")
    assert group.conversation_id in wire.delivery._served
    wire.delivery.disconnect("phone")
    post(other, group)
    wire.settle()
    assert wire.delivery._served == {}


def test_a_moderator_hears_the_desk_and_a_carer_does_not(wire, group, carer, other):
    moderator = make_person(Role.MODERATOR)
    wire.open(moderator, "desk phone")
    wire.open(carer, "phone")
    post(other, group, "I want to kill myself tonight")
    wire.settle()
    assert [event["kind"] for event in wire.events("desk phone", "desk:review")] == ["case.opened"]
    assert wire.events("phone", "desk:review") == []
    assert wire.events("desk phone", group.conversation_id) == []


def bodies(wire, sid, stream_id):
    """What the frames of new messages say, in the order they came."""
    frames = [data for name, data in wire.got[sid] if name == "event" and data["stream_id"] == stream_id]
    return [frame["data"]["message"]["body"] for frame in frames if frame["kind"] == EventKind.MESSAGE_CREATED]


def test_a_message_just_sent_goes_out_as_it_was_written_and_as_it_is_replayed(wire, group, carer, other):
    wire.open(carer, "phone")
    stood = head_of(group.conversation_id)
    post(other, group, "How was your day?", content_warning="a long one", mentions=[carer.id])
    with counted() as asked:
        wire.settle()
    assert [statement for statement in asked if "FROM event" in statement] == []
    wire.open(other, "another phone", **{group.conversation_id: stood})
    live, replayed = wire.got["phone"][-1], next(each for each in wire.got["another phone"] if each[0] == "event")
    for frame in (live, replayed):  # what only its author, or only somebody in particular, is told
        frame[1]["data"]["message"].pop("client_id", None)
    assert live == replayed


@pytest.mark.parametrize("change", ["deleted", "edited"])
def test_a_message_that_changed_before_it_went_out_goes_out_as_it_stands(wire, group, carer, other, change):
    wire.open(carer, "phone")
    message = post(other, group, "Her name is on the ward list.").message
    if change == "deleted":
        act(delete_message, other, message.id)
    else:
        act(edit_message, other, message.id, body="She is better today.", content_warning=None, acknowledged_advice=False)
    wire.settle()
    assert bodies(wire, "phone", group.conversation_id) == ["" if change == "deleted" else "She is better today."]


def test_messages_of_one_moment_all_go_out_in_their_order(wire, group, carer, other):
    wire.open(carer, "phone")
    for words in ("one", "two", "three"):
        post(other, group, words)
    wire.settle()
    post(other, group, "four")
    wire.settle()
    assert bodies(wire, "phone", group.conversation_id) == ["one", "two", "three", "four"]
