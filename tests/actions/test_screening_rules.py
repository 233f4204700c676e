"""Rules the service adds to screening: drafts, trials, who puts them in force, and that they count from then on."""

import pytest
from sqlalchemy import select

from models.audit import AuditEntry
from models.messages import MessageState
from models.review import Flag
from models.roles import Role
from models.screening_rules import RULE_MOVES, ScreeningRule, ScreeningRuleKind, ScreeningRuleState
from models.session import reading, transaction
from moderation.screening import SHIPPED, Label, Severity, screen
from moderation.screening.service_rules import MOST_ENTRIES
from server.actions.edits import edit_message
from server.actions.rule_trials import plan_trial
from server.actions.screening_rules import (
    MOST_PHRASES,
    activate_rule,
    agree_to_rule,
    change_rule,
    retire_rule,
    write_rule,
)
from server.queries import screening_rules as memory
from server.queries.screening_rules import current_rules, forget_rules, list_shipped
from tests.factories.groups import make_group
from tests.factories.messages import PLAIN, RISKY, RUDE, case_of, find_case, message_now, post
from tests.factories.people import act, make_person
from tests.factories.queries import counted
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.screening_rules import (
    PHRASE,
    SELLING,
    activate,
    agree,
    draft,
    exception,
    moderator,
    retire,
    rule_now,
    silence,
    tried,
)


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


def flags_of(message):
    with reading() as session:
        return session.scalars(select(Flag).where(Flag.case_id == case_of(message.id).id)).all()


def shipped_rule(text):
    """The id of the shipped rule that hits this text."""
    return screen(text)[0].rule


def grave_rule():
    return next(rule.id for rule in SHIPPED.values() if rule.label is Label.RISK_TO_SELF and rule.severity is Severity.HIGH)


def audited(action):
    with reading() as session:
        return session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.seq)).all()


def test_a_draft_has_no_effect(carer, group):
    draft()
    assert post(carer, group, SELLING).message.state is MessageState.VISIBLE


def test_an_active_rule_goes_through_the_ordinary_outcomes_and_its_flag_names_it(carer, group):
    rule = activate(draft())
    assert (rule.state, rule.version) == (ScreeningRuleState.ACTIVE, 2)
    message = post(carer, group, SELLING).message
    assert message.state is MessageState.HELD
    (flag,) = flags_of(message)
    assert (flag.rule, flag.label, flag.severity) == (f"service.{rule.id}", "spam", 3)
    assert SELLING[flag.span_start : flag.span_end] == "Miracle T1ncture"


def test_a_medium_rule_of_hostility_offers_other_words_first(carer, group):
    activate(draft("wet blanket", label=Label.HOSTILITY, severity=Severity.MEDIUM))
    assert_refused("advice_given", post, carer, group, "You are a wet blanket")
    assert post(carer, group, "You are a wet blanket", acknowledged_advice=True).message.state is MessageState.VISIBLE


def test_an_edit_and_the_words_beside_a_message_are_screened_by_it_too(carer, group):
    message = post(carer, group).message
    activate(draft())
    act(edit_message, carer, message.id, body=SELLING, content_warning=None, acknowledged_advice=False)
    assert message_now(message.id).state is MessageState.HIDDEN
    assert post(carer, group, PLAIN, content_warning=PHRASE).message.state is MessageState.HELD


def test_a_repeat_of_a_send_is_answered_with_support_by_the_rules_of_now(carer, group):
    facts = {"client_id": "one", "body": "The blue kettle is on again"}
    assert post(carer, group, **facts).support is None
    activate(draft("the blue kettle", label=Label.RISK_TO_SELF))
    assert post(carer, group, **facts).support is not None


def test_a_retired_rule_counts_no_more_and_cannot_come_back(carer, group):
    rule = retire(activate(draft()))
    assert post(carer, group, SELLING).message.state is MessageState.VISIBLE
    for action in (activate_rule, agree_to_rule, retire_rule):
        assert_refused("screening_rule_settled", act, action, moderator(), rule.id, version=rule.version)


def test_a_silenced_rule_counts_no_more_until_the_silence_is_retired(carer, group):
    assert_refused("advice_given", post, carer, group, RUDE)
    rule = activate(silence(shipped_rule(RUDE)))
    assert (rule.state, rule.label) == (ScreeningRuleState.ACTIVE, "hostility")
    assert find_case(post(carer, group, RUDE).message.id) is None
    retire(rule)
    assert_refused("advice_given", post, carer, group, RUDE)


def test_an_exception_lets_its_phrase_pass_and_nothing_else(carer, group):
    activate(exception(Label.HOSTILITY, "you are a pathetic idiot"))
    assert post(carer, group, RUDE).message.state is MessageState.VISIBLE
    assert_refused("advice_given", post, carer, group, "You are a pathetic fool")


@pytest.mark.parametrize("kind", ["silence", "exception"])
def test_what_would_take_ears_off_a_grave_risk_needs_a_second_person(carer, group, ann, ben, kind):
    made = silence(grave_rule(), ann) if kind == "silence" else exception(Label.RISK_TO_OTHER, "kill time", by=ann)
    proposed = activate(made, ann)
    assert (proposed.state, proposed.proposed_by, proposed.in_force_since) == (ScreeningRuleState.PROPOSED, ann.id, None)
    assert_refused("forbidden", agree, proposed, ann)
    agreed = agree(proposed, ben)
    assert (agreed.state, agreed.activated_by) == (ScreeningRuleState.ACTIVE, ben.id)


def test_nothing_is_silenced_before_the_second_person_agreed(carer, group, ann, ben):
    rule = shipped_rule(RISKY)
    assert SHIPPED[rule].severity is Severity.HIGH
    proposed = activate(silence(rule, ann), ann)
    assert rule in {flag.rule for flag in flags_of(post(carer, group, RISKY).message)}
    agree(proposed, ben)
    sent = post(carer, group, RISKY).message
    assert find_case(sent.id) is None or rule not in {flag.rule for flag in flags_of(sent)}


def test_who_agrees_may_also_retire_the_proposal_instead(ann, ben):
    proposed = activate(silence(grave_rule(), ann), ann)
    assert retire(proposed, ben).state is ScreeningRuleState.RETIRED


def test_an_untried_draft_or_one_changed_since_is_not_activated(ann):
    rule = draft(by=ann)
    assert_refused("screening_rule_untried", act, activate_rule, ann, rule.id, version=1)
    tried(rule, ann)
    act(change_rule, ann, rule.id, version=1, changes={"phrases": ["wonder tincture"]})
    assert_refused("screening_rule_untried", act, activate_rule, ann, rule.id, version=2)
    assert activate(rule_now(rule), ann).state is ScreeningRuleState.ACTIVE


def test_what_an_active_rule_says_never_changes(ann):
    rule = activate(draft(), ann)
    for action, facts in ((change_rule, {"changes": {"reason": "Other."}}), (plan_trial, {"days": 7})):
        assert_refused("screening_rule_settled", act, action, ann, rule.id, version=rule.version, **facts)


def test_of_two_who_edit_at_once_the_second_is_told(ann, ben):
    rule = draft()
    act(change_rule, ann, rule.id, version=1, changes={"reason": "Seen again."})
    for action, facts in (
        (change_rule, {"changes": {"reason": "Mine."}}),
        (plan_trial, {"days": 7}),
        (activate_rule, {}),
        (agree_to_rule, {}),
        (retire_rule, {}),
    ):
        refusal = assert_refused("stale_version", act, action, ben, rule.id, version=1, **facts)
        assert refusal.extras() == {"version": 2}
    assert rule_now(rule).reason == "Seen again."


@pytest.mark.parametrize("state", ScreeningRuleState)
@pytest.mark.parametrize(
    ("action", "to"),
    [
        (activate_rule, ScreeningRuleState.ACTIVE),
        (agree_to_rule, ScreeningRuleState.ACTIVE),
        (retire_rule, ScreeningRuleState.RETIRED),
    ],
)
def test_every_move_is_one_of_the_table(ann, ben, state, action, to):
    rule = draft(by=ann)
    facts = {"in_force_since": 1} if state is ScreeningRuleState.ACTIVE else {}
    with transaction() as session:
        kept = session.get_one(ScreeningRule, rule.id)
        kept.state, kept.tried_version, kept.proposed_by = state, 1, ann.id
        kept.in_force_since = facts.get("in_force_since")
    # Agreeing is the way from a proposal, and activating the way from a draft.
    via = {activate_rule: ScreeningRuleState.DRAFT, agree_to_rule: ScreeningRuleState.PROPOSED}.get(action, state)
    if to in RULE_MOVES[state] and via is state:
        assert act(action, ben, rule.id, version=1).state is to
    else:
        assert_refused("screening_rule_settled", act, action, ben, rule.id, version=1)


@pytest.mark.parametrize("role", Role)
def test_who_may_write_rules(role):
    facts = {"kind": ScreeningRuleKind.SILENCE, "silenced": grave_rule(), "reason": "Tired of it."}
    if role in (Role.MODERATOR, Role.COORDINATOR):
        assert act(write_rule, make_person(role), **facts).state is ScreeningRuleState.DRAFT
    else:
        assert_refused("forbidden", act, write_rule, make_person(role), **facts)


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"label": None}, {"label"}),
        ({"severity": None}, {"severity"}),
        ({"phrases": None}, {"phrases"}),
        ({"silenced": "hostility.any"}, {"silenced"}),
        ({"kind": ScreeningRuleKind.EXCEPTION}, {"severity"}),
        ({"kind": ScreeningRuleKind.SILENCE}, {"label", "severity", "phrases", "silenced"}),
        ({"phrases": ["fine", "x"]}, {"phrases"}),
    ],
)
def test_a_rule_says_what_its_kind_wants_and_no_more(changes, names):
    refusal = assert_refused("invalid", draft, **changes)
    assert set(refusal.facts["errors"]) == names


def test_a_rule_that_is_not_shipped_cannot_be_silenced():
    assert set(assert_refused("invalid", silence, "hostility.of_our_own").facts["errors"]) == {"silenced"}


def test_phrases_that_read_alike_are_kept_once():
    rule = draft(PHRASE, "Miracle  TINCTURE", "wonder tincture")
    assert (rule.phrases, rule.entries) == ([PHRASE, "wonder tincture"], 2)


def test_there_are_never_more_entries_in_force_than_screening_is_measured_with(ann):
    full = activate(draft(*(f"phrase number {number}" for number in range(MOST_PHRASES))), ann)
    with transaction() as session:
        session.get_one(ScreeningRule, full.id).entries = MOST_ENTRIES - 1
    rule = draft("one tincture", "two tinctures")
    assert_refused("screening_rules_full", activate, rule, ann)
    assert activate(draft(), ann).state is ScreeningRuleState.ACTIVE


def test_two_who_activate_one_rule_at_once_make_it_active_once(ann, ben):
    rule = draft()
    tried(rule)
    outcomes = race(*(lambda who=who: act(activate_rule, who, rule.id, version=1).state for who in (ann, ben)))
    assert sorted(outcomes) == ["active", "stale_version"]
    assert [entry.actor_id for entry in audited("screening_rule.activated")] == [rule_now(rule).activated_by]


def test_of_two_rules_activated_at_once_none_counts_without_being_seen(ann, ben, carer, group):
    """The number that says which are in force is another one for each: or one of the two clashes, and is tried again."""
    rules = [draft("wonder tincture"), draft("second tincture")]
    for rule in rules:
        tried(rule)
    race(*(lambda r=rule: act(activate_rule, ann, r.id, version=1) for rule in rules))
    for rule in rules:
        if rule_now(rule).state is ScreeningRuleState.DRAFT:
            act(activate_rule, ben, rule.id, version=1)
    for phrase in ("wonder tincture", "second tincture"):
        assert post(carer, group, phrase).message.state is MessageState.HELD


def test_every_step_is_in_the_record_and_no_word_of_it(ann, ben):
    rule = draft(by=ann)
    act(change_rule, ben, rule.id, version=1, changes={"phrases": ["wonder tincture"]})
    retire(activate(rule_now(rule), ann), ben)
    proposed = activate(silence(grave_rule(), ann), ann)
    agree(proposed, ben)
    steps = ("written", "changed", "tried", "activated", "retired", "proposed", "agreed")
    entries = [entry for step in steps for entry in audited(f"screening_rule.{step}")]
    assert {entry.action.partition(".")[2] for entry in entries} == set(steps)
    assert {entry.subject_id for entry in entries} == {rule.id, proposed.id}
    assert "tincture" not in str([entry.data for entry in entries])
    assert [entry.data["version"] for entry in entries if entry.subject_id == rule.id] == [1, 2, 2, 3, 4]
    assert audited("screening_rule.agreed")[0].data["silenced"] == proposed.silenced


def test_another_process_follows_with_its_next_message(carer, group, monkeypatch):
    """Two memories of one database: what each process has of its own."""
    here, there = memory._Known(), memory._Known()

    def hold(text, known):
        monkeypatch.setattr(memory._Process, "known", known)
        state = post(carer, group, text).message.state
        return state is MessageState.HELD, memory._Process.known

    held, there = hold(SELLING, there)
    assert not held
    monkeypatch.setattr(memory._Process, "known", here)
    rule = activate(draft())
    held, there = hold(SELLING, there)
    assert held
    monkeypatch.setattr(memory._Process, "known", here)
    retire(rule)
    held, there = hold(SELLING, there)
    assert not held


def test_a_rule_that_cannot_be_read_any_more_takes_no_other_with_it(carer, group, caplog):
    broken, whole = activate(draft("wonder tincture")), activate(draft())
    with transaction() as session:
        session.get_one(ScreeningRule, broken.id).phrases_text = "x"
    forget_rules()
    assert post(carer, group, SELLING).message.state is MessageState.HELD
    assert broken.id in caplog.text
    with reading() as session:
        assert [rule.id for rule in current_rules(session).rules] == [whole.id]


def test_a_known_rule_is_not_read_again(carer, group):
    activate(draft())
    post(carer, group)
    with counted() as before:
        post(carer, group)
    activate(draft("wonder tincture"))
    with counted() as after:
        post(carer, group)
    assert len(after) == len(before) + 2  # which there are, and the new one


def test_the_shipped_rules_are_listed_by_id_with_who_silences_them(ann):
    rule = activate(silence(shipped_rule(RUDE)), ann)
    found, cursor = {}, None
    with reading() as session:
        while cursor is not None or not found:
            page = list_shipped(session, limit=100, cursor=cursor)
            found |= {shipped.id: silenced_by for shipped, silenced_by in page.items}
            cursor = page.next_cursor
    assert list(found) == sorted(SHIPPED)
    assert {name for name, by in found.items() if by is not None} == {rule.silenced}
    assert found[rule.silenced] == rule.id
