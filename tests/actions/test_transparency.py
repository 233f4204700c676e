"""The transparency report: what moderation did in a month, never of few, and in as many queries for a year."""

from datetime import UTC, datetime, timedelta

import pytest

from models.appeals import AppealState
from models.clock import clock
from models.errors import Forbidden
from models.groups import ModerationMode
from models.review import DecisionKind, ReportReason
from models.roles import Role
from models.sanctions import SanctionKind
from models.session import reading
from models.suppression import Breakdown
from server.actions.appeals import decide_appeal
from server.queries.transparency import PARTS, moderation_report
from server.queries.transparency_page import WORDS, render_report
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, PLAIN, RISKY, case_of, decide, post, report
from tests.factories.people import act, make_person
from tests.factories.queries import counted
from tests.factories.sanctions import appeal, impose

MARCH = datetime(2027, 3, 10, 9, tzinfo=UTC)
LATER = datetime(2027, 12, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def coordinator(app):
    return make_person(Role.COORDINATOR)


@pytest.fixture
def moderator(app):
    return make_person(Role.MODERATOR)


@pytest.fixture(autouse=True)
def _in_march(coordinator, moderator):
    clock.move(MARCH - clock.now())


def months(coordinator, first="2027-03", last="2027-03", now=LATER):
    with reading() as session:
        return moderation_report(session, coordinator, first=first, last=last, zone="UTC", now=now)


def march(coordinator):
    return months(coordinator)[0]


def write(body, **group):
    """By somebody new, in a group of their own with one reader."""
    author, reader = make_person(), make_person()
    return post(author, make_group(author, reader, **group), body).message, reader


def parts(name, **counts):
    whole = {str(part): counts.get(part, 0) for part in PARTS[name]}
    return Breakdown(total=sum(counts.values()), parts=whole)


def test_cases_count_once_by_what_opened_them_and_what_it_was_about(coordinator):
    for _ in range(5):
        message, reader = write(RISKY)
        report(reader, message)  # later, into the same case
    for _ in range(6):
        message, reader = write(PLAIN)
        report(reader, message, ReportReason.SPAM)
    found = march(coordinator)
    assert found.parts["sources"] == parts("sources", screening=5, report=6)
    assert found.parts["labels"] == parts("labels", risk_to_self=5, spam=6)
    assert found.parts["queues"] == parts("queues", safety=5, conduct=6)
    assert found.parts["reasons"] == parts("reasons", abuse=5, spam=6)


def test_one_small_part_hides_them_all_and_not_the_total(coordinator):
    for reason in [ReportReason.SPAM] * 5 + [ReportReason.STIGMA]:
        message, reader = write(PLAIN)
        report(reader, message, reason)
    assert march(coordinator).parts["labels"] == Breakdown(total=6, parts=None)


def test_a_case_counts_as_closed_by_the_decision_that_closed_it(coordinator, moderator):
    cases = [case_of(write(RISKY)[0].id) for _ in range(10)]
    for place, case in enumerate(cases):
        if place < 5:
            decide(moderator, case, DecisionKind.HIDE)
        clock.move(MINUTE)
        decide(moderator, case, DecisionKind.REMOVE if place < 5 else DecisionKind.APPROVE)
    for case in cases[:5]:
        clock.move(MINUTE)
        decide(moderator, case, DecisionKind.RESTORE)
    found = march(coordinator)
    assert found.parts["decisions"] == parts("decisions", approve=5, remove=5)
    assert found.parts["closed"] == parts("closed", safety=10)
    assert found.counts == {"hidden_meanwhile": 5, "put_right": 5, "appeals_made": 0}


def test_how_soon_and_how_many_in_time_by_queue(coordinator, moderator):
    cases = [case_of(write(RISKY)[0].id) for _ in range(10)]
    for case in cases[:5]:
        decide(moderator, case, DecisionKind.APPROVE)
    clock.move(20 * MINUTE)
    for case in cases[5:]:
        decide(moderator, case, DecisionKind.APPROVE)
    times = march(coordinator).queues["safety"]
    assert times.until_decision.median == timedelta(minutes=30)  # twenty and a little, rounded up to a quarter
    assert times.in_time == 50
    assert march(coordinator).queues["conduct"].in_time is None


def test_a_share_from_which_few_could_be_worked_out_is_not_given(coordinator, moderator):
    cases = [case_of(write(RISKY)[0].id) for _ in range(10)]
    for case in cases[:8]:
        decide(moderator, case, DecisionKind.APPROVE)
    clock.move(20 * MINUTE)
    for case in cases[8:]:
        decide(moderator, case, DecisionKind.APPROVE)
    assert march(coordinator).queues["safety"].in_time is None  # two were late
    other = case_of(write(HOSTILE)[0].id)
    decide(moderator, other, DecisionKind.REMOVE)
    assert march(coordinator).parts["closed"].parts is None


def test_sanctions_count_by_kind_and_appeals_by_what_became_of_them(coordinator, moderator):
    supervisor = make_person(Role.SUPERVISOR)
    for place in range(10):
        member = make_person()
        kind = SanctionKind.READ_ONLY if place < 5 else SanctionKind.WARNING
        sanction = impose(moderator, member, kind, make_group(member))
        made = appeal(sanction)
        outcome = AppealState.OVERTURNED if place < 5 else AppealState.UPHELD
        answer = {"outcome": outcome, "note": "Read it again.", "words": "We looked again.", "version": made.version}
        act(decide_appeal, supervisor, made.id, **answer)
    found = march(coordinator)
    assert found.parts["sanctions"] == parts("sanctions", read_only=5, warning=5)
    assert found.parts["appeals"] == parts("appeals", overturned=5, upheld=5)
    assert found.counts["appeals_made"] == 10


def test_what_waited_is_told_with_why_or_not_at_all(coordinator, moderator):
    waiting = [write(PLAIN, moderation=ModerationMode.BEFORE)[0] for _ in range(5)]
    waiting += [write(HOSTILE)[0] for _ in range(5)]
    write(RISKY)  # flagged, and seen at once
    clock.move(10 * MINUTE)
    for place, message in enumerate(waiting):
        decide(moderator, case_of(message.id), DecisionKind.APPROVE if place < 7 else DecisionKind.REMOVE)
    found = march(coordinator)
    assert found.parts["held"] == parts("held", looked_at_first=5, for_its_words=5)
    assert found.until_held_seen.median == timedelta(minutes=15)
    write(HOSTILE)
    for _ in range(4):
        write(PLAIN, moderation=ModerationMode.BEFORE)
    assert march(coordinator).parts["held"].total == 15


def test_of_few_that_waited_not_even_the_number_is_told(coordinator):
    for _ in range(9):
        write(HOSTILE)
    write(PLAIN, moderation=ModerationMode.BEFORE)
    assert march(coordinator).parts["held"] == Breakdown(total=None, parts=None)


def test_what_is_decided_later_counts_later(coordinator, moderator):
    cases = [case_of(write(RISKY)[0].id) for _ in range(5)]
    clock.move(timedelta(days=30))
    for case in cases:
        decide(moderator, case, DecisionKind.APPROVE)
    before, after = months(coordinator, last="2027-04")
    assert [each.parts["labels"].total for each in (before, after)] == [5, 0]
    assert [each.parts["closed"].total for each in (before, after)] == [0, 5]
    assert after.queues["safety"].in_time == 0


def test_only_months_that_are_over_and_only_for_those_who_answer_for_the_service(coordinator):
    assert months(coordinator, now=datetime(2027, 3, 31, tzinfo=UTC)) == []
    assert len(months(make_person(Role.SUPERVISOR))) == 1
    for role in (Role.MODERATOR, Role.CARER):
        with pytest.raises(Forbidden):
            months(make_person(role))


@pytest.mark.parametrize("last", ["2027-01", "2027-12"])
def test_a_year_takes_as_many_queries_as_a_month(coordinator, moderator, last):
    decide(moderator, case_of(write(RISKY)[0].id), DecisionKind.APPROVE)
    with counted() as sent:
        months(coordinator, first="2027-01", last=last)
    assert len(sent) == 6, sent


def test_the_page_has_words_for_everything_and_loads_nothing(coordinator, moderator):
    for _ in range(5):
        decide(moderator, case_of(write(RISKY)[0].id), DecisionKind.APPROVE)
    page = render_report(months(coordinator), version="7")
    assert {str(part) for names in PARTS.values() for part in names} <= set(WORDS)
    assert '<th scope="row">Risk to oneself</th><td>5</td>' in page
    assert "100 %" in page
    assert "Version of the screening rules: 7." in page
    for forbidden in ("<script", "http:", "https:", "src=", "<link", "url("):
        assert forbidden not in page
