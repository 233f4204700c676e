"""Looking at what is hard, by choice: counted once, with pauses, and a debrief offered."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.clock import clock
from models.debriefs import DebriefState
from models.exposure import PAUSE, SHIFT_GAP, AtDesk, Blur, DeskCare, Exposure
from models.people import Person
from models.retention import EXPOSURE_LASTS, RECORD_LASTS
from models.review import CaseState, DecisionKind
from models.roles import Role
from models.session import reading, transaction
from server.actions.debriefs import finish_debrief, take_debrief
from server.actions.exposure import change_blur
from server.actions.review import open_case, release_case
from server.jobs.retention import sweep_all
from server.schemas.notices import notice_words
from tests.factories.exposure import (
    be_there,
    counted,
    figures,
    looked,
    notices,
    reach_enough,
    reach_pause,
    report_as_a_member,
    reveal,
)
from tests.factories.messages import claim, decide, find_case
from tests.factories.people import act, make_person
from tests.factories.privacy import erase
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of
from tests.factories.supervision import ask

MINUTE = timedelta(minutes=1)


pytestmark = pytest.mark.usefixtures("cap_of_two")


def test_a_severe_case_is_covered_and_counts_only_once_it_is_asked_for(ann, pile):
    case = pile.risk()
    assert act(open_case, ann, case.id).covered
    assert looked(ann) == (0, 0)
    assert not reveal(ann, case).covered
    assert looked(ann) == (1, 0)
    assert audited(case.id)[-2:] == ["case.read", "case.revealed"]


def test_asked_for_again_in_the_same_shift_it_counts_once_and_in_the_next_again(ann, pile):
    case = pile.risk()
    for _ in range(3):
        reveal(ann, case)
        clock.move(SHIFT_GAP - MINUTE)
    assert counted(ann).last_7_days.severe == 1
    clock.move(MINUTE)
    reveal(ann, case)
    assert (looked(ann), counted(ann).last_7_days.severe) == ((1, 0), 2)


def test_two_requests_at_once_count_once(ann, pile):
    case = pile.risk()
    race(*[lambda: reveal(ann, case)] * 3)
    assert looked(ann) == (1, 0)


def test_a_case_that_is_not_severe_is_an_ordinary_look(ann, pile):
    case = pile.mild()
    for _ in range(2):
        assert not act(open_case, ann, case.id).covered
    assert looked(ann) == (0, 1)


def test_a_case_that_became_severe_counts_as_such_once_it_is_asked_for(ann, pile):
    case = pile.mild()
    act(open_case, ann, case.id)
    report_as_a_member(make_person(), case)
    assert act(open_case, ann, case.id).covered
    reveal(ann, case)
    assert looked(ann) == (1, 0)


def test_whoever_wants_everything_covered_asks_for_each_case_and_it_stays_an_ordinary_look(ann, pile):
    choose(ann, Blur.ALL)
    case = pile.mild()
    assert act(open_case, ann, case.id).covered
    assert looked(ann) == (0, 0)
    for _ in range(2):
        assert not reveal(ann, case).covered
    assert looked(ann) == (0, 1)


def test_deciding_needs_no_look(ann, pile):
    case = claim(ann, pile.risk())
    assert decide(ann, case, DecisionKind.DISMISS).state is CaseState.CLOSED
    assert looked(ann) == (0, 0)


@pytest.mark.parametrize("step", [reveal, claim])
def test_at_the_cap_it_is_time_for_a_pause_and_then_two_more(ann, ben, pile, step):
    reach_pause(ann, pile)
    be_there(ben, pile)
    case = pile.risk()
    refused = assert_refused("time_for_a_pause", step, ann, case)
    assert refused.extras()["debrief_offered"] is True
    assert refused.extras()["may_look_anyway"] is False
    assert counted(ann).allowance.paused_until is not None
    assert "case.revealed" not in audited(case.id)
    clock.move(PAUSE)
    be_there(ben, pile)
    step(ann, case)
    reveal(ann, case)
    reveal(ann, pile.risk())
    assert_refused("enough_for_today", step, ann, pile.risk())


def test_during_a_pause_lighter_cases_and_those_already_seen_go_on(ann, ben, pile):
    first = pile.risk()
    reveal(ann, first)
    reveal(ann, pile.risk())
    be_there(ben, pile)
    assert_refused("time_for_a_pause", claim, ann, pile.risk())
    assert not act(open_case, ann, pile.mild().id).covered
    claim(ann, pile.mild())
    reveal(ann, first)
    claimed = claim(ann, first)
    assert decide(ann, claimed, DecisionKind.DISMISS).state is CaseState.CLOSED


def test_what_one_has_in_hand_stays_in_hand(ann, ben, pile):
    case = claim(ann, pile.risk())
    reach_pause(ann, pile)
    be_there(ben, pile)
    assert claim(ann, case).claimed_by == ann.id


def test_what_is_in_anothers_hands_or_decided_is_refused_as_that(ann, ben, pile):
    held, closed = pile.risk(), pile.risk()
    reach_pause(ann, pile)
    claim(ben, held)
    decide(ben, closed, DecisionKind.DISMISS)
    assert_refused("case_claimed", claim, ann, held)
    assert_refused("case_closed", claim, ann, closed)


def test_a_pause_begins_when_the_last_hard_case_is_out_of_hand(ann, pile):
    case = pile.risk()
    reveal(ann, case)
    reveal(ann, pile.risk())
    clock.move(PAUSE - MINUTE)
    decide(ann, claim(ann, case), DecisionKind.DISMISS)
    clock.move(MINUTE)
    assert counted(ann).allowance.paused_until is not None
    clock.move(PAUSE)
    assert counted(ann).allowance.left == 2


def test_a_new_shift_begins_with_the_whole_cap(ann, ben, pile):
    reach_enough(ann, pile)
    be_there(ben, pile)
    assert_refused("enough_for_today", reveal, ann, pile.risk())
    clock.move(SHIFT_GAP)
    assert counted(ann).allowance.left == 2
    reveal(ann, pile.risk())
    assert looked(ann) == (1, 0)


def test_a_debrief_is_offered_at_the_cap_and_asking_for_one_answers_it(ann, supervisor, pile):
    reveal(ann, pile.risk())
    assert (notices(ann), counted(ann).debrief_offered) == ([], False)
    reveal(ann, pile.risk())
    assert (notices(ann), counted(ann).debrief_offered) == (["debrief_offered"], True)
    request = ask(ann)
    assert not counted(ann).debrief_offered
    act(take_debrief, supervisor, request.id)
    assert act(finish_debrief, supervisor, request.id).request.state is DebriefState.DONE
    assert (figures(ann).debriefs_asked, figures(ann).debriefs_held) == (1, 1)


def test_after_a_decision_about_somebodys_own_risk_a_debrief_is_offered_once(ann, pile):
    decide(ann, pile.rude(), DecisionKind.REMOVE)
    assert notices(ann) == []
    assert not counted(ann).debrief_offered
    case = pile.risk()
    decide(ann, case, DecisionKind.HIDE)
    decide(ann, case, DecisionKind.REMOVE)
    assert notices(ann) == ["debrief_offered"]
    assert counted(ann).debrief_offered
    clock.move(SHIFT_GAP)
    claim(ann, pile.rude())
    assert not counted(ann).debrief_offered


def test_a_moderators_wish_reaches_every_supervisor_and_no_coordinator(ann, supervisor):
    other, coordinator = make_person(Role.SUPERVISOR), make_person(Role.COORDINATOR)
    ask(ann)
    told = [[event.kind for event in events_of(each.id)] for each in (supervisor, other, coordinator)]
    assert [kinds.count("notice.debrief") for kinds in told] == [1, 1, 0]


def test_what_somebody_leaves_to_others_changes_no_figure(ann, pile):
    reveal(ann, pile.risk())
    before = figures(ann)
    case = pile.risk()
    act(open_case, ann, case.id)
    claim(ann, case)
    act(release_case, ann, case.id)
    after = figures(ann)
    assert (after.last_7_days, after.last_28_days, after.care) == (before.last_7_days, before.last_28_days, before.care)


def test_supervisors_see_seven_and_twenty_eight_days(ann, pile):
    reach_pause(ann, pile)
    act(open_case, ann, pile.mild().id)
    clock.move(timedelta(days=8))
    reveal(ann, pile.risk())
    found = figures(ann)
    assert (found.last_7_days.severe, found.last_7_days.ordinary) == (1, 0)
    assert (found.last_28_days.severe, found.last_28_days.ordinary) == (3, 1)
    assert found.care["pause"] == found.care["debrief_offered"] == 1
    clock.move(timedelta(days=28))
    assert figures(ann).last_28_days.severe == figures(ann).care["pause"] == 0


def test_figures_are_forgotten_after_ninety_days_and_what_is_covered_stays(ann, pile):
    choose(ann, Blur.ALL)
    reach_pause(ann, pile)
    clock.move(EXPOSURE_LASTS - MINUTE)
    sweep_all(pause=lambda: None)
    assert len(rows(Exposure)) == 2
    clock.move(MINUTE)
    sweep_all(pause=lambda: None)
    assert (rows(Exposure), rows(DeskCare)) == ([], [])
    (here,) = rows(AtDesk)
    assert (here.blur, here.began_at, here.active_at, here.hard_at) == (Blur.ALL, None, None, None)


def test_an_old_case_goes_in_its_time_though_somebody_looked_at_it_of_late(ann, pile):
    case = pile.risk()
    decide(ann, case, DecisionKind.DISMISS)
    clock.move(RECORD_LASTS)
    reveal(ann, case)
    sweep_all(pause=lambda: None)
    assert (find_case(case.message_id), rows(Exposure), rows(DeskCare)) == (None, [], [])


def test_every_notice_of_the_desk_says_in_plain_words_what_it_is(ann, supervisor, pile):
    reach_enough(ann, pile)
    reveal(ann, pile.risk())
    told = [*events_of(ann.id), *events_of(supervisor.id)]
    words = {event.data["change"]: notice_words(event) for event in told if event.kind == "notice.desk"}
    assert set(words) == {"debrief_offered", "alone", "beyond"}
    assert all(set(each) == {"user_message"} for each in words.values())


def test_nothing_of_it_is_kept_of_who_leaves(ann, ben, pile):
    reach_pause(ann, pile)
    reveal(ben, pile.risk())
    erase(ann)
    assert [row.moderator_id for row in rows(Exposure)] == [row.person_id for row in rows(AtDesk)] == [ben.id]
    assert rows(DeskCare) == []


def rows(table):
    with reading() as session:
        return list(session.scalars(select(table)))


def choose(actor, blur):
    with transaction() as session:
        change_blur(session, session.get_one(Person, actor.id), blur=blur)
