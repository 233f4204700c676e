"""The desk at work: in which order, kept in hand by work, laid aside, asked of another, brought to the supervisors."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.people import Person
from models.review import CaseState, DecisionKind, HouseRule, ReportReason
from models.roles import Role
from models.session import reading, transaction
from models.streams import REVIEW_DESK
from moderation.desk import ACKNOWLEDGE_SAFETY_WITHIN, ACKNOWLEDGE_WITHIN, MOST_REMINDERS, SKIP_LASTS
from moderation.review import CLAIM_LASTS, TARGETS
from server.actions import desk
from server.actions.review import open_case, release_case
from server.jobs.desk import watch_desk
from tests.factories.desk import case_now, decide_so, desk_list, desk_of, listed_ids
from tests.factories.groups import make_group
from tests.factories.messages import case_of, claim, message_now, post, report
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of, head_of, kinds_of

MINUTE = timedelta(minutes=1)


@pytest.fixture
def sue():
    return make_person(Role.SUPERVISOR)


@pytest.fixture
def author():
    return make_person()


@pytest.fixture
def readers():
    return [make_person() for _ in range(3)]


@pytest.fixture
def group(author, readers):
    return make_group(author, *readers)


@pytest.fixture
def reported(author, readers, group):
    """`reported(reason, by=n)`: a new message that n readers reported so, and its case."""

    def make(reason=ReportReason.ABUSE, *, by=1):
        message = post(author, group).message
        for reader in readers[:by]:
            report(reader, message, reason)
        return case_of(message.id)

    return make


@pytest.fixture
def case(reported):
    return reported()


def skip(person, case, reason=None):
    return act(desk.skip_case, person, case.id, reason=reason)


def escalate(person, case):
    return act(desk.escalate_case, person, case.id, note="This is too much for me.")


def ask(person, case, leaning=None):
    return act(desk.ask_second_opinion, person, case.id, note="I am not sure.", leaning=leaning)


def draft(person, case, **changes):
    facts = dict.fromkeys(("decision", "reason", "template", "note", "words")) | changes
    return act(desk.save_draft, person, case.id, **facts)


def read_draft(person, case):
    with reading() as session:
        return desk.read_draft(session, session.get_one(Person, person.id), case.id)


def told(person):
    return [event.data["what"] for event in events_of(person.id) if event.kind == "notice.case"]


# The order


def test_safety_comes_first_then_the_worse_then_the_overdue_then_the_more_reported_then_the_older(ann, reported):
    low = [reported(ReportReason.SPAM), reported(ReportReason.MISINFORMATION, by=3), reported(ReportReason.SPAM)]
    clock.move(TARGETS[case_now(low[0]).queue] + MINUTE)
    fresh = [reported(ReportReason.SPAM, by=2), reported(ReportReason.SPAM)]
    worse = reported(ReportReason.ABUSE)
    safety = reported(ReportReason.RISK_TO_SELF)
    expected = [safety, worse, low[1], low[0], low[2], *fresh]
    assert listed_ids(ann) == [case.id for case in expected]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_follow_each_other_without_a_gap_or_a_repeat(ann, reported, limit):
    for reason, by in (
        (ReportReason.SPAM, 1),
        (ReportReason.ABUSE, 2),
        (ReportReason.SPAM, 2),
        (ReportReason.RISK_TO_SELF, 1),
    ):
        reported(reason, by=by)
    clock.move(timedelta(hours=3))
    for reason, by in ((ReportReason.SPAM, 1), (ReportReason.ABUSE, 3), (ReportReason.SPAM, 2)):
        reported(reason, by=by)
    whole, paged, cursor = listed_ids(ann), [], None
    while True:
        page = desk_list(ann, limit=limit, cursor=cursor)
        paged += [view.case.id for view in page.items]
        cursor = page.next_cursor
        clock.move(timedelta(minutes=20))  # while somebody pages, some pass their target time
        if cursor is None:
            break
    assert paged == whole


# The claim


def test_looking_at_the_case_keeps_it_in_hand_and_the_desk_sees_it(ann, case):
    claim(ann, case)
    version, head = case_now(case).version, head_of(REVIEW_DESK)
    clock.move(CLAIM_LASTS - MINUTE)
    act(open_case, ann, case.id)
    clock.move(CLAIM_LASTS - MINUTE)
    assert case_now(case).claim_until > clock.now()
    assert case_now(case).version == version  # what they decide by has not changed
    assert kinds_of(REVIEW_DESK, after=head) == ["case.changed"]


def test_drafting_keeps_it_in_hand(ann, case):
    claim(ann, case)
    clock.move(CLAIM_LASTS - MINUTE)
    draft(ann, case, note="It seems to me")
    assert case_now(case).claim_until - clock.now() > CLAIM_LASTS - MINUTE


def test_anothers_look_keeps_nothing(ann, ben, case):
    claim(ann, case)
    until = case_now(case).claim_until
    clock.move(5 * MINUTE)
    act(open_case, ben, case.id)
    assert case_now(case).claim_until == until


def test_every_key_pressed_is_not_told_to_the_desk(ann, case):
    claim(ann, case)
    head = head_of(REVIEW_DESK)
    for _ in range(3):
        draft(ann, case, note="It seems")
    assert head_of(REVIEW_DESK) == head


def test_the_desk_hears_of_a_claim_that_ran_out(ann, case):
    claim(ann, case)
    head = head_of(REVIEW_DESK)
    clock.move(CLAIM_LASTS - MINUTE)
    assert watch_desk() == 0
    clock.move(MINUTE)
    assert watch_desk() == 1
    assert kinds_of(REVIEW_DESK, after=head) == ["case.changed"]
    assert case_now(case).state is CaseState.OPEN


def test_a_claim_that_ran_out_loses_nobodys_work(ann, case):
    version = claim(ann, case).version
    draft(ann, case, decision=DecisionKind.REMOVE, reason=HouseRule.HOSTILITY, note="Unkind.", words="Please do not.")
    clock.move(CLAIM_LASTS + MINUTE)
    watch_desk()
    kept = read_draft(ann, case)
    assert (kept.decision, kept.note, kept.words) == (DecisionKind.REMOVE, "Unkind.", "Please do not.")
    decide_so(ann, case, version=version)  # nobody else took it: still theirs to decide
    assert case_now(case).state is CaseState.CLOSED


def test_once_another_took_it_what_was_seen_before_is_stale(ann, ben, case):
    version = claim(ann, case).version
    clock.move(CLAIM_LASTS)
    claim(ben, case)
    assert_refused("stale_version", decide_so, ann, case, version=version)
    decide_so(ben, case)


def test_a_draft_is_its_moderators_alone_and_goes_when_the_case_closes(ann, ben, case):
    draft(ann, case, note="It seems to me")
    assert_refused("not_found", read_draft, ben, case)
    decide_so(ben, case)
    assert_refused("not_found", read_draft, ann, case)
    assert_refused("case_closed", draft, ann, case, note="It seems to me")


# Laid aside


def test_what_is_laid_aside_is_out_of_ones_own_list_for_a_shift(ann, ben, reported):
    case, other = reported(), reported()
    skip(ann, case)
    assert (listed_ids(ann), set(listed_ids(ben))) == ([other.id], {case.id, other.id})
    assert set(listed_ids(ann, skipped=True)) == {case.id, other.id}
    clock.move(SKIP_LASTS)
    assert set(listed_ids(ann)) == {case.id, other.id}


def test_laying_aside_is_told_to_nobody(ann, ben, case):
    head, trail = head_of(REVIEW_DESK), audited(case.id)
    skip(ann, case)
    assert (head_of(REVIEW_DESK), audited(case.id)) == (head, trail)


def test_a_case_in_hand_that_is_laid_aside_is_free_for_others(ann, ben, case):
    claim(ann, case)
    skip(ann, case)
    assert kinds_of(REVIEW_DESK)[-1] == "case.changed"
    claim(ben, case)


def test_who_laid_it_aside_only_they_and_supervisors_see(ann, ben, sue, case):
    skip(ann, case, desk.SkipReason.TOO_CLOSE)
    seen = {who: [skip.moderator_id for skip in act(open_case, who, case.id).skips] for who in (ann, ben, sue)}
    assert seen == {ann: [ann.id], ben: [], sue: [ann.id]}
    assert act(open_case, make_person(Role.COORDINATOR), case.id).skips == []


def test_a_case_that_every_moderator_laid_aside_goes_to_the_supervisors_by_itself(ann, ben, sue, case):
    skip(ann, case)
    assert desk_of(case).escalation is None
    skip(ben, case)
    assert (desk_of(case).escalation.by, told(sue)) == (None, ["escalated"])


# A second opinion


def test_who_asked_for_a_second_opinion_does_not_decide_alone(ann, ben, case):
    claim(ann, case)
    ask(ann, case, DecisionKind.REMOVE)
    assert case_now(case).state is CaseState.OPEN
    assert_refused("second_opinion_wanted", decide_so, ann, case)
    assert_refused("second_opinion_wanted", claim, ann, case)
    (opinion,) = act(open_case, ben, case.id).opinions
    assert (opinion.note, opinion.leaning, opinion.asked_by) == ("I am not sure.", DecisionKind.REMOVE, ann.id)
    decide_so(ben, case)


def test_once_the_other_asks_back_the_first_is_not_alone_any_more(ann, ben, case):
    ask(ann, case)
    ask(ben, case, DecisionKind.DISMISS)
    assert_refused("second_opinion_wanted", decide_so, ben, case)
    decide_so(ann, case, DecisionKind.DISMISS)


# To the supervisors


def test_an_escalated_case_is_told_to_every_supervisor_and_is_theirs(ann, ben, sue, case):
    other, coordinator = make_person(Role.SUPERVISOR), make_person(Role.COORDINATOR)
    claim(ann, case)
    escalate(ann, case)
    assert [told(person) for person in (sue, other, coordinator)] == [["escalated"], ["escalated"], []]
    assert_refused("case_escalated", claim, ben, case)
    assert_refused("case_escalated", escalate, ben, case)
    assert act(open_case, sue, case.id).view.desk.escalation.note == "This is too much for me."


def test_the_supervisor_who_acknowledges_has_it_in_hand_and_who_asked_is_told(ann, sue, case):
    escalate(ann, case)
    assert_refused("forbidden", act, desk.acknowledge_case, ann, case.id)
    act(desk.acknowledge_case, sue, case.id)
    assert (case_now(case).claimed_by, desk_of(case).escalation.acknowledged_by) == (sue.id, sue.id)
    assert told(ann) == ["acknowledged"]
    other = make_person(Role.SUPERVISOR)
    act(release_case, sue, case.id)
    assert_refused("not_escalated", act, desk.acknowledge_case, other, case.id)


@pytest.mark.parametrize(
    ("reason", "within"),
    [(ReportReason.ABUSE, ACKNOWLEDGE_WITHIN), (ReportReason.RISK_TO_SELF, ACKNOWLEDGE_SAFETY_WITHIN)],
)
def test_who_does_not_answer_is_told_again_three_times_with_the_coordinators(ann, sue, reported, reason, within):
    coordinator, case = make_person(Role.COORDINATOR), reported(reason)
    escalate(ann, case)
    clock.move(within - timedelta(seconds=5))
    watch_desk()
    assert told(sue) == ["escalated"]
    for _ in range(MOST_REMINDERS + 2):
        clock.move(within)
        watch_desk()
    assert told(sue) == ["escalated", *["escalation_waits"] * MOST_REMINDERS]
    assert told(coordinator) == ["escalation_waits"] * MOST_REMINDERS
    decide_so(ann, case)  # nobody came: whoever is there does what they can


@pytest.mark.parametrize("answer", [lambda sue, case: act(desk.acknowledge_case, sue, case.id), decide_so, claim])
def test_once_a_supervisor_has_it_nobody_is_told_again(ann, sue, case, answer):
    escalate(ann, case)
    answer(sue, case)
    clock.move(ACKNOWLEDGE_WITHIN * 2)
    watch_desk()
    assert told(sue) == ["escalated"]


def test_a_supervisor_with_a_part_in_the_case_is_not_asked(ann, sue, author, case):
    with transaction() as session:
        found = case_now(case)
        found.about_id = sue.id
        session.merge(found)
    coordinator = make_person(Role.COORDINATOR)
    escalate(ann, case)
    assert (told(sue), told(coordinator)) == ([], ["escalated"])


# Adverts


def test_adverts_are_decided_each_in_its_own_right(ann, reported):
    case = reported(ReportReason.SPAM)
    act(desk.decide_spam, ann, case.id, decision=DecisionKind.REMOVE, note="An advert.", version=case.version)
    assert case_now(case).state is CaseState.CLOSED


def test_a_case_that_is_about_more_than_an_advert_is_not_decided_in_bulk(ann, reported, author, readers):
    case = reported(ReportReason.SPAM)
    report(readers[1], message_now(case.message_id), ReportReason.ABUSE)
    facts = {"decision": DecisionKind.REMOVE, "note": "An advert.", "version": case_now(case).version}
    assert_refused("not_spam", act, desk.decide_spam, ann, case.id, **facts)
    assert case_now(case).state is CaseState.OPEN
