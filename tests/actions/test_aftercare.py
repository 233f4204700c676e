"""Closing the loop: what a decision begins, and what is owed until somebody settles it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from models.aftercare import AftercareOutcome, AftercareState, DeclineReason, SupportReason, SupportState
from models.clock import clock
from models.crisis_questions import CrisisAnswer
from models.people import Person, PersonState
from models.review import Case, CaseState, DecisionKind, ReportReason
from models.roles import Role
from models.session import transaction
from server.actions.aftercare import finish_follow_up
from server.actions.review import decide_case
from server.jobs.aftercare import bring_up_due
from server.jobs.retention import sweep_all
from tests.factories.aftercare import aftercare_of, case_now, decline, loose_ends, schedule
from tests.factories.crisis_questions import answer, asked
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, RISKY, case_of, decide, message_now, post, report
from tests.factories.people import act, make_person
from tests.factories.privacy import erase
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of, kinds_of

pytestmark = pytest.mark.usefixtures("app")
DAY = timedelta(days=1)


@pytest.fixture
def moderator():
    return make_person(Role.MODERATOR)


@pytest.fixture
def author():
    return make_person()


@pytest.fixture
def grave(author):
    """A case of words that told of a risk."""
    return case_of(post(author, make_group(author), RISKY).message.id)


@pytest.fixture
def decided(moderator, grave):
    decide(moderator, grave, DecisionKind.APPROVE)
    return grave


def finish(person, case, outcome=AftercareOutcome.SUPPORTED, note=None):
    return act(finish_follow_up, person, case.id, outcome=outcome, note=note)


def offers(person):
    return [event.data for event in events_of(person.id) if event.kind == "notice.support"]


def test_a_decided_case_about_a_risk_is_a_loose_end_until_it_is_settled(moderator, author, decided):
    found = aftercare_of(decided)
    assert (found.reporters_told_at, found.support, found.follow_up) == (
        case_now(decided).closed_at,
        SupportState.OFFERED,
        AftercareState.DUE,
    )
    assert offers(author) == [{"support_id": found.id, "reason": SupportReason.AFTER_RISK.value}]
    assert loose_ends() == [decided.id]
    schedule(moderator, decided)
    assert loose_ends() == []
    assert case_now(decided).done_at > case_now(decided).closed_at


def test_nothing_is_owed_before_a_decision(moderator, grave):
    assert_refused("case_not_closed", schedule, moderator, grave)
    assert (loose_ends(), aftercare_of(grave)) == ([], None)
    decide(moderator, grave, DecisionKind.HIDE)
    assert_refused("case_not_closed", schedule, moderator, grave)
    decide(moderator, grave, DecisionKind.REMOVE)
    schedule(moderator, grave)


def test_a_case_of_conduct_is_done_with_its_decision_and_its_author_offered_support_if_they_lost_words(moderator, author):
    for body, decision, support, told in (
        (HOSTILE, DecisionKind.REMOVE, SupportState.OFFERED, ["after_removal"]),
        (HOSTILE, DecisionKind.APPROVE, SupportState.NOT_NEEDED, ["after_removal"]),
    ):
        case = case_of(post(author, make_group(author), body).message.id)
        decide(moderator, case, decision)
        found = aftercare_of(case)
        assert (found.follow_up, found.declined) == (AftercareState.DECLINED, DeclineReason.NOT_NEEDED)
        assert (found.follow_up_by, found.support) == (None, support)
        assert [each["reason"] for each in offers(author)] == told
        assert case_now(case).done_at == case_now(case).closed_at
    assert loose_ends() == []


def test_who_is_reported_for_a_risk_is_offered_support_also_where_nothing_comes_of_it(moderator, author):
    reader = make_person()
    message = post(author, make_group(author, reader)).message
    report(reader, message, ReportReason.RISK_TO_OTHER)
    decide(moderator, case_of(message.id), DecisionKind.DISMISS)
    assert [each["reason"] for each in offers(author)] == ["after_risk"]
    case = case_of(message.id)
    assert aftercare_of(case).reporters_told_at == case.closed_at
    assert "notice.report" in kinds_of(reader.id)


def test_who_answered_whose_crisis_it_is_had_support_then_and_is_not_written_to_again(moderator, author, grave):
    question = asked_of(grave)
    answer(author, question, CrisisAnswer.CONSUMER)
    answered_at = asked_of(grave).answered_at
    clock.move(timedelta(minutes=20))
    decide(moderator, grave, DecisionKind.APPROVE)
    found = aftercare_of(grave)
    assert (found.support, found.support_offered_at, offers(author)) == (SupportState.OFFERED, answered_at, [])


def asked_of(case):
    question = asked(message_now(case.message_id))
    assert question is not None
    return question


def test_where_the_author_has_left_nobody_is_written_to_and_nothing_is_owed(moderator, author, grave):
    erase(author)
    decide(moderator, grave, DecisionKind.DISMISS)
    found = aftercare_of(grave)
    assert (found.support, found.follow_up, found.declined) == (
        SupportState.NOT_POSSIBLE,
        AftercareState.DECLINED,
        DeclineReason.LEFT,
    )
    assert offers(author) == []
    assert loose_ends() == []


def test_a_decision_can_say_in_the_same_step_what_follows_it_up(moderator, author):
    def take(case, **follow_up):
        facts = {"decision": DecisionKind.APPROVE, "note": "Looked at it.", "version": case_now(case).version}
        return act(decide_case, moderator, case.id, **facts, follow_up=follow_up)

    def new():
        writer = make_person()
        return case_of(post(writer, make_group(writer), RISKY).message.id)

    one, other, third = new(), new(), new()
    take(one, at=clock.now() + DAY, note="Ask how the night was.")
    found = aftercare_of(one)
    assert (found.follow_up, found.follow_up_by, found.note) == (
        AftercareState.SCHEDULED,
        moderator.id,
        "Ask how the night was.",
    )
    take(other, declined=DeclineReason.IN_CONTACT)
    assert aftercare_of(other).declined is DeclineReason.IN_CONTACT
    assert loose_ends() == []
    assert_refused("invalid", take, third, at=clock.now() + 15 * DAY)
    assert case_now(third).state.value == "open"  # a refused step changed nothing


def test_an_interim_decision_has_no_follow_up(moderator, grave):
    facts = {"note": "For now.", "version": grave.version, "follow_up": {"declined": DeclineReason.IN_CONTACT}}
    assert_refused("invalid", act, decide_case, moderator, grave.id, decision=DecisionKind.HIDE, **facts)
    act(decide_case, moderator, grave.id, decision=DecisionKind.REMOVE, **facts)


@pytest.mark.parametrize("after", [timedelta(0), -DAY, timedelta(days=14, seconds=1)])
def test_a_follow_up_is_within_two_weeks(moderator, decided, after):
    assert_refused("invalid", schedule, moderator, decided, after)
    schedule(moderator, decided, timedelta(days=14))


def test_when_its_time_comes_whoever_scheduled_it_hears_once_and_it_is_owed_again(moderator, decided):
    schedule(moderator, decided, DAY)
    assert bring_up_due() == 0
    clock.move(DAY)
    assert [bring_up_due(), bring_up_due()] == [1, 0]
    assert kinds_of(moderator.id).count("notice.case_follow_up") == 1
    assert loose_ends() == [decided.id]
    finish(moderator, decided, note="They slept.")
    assert loose_ends() == []
    assert aftercare_of(decided).outcome is AftercareOutcome.SUPPORTED


@pytest.mark.parametrize(
    "change", [{"state": PersonState.SUSPENDED}, {"role": Role.CARER}], ids=["suspended", "no moderator any more"]
)
def test_where_whoever_scheduled_it_is_gone_the_desk_hears(moderator, decided, change):
    schedule(moderator, decided, DAY)
    with transaction() as session:
        session.execute(update(Person).where(Person.id == moderator.id).values(**change))
    clock.move(DAY)
    assert bring_up_due() == 1
    assert "notice.case_follow_up" not in kinds_of(moderator.id)
    assert kinds_of("desk:review")[-2:] == ["notice.case_follow_up", "case.changed"]


def test_what_was_followed_up_is_over(moderator, decided):
    finish(moderator, decided)
    finish(moderator, decided)  # the same again changes nothing
    for step in (schedule, decline):
        assert_refused("case_follow_up_over", step, moderator, decided)
    assert_refused("case_follow_up_over", finish, moderator, decided, AftercareOutcome.NOT_REACHED)
    assert audited(decided.id)[-1] == "aftercare.done"


def test_one_that_was_declined_can_be_scheduled_after_all(moderator, decided):
    decline(moderator, decided, DeclineReason.FALSE_ALARM)
    assert loose_ends() == []
    schedule(moderator, decided)
    found = aftercare_of(decided)
    assert (found.follow_up, found.declined) == (AftercareState.SCHEDULED, None)


def test_who_has_a_part_in_the_case_does_not_follow_it_up(author):
    one, other = make_person(Role.MODERATOR), make_person(Role.MODERATOR)
    message = post(author, make_group(author, one)).message
    report(one, message, ReportReason.RISK_TO_SELF)
    case = case_of(message.id)
    decide(other, case, DecisionKind.DISMISS)
    assert_refused("forbidden", schedule, one, case)
    schedule(other, case)


def test_putting_a_removal_right_begins_nothing_anew(moderator, author, grave):
    decide(moderator, grave, DecisionKind.REMOVE)
    decline(moderator, grave)
    clock.move(DAY)
    decide(moderator, grave, DecisionKind.RESTORE)
    found = aftercare_of(grave)
    assert found.follow_up is AftercareState.DECLINED
    assert found.reporters_told_at > case_now(grave).closed_at
    assert len(offers(author)) == 1
    assert loose_ends() == []


def test_a_case_that_was_closed_by_some_other_way_is_a_loose_end_and_can_be_settled(moderator, author, grave):
    with transaction() as session:
        session.execute(update(Case).values(state=CaseState.CLOSED, closed_at=clock.now()))
    assert (loose_ends(), aftercare_of(grave)) == ([grave.id], None)
    schedule(moderator, grave)
    assert loose_ends() == []
    assert len(offers(author)) == 1


def test_the_oldest_loose_end_comes_first(moderator):
    cases = []
    for _ in range(3):
        writer = make_person()
        cases.append(case_of(post(writer, make_group(writer), RISKY).message.id))
    for case in reversed(cases):
        decide(moderator, case, DecisionKind.APPROVE)
        clock.move(timedelta(minutes=1))
    assert loose_ends() == [case.id for case in reversed(cases)]


def test_it_goes_with_its_case_after_seven_years(moderator, decided):
    schedule(moderator, decided, note="Ask.")
    clock.move(timedelta(days=2556))
    assert sweep_all(pause=lambda: None)["old_cases"] == 1
    assert aftercare_of(decided) is None
    with transaction() as session:
        assert session.get(Case, decided.id) is None
