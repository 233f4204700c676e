"""A cap never leaves a risk unseen: who is the only one there may look, and others hear of it."""

import pytest
from sqlalchemy import select, update

from models.clock import clock
from models.exposure import PAUSE, THERE
from models.jobs import Job, JobKind
from models.people import Person, PersonState
from models.roles import Role
from models.session import reading, transaction
from tests.factories.exposure import (
    be_there,
    figures,
    notices,
    reach_enough,
    reach_pause,
    report_as_a_member,
    reveal,
)
from tests.factories.messages import claim
from tests.factories.notifications import make_subscription
from tests.factories.people import make_person, make_sign_in
from tests.factories.refusals import assert_refused
from tests.factories.streams import events_of

pytestmark = pytest.mark.usefixtures("cap_of_two")


def test_in_a_pause_the_only_one_there_may_look_at_a_risk_anyway_and_supervisors_hear_of_it(ann, supervisor, pile):
    reach_pause(ann, pile)
    before = notices(supervisor)
    case = pile.risk()
    refused = assert_refused("time_for_a_pause", reveal, ann, case)
    assert refused.extras()["may_look_anyway"] is True
    assert notices(supervisor) == before
    assert reveal(ann, case, anyway=True).word
    assert notices(supervisor) == [*before, "beyond"]
    assert claim(ann, case).claimed_by == ann.id
    assert_refused("time_for_a_pause", reveal, ann, pile.risk())


def test_when_it_is_enough_the_only_one_there_is_shown_a_risk_with_a_word_and_supervisors_hear_of_it(ann, supervisor, pile):
    reach_enough(ann, pile)
    before = notices(supervisor)
    case = pile.risk()
    claim(ann, case)
    assert reveal(ann, case).word
    assert reveal(ann, case).word is None
    assert notices(supervisor) == [*before, "beyond"]
    assert (figures(ann).care["beyond"], figures(ann).care["enough"]) == (1, 1)


@pytest.mark.parametrize("reach", [reach_pause, reach_enough])
def test_what_is_not_about_safety_waits_for_another_also_when_nobody_is_there(ann, pile, reach):
    reach(ann, pile)
    if reach is reach_pause:
        assert_refused("time_for_a_pause", reveal, ann, pile.rude(), anyway=True)
    else:
        assert_refused("enough_for_today", reveal, ann, pile.rude(), anyway=True)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.SUPERVISOR])
def test_while_another_is_there_a_risk_is_theirs_and_no_longer_than_they_are(ann, pile, role):
    reach_enough(ann, pile)
    be_there(make_person(role), pile)
    case = pile.risk()
    assert_refused("enough_for_today", reveal, ann, case, anyway=True)
    clock.move(THERE)
    assert reveal(ann, case).word


@pytest.mark.parametrize("why", ["coordinator", "suspended", "reporter", "paused", "at their end"])
def test_who_cannot_take_it_does_not_count_as_another(ann, ben, pile, why):
    reach_enough(ann, pile)
    case = pile.risk()
    if why == "coordinator":
        be_there(make_person(Role.COORDINATOR), pile)
    elif why == "suspended":
        be_there(ben, pile)
        with transaction() as session:
            session.execute(update(Person).where(Person.id == ben.id).values(state=PersonState.SUSPENDED))
    elif why == "reporter":
        be_there(ben, pile)
        report_as_a_member(ben, case)
    elif why == "paused":
        reach_pause(ben, pile)
    else:
        reach_enough(ben, pile)
        be_there(ben, pile)
    assert reveal(ann, case).word


def test_a_case_that_another_has_in_hand_is_seen(ann, ben, pile):
    """Also while its holder has had enough for now: nobody else need look at it."""
    reach_enough(ann, pile)
    case = claim(ben, pile.risk())
    reveal(ben, case)
    reveal(ben, pile.risk())
    assert_refused("enough_for_today", reveal, ann, case)
    assert reveal(ann, pile.risk()).word


def test_when_the_only_one_there_needs_a_pause_supervisors_hear_of_it(ann, ben, supervisor, pile):
    reach_pause(ann, pile)
    assert notices(supervisor) == ["alone"]
    be_there(ann, pile)
    clock.move(PAUSE)
    be_there(ann, pile)
    reach_pause(ben, pile)
    assert notices(supervisor) == ["alone"]


def test_supervisors_are_called_on_their_phones_and_told_who_it_is(ann, supervisor, pile):
    sign_in = make_sign_in(supervisor)
    with transaction() as session:
        session.add(make_subscription(supervisor, sign_in))
    reach_enough(ann, pile)
    case = pile.risk()
    reveal(ann, case)
    told = [event for event in events_of(supervisor.id) if event.kind == "notice.desk"][-1]
    assert told.data == {"change": "beyond", "case_id": case.id, "moderator_id": ann.id}
    with reading() as session:
        jobs = session.scalars(select(Job).where(Job.kind == JobKind.PUSH)).all()
    assert len(jobs) == 1


def test_where_there_is_no_supervisor_coordinators_hear_of_it_without_a_name(ann, pile):
    coordinator = make_person(Role.COORDINATOR)
    reach_pause(ann, pile)
    (told,) = [event for event in events_of(coordinator.id) if event.kind == "notice.desk"]
    assert (told.data["change"], "moderator_id" in told.data) == ("alone", False)


def test_a_risk_in_ones_own_hands_is_kept_from_others_and_so_may_be_looked_at(ann, ben, supervisor, pile):
    first, second = claim(ann, pile.risk()), claim(ann, pile.risk())
    reach_pause(ann, pile)
    be_there(ben, pile)
    assert assert_refused("time_for_a_pause", reveal, ann, first).extras()["may_look_anyway"] is True
    assert assert_refused("time_for_a_pause", reveal, ann, pile.risk()).extras()["may_look_anyway"] is False
    assert reveal(ann, first, anyway=True).word
    assert reveal(ann, second, anyway=True).word
    assert notices(supervisor).count("beyond") == 2
