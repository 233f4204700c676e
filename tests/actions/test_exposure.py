"""Looking at what is hard, by choice: counted once, with pauses, and never so that a risk stays unseen."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.clock import clock
from models.conversations import Membership, MemberState, Standing
from models.debriefs import DebriefState
from models.exposure import DEFAULT_CAP, PAUSE, SHIFT_GAP, THERE, AtDesk, Blur, DeskCare, Exposure, use_cap
from models.jobs import Job, JobKind
from models.people import Person, PersonState
from models.retention import EXPOSURE_LASTS
from models.review import CaseState, DecisionKind, ReportReason
from models.roles import Role
from models.session import reading, transaction
from server.actions.debriefs import finish_debrief, take_debrief
from server.actions.exposure import change_blur, reveal_case
from server.actions.review import open_case, release_case
from server.jobs.retention import sweep_all
from server.queries.exposure import count_own, list_figures
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, RISKY, case_of, claim, decide, message_now, post, report
from tests.factories.notifications import make_subscription
from tests.factories.people import act, make_person, make_sign_in
from tests.factories.privacy import erase
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of
from tests.factories.supervision import ask

MINUTE = timedelta(minutes=1)
CAP = 2


@pytest.fixture(autouse=True)
def _small_cap(_database):
    use_cap(CAP)
    yield
    use_cap(DEFAULT_CAP)


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
def ann():
    return make_person(Role.MODERATOR)


@pytest.fixture
def ben():
    return make_person(Role.MODERATOR)


@pytest.fixture
def supervisor():
    return make_person(Role.SUPERVISOR)


@pytest.fixture
def risk(author, group):
    """`risk()`: another severe case on the safety pile."""
    return lambda: case_of(post(author, group, RISKY).message.id)


@pytest.fixture
def rude(author, group):
    """`rude()`: another severe case that is about conduct."""
    return lambda: case_of(post(author, group, HOSTILE).message.id)


@pytest.fixture
def mild(author, reader, group):
    """`mild()`: another case that is not severe."""

    def make():
        message = post(author, group).message
        report(reader, message, ReportReason.STIGMA)
        return case_of(message.id)

    return make


def reveal(person, case, *, anyway=False):
    return act(reveal_case, person, case.id, anyway=anyway)


def counted(person):
    with reading() as session:
        return count_own(session, person, now=clock.now())


def looked(person):
    """(severe, ordinary) in the shift they are in."""
    shift = counted(person).this_shift
    return shift.severe, shift.ordinary


def notices(person):
    return [event.data["change"] for event in events_of(person.id) if event.kind == "notice.desk"]


def figures(person):
    with reading() as session:
        page = list_figures(session, limit=100, cursor=None, now=clock.now())
    return next(each for each in page.items if each.person.id == person.id)


def cared(person, kind):
    return figures(person).care[kind]


def reach_pause(person, risk):
    for _ in range(CAP):
        reveal(person, risk())


def reach_enough(person, risk):
    for _ in range(CAP):
        reveal(person, risk())
        reveal(person, risk())
        clock.move(PAUSE)


def be_there(person, case):
    """Do something at the desk that nobody minds."""
    act(open_case, person, case.id)


def test_a_severe_case_is_covered_and_counts_only_once_it_is_asked_for(ann, risk):
    case = risk()
    assert act(open_case, ann, case.id).covered
    assert looked(ann) == (0, 0)
    assert not reveal(ann, case).covered
    assert looked(ann) == (1, 0)
    assert audited(case.id)[-2:] == ["case.read", "case.revealed"]


def test_asked_for_again_in_the_same_shift_it_counts_once_and_in_the_next_again(ann, risk):
    case = risk()
    for _ in range(3):
        reveal(ann, case)
        clock.move(SHIFT_GAP - MINUTE)
    assert counted(ann).last_7_days.severe == 1
    clock.move(MINUTE)
    reveal(ann, case)
    assert (looked(ann), counted(ann).last_7_days.severe) == ((1, 0), 2)


def test_two_requests_at_once_count_once(ann, risk):
    case = risk()
    race(*[lambda: reveal(ann, case)] * 3)
    assert looked(ann) == (1, 0)


def test_a_case_that_is_not_severe_is_an_ordinary_look(ann, mild):
    case = mild()
    for _ in range(2):
        assert not act(open_case, ann, case.id).covered
    assert looked(ann) == (0, 1)


def test_a_case_that_became_severe_counts_as_such_once_it_is_asked_for(ann, mild):
    case = mild()
    act(open_case, ann, case.id)
    report_as_a_member(make_person(), case)
    assert act(open_case, ann, case.id).covered
    reveal(ann, case)
    assert looked(ann) == (1, 0)


def test_whoever_wants_everything_covered_asks_for_each_case_and_it_stays_an_ordinary_look(ann, mild):
    choose(ann, Blur.ALL)
    case = mild()
    assert act(open_case, ann, case.id).covered
    assert looked(ann) == (0, 0)
    for _ in range(2):
        assert not reveal(ann, case).covered
    assert looked(ann) == (0, 1)


def test_deciding_needs_no_look(ann, risk):
    case = claim(ann, risk())
    assert decide(ann, case, DecisionKind.DISMISS).state is CaseState.CLOSED
    assert looked(ann) == (0, 0)


@pytest.mark.parametrize("step", [reveal, claim])
def test_at_the_cap_it_is_time_for_a_pause_and_then_two_more(ann, ben, risk, mild, step):
    reach_pause(ann, risk)
    be_there(ben, mild())
    case = risk()
    refused = assert_refused("time_for_a_pause", step, ann, case)
    assert refused.extras()["debrief_offered"] is True
    assert refused.extras()["may_look_anyway"] is False
    assert counted(ann).allowance.paused_until is not None
    assert "case.revealed" not in audited(case.id)
    clock.move(PAUSE)
    be_there(ben, mild())
    step(ann, case)
    reveal(ann, case)
    reveal(ann, risk())
    assert_refused("enough_for_today", step, ann, risk())


def test_during_a_pause_lighter_cases_and_those_already_seen_go_on(ann, ben, risk, mild):
    first = risk()
    reveal(ann, first)
    reveal(ann, risk())
    be_there(ben, mild())
    assert_refused("time_for_a_pause", claim, ann, risk())
    assert not act(open_case, ann, mild().id).covered
    claim(ann, mild())
    reveal(ann, first)
    claimed = claim(ann, first)
    assert decide(ann, claimed, DecisionKind.DISMISS).state is CaseState.CLOSED


def test_what_one_has_in_hand_stays_in_hand(ann, ben, risk, mild):
    case = claim(ann, risk())
    reach_pause(ann, risk)
    be_there(ben, mild())
    assert claim(ann, case).claimed_by == ann.id


def test_what_is_in_anothers_hands_or_decided_is_refused_as_that(ann, ben, risk):
    held, closed = risk(), risk()
    reach_pause(ann, risk)
    claim(ben, held)
    decide(ben, closed, DecisionKind.DISMISS)
    assert_refused("case_claimed", claim, ann, held)
    assert_refused("case_closed", claim, ann, closed)


def test_a_pause_begins_when_the_last_hard_case_is_out_of_hand(ann, risk):
    case = risk()
    reveal(ann, case)
    reveal(ann, risk())
    clock.move(PAUSE - MINUTE)
    decide(ann, claim(ann, case), DecisionKind.DISMISS)
    clock.move(MINUTE)
    assert counted(ann).allowance.paused_until is not None
    clock.move(PAUSE)
    assert counted(ann).allowance.left == 2


def test_a_new_shift_begins_with_the_whole_cap(ann, ben, risk, mild):
    reach_enough(ann, risk)
    be_there(ben, mild())
    assert_refused("enough_for_today", reveal, ann, risk())
    clock.move(SHIFT_GAP)
    assert counted(ann).allowance.left == CAP
    reveal(ann, risk())
    assert looked(ann) == (1, 0)


def test_in_a_pause_the_only_one_there_may_look_at_a_risk_anyway_and_supervisors_hear_of_it(ann, supervisor, risk):
    reach_pause(ann, risk)
    before = notices(supervisor)
    case = risk()
    refused = assert_refused("time_for_a_pause", reveal, ann, case)
    assert refused.extras()["may_look_anyway"] is True
    assert notices(supervisor) == before
    assert reveal(ann, case, anyway=True).word
    assert notices(supervisor) == [*before, "beyond"]
    assert claim(ann, case).claimed_by == ann.id
    assert_refused("time_for_a_pause", reveal, ann, risk())


def test_when_it_is_enough_the_only_one_there_is_shown_a_risk_with_a_word_and_supervisors_hear_of_it(ann, supervisor, risk):
    reach_enough(ann, risk)
    before = notices(supervisor)
    case = risk()
    claim(ann, case)
    assert reveal(ann, case).word
    assert reveal(ann, case).word is None
    assert notices(supervisor) == [*before, "beyond"]
    assert (cared(ann, "beyond"), cared(ann, "enough")) == (1, 1)


@pytest.mark.parametrize("reach", [reach_pause, reach_enough])
def test_what_is_not_about_safety_waits_for_another_also_when_nobody_is_there(ann, risk, rude, reach):
    reach(ann, risk)
    if reach is reach_pause:
        assert_refused("time_for_a_pause", reveal, ann, rude(), anyway=True)
    else:
        assert_refused("enough_for_today", reveal, ann, rude(), anyway=True)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.SUPERVISOR])
def test_while_another_is_there_a_risk_is_theirs_and_no_longer_than_they_are(ann, risk, mild, role):
    reach_enough(ann, risk)
    be_there(make_person(role), mild())
    case = risk()
    assert_refused("enough_for_today", reveal, ann, case, anyway=True)
    clock.move(THERE)
    assert reveal(ann, case).word


@pytest.mark.parametrize("why", ["coordinator", "suspended", "reporter", "paused", "at their end"])
def test_who_cannot_take_it_does_not_count_as_another(ann, ben, risk, mild, why):
    reach_enough(ann, risk)
    case = risk()
    if why == "coordinator":
        be_there(make_person(Role.COORDINATOR), mild())
    elif why == "suspended":
        be_there(ben, mild())
        with transaction() as session:
            session.execute(update(Person).where(Person.id == ben.id).values(state=PersonState.SUSPENDED))
    elif why == "reporter":
        be_there(ben, mild())
        report_as_a_member(ben, case)
    elif why == "paused":
        reach_pause(ben, risk)
    else:
        reach_enough(ben, risk)
        be_there(ben, mild())
    assert reveal(ann, case).word


def test_a_case_that_another_has_in_hand_is_seen(ann, ben, risk):
    """Also while its holder has had enough for now: nobody else need look at it."""
    reach_enough(ann, risk)
    case = claim(ben, risk())
    reveal(ben, case)
    reveal(ben, risk())
    assert_refused("enough_for_today", reveal, ann, case)
    assert reveal(ann, risk()).word


def test_when_the_only_one_there_needs_a_pause_supervisors_hear_of_it(ann, ben, supervisor, risk, mild):
    reach_pause(ann, risk)
    assert notices(supervisor) == ["alone"]
    be_there(ann, mild())
    clock.move(PAUSE)
    be_there(ann, mild())
    reach_pause(ben, risk)
    assert notices(supervisor) == ["alone"]


def test_supervisors_are_called_on_their_phones_and_told_who_it_is(ann, supervisor, risk):
    sign_in = make_sign_in(supervisor)
    with transaction() as session:
        session.add(make_subscription(supervisor, sign_in))
    reach_enough(ann, risk)
    case = risk()
    reveal(ann, case)
    told = [event for event in events_of(supervisor.id) if event.kind == "notice.desk"][-1]
    assert told.data == {"change": "beyond", "case_id": case.id, "moderator_id": ann.id}
    with reading() as session:
        jobs = session.scalars(select(Job).where(Job.kind == JobKind.PUSH)).all()
    assert len(jobs) == 1


def test_where_there_is_no_supervisor_coordinators_hear_of_it_without_a_name(ann, risk):
    coordinator = make_person(Role.COORDINATOR)
    reach_pause(ann, risk)
    (told,) = [event for event in events_of(coordinator.id) if event.kind == "notice.desk"]
    assert (told.data["change"], "moderator_id" in told.data) == ("alone", False)


def test_a_debrief_is_offered_at_the_cap_and_asking_for_one_answers_it(ann, supervisor, risk):
    reveal(ann, risk())
    assert (notices(ann), counted(ann).debrief_offered) == ([], False)
    reveal(ann, risk())
    assert (notices(ann), counted(ann).debrief_offered) == (["debrief_offered"], True)
    request = ask(ann)
    assert not counted(ann).debrief_offered
    act(take_debrief, supervisor, request.id)
    assert act(finish_debrief, supervisor, request.id).request.state is DebriefState.DONE
    assert (figures(ann).debriefs_asked, figures(ann).debriefs_held) == (1, 1)


def test_after_a_decision_about_somebodys_own_risk_a_debrief_is_offered_once(ann, risk, rude):
    decide(ann, rude(), DecisionKind.REMOVE)
    assert notices(ann) == []
    assert not counted(ann).debrief_offered
    case = risk()
    decide(ann, case, DecisionKind.HIDE)
    decide(ann, case, DecisionKind.REMOVE)
    assert notices(ann) == ["debrief_offered"]
    assert counted(ann).debrief_offered
    clock.move(SHIFT_GAP)
    claim(ann, rude())
    assert not counted(ann).debrief_offered


def test_a_moderators_wish_reaches_every_supervisor_and_no_coordinator(ann, supervisor):
    other, coordinator = make_person(Role.SUPERVISOR), make_person(Role.COORDINATOR)
    ask(ann)
    told = [[event.kind for event in events_of(each.id)] for each in (supervisor, other, coordinator)]
    assert [kinds.count("notice.debrief") for kinds in told] == [1, 1, 0]


def test_what_somebody_leaves_to_others_changes_no_figure(ann, risk):
    reveal(ann, risk())
    before = figures(ann)
    case = risk()
    act(open_case, ann, case.id)
    claim(ann, case)
    act(release_case, ann, case.id)
    after = figures(ann)
    assert (after.last_7_days, after.last_28_days, after.care) == (before.last_7_days, before.last_28_days, before.care)


def test_supervisors_see_seven_and_twenty_eight_days(ann, risk, mild):
    reach_pause(ann, risk)
    act(open_case, ann, mild().id)
    clock.move(timedelta(days=8))
    reveal(ann, risk())
    found = figures(ann)
    assert (found.last_7_days.severe, found.last_7_days.ordinary) == (1, 0)
    assert (found.last_28_days.severe, found.last_28_days.ordinary) == (3, 1)
    assert found.care["pause"] == found.care["debrief_offered"] == 1
    clock.move(timedelta(days=28))
    assert figures(ann).last_28_days.severe == figures(ann).care["pause"] == 0


def test_figures_are_forgotten_after_ninety_days_and_what_is_covered_stays(ann, risk):
    choose(ann, Blur.ALL)
    reach_pause(ann, risk)
    clock.move(EXPOSURE_LASTS - MINUTE)
    sweep_all(pause=lambda: None)
    assert len(rows(Exposure)) == CAP
    clock.move(MINUTE)
    sweep_all(pause=lambda: None)
    assert (rows(Exposure), rows(DeskCare)) == ([], [])
    (here,) = rows(AtDesk)
    assert (here.blur, here.began_at, here.active_at, here.hard_at) == (Blur.ALL, None, None, None)


def test_nothing_of_it_is_kept_of_who_leaves(ann, ben, risk):
    reach_pause(ann, risk)
    reveal(ben, risk())
    erase(ann)
    assert [row.moderator_id for row in rows(Exposure)] == [row.person_id for row in rows(AtDesk)] == [ben.id]
    assert rows(DeskCare) == []


def rows(table):
    with reading() as session:
        return list(session.scalars(select(table)))


def choose(actor, blur):
    with transaction() as session:
        change_blur(session, session.get_one(Person, actor.id), blur=blur)


def report_as_a_member(person, case):
    place = {"conversation_id": case.conversation_id, "person_id": person.id, "since": clock.now()}
    with transaction() as session:
        session.add(Membership(**place, state=MemberState.MEMBER, standing=Standing.MEMBER))
    report(person, message_now(case.message_id))
