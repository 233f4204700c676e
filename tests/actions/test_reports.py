"""Members' reports: each is a reason to look, and all on one message lie in one case."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models.clock import clock
from models.ids import new_id
from models.messages import Message
from models.review import Case, CaseState, DecisionKind, Flag, Queue, Report, ReportReason
from models.roles import Role
from models.session import reading
from models.streams import REVIEW_DESK
from server.actions.groups import leave_group
from server.queries.review import view_cases
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, RISKY, case_of, decide, find_case, message_now, post, report
from tests.factories.people import act, make_person
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of, head_of, kinds_of, notices_to


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
def message(author, group):
    return post(author, group).message


def count(table):
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def labels_of(case):
    with reading() as session:
        return sorted(session.scalars(select(Flag.label).where(Flag.case_id == case.id)))


def test_a_report_opens_a_case_on_the_desk(reader, message):
    report(reader, message)
    case = case_of(message.id)
    assert (case.state, case.queue, labels_of(case)) == (CaseState.OPEN, Queue.CONDUCT, ["abuse"])
    assert [(event.kind, event.subject_id) for event in events_of(REVIEW_DESK)] == [("case.opened", case.id)]
    assert audited(case.id) == ["message.reported"]


def test_the_room_and_the_author_hear_nothing_of_a_report(author, reader, group, message):
    head = head_of(group.conversation_id)
    report(reader, message)
    assert head_of(group.conversation_id) == head
    assert notices_to(author) == []


def test_the_note_of_a_report_is_in_no_event_and_no_audit_row(reader, message):
    report(reader, message, note="she shouted at me")
    events = events_of(REVIEW_DESK)
    assert all("shouted" not in str(event.data) for event in events)


def test_the_same_member_reports_an_open_matter_once(reader, message):
    first, again = report(reader, message), report(reader, message, ReportReason.SPAM)
    assert first.id == again.id
    assert (count(Report), count(Flag)) == (1, 1)
    assert kinds_of(REVIEW_DESK) == ["case.opened"]


def test_the_same_member_reporting_at_once_from_two_phones_reports_once(reader, message):
    race(*[lambda: report(reader, message)] * 4)
    assert (count(Report), count(Case)) == (1, 1)


def test_reports_of_several_members_gather_in_one_case(author, reader):
    readers = [reader, make_person(), make_person()]
    message = post(author, make_group(author, *readers)).message
    for person in readers:
        report(person, message)
    case = case_of(message.id)
    assert (count(Case), labels_of(case)) == (1, ["abuse"] * 3)
    assert kinds_of(REVIEW_DESK) == ["case.opened", "case.changed", "case.changed"]


def test_reports_of_several_members_at_once_gather_in_one_case(author):
    readers = [make_person() for _ in range(5)]
    message = post(author, make_group(author, *readers)).message
    race(*[lambda person=person: report(person, message) for person in readers])
    assert (count(Case), count(Report)) == (1, 5)


def test_a_report_joins_the_case_that_screening_opened(author, reader, group):
    risky = post(author, group, RISKY).message
    report(reader, risky, ReportReason.OTHER)
    assert count(Case) == 1
    assert set(labels_of(case_of(risky.id))) == {"risk_to_self", "other"}


def test_a_graver_report_raises_the_case(author, reader):
    other = make_person()
    message = post(author, make_group(author, reader, other)).message
    report(reader, message, ReportReason.SPAM)
    before = case_of(message.id)
    report(other, message, ReportReason.RISK_TO_OTHER)
    after = case_of(message.id)
    assert (after.queue, after.urgency) == (Queue.SAFETY, 3)
    assert after.due_at < before.due_at
    assert after.version == before.version + 1


def test_a_lesser_report_does_not_lower_the_case(author, reader, group):
    risky = post(author, group, RISKY).message
    before = case_of(risky.id)
    clock.move(timedelta(minutes=1))
    report(reader, risky, ReportReason.SPAM)
    after = case_of(risky.id)
    assert (after.queue, after.urgency, after.due_at) == (before.queue, before.urgency, before.due_at)


def test_a_report_after_the_decision_opens_a_new_case(reader, message):
    report(reader, message)
    first = case_of(message.id)
    decide(make_person(Role.MODERATOR), first, DecisionKind.DISMISS)
    report(reader, message)
    assert case_of(message.id).id != first.id
    assert (count(Case), count(Report)) == (2, 2)


def test_a_report_leaves_the_message_as_it_is(reader, message):
    report(reader, message)
    assert message_now(message.id).state is message.state


def test_a_stranger_cannot_report_what_they_cannot_see(message):
    assert_refused("not_found", report, make_person(), message)


def test_who_left_cannot_report(reader, group, message):
    act(leave_group, reader, group.id)
    assert_refused("not_found", report, reader, message)


def test_nobody_else_can_report_a_held_message(author, reader, group):
    held = post(author, group, HOSTILE).message
    assert_refused("not_found", report, reader, held)
    assert report(author, held).message_id == held.id


def test_what_does_not_exist_cannot_be_reported(reader):
    assert_refused("not_found", report, reader, Message(id=new_id()))


def test_a_view_of_the_case_counts_members_and_not_flags(author, reader, group):
    risky = post(author, group, RISKY).message
    report(reader, risky)
    with reading() as session:
        (view,) = view_cases(session, [case_of(risky.id)], at=clock.now())
    assert (view.reports, view.labels) == (1, ["risk_to_self", "abuse"])


def test_a_harmless_message_has_no_case(message):
    assert find_case(message.id) is None
