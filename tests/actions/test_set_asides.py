"""Setting aside what was reported in bad faith: in one step, never a risk, never one's own matter; and undoing it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models.clock import clock
from models.desk import CaseDraft
from models.flags import ReportState, SetAside
from models.review import CaseState, Decision, DecisionKind, ReportReason
from models.roles import Role
from models.session import reading
from moderation.flags import LOWERED, NORMAL
from server.actions.desk import save_draft
from server.actions.edits import delete_message
from server.actions.groups import put_member
from server.actions.set_asides import reinstate_reports, set_aside_reports
from tests.factories.flags import audited, case_now, notices_of, report_now, report_them, reports_in, settle, show
from tests.factories.groups import make_group
from tests.factories.messages import RISKY, case_of, claim, message_now, post, report
from tests.factories.one_to_ones import make_one_to_one, write
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused

STANDING, SET_ASIDE = ReportState.STANDING, ReportState.SET_ASIDE
WHY = "The same words about everybody."


@pytest.fixture
def moderator():
    return make_person(Role.MODERATOR)


@pytest.fixture
def scene():
    """Somebody who reported two messages and a person of their group."""
    reporter, author = make_person(), make_person()
    group = make_group(reporter, author)
    messages = [post(author, group, f"Good evening {n}.").message for n in range(2)]
    return reporter, group, [report(reporter, messages[0]), report(reporter, messages[1]), report_them(reporter, author)]


def join(group, person):
    """Into the group; the person."""
    act(put_member, make_person(Role.COORDINATOR), group.id, person.id, state="member", standing=None)
    return person


def set_aside(who, made, *, all_open=True):
    return act(set_aside_reports, who, made.id, note=WHY, all_open=all_open)


def reinstate(who, made):
    return act(reinstate_reports, who, made.id, note="They were right.")


def drafts_on(case_id):
    with reading() as session:
        return session.scalar(select(func.count()).where(CaseDraft.case_id == case_id))


def decisions_on(case_id):
    with reading() as session:
        query = select(Decision).where(Decision.case_id == case_id).order_by(Decision.id)
        return [(one.decision, one.moderator_id, one.note) for one in session.scalars(query)]


def test_all_that_a_reporter_has_open_is_set_aside_in_one_recorded_step(scene, moderator):
    reporter, _, made = scene
    done = set_aside(moderator, made[0])
    assert (set(done.set_aside), done.left_standing) == ({one.id for one in made}, [])
    assert set(done.closed_cases) == {one.case_id for one in made}
    for one in made:
        assert report_now(one.id).state is SET_ASIDE
        assert (case_now(one.case_id).state, case_now(one.case_id).weight) == (CaseState.CLOSED, 0)
        assert decisions_on(one.case_id) == [(DecisionKind.DISMISS, moderator.id, WHY)]
    with reading() as session:
        (step,) = session.scalars(select(SetAside)).all()
    assert (step.by, step.note, step.reporter_id) == (moderator.id, WHY, reporter.id)
    (entry,) = audited(made[0].id)
    assert (entry.action, entry.actor_id) == ("report.set_aside", moderator.id)
    assert set(entry.data["set_aside"]) == set(done.set_aside)
    assert WHY not in str(entry.data)


def test_nothing_is_left_of_a_decision_in_the_making(scene, moderator):
    _, _, made = scene
    claim(moderator, case_now(made[0].case_id))
    words = {"decision": DecisionKind.DISMISS, "reason": None, "template": None, "note": "They tease.", "words": None}
    act(save_draft, moderator, made[0].case_id, **words)
    assert drafts_on(made[0].case_id) == 1
    set_aside(moderator, made[0])
    assert case_now(made[0].case_id).state is CaseState.CLOSED
    assert drafts_on(made[0].case_id) == 0


def test_without_that_only_the_one_is(scene, moderator):
    _, _, made = scene
    assert set_aside(moderator, made[0], all_open=False).set_aside == [made[0].id]
    assert [report_now(one.id).state for one in made] == [SET_ASIDE, STANDING, STANDING]
    assert case_now(made[1].case_id).state is CaseState.OPEN


def test_the_reporter_is_told_once_and_without_blame(scene, moderator):
    reporter, _, made = scene
    set_aside(moderator, made[0])
    assert notices_of(reporter, "notice.report") == [
        {"report_id": made[0].id, "message_id": None, "outcome": "set_aside"},
    ]


def test_a_case_that_others_reported_or_screening_flagged_goes_on_with_less_weight(scene, moderator):
    reporter, group, made = scene
    talked_of = post(join(group, make_person()), group, RISKY).message
    flagged = report(reporter, talked_of, ReportReason.SPAM)
    weight = case_of(talked_of.id).weight
    version = case_of(talked_of.id).version
    done = set_aside(moderator, made[0])
    case = case_of(talked_of.id)
    assert flagged.id in done.set_aside
    assert (case.id in done.closed_cases, case.state, case.weight) == (False, CaseState.OPEN, weight - NORMAL)
    assert case.version == version + 1


def test_a_report_of_a_risk_stays_and_is_named(scene, moderator):
    reporter, group, made = scene
    author = join(group, make_person())
    risk = report(reporter, post(author, group).message, ReportReason.RISK_TO_SELF)
    done = set_aside(moderator, made[0])
    assert done.left_standing == [risk.id]
    assert (report_now(risk.id).state, case_now(risk.case_id).state) == (STANDING, CaseState.OPEN)
    assert_refused("safety_report", set_aside, moderator, risk)


def test_a_risk_told_after_all_stands_although_the_report_was_set_aside(scene, moderator):
    reporter, group, _ = scene
    message = post(join(group, make_person()), group).message
    report(join(group, make_person()), message)
    made = report(reporter, message, ReportReason.SPAM)
    set_aside(moderator, made, all_open=False)
    assert report(reporter, message, ReportReason.SPAM).id == made.id
    assert report_now(made.id).state is SET_ASIDE
    assert report(reporter, message, ReportReason.RISK_TO_OTHER).id == made.id
    assert (report_now(made.id).state, case_now(made.case_id).weight) == (STANDING, 2 * NORMAL)


def test_whoever_is_a_party_cannot_set_it_aside_nor_who_is_not_of_the_desk(scene, moderator):
    reporter, group, made = scene
    party = join(group, make_person(Role.MODERATOR))
    report(party, message_now(case_now(made[0].case_id).message_id))
    for nobody in (party, reporter, make_person(Role.CARER_PEER_WORKER), make_person(Role.COORDINATOR)):
        assert_refused("forbidden", set_aside, nobody, made[0])
    assert set_aside(moderator, made[0], all_open=False).set_aside == [made[0].id]


def test_what_the_same_person_reported_of_the_moderator_stays_and_is_not_told_of(scene, moderator):
    reporter, group, made = scene
    join(group, moderator)
    about_them = report_them(reporter, moderator)
    done = set_aside(moderator, made[0])
    assert about_them.id not in {*done.set_aside, *done.left_standing}
    assert report_now(about_them.id).state is STANDING


def test_a_case_another_looks_at_just_now_is_not_closed_over_their_head(scene, moderator):
    _, _, made = scene
    claim(make_person(Role.MODERATOR), case_now(made[1].case_id))
    done = set_aside(moderator, made[0])
    assert made[1].case_id not in done.closed_cases
    assert case_now(made[1].case_id).state is CaseState.CLAIMED
    assert report_now(made[1].id).state is SET_ASIDE


def test_a_message_hidden_for_a_case_does_not_stay_hidden_for_ever(scene, moderator):
    _, _, made = scene
    settle(moderator, made[0].case_id, DecisionKind.HIDE)
    done = set_aside(moderator, made[0])
    assert made[0].case_id not in done.closed_cases
    settle(moderator, made[0].case_id, DecisionKind.RESTORE)


def test_setting_aside_twice_is_a_conflict(scene, moderator):
    _, _, made = scene
    set_aside(moderator, made[0])
    assert_refused("report_set_aside", set_aside, moderator, made[0])


def test_bad_faith_lowers_what_the_next_report_weighs_until_it_is_undone(scene, moderator, supervisor):
    reporter, group, made = scene
    set_aside(moderator, made[0])
    messages = [post(join(group, make_person()), group).message for _ in range(2)]
    assert report(reporter, messages[0]).weight == LOWERED
    reinstate(supervisor, made[1])
    assert report(reporter, messages[1]).weight == NORMAL


def test_a_supervisor_undoes_the_step_whole_and_it_is_looked_at_again(scene, moderator, supervisor):
    reporter, _, made = scene
    set_aside(moderator, made[0])
    assert_refused("forbidden", reinstate, moderator, made[0])
    undone = reinstate(supervisor, made[1])
    assert set(undone.reinstated) == {one.id for one in made}
    for one in made:
        now = report_now(one.id)
        assert now.state is STANDING
        assert now.case_id != one.case_id  # a decided case stays decided
        assert (case_now(now.case_id).state, case_now(now.case_id).weight) == (CaseState.OPEN, NORMAL)
        assert decisions_on(one.case_id) == [(DecisionKind.DISMISS, moderator.id, WHY)]
    assert [told["outcome"] for told in notices_of(reporter, "notice.report")] == ["set_aside", "reinstated"]
    (*_, entry) = audited(made[1].id)
    assert (entry.action, entry.actor_id) == ("report.reinstated", supervisor.id)
    assert_refused("report_stands", reinstate, supervisor, made[1])


def test_what_was_reported_again_meanwhile_is_one_report_in_the_open_case(scene, moderator, supervisor):
    reporter, _, made = scene
    set_aside(moderator, made[0], all_open=False)
    message = message_now(case_now(made[0].case_id).message_id)
    again = report(reporter, message)
    reinstate(supervisor, made[0])
    assert [one.id for one in reports_in(again.case_id)] == [again.id]
    assert report_now(made[0].id).state is STANDING


def test_what_was_decided_for_what_it_is_stays_decided_when_the_step_is_undone(scene, moderator, supervisor):
    _, _, made = scene
    settle(moderator, made[0].case_id)
    clock.move(timedelta(minutes=1))
    set_aside(moderator, made[0], all_open=False)
    assert reinstate(supervisor, made[0]).cases == []
    assert report_now(made[0].id).case_id == made[0].case_id


def test_words_kept_for_a_stretch_go_when_its_case_closes_so(moderator):
    carer, worker = make_person(), make_person(Role.CARER_PEER_WORKER)
    talk = make_one_to_one(carer, worker).conversation_id
    said = write(carer, talk, "Please come.")
    made = show(worker, talk, said.seq)
    act(delete_message, carer, said.id)
    assert message_now(said.id).body == "Please come."
    set_aside(moderator, made)
    assert message_now(said.id).body == ""
