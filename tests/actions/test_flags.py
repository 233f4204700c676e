"""Reports on people: whom one has met, once each, and what an earlier report is worth for the next."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.errors import Forbidden
from models.flags import ReportState
from models.review import CaseState, DecisionKind, Queue, ReportReason, TargetKind
from models.roles import Role
from models.session import reading
from moderation.flags import LOWERED, NORMAL, RAISED
from moderation.review import TARGETS
from server.actions.groups import join_group, leave_group
from server.actions.privacy import erase_oneself
from server.queries.flags import LATELY, list_own_reports
from tests.factories.flags import (
    audited,
    case_now,
    cases_of,
    flags_in,
    notices_of,
    report_now,
    report_them,
    reports_in,
    settle,
)
from tests.factories.groups import make_group, put_out
from tests.factories.messages import HOSTILE, case_of, post, report
from tests.factories.one_to_ones import make_one_to_one
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused

PERSON = TargetKind.PERSON


@pytest.fixture
def moderator():
    return make_person(Role.MODERATOR)


@pytest.fixture
def pair():
    """Two carers in one group."""
    reporter, other = make_person(), make_person()
    make_group(reporter, other)
    return reporter, other


def own(person):
    with reading() as session:
        return list(list_own_reports(session, person, limit=50, cursor=None).items)


def upheld(reporter, moderator, *, decision=DecisionKind.UPHOLD, reason=ReportReason.ABUSE):
    """A report of theirs on somebody new that was decided."""
    other = make_person()
    make_group(reporter, other)
    made = report_them(reporter, other, reason)
    settle(moderator, made.case_id, decision)
    return made


def test_a_report_on_somebody_of_ones_group_opens_a_case_about_them(pair):
    reporter, other = pair
    made = report_them(reporter, other, note="They write at night.")
    (case,) = cases_of(PERSON, other)
    assert (case.id, case.state, case.queue, case.weight) == (made.case_id, CaseState.OPEN, Queue.CONDUCT, NORMAL)
    assert (case.message_id, case.conversation_id) == (None, None)
    (entry,) = audited(case.id)
    assert (entry.action, entry.actor_id) == ("person.reported", reporter.id)
    assert "night" not in str(entry.data)


def test_whom_one_talks_with_one_to_one_can_be_reported_by_either():
    contact = make_one_to_one(carer := make_person(), worker := make_person(Role.CARER_PEER_WORKER))
    report_them(carer, worker)
    report_them(worker, carer)
    assert contact.carer_id == cases_of(PERSON, carer)[0].about_id
    assert len(cases_of(PERSON, worker)) == 1


def test_whom_one_has_not_met_is_not_known_of_nor_who_is_not_there(pair):
    reporter, _ = pair
    stranger = make_person()
    assert_refused("not_found", report_them, reporter, stranger)
    stranger.id = "01890000-0000-7000-8000-000000000000"
    assert_refused("not_found", report_them, reporter, stranger)
    assert cases_of(PERSON, stranger) == []


def test_nobody_reports_themselves(pair):
    reporter, other = pair
    assert_refused("forbidden", report_them, reporter, reporter)
    report_them(reporter, other)


def test_after_one_of_them_left_they_can_still_be_reported_for_a_while():
    reporter, other = make_person(), make_person()
    group = make_group(reporter, other)
    put_out(group, other)
    clock.move(LATELY - timedelta(minutes=1))
    report_them(reporter, other)
    clock.move(timedelta(minutes=2))
    assert_refused("not_found", report_them, reporter, other)


def test_who_came_after_one_had_left_was_not_met():
    reporter, other, later = make_person(), make_person(), make_person()
    group = make_group(reporter, other)
    act(leave_group, reporter, group.id)
    clock.move(timedelta(minutes=1))
    act(join_group, later, group.id)
    assert_refused("not_found", report_them, reporter, later)
    act(leave_group, later, group.id)  # nor when both are gone
    assert_refused("not_found", report_them, reporter, later)
    act(leave_group, other, group.id)
    report_them(reporter, other)


def test_who_only_asked_to_join_was_not_met():
    reporter, asking = make_person(), make_person()
    group = make_group(reporter, join_policy="request")
    act(join_group, asking, group.id)
    assert_refused("not_found", report_them, reporter, asking)
    act(leave_group, asking, group.id)
    assert_refused("not_found", report_them, reporter, asking)


def test_somebody_whose_account_is_erased_is_not_there(pair):
    reporter, other = pair
    report_them(reporter, other)
    act(erase_oneself, other)
    assert_refused("not_found", report_them, reporter, other)


def test_several_who_report_one_person_share_a_case_and_each_counts_once(pair):
    reporter, other = pair
    second = make_person()
    make_group(second, other)
    first = report_them(reporter, other)
    assert report_them(reporter, other, ReportReason.SPAM).id == first.id
    report_them(second, other)
    (case,) = cases_of(PERSON, other)
    assert [one.reporter_id for one in reports_in(case.id)] == [reporter.id, second.id]
    assert case.weight == 2 * NORMAL
    assert len(flags_in(case.id)) == 2


def test_a_risk_is_heard_also_from_who_reported_something_lesser_before(pair):
    reporter, other = pair
    first = report_them(reporter, other, ReportReason.SPAM, note="Always the same.")
    again = report_them(reporter, other, ReportReason.RISK_TO_OTHER, note="He says he will do it.")
    case = case_now(first.case_id)
    assert (again.id, case.queue, case.weight) == (first.id, Queue.SAFETY, NORMAL)
    assert case.due_at <= clock.now() + TARGETS[Queue.SAFETY]
    kept = report_now(first.id)
    assert (kept.reason, kept.note) == (ReportReason.RISK_TO_OTHER, "Always the same.\nHe says he will do it.")


def test_a_decided_person_is_reported_anew_in_a_new_case(pair, moderator):
    reporter, other = pair
    first = report_them(reporter, other)
    settle(moderator, first.case_id)
    second = report_them(reporter, other)
    assert (second.id != first.id, len(cases_of(PERSON, other))) == (True, 2)


def test_the_reporter_is_told_what_came_of_it_and_not_who_decided(pair, moderator):
    reporter, other = pair
    made = report_them(reporter, other)
    (waiting,) = own(reporter)
    assert (waiting.state, waiting.outcome) == ("open", None)
    settle(moderator, made.case_id, DecisionKind.UPHOLD)
    (told,) = notices_of(reporter, "notice.report")
    assert told == {"report_id": made.id, "message_id": None, "outcome": "action_taken"}
    (known,) = own(reporter)
    assert (known.state, known.outcome, known.about.id) == ("closed", "action_taken", other.id)
    assert own(other) == []


def test_a_removal_that_was_put_right_did_not_stand(pair, moderator):
    reporter, author = pair
    message = post(author, make_group(author, reporter)).message
    made = report(reporter, message)
    settle(moderator, made.case_id, DecisionKind.REMOVE)
    assert own(reporter)[0].outcome == "action_taken"
    settle(moderator, made.case_id, DecisionKind.RESTORE)
    assert own(reporter)[0].outcome == "no_action"


def test_what_was_held_and_never_reached_the_room_cannot_be_reported(pair, moderator):
    reporter, author = pair
    message = post(author, make_group(author, reporter), HOSTILE).message
    assert_refused("not_found", report, reporter, message)
    settle(moderator, case_of(message.id).id, DecisionKind.REMOVE)
    assert_refused("not_found", report, reporter, message)


def test_what_was_seen_can_be_reported_also_once_it_is_hidden(pair, moderator):
    (reporter, author), third = pair, make_person()
    message = post(author, make_group(author, reporter, third)).message
    report(third, message)
    settle(moderator, case_of(message.id).id, DecisionKind.HIDE)
    assert report(reporter, message).case_id == case_of(message.id).id


def test_who_was_often_right_weighs_more_and_who_was_often_wrong_less(pair, moderator):
    reporter, other = pair
    for _ in range(3):
        upheld(reporter, moderator)
    assert report_them(reporter, other).weight == RAISED
    doubtful = make_person()
    for _ in range(3):
        upheld(doubtful, moderator, decision=DecisionKind.DISMISS)
    make_group(doubtful, other)
    assert report_them(doubtful, other).weight == LOWERED
    assert cases_of(PERSON, other)[0].weight == RAISED + LOWERED


def test_risks_that_were_none_are_never_held_against_who_told_of_them(pair, moderator):
    reporter, other = pair
    for _ in range(4):
        upheld(reporter, moderator, decision=DecisionKind.DISMISS, reason=ReportReason.RISK_TO_SELF)
    assert report_them(reporter, other).weight == NORMAL


def test_a_poor_record_lowers_neither_queue_nor_due_time_of_a_risk(pair, moderator):
    reporter, other = pair
    for _ in range(4):
        upheld(reporter, moderator, decision=DecisionKind.DISMISS)
    made = report_them(reporter, other, ReportReason.RISK_TO_SELF)
    case = case_now(made.case_id)
    assert (made.weight, case.queue, case.due_at) == (NORMAL, Queue.SAFETY, made.created_at + TARGETS[Queue.SAFETY])


def test_after_a_year_nobody_is_marked(pair, moderator):
    reporter, other = pair
    for _ in range(3):
        upheld(reporter, moderator, decision=DecisionKind.DISMISS)
    clock.move(timedelta(days=366))
    made = report_them(reporter, other)
    assert (made.weight, made.state) == (NORMAL, ReportState.STANDING)


@pytest.mark.parametrize(
    ("role", "deciders"),
    [
        (Role.CARER, {Role.MODERATOR, Role.SUPERVISOR}),
        (Role.CARER_PEER_WORKER, {Role.SUPERVISOR}),
        (Role.MODERATOR, {Role.SUPERVISOR}),
        (Role.SUPERVISOR, {Role.SUPERVISOR, Role.COORDINATOR}),
        (Role.COORDINATOR, {Role.SUPERVISOR}),
    ],
)
def test_who_may_decide_a_case_about_a_person_depends_on_their_role(role, deciders):
    allowed = set()
    for deciding in (Role.MODERATOR, Role.SUPERVISOR, Role.COORDINATOR):
        reporter, other = make_person(), make_person(role)
        make_group(reporter, other)
        made = report_them(reporter, other)
        try:
            settle(make_person(deciding), made.case_id)
        except Forbidden:
            continue
        allowed.add(deciding)
    assert allowed == deciders


def test_neither_the_reported_nor_a_reporter_decides():
    reporter, other, third = make_person(Role.SUPERVISOR), make_person(Role.SUPERVISOR), make_person(Role.SUPERVISOR)
    make_group(reporter, other)
    made = report_them(reporter, other)
    for party in (reporter, other):
        assert_refused("forbidden", settle, party, made.case_id)
    settle(third, made.case_id, DecisionKind.UPHOLD)
