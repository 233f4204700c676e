"""What moderators do about a case: the message moves, the room sees it, those concerned are told, and it is written down."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.messages import MessageState
from models.people import Person
from models.review import CaseState, DecisionKind
from models.roles import Role
from models.session import transaction
from models.streams import REVIEW_DESK, lock_stream
from moderation.review import CLAIM_LASTS
from server.actions.messages import post_message
from server.actions.review import decide_case, release_case
from tests.factories.groups import make_group, membership_of
from tests.factories.messages import HOSTILE, case_of, claim, decide, message_now, post, report
from tests.factories.people import act, make_person
from tests.factories.races import behind, race
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of, head_of, kinds_of, notices_to

APPROVE, HIDE, REMOVE = DecisionKind.APPROVE, DecisionKind.HIDE, DecisionKind.REMOVE
RESTORE, DISMISS = DecisionKind.RESTORE, DecisionKind.DISMISS
VISIBLE, HELD, HIDDEN, REMOVED = MessageState.VISIBLE, MessageState.HELD, MessageState.HIDDEN, MessageState.REMOVED


@pytest.fixture
def author():
    return make_person()


@pytest.fixture
def reader():
    return make_person()


@pytest.fixture
def group(author, reader):
    return make_group(author, reader)


@pytest.fixture
def message(author, reader, group):
    """A message that a member has reported."""
    sent = post(author, group).message
    report(reader, sent)
    return sent


@pytest.fixture
def held(author, group):
    return post(author, group, HOSTILE).message


def what_the_room_hears(group, then):
    head = head_of(group.conversation_id)
    then()
    return kinds_of(group.conversation_id, after=head)


@pytest.mark.parametrize(
    ("decision", "state", "heard"),
    [
        (APPROVE, VISIBLE, []),
        (DISMISS, VISIBLE, []),
        (HIDE, HIDDEN, ["message.updated"]),
        (REMOVE, REMOVED, ["message.removed"]),
    ],
)
def test_a_decision_on_a_visible_message_is_seen_in_the_room(ann, group, message, decision, state, heard):
    assert what_the_room_hears(group, lambda: decide(ann, case_of(message.id), decision)) == heard
    assert message_now(message.id).state is state


@pytest.mark.parametrize(("decision", "state", "heard"), [(APPROVE, VISIBLE, ["message.created"]), (REMOVE, REMOVED, [])])
def test_a_decision_on_a_held_message_tells_the_room_only_of_what_it_may_see(ann, group, held, decision, state, heard):
    assert what_the_room_hears(group, lambda: decide(ann, case_of(held.id), decision)) == heard
    assert message_now(held.id).state is state


def test_a_restored_message_is_seen_again_in_its_old_place(ann, ben, group, message):
    decide(ann, case_of(message.id), REMOVE)
    assert what_the_room_hears(group, lambda: decide(ben, case_of(message.id), RESTORE)) == ["message.updated"]
    restored = message_now(message.id)
    assert (restored.state, restored.seq) == (VISIBLE, message.seq)


def test_a_message_restored_that_was_never_seen_comes_as_a_new_one(author, ann, group, held):
    decide(ann, case_of(held.id), REMOVE)
    assert what_the_room_hears(group, lambda: decide(ann, case_of(held.id), RESTORE)) == ["message.created"]
    assert membership_of(author, group).delivered_count == 1


def test_hiding_keeps_the_case_in_hand_until_it_is_decided(ann, ben, message):
    hidden = decide(ann, case_of(message.id), HIDE)
    assert (hidden.state, hidden.claimed_by) == (CaseState.CLAIMED, ann.id)
    assert_refused("case_claimed", decide, ben, hidden, RESTORE)
    assert decide(ann, hidden, RESTORE).state is CaseState.CLOSED


@pytest.mark.parametrize(
    ("decisions", "to_author", "to_reporter"),
    [
        ([APPROVE], [], ["no_action"]),
        ([DISMISS], [], ["no_action"]),
        ([REMOVE], ["removed"], ["action_taken"]),
        ([HIDE], ["hidden"], []),  # nothing is decided yet
        ([HIDE, REMOVE], ["hidden", "removed"], ["action_taken"]),
        ([HIDE, RESTORE], ["hidden", "restored"], ["no_action"]),
    ],
)
def test_author_and_reporter_are_told(author, reader, ann, message, decisions, to_author, to_reporter):
    for decision in decisions:
        decide(ann, case_of(message.id), decision)
    assert notices_to(author) == [("notice.message", outcome) for outcome in to_author]
    assert notices_to(reader) == [("notice.report", outcome) for outcome in to_reporter]


@pytest.mark.parametrize(("decision", "outcome"), [(APPROVE, "approved"), (REMOVE, "removed")])
def test_the_author_of_a_held_message_always_gets_an_answer(author, ann, held, decision, outcome):
    decide(ann, case_of(held.id), decision)
    assert notices_to(author) == [("notice.message", outcome)]


def test_every_reporter_is_told_once(author, ann):
    readers = [make_person() for _ in range(3)]
    sent = post(author, make_group(author, *readers)).message
    for person in readers:
        report(person, sent)
    decide(ann, case_of(sent.id), REMOVE)
    assert [notices_to(person) for person in readers] == [[("notice.report", "action_taken")]] * 3


def test_the_author_never_learns_who_reported(author, reader, ann, message):
    decide(ann, case_of(message.id), REMOVE)
    assert all(reader.id not in str(event.data) for event in events_of(author.id))


def test_every_step_is_in_the_audit_trail(ann, message):
    case = case_of(message.id)
    claim(ann, case)
    act(release_case, ann, case.id)
    decide(ann, case, HIDE)
    decide(ann, case, REMOVE)
    decide(ann, case, RESTORE)
    steps = [
        "message.reported",
        "case.claimed",
        "case.released",
        "case.hide",
        "case.remove",
        "aftercare.began",
        "case.restore",
    ]
    assert audited(case.id) == steps


def test_every_step_is_on_the_desk(ann, message):
    case = case_of(message.id)
    claim(ann, case)
    act(release_case, ann, case.id)
    decide(ann, case, HIDE)
    decide(ann, case, REMOVE)
    changes = ["case.changed", "case.changed", "case.changed"]
    assert kinds_of(REVIEW_DESK) == ["case.opened", *changes, "case.closed"]


def test_releasing_what_nobody_holds_changes_nothing(ann, message):
    case = case_of(message.id)
    act(release_case, ann, case.id)
    assert case_of(message.id).version == case.version
    assert audited(case.id) == ["message.reported"]


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.MODERATOR, Role.SUPERVISOR)])
@pytest.mark.parametrize("step", [claim, lambda person, case: decide(person, case, REMOVE)], ids=["claim", "decide"])
def test_only_moderators_and_supervisors_judge(role, step, message):
    assert_refused("forbidden", step, make_person(role), case_of(message.id))


@pytest.mark.parametrize("step", [claim, lambda person, case: decide(person, case, REMOVE)], ids=["claim", "decide"])
def test_a_moderator_does_not_judge_their_own_message(ann, reader, step):
    own = post(ann, make_group(ann, reader)).message
    report(reader, own)
    assert_refused("forbidden", step, ann, case_of(own.id))


@pytest.mark.parametrize("step", [claim, lambda person, case: decide(person, case, REMOVE)], ids=["claim", "decide"])
def test_a_moderator_does_not_judge_what_they_reported(ann, author, step):
    sent = post(author, make_group(author, ann)).message
    report(ann, sent)
    assert_refused("forbidden", step, ann, case_of(sent.id))


def test_another_moderator_can_judge_it(ann, ben, author):
    sent = post(author, make_group(author, ann)).message
    report(ann, sent)
    assert decide(ben, case_of(sent.id), REMOVE).state is CaseState.CLOSED


def test_a_claim_keeps_others_out_until_it_runs_out(ann, ben, message):
    claim(ann, case_of(message.id))
    assert_refused("case_claimed", claim, ben, case_of(message.id))
    assert_refused("case_claimed", decide, ben, case_of(message.id), REMOVE)
    clock.move(CLAIM_LASTS + timedelta(seconds=1))
    assert claim(ben, case_of(message.id)).claimed_by == ben.id


def test_a_decision_on_what_one_saw_before_another_report_is_stale(author, ann):
    readers = [make_person(), make_person()]
    sent = post(author, make_group(author, *readers)).message
    report(readers[0], sent)
    seen = case_of(sent.id)
    report(readers[1], sent)
    assert_refused("stale_version", decide, ann, seen, DISMISS, version=seen.version)


def test_a_refused_decision_changes_nothing(ann, group, message):
    case = case_of(message.id)
    heard = what_the_room_hears(group, lambda: assert_refused("decision_not_possible", decide, ann, case, RESTORE))
    assert heard == []
    assert (case_of(message.id).version, message_now(message.id).state) == (case.version, VISIBLE)
    assert audited(case.id) == ["message.reported"]


def test_two_moderators_deciding_at_once_make_one_decision(ann, ben, group, message):
    seen = case_of(message.id)
    decided = race(*[lambda who=who: decide(who, seen, REMOVE, version=seen.version).state for who in (ann, ben)])
    assert sorted(decided) == [CaseState.CLOSED, "stale_version"]
    assert kinds_of(group.conversation_id).count("message.removed") == 1
    assert audited(seen.id).count("case.remove") == 1


def test_two_moderators_claiming_at_once_leave_it_in_one_hand(ann, ben, message):
    seen = case_of(message.id)
    claimed = race(*[lambda who=who: claim(who, seen).claimed_by for who in (ann, ben)])
    assert claimed.count("case_claimed") == 1
    assert case_of(message.id).claimed_by in claimed


def test_a_reply_on_its_way_and_a_removal_do_not_lock_each_other_out(reader, ann, group, message):
    """The reply holds the room and then points at the message; the removal holds the message and then asks for the room."""
    with transaction() as session:
        lock_stream(session, group.conversation_id)
        removal = behind(lambda: decide(ann, case_of(message.id), REMOVE))
        facts = {"conversation_id": group.conversation_id, "client_id": "c1", "body": "Thank you", "reply_to": message.id}
        post_message(session, session.get(Person, reader.id), **facts, now=clock.now())
        session.flush()
    assert removal.outcome().state is CaseState.CLOSED
    assert kinds_of(group.conversation_id)[-2:] == ["message.created", "message.removed"]


def test_a_reply_behind_a_removal_finds_the_message_gone(reader, ann, group, message):
    case = case_of(message.id)
    with transaction() as session:
        facts = {"decision": REMOVE, "note": "x", "version": case.version}
        decide_case(session, session.get(Person, ann.id), case.id, **facts, now=clock.now())
        session.flush()
        reply = behind(lambda: post(reader, group, reply_to=message.id))
    assert reply.outcome() == "invalid"


def test_an_author_who_writes_while_a_message_of_theirs_is_released_is_counted_twice(author, ann, group, held):
    race(lambda: decide(ann, case_of(held.id), APPROVE), lambda: post(author, group))
    assert membership_of(author, group).delivered_count == 2
