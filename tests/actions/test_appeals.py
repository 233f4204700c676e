"""Appeals: who may make one, who hears it, and what is given back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.appeals import APPEAL_WITHIN, AppealState
from models.clock import clock
from models.messages import Message, MessageState
from models.review import Case, CaseState, DecisionKind
from models.roles import Role
from models.sanctions import SanctionEnding, SanctionKind
from models.session import reading, transaction
from moderation.sanctions import suggest
from server.actions.appeals import decide_appeal, make_appeal, open_appeal, withdraw_appeal
from server.actions.review import decide_case
from server.actions.sanctions import lift_sanction
from server.jobs.retention import sweep_all
from server.queries.sanctions import newest_sanctions
from server.queries.standing import standing_of
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, PLAIN, RISKY, case_of, decide, message_now, post, report
from tests.factories.people import act, make_person
from tests.factories.privacy import erase, run_jobs
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.sanctions import (
    appeal_now,
    asked,
    decide_with,
    decision_about,
    impose,
    sanction_now,
    sanctions_of,
    sweep,
)
from tests.factories.streams import audited, notices_to

WORDS = "I was upset, and it was meant for nobody here."
READ_ONLY, REMOVAL, SUSPENSION = SanctionKind.READ_ONLY, SanctionKind.REMOVAL, SanctionKind.SUSPENSION
DAY = timedelta(days=1)


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def reader():
    return make_person()


@pytest.fixture
def first():
    return make_person(Role.MODERATOR)


@pytest.fixture
def second():
    return make_person(Role.MODERATOR)


@pytest.fixture
def group(carer, reader):
    return make_group(carer, reader)


@pytest.fixture
def removed(carer, reader, first, group):
    """A message of the carer's that was seen, reported and removed."""
    message = post(carer, group).message
    report(reader, message)
    decide(first, case_of(message.id), DecisionKind.REMOVE)
    return message


def appeal_of(person, about):
    return act(make_appeal, person, about, words=WORDS)


def settle(by, appeal, outcome=AppealState.OVERTURNED, **changes):
    facts = {"outcome": outcome, "note": "Read it again.", "words": "We looked again.", "version": 1, **changes}
    return act(decide_appeal, by, appeal.id, **facts)


def test_an_overturned_removal_is_in_the_room_again(carer, second, removed):
    appeal = appeal_of(carer, decision_about(removed.id).id)
    settle(second, appeal)
    assert message_now(removed.id).state is MessageState.VISIBLE
    assert message_now(removed.id).body == PLAIN
    assert decision_about(removed.id).decision is DecisionKind.RESTORE
    told = appeal_now(appeal)
    assert (told.state, told.answer, told.decided_by) == (AppealState.OVERTURNED, "We looked again.", second.id)
    assert ("notice.message", "restored") in notices_to(carer)


def test_an_upheld_decision_stays(carer, second, removed):
    appeal = appeal_of(carer, decision_about(removed.id).id)
    settle(second, appeal, AppealState.UPHELD)
    assert message_now(removed.id).state is MessageState.REMOVED
    assert appeal_now(appeal).state is AppealState.UPHELD
    assert_refused("appeal_there", appeal_of, carer, decision_about(removed.id).id)


def test_what_was_held_and_removed_takes_its_place_when_it_is_overturned(carer, first, second, group):
    held = post(carer, group, HOSTILE).message
    decide(first, case_of(held.id), DecisionKind.REMOVE)
    settle(second, appeal_of(carer, decision_about(held.id).id))
    assert message_now(held.id).state is MessageState.VISIBLE
    assert message_now(held.id).seq is not None


def test_what_was_hidden_can_be_appealed_while_its_case_is_open(carer, reader, first, second, group):
    message = post(carer, group).message
    report(reader, message)
    decide(first, case_of(message.id), DecisionKind.HIDE)
    settle(second, appeal_of(carer, decision_about(message.id).id))
    assert message_now(message.id).state is MessageState.VISIBLE
    assert case_of(message.id).state is CaseState.CLOSED


def test_overturning_lifts_the_sanction_that_came_with_the_decision(carer, first, second, group):
    others = [make_group(carer) for _ in range(3)]
    held = post(carer, others[1], HOSTILE).message
    decide_with(first, held.id, asked(SUSPENSION, None))
    settle(second, appeal_of(carer, decision_about(held.id).id))
    for each in (group, *others):
        post(carer, each)
    assert message_now(held.id).state is MessageState.VISIBLE
    with reading() as session:
        sanctions = newest_sanctions(session, carer.id)
    assert [each.ending for each in sanctions] == [SanctionEnding.OVERTURNED]
    assert suggest(sanctions, now=clock.now()).earlier == 0


def test_a_sanction_on_its_own_is_appealed_by_its_own_id(carer, first, second, group):
    sanction = impose(first, carer, READ_ONLY, group)
    settle(second, appeal_of(carer, sanction.id))
    post(carer, group)
    assert sanction_now(sanction).ending is SanctionEnding.OVERTURNED


def test_a_sanction_and_its_decision_are_one_appeal(carer, first, group):
    held = post(carer, group, HOSTILE).message
    decide_with(first, held.id, asked(READ_ONLY, group))
    with reading() as session:
        (sanction,) = newest_sanctions(session, carer.id)
    assert appeal_of(carer, sanction.id).decision_id == decision_about(held.id).id
    assert_refused("appeal_there", appeal_of, carer, sanction.appealed_as)


def test_one_that_ran_out_can_still_be_overturned_and_then_counts_for_nothing(carer, first, second, group):
    sanction = impose(first, carer, READ_ONLY, group)
    clock.move(2 * DAY)
    sweep()
    settle(second, appeal_of(carer, sanction.id))
    assert sanction_now(sanction).ending is SanctionEnding.OVERTURNED


def test_only_the_person_concerned_appeals(carer, reader, first, removed, group):
    sanction = impose(first, carer, READ_ONLY, group)
    for about in (decision_about(removed.id).id, sanction.id):
        assert_refused("not_found", appeal_of, reader, about)
        appeal_of(carer, about)


def test_a_decision_nobody_was_told_of_is_not_there(carer, reader, first, group):
    message = post(carer, group).message
    report(reader, message)
    decide(first, case_of(message.id), DecisionKind.DISMISS)
    assert_refused("not_found", appeal_of, carer, decision_about(message.id).id)


def test_an_appeal_comes_within_thirty_days(carer, removed, group):
    about = decision_about(removed.id).id
    clock.move(APPEAL_WITHIN + DAY)
    assert_refused("appeal_too_late", appeal_of, carer, about)
    clock.move(-2 * DAY)
    appeal_of(carer, about)


def test_what_was_put_right_already_is_not_appealed(carer, first, second, removed, group):
    about = decision_about(removed.id).id
    decide(second, case_of(removed.id), DecisionKind.RESTORE)
    assert_refused("appeal_pointless", appeal_of, carer, about)
    sanction = impose(first, carer, READ_ONLY, group)
    act(lift_sanction, first, sanction.id, reason="Enough.")
    assert_refused("appeal_pointless", appeal_of, carer, sanction.id)


def test_neither_who_decided_nor_who_has_a_part_hears_it(carer, first, second, removed, group):
    reporting = make_person(Role.MODERATOR)
    other = post(carer, make_group(carer, reporting)).message
    report(reporting, other)
    decide(first, case_of(other.id), DecisionKind.REMOVE)
    appeal = appeal_of(carer, decision_about(other.id).id)
    for person in (first, reporting, carer):
        assert_refused("forbidden", settle, person, appeal)
    assert_refused("forbidden", act, open_appeal, reporting, appeal.id)
    settle(second, appeal)


def test_what_a_supervisor_imposed_is_heard_above_the_moderators(carer, first, group):
    supervisor = make_person(Role.SUPERVISOR)
    appeal = appeal_of(carer, impose(supervisor, carer, REMOVAL, group, days=None).id)
    for person in (first, supervisor):
        assert_refused("forbidden", settle, person, appeal)
    settle(make_person(Role.COORDINATOR), appeal)
    post(carer, group)


def test_a_stale_version_and_a_closed_appeal_are_conflicts(carer, second, removed):
    appeal = appeal_of(carer, decision_about(removed.id).id)
    assert_refused("stale_version", settle, second, appeal, version=2)
    settle(second, appeal, AppealState.UPHELD)
    assert_refused("appeal_closed", settle, second, appeal)


def test_of_two_who_decide_at_once_one_does(carer, second, removed):
    third = make_person(Role.SUPERVISOR)
    appeal = appeal_of(carer, decision_about(removed.id).id)
    outcomes = race(lambda: settle(second, appeal).state, lambda: settle(third, appeal, AppealState.UPHELD).state)
    assert outcomes.count("appeal_closed") == 1
    (won,) = [each for each in outcomes if each != "appeal_closed"]
    assert appeal_now(appeal).state is won
    shown = message_now(removed.id).state is MessageState.VISIBLE
    assert shown is (won is AppealState.OVERTURNED)


def test_an_appeal_is_made_once_however_often_it_is_sent_at_once(carer, removed):
    about = decision_about(removed.id).id
    outcomes = race(lambda: appeal_of(carer, about).state, lambda: appeal_of(carer, about).state)
    assert sorted(outcomes) == ["appeal_there", "open"]


def test_a_withdrawn_appeal_is_closed_for_good(carer, reader, second, removed):
    about = decision_about(removed.id).id
    appeal = appeal_of(carer, about)
    assert_refused("not_found", act, withdraw_appeal, reader, appeal.id)
    act(withdraw_appeal, carer, appeal.id)
    assert_refused("appeal_closed", settle, second, appeal)
    assert_refused("appeal_there", appeal_of, carer, about)


def test_the_one_who_hears_it_sees_what_was_said_and_is_in_the_record(carer, second, removed):
    appeal = appeal_of(carer, decision_about(removed.id).id)
    detail = act(open_appeal, second, appeal.id)
    assert detail.disputed.message.body == PLAIN
    assert detail.view.appeal.words == WORDS
    assert detail.may_decide
    settle(second, appeal)
    assert [action for action in audited(carer.id) if action.startswith("appeal.")] == [
        "appeal.made",
        "appeal.read",
        "appeal.overturned",
    ]


def test_the_person_sees_decisions_they_were_told_of_and_the_desk_sees_all(carer, reader, first, removed, group):
    kept = post(carer, group).message
    report(reader, kept)
    decide(first, case_of(kept.id), DecisionKind.DISMISS)
    with reading() as session:
        own = standing_of(session, carer.id, at=clock.now(), own=True)
        desk = standing_of(session, carer.id, at=clock.now())
    assert [each.decision for each, _ in own.decisions] == [DecisionKind.REMOVE]
    assert [each.decision for each, _ in desk.decisions] == [DecisionKind.DISMISS, DecisionKind.REMOVE]
    assert own.people == {}


def old(message):
    """By the time the service keeps what is said in groups, and removed only now: as an export long ago left it."""
    with transaction() as session:
        session.get_one(Message, message.id).created_at = clock.now() - 4000 * DAY


def test_the_text_is_kept_while_the_removal_can_be_appealed_or_is(carer, second, removed):
    old(removed)
    sweep_all(pause=lambda: None)
    assert message_now(removed.id).body == PLAIN
    appeal = appeal_of(carer, decision_about(removed.id).id)
    clock.move(APPEAL_WITHIN + DAY)
    sweep_all(pause=lambda: None)
    assert message_now(removed.id).body == PLAIN
    settle(second, appeal, AppealState.UPHELD)
    sweep_all(pause=lambda: None)
    assert message_now(removed.id).body == ""


def test_whoever_leaves_takes_their_appeal_with_them(carer, second, removed):
    appeal = appeal_of(carer, decision_about(removed.id).id)
    erase(carer)
    run_jobs()
    assert (appeal_now(appeal).state, appeal_now(appeal).words) == (AppealState.WITHDRAWN, "")
    assert_refused("not_found", settle, second, appeal)


def test_a_sanction_that_came_with_a_case_about_a_person_is_appealed_and_overturned(carer, first, second, group):
    impose(first, carer, READ_ONLY, group)
    assert_refused("read_only", post, carer, group, RISKY)  # which puts a case about them before the desk
    with reading() as session:
        case = session.scalars(select(Case).where(Case.about_id == carer.id)).one()
    facts = {"decision": DecisionKind.UPHOLD, "note": "Looked at it.", "version": case.version}
    act(decide_case, first, case.id, **facts, sanction=asked(SUSPENSION, None))
    assert_refused("suspended_from_groups", post, carer, group)
    (suspension, _) = sanctions_of(carer)
    settle(second, appeal_of(carer, suspension.appealed_as))
    assert_refused("read_only", post, carer, group)  # what was imposed before is another matter
