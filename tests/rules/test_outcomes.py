"""What happens at the door to a text in which screening found something."""

from itertools import product

import pytest

from models.groups import ModerationMode
from models.helplines import Whose
from moderation.outcomes import ADVICE, ROWS, Outcome, judge, while_closed, whose_crisis
from moderation.screening import Hit, Label, Severity

LOW, MEDIUM, HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH
ALLOW, ADVISE, FLAG, HOLD = Outcome.ALLOW, Outcome.ADVISE, Outcome.FLAG, Outcome.HOLD
RISK, HOSTILITY = Label.RISK_TO_SELF, Label.HOSTILITY
CONTACT, PRIVACY = Label.CONTACT_DETAILS, Label.THIRD_PARTY_PRIVACY
OTHERS, STIGMA, FALSE_ADVICE, SPAM = Label.RISK_TO_OTHER, Label.STIGMA, Label.MISINFORMATION, Label.SPAM
AFTER, NEW, BEFORE = ModerationMode.AFTER, ModerationMode.NEW_MEMBERS, ModerationMode.BEFORE


def hit(label, severity):
    return Hit(label=label, severity=severity, rule="test.1", span=(0, 1))


def verdict(*hits, mode=AFTER, overrides=None, newcomer=False, trusted=False, acknowledged=False):
    return judge(
        [hit(*one) for one in hits],
        mode=mode,
        overrides=overrides or {},
        newcomer=newcomer,
        trusted=trusted,
        acknowledged=acknowledged,
    )


@pytest.mark.parametrize(
    ("label", "severity", "at_first", "acknowledged"),
    [
        (RISK, LOW, FLAG, FLAG),  # a human looks, the room hears it
        (RISK, MEDIUM, FLAG, FLAG),
        (RISK, HIGH, FLAG, FLAG),
        (HOSTILITY, LOW, ALLOW, ALLOW),
        (HOSTILITY, MEDIUM, ADVISE, ALLOW),  # advice, and the author decides
        (HOSTILITY, HIGH, HOLD, HOLD),  # no acknowledging a threat away
        (CONTACT, LOW, ALLOW, ALLOW),
        (CONTACT, MEDIUM, ADVISE, ALLOW),
        (CONTACT, HIGH, ADVISE, FLAG),  # what is grave and sent in spite of it is looked at
        (PRIVACY, LOW, ALLOW, ALLOW),
        (PRIVACY, MEDIUM, ADVISE, ALLOW),
        (PRIVACY, HIGH, ADVISE, FLAG),
        (OTHERS, LOW, ALLOW, ALLOW),  # "he says he wants to die": the numbers, and no case every day
        (OTHERS, MEDIUM, FLAG, FLAG),
        (OTHERS, HIGH, FLAG, FLAG),
        (STIGMA, LOW, ALLOW, ALLOW),
        (STIGMA, MEDIUM, ADVISE, ALLOW),
        (STIGMA, HIGH, ADVISE, FLAG),
        (FALSE_ADVICE, LOW, ALLOW, ALLOW),
        (FALSE_ADVICE, MEDIUM, FLAG, FLAG),
        (FALSE_ADVICE, HIGH, FLAG, FLAG),
        (SPAM, LOW, ALLOW, ALLOW),
        (SPAM, MEDIUM, FLAG, FLAG),
        (SPAM, HIGH, HOLD, HOLD),
    ],
)
def test_each_label_and_severity_has_its_outcome(label, severity, at_first, acknowledged):
    assert verdict((label, severity)).outcome is at_first
    assert verdict((label, severity), acknowledged=True).outcome is acknowledged


@pytest.mark.parametrize(
    ("severity", "after", "new_members"), [(LOW, ALLOW, FLAG), (MEDIUM, FLAG, HOLD), (HIGH, HOLD, HOLD)]
)
def test_what_sells_waits_sooner_in_a_group_that_expects_strangers(severity, after, new_members):
    assert verdict((SPAM, severity), mode=AFTER).outcome is after
    assert verdict((SPAM, severity), mode=NEW).outcome is new_members


@pytest.mark.parametrize(
    ("rule", "whose"),
    [
        ("risk_to_self.wish.1", Whose.CARER),
        ("risk_to_other.told.1", Whose.CONSUMER),
        ("risk_to_other.acting.1", Whose.CONSUMER),
        ("risk_to_other.violence.1", Whose.VIOLENCE),
        ("risk_to_other.writer.1", Whose.VIOLENCE),
        ("risk_to_other.child.1", Whose.CHILD),
        ("hostility.slur.1", None),
    ],
)
def test_the_numbers_are_those_of_whose_crisis_it_is(rule, whose):
    told = Hit(label=Label(rule.partition(".")[0]), severity=LOW, rule=rule, span=(0, 1))
    assert whose_crisis([told]) is whose


def test_the_writers_own_risk_comes_before_anybody_elses():
    own = Hit(label=RISK, severity=LOW, rule="risk_to_self.hopeless.1", span=(0, 1))
    childs = Hit(label=OTHERS, severity=HIGH, rule="risk_to_other.child.1", span=(0, 1))
    assert whose_crisis([childs, own]) is Whose.CARER


def test_a_daily_sentence_about_another_is_posted_and_still_brings_the_numbers():
    decided = verdict((OTHERS, LOW))
    assert decided.outcome is ALLOW
    assert decided.tells_of_risk


@pytest.mark.parametrize("chosen", ["allow", "advise"])
def test_no_group_can_let_anothers_danger_pass_unseen(chosen):
    assert verdict((OTHERS, HIGH), overrides={"risk_to_other": chosen}).outcome is FLAG


def test_every_label_has_a_row_and_words():
    assert set(ADVICE) == set(Label)
    assert set(ROWS) == {("nothing", "-"), *((label.value, each.name.lower()) for label in Label for each in Severity)}


@pytest.mark.parametrize(
    ("mode", "newcomer", "trusted", "outcome"),
    [
        (AFTER, False, False, ALLOW),
        (AFTER, True, False, ALLOW),
        (NEW, False, False, ALLOW),
        (NEW, True, False, HOLD),
        (NEW, True, True, ALLOW),
        (BEFORE, False, False, HOLD),
        (BEFORE, True, False, HOLD),
        (BEFORE, False, True, ALLOW),
    ],
)
def test_a_group_that_looks_first_holds_harmless_words(mode, newcomer, trusted, outcome):
    decided = verdict(mode=mode, newcomer=newcomer, trusted=trusted)
    assert (decided.outcome, decided.pre_moderated) == (outcome, outcome is HOLD)


@pytest.mark.parametrize("mode", [BEFORE, NEW])
def test_advice_comes_before_waiting(mode):
    """The author hears now what they would otherwise hear from a moderator hours later."""
    assert verdict((CONTACT, HIGH), mode=mode, newcomer=True).outcome is ADVISE
    assert verdict((CONTACT, HIGH), mode=mode, newcomer=True, acknowledged=True).outcome is HOLD


@pytest.mark.parametrize(
    ("mode", "newcomer", "trusted", "acknowledged"),
    list(product(ModerationMode, [False, True], [False, True], [False, True])),
)
@pytest.mark.parametrize("other", [(HOSTILITY, MEDIUM), (CONTACT, HIGH), (PRIVACY, MEDIUM)])
def test_risk_is_never_blocked_by_advice(mode, newcomer, trusted, acknowledged, other):
    decided = verdict((RISK, LOW), other, mode=mode, newcomer=newcomer, trusted=trusted, acknowledged=acknowledged)
    assert decided.outcome in (FLAG, HOLD)
    assert decided.tells_of_risk


@pytest.mark.parametrize(("severity", "outcome"), [(LOW, ALLOW), (MEDIUM, ALLOW), (HIGH, FLAG)])
def test_what_is_grave_is_looked_at_also_where_the_group_chose_advice(severity, outcome):
    assert verdict((HOSTILITY, severity), overrides={"hostility": "advise"}).outcome is ADVISE
    assert verdict((HOSTILITY, severity), overrides={"hostility": "advise"}, acknowledged=True).outcome is outcome


@pytest.mark.parametrize("chosen", Outcome)
@pytest.mark.parametrize("newcomer", [False, True])
@pytest.mark.parametrize("mode", ModerationMode)
def test_a_groups_own_outcome_lets_nobody_past_its_waiting(mode, newcomer, chosen):
    overrides = {"hostility": chosen.name.lower()}
    decided = verdict((HOSTILITY, HIGH), mode=mode, newcomer=newcomer, overrides=overrides, acknowledged=True)
    waits = mode is BEFORE or (mode is NEW and newcomer)
    assert (decided.outcome is HOLD) is (waits or chosen is HOLD)


@pytest.mark.parametrize("overrides", [{"risk_to_self": outcome.name.lower()} for outcome in Outcome])
@pytest.mark.parametrize("severity", Severity)
def test_no_group_can_let_risk_pass_unseen(overrides, severity):
    decided = verdict((RISK, severity), overrides=overrides)
    assert decided.outcome is (HOLD if overrides == {"risk_to_self": "hold"} else FLAG)
    assert decided.tells_of_risk


def test_words_of_a_trusted_author_are_still_screened():
    assert verdict((HOSTILITY, HIGH), trusted=True).outcome is HOLD


@pytest.mark.parametrize("outcome", [ALLOW, ADVISE, FLAG, HOLD])
@pytest.mark.parametrize("severity", Severity)
def test_a_group_sets_its_own_outcome_for_every_severity(outcome, severity):
    assert verdict((HOSTILITY, severity), overrides={"hostility": outcome.name.lower()}).outcome is outcome


def test_a_groups_outcome_leaves_other_labels_alone():
    assert verdict((CONTACT, HIGH), overrides={"hostility": "hold"}).outcome is ADVISE


def test_hits_a_group_allows_do_not_count_but_are_found():
    decided = verdict((HOSTILITY, HIGH), (CONTACT, HIGH), overrides={"hostility": "allow"})
    assert [one.label for one in decided.hits] == [CONTACT]
    assert [one.label for one in decided.found] == [HOSTILITY, CONTACT]


def test_advice_names_each_label_once_in_order_and_never_risk():
    decided = verdict((CONTACT, HIGH), (RISK, HIGH), (HOSTILITY, MEDIUM), (CONTACT, MEDIUM))
    assert decided.advice == [CONTACT, HOSTILITY]


def test_between_two_nobody_waits_and_nobody_looks_at_what_is_only_unwise():
    assert verdict(mode=None, newcomer=True).outcome is ALLOW
    for label in (CONTACT, PRIVACY, STIGMA):
        assert verdict((label, HIGH), mode=None, newcomer=True).outcome is ADVISE
        assert verdict((label, HIGH), mode=None, newcomer=True, acknowledged=True).outcome is ALLOW
    assert verdict((RISK, LOW), mode=None).outcome is FLAG


def test_a_newcomer_who_sells_waits_and_a_member_is_looked_at():
    assert verdict((SPAM, MEDIUM), newcomer=True).outcome is HOLD
    assert verdict((SPAM, MEDIUM)).outcome is FLAG
    assert verdict((SPAM, MEDIUM), newcomer=True, trusted=True).outcome is FLAG


def test_words_of_risk_in_a_closed_room_wait_with_all_that_tells_of_it():
    """Also what is a daily sentence in an open one."""
    decided = while_closed(verdict((OTHERS, LOW), (CONTACT, LOW)))
    assert decided.outcome is HOLD
    assert [one.label for one in decided.hits] == [OTHERS]


def test_the_gravest_outcome_wins():
    assert verdict((CONTACT, MEDIUM), (HOSTILITY, HIGH)).outcome is HOLD


def test_words_without_a_hit_go_through():
    assert verdict().outcome is ALLOW
