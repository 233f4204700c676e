"""Stretches of conversations of two: what a moderator sees of them, and how long words taken back are kept for that."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.conversations import ConversationKind, Membership, MemberState, Standing
from models.flags import MOST_IN_STRETCH, MOST_STRETCHES
from models.messages import MessageState
from models.review import CaseState, DecisionKind, Queue, ReportReason, TargetKind
from models.roles import Role
from models.session import transaction
from moderation.flags import NORMAL
from server.actions.edits import delete_message, edit_message
from server.actions.privacy import erase_oneself
from server.jobs.retention import sweep_all
from server.queries.photos import find_case_photo
from tests.factories.flags import audited, case_now, cases_of, look, reports_in, settle, show
from tests.factories.groups import make_group
from tests.factories.messages import message_now, post, report
from tests.factories.one_to_ones import make_one_to_one, make_private, write
from tests.factories.people import act, make_person
from tests.factories.photos import make_photo
from tests.factories.privacy import run_jobs
from tests.factories.refusals import assert_refused

TALK = TargetKind.CONVERSATION


@pytest.fixture
def moderator():
    return make_person(Role.MODERATOR)


class Talk:
    """A one-to-one with five messages in it, in turn; `said` are the carer's and the worker's."""

    def __init__(self, kind=ConversationKind.ONE_TO_ONE):
        self.carer, self.worker = make_person(), make_person(Role.CARER_PEER_WORKER)
        if kind is ConversationKind.ONE_TO_ONE:
            self.id = make_one_to_one(self.carer, self.worker).conversation_id
        else:
            self.id = make_private(self.carer, self.worker, kind=kind)
        self.conversation_id = self.id  # as a group has it
        self.said = [write((self.carer, self.worker)[n % 2], self.id, f"Word number {n}.") for n in range(5)]

    def seqs(self, *places):
        return [self.said[place].seq for place in places]


@pytest.fixture
def talk():
    return Talk()


def bodies(detail):
    return [[message.body for message in stretch.messages] for stretch in detail.stretches]


@pytest.mark.parametrize("kind", [ConversationKind.ONE_TO_ONE, ConversationKind.CRISIS])
def test_a_moderator_sees_the_stretch_and_nothing_around_it(supervisor, kind):
    talk = Talk(kind)
    made = show(talk.carer, talk.id, *talk.seqs(1, 2, 3))
    (case,) = cases_of(TALK, talk.worker)
    assert (case.id, case.conversation_id, case.message_id, case.weight) == (made.case_id, talk.id, None, NORMAL)
    detail = look(supervisor, case.id)
    assert bodies(detail) == [["Word number 1.", "Word number 2.", "Word number 3."]]
    assert detail.view.message is None
    assert len(write(talk.worker, talk.id, "And later.").body) > 0
    assert bodies(look(supervisor, case.id)) == [["Word number 1.", "Word number 2.", "Word number 3."]]


def test_a_stretch_is_as_narrow_as_its_messages_so_that_nothing_later_comes_into_it(talk, supervisor):
    made = show(talk.carer, talk.id, talk.said[3].seq, talk.said[4].seq + 100)
    write(talk.worker, talk.id, "Written after that.")
    assert bodies(look(supervisor, made.case_id)) == [["Word number 3.", "Word number 4."]]


def test_that_somebody_looked_is_in_the_audit_trail_with_what_they_were_shown(talk, supervisor):
    made = show(talk.carer, talk.id, *talk.seqs(1, 2))
    look(supervisor, made.case_id)
    entry = audited(made.case_id)[-1]
    assert (entry.action, entry.actor_id) == ("case.read", supervisor.id)
    assert entry.data["stretches"] == [talk.seqs(1, 2)]
    assert "Word" not in str(entry.data)


def test_a_moderator_looks_at_what_is_about_a_carer_and_a_supervisor_at_what_is_about_a_worker(talk, moderator, supervisor):
    about_carer, about_worker = show(talk.worker, talk.id, *talk.seqs(0)), show(talk.carer, talk.id, *talk.seqs(1))
    assert bodies(look(moderator, about_carer.case_id)) == [["Word number 0."]]
    assert_refused("forbidden", look, moderator, about_worker.case_id)
    assert bodies(look(supervisor, about_worker.case_id)) == [["Word number 1."]]


def test_each_of_the_two_makes_a_case_of_their_own(talk):
    first, second = show(talk.carer, talk.id, *talk.seqs(0, 1)), show(talk.worker, talk.id, *talk.seqs(0, 1))
    assert first.case_id != second.case_id
    assert [case.id for case in cases_of(TALK, talk.worker)] == [first.case_id]
    assert [case.id for case in cases_of(TALK, talk.carer)] == [second.case_id]


def test_another_stretch_joins_the_report_and_the_same_again_changes_nothing(talk, supervisor):
    first = show(talk.carer, talk.id, *talk.seqs(0, 1))
    again = show(talk.carer, talk.id, *talk.seqs(1))
    assert (again.id, case_now(first.case_id).version) == (first.id, 1)
    assert show(talk.carer, talk.id, *talk.seqs(3)).id == first.id
    assert bodies(look(supervisor, first.case_id)) == [["Word number 0.", "Word number 1."], ["Word number 3."]]
    assert (len(reports_in(first.case_id)), case_now(first.case_id).weight) == (1, NORMAL)


def test_a_later_stretch_can_tell_of_a_risk(talk):
    first = show(talk.carer, talk.id, *talk.seqs(0, 1), reason=ReportReason.SPAM)
    show(talk.carer, talk.id, *talk.seqs(0), reason=ReportReason.RISK_TO_SELF)
    assert case_now(first.case_id).queue is Queue.SAFETY


def test_no_more_than_so_many_messages_and_stretches_are_shown():
    talk = Talk()
    many = [write(talk.carer, talk.id, f"Line {n}.").seq for n in range(MOST_IN_STRETCH + 1)]
    refused = assert_refused("invalid", show, talk.worker, talk.id, many[0], many[-1])
    assert list(refused.extras()["errors"]) == ["to_seq"]
    for seq in many[:MOST_STRETCHES]:
        show(talk.worker, talk.id, seq)
    assert_refused("stretches_full", show, talk.worker, talk.id, many[0], many[-2])
    assert len(show(talk.carer, talk.id, many[0], many[-2]).id) > 0  # fifty at once are well


def test_where_nothing_was_said_nothing_is_shown(talk):
    refused = assert_refused("invalid", show, talk.carer, talk.id, talk.said[-1].seq + 1, talk.said[-1].seq + 9)
    assert list(refused.extras()["errors"]) == ["from_seq"]
    assert cases_of(TALK, talk.worker) == []


def test_only_the_two_can_show_it_and_a_group_is_not_shown_so(talk, moderator):
    assert_refused("not_found", show, make_person(), talk.id, *talk.seqs(0))
    assert_refused("not_found", show, moderator, talk.id, *talk.seqs(0))
    group = make_group(talk.carer)
    assert_refused("forbidden", show, talk.carer, group.conversation_id, post(talk.carer, group).message.seq)
    show(talk.carer, talk.id, *talk.seqs(0))


def test_of_a_crisis_contact_the_case_is_about_whoever_wrote_of_those_who_were_there():
    talk = Talk(ConversationKind.CRISIS)
    second = make_person(Role.SUPERVISOR)
    with transaction() as session:
        place = {"conversation_id": talk.id, "standing": Standing.GUEST, "since": clock.now()}
        session.add(Membership(person_id=second.id, state=MemberState.MEMBER, **place))
        session.get_one(Membership, (talk.id, talk.worker.id)).state = MemberState.LEFT
    theirs = write(second, talk.id, "I am here now.")
    show(talk.carer, talk.id, theirs.seq)
    assert len(cases_of(TALK, second)) == 1
    show(talk.carer, talk.id, *talk.seqs(1))
    assert len(cases_of(TALK, talk.worker)) == 1
    assert_refused("invalid", show, talk.carer, talk.id, talk.said[1].seq, theirs.seq)


def test_words_changed_since_are_shown_as_they_are_and_as_they_were(talk, supervisor):
    made = show(talk.carer, talk.id, *talk.seqs(1))
    version = case_now(made.case_id).version
    facts = {"body": "All is well.", "content_warning": None, "acknowledged_advice": False}
    act(edit_message, talk.worker, talk.said[1].id, **facts)
    assert case_now(made.case_id).version == version + 1
    (stretch,) = look(supervisor, made.case_id).stretches
    assert [message.body for message in stretch.messages] == ["All is well."]
    assert [one.body for one in stretch.revisions[talk.said[1].id]] == ["Word number 1."]


def test_words_taken_back_are_kept_for_the_open_case_and_go_when_it_closes(talk, supervisor):
    made = show(talk.carer, talk.id, *talk.seqs(1, 2))
    version = case_now(made.case_id).version
    act(delete_message, talk.worker, talk.said[1].id)
    act(delete_message, talk.worker, talk.said[3].id)  # it is not in the stretch
    assert message_now(talk.said[3].id).body == ""
    assert case_now(made.case_id).version == version + 1
    assert bodies(look(supervisor, made.case_id)) == [["Word number 1.", "Word number 2."]]
    settle(supervisor, made.case_id, DecisionKind.UPHOLD)
    kept = message_now(talk.said[1].id)
    assert (kept.body, kept.state) == ("", MessageState.DELETED)
    assert message_now(talk.said[2].id).body == "Word number 2."


def test_words_that_two_cases_keep_go_with_the_last_of_them(talk, moderator, supervisor):
    by_carer, by_worker = show(talk.carer, talk.id, *talk.seqs(1)), show(talk.worker, talk.id, *talk.seqs(1, 2))
    about_message = report(talk.carer, talk.said[1])
    act(delete_message, talk.worker, talk.said[1].id)
    settle(supervisor, by_carer.case_id)
    settle(moderator, about_message.case_id)
    assert message_now(talk.said[1].id).body == "Word number 1."
    settle(moderator, by_worker.case_id)
    assert message_now(talk.said[1].id).body == ""


def test_neither_retention_nor_an_erasure_takes_what_an_open_case_shows(talk, supervisor):
    made = show(talk.carer, talk.id, *talk.seqs(1))
    clock.move(timedelta(days=3000))
    sweep_all(pause=lambda: None)
    assert message_now(talk.said[1].id).body == "Word number 1."
    assert message_now(talk.said[3].id).body == ""
    leaving = act(erase_oneself, talk.worker)
    assert {each["kind"]: each["count"] for each in leaving.kept}["messages_under_review"] == 1
    run_jobs()
    assert bodies(look(supervisor, made.case_id)) == [["Word number 1."]]
    settle(supervisor, made.case_id)
    sweep_all(pause=lambda: None)
    assert message_now(talk.said[1].id).body == ""


def test_photos_of_the_stretch_are_shown_with_it_and_no_others(supervisor):
    talk = Talk()
    inside, outside = make_photo(talk.worker, talk), make_photo(talk.worker, talk)
    shown = write(talk.worker, talk.id, "This one.", photos=[{"id": inside.id, "description": None}])
    write(talk.worker, talk.id, "And this.", photos=[{"id": outside.id, "description": None}])
    made = show(talk.carer, talk.id, shown.seq)
    with transaction() as session:
        assert find_case_photo(session, supervisor, made.case_id, inside.id).id == inside.id
        assert_refused("not_found", find_case_photo, session, supervisor, made.case_id, outside.id)


def test_a_case_about_a_talk_is_upheld_or_dismissed_and_closes(talk, supervisor):
    made = show(talk.carer, talk.id, *talk.seqs(1))
    assert look(supervisor, made.case_id).allowed_decisions == ["uphold", "dismiss"]
    settle(supervisor, made.case_id, DecisionKind.UPHOLD)
    assert case_now(made.case_id).state is CaseState.CLOSED
    assert show(talk.carer, talk.id, *talk.seqs(1)).case_id != made.case_id
