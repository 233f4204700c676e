"""Trying a rule before it counts: what it would have done, to how many, and what is shown and recorded of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.audit import AuditEntry
from models.clock import clock
from models.people import Person
from models.session import reading
from moderation.outcomes import Outcome
from moderation.rule_trials import try_rule
from moderation.screening import Label, screen
from server.actions.edits import delete_message
from server.actions.rule_trials import plan_trial, record_trial
from server.actions.screening_rules import change_rule
from tests.factories.groups import make_group
from tests.factories.messages import RUDE, post
from tests.factories.one_to_ones import make_one_to_one
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused
from tests.factories.screening_rules import SELLING, activate, draft, exception, moderator, silence, tried


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def group(carer):
    return make_group(carer, make_person())


@pytest.fixture
def ann():
    return moderator()


@pytest.fixture
def ben():
    return moderator()


def test_a_trial_says_what_a_draft_would_have_done_and_to_how_many(carer, group):
    for _ in range(2):
        post(carer, group, SELLING)
    post(carer, group)
    trial = tried(draft())
    assert (trial.looked_at, trial.hit, trial.changed, len(trial.authors)) == (3, 2, 2, 1)
    assert trial.outcomes == {Outcome.HOLD: 2}
    example = trial.examples[0]
    assert example.sample.text[slice(*example.hit.span)] == "Miracle T1ncture"
    assert (example.now, example.then) == (Outcome.ALLOW, Outcome.HOLD)


def test_a_trial_of_a_silence_says_what_would_be_let_through(carer, group):
    post(carer, group, RUDE, acknowledged_advice=True)
    trial = tried(silence(screen(RUDE)[0].rule))
    assert (trial.hit, trial.outcomes) == (1, {Outcome.ALLOW: 1})
    assert trial.examples[0].now is Outcome.ADVISE


def test_a_trial_counts_with_the_rules_in_force(carer, group):
    post(carer, group, SELLING)
    activate(exception(Label.SPAM, "told me of a miracle tincture"))
    assert tried(draft()).hit == 0
    activate(draft("bought it"))
    assert tried(exception(Label.SPAM, "and I bought it")).hit == 1


def test_a_trial_shows_ten_at_most_and_the_record_names_them(carer, group, ann):
    sent = [post(carer, group, SELLING).message.id for _ in range(12)]
    trial = tried(draft(), ann)
    shown = [example.sample.message_id for example in trial.examples]
    assert (trial.hit, shown) == (12, sent[:1:-1])
    with reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "screening_rule.tried")).one()
    assert (entry.actor_id, entry.data["messages"], entry.data["hit"]) == (ann.id, shown, 12)


def test_a_trial_looks_at_groups_only_and_not_at_what_is_old_or_deleted(carer, group):
    between_two = make_one_to_one()
    with reading() as session:
        theirs = session.get_one(Person, between_two.carer_id)
    post(theirs, between_two, SELLING)
    gone = post(carer, group, SELLING).message
    act(delete_message, carer, gone.id)
    rule = draft()
    assert tried(rule).looked_at == 0
    seen = post(carer, group, SELLING).message
    assert [each.sample.message_id for each in tried(rule).examples] == [seen.id]
    clock.move(timedelta(days=8))
    assert tried(rule, days=7).looked_at == 0


def test_a_message_taken_back_while_a_rule_is_tried_is_not_shown(carer, group, ann):
    message = post(carer, group, SELLING).message
    rule = draft()
    plan = act(plan_trial, ann, rule.id, version=1, days=7)
    trial = try_rule(plan.samples, plan.before, plan.tried)
    act(delete_message, carer, message.id)
    assert (trial.hit, act(record_trial, ann, plan, trial).examples) == (1, [])


def test_a_trial_of_a_draft_that_changed_meanwhile_is_not_counted(ann, ben):
    rule = draft()
    plan = act(plan_trial, ann, rule.id, version=1, days=7)
    act(change_rule, ben, rule.id, version=1, changes={"reason": "Seen again."})
    assert_refused("stale_version", act, record_trial, ann, plan, tried(draft()))
