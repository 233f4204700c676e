"""Screening rules of the service, made by the real actions as a door would."""

from typing import Any

from models.clock import clock
from models.people import Person
from models.roles import Role
from models.screening_rules import ScreeningRule, ScreeningRuleKind
from models.session import reading, transaction
from moderation.rule_trials import Trial, try_rule
from moderation.screening import Label, Severity
from server.actions.rule_trials import plan_trial, record_trial
from server.actions.screening_rules import (
    activate_rule,
    agree_to_rule,
    retire_rule,
    write_rule,
)
from tests.factories.people import act, make_person

PHRASE = "miracle tincture"
SELLING = "They told me of a Miracle T1ncture, and I bought it."


def moderator() -> Person:
    return make_person(Role.MODERATOR)


def draft(*phrases: str, by: Person | None = None, **changes: Any) -> ScreeningRule:
    facts = {
        "kind": ScreeningRuleKind.PHRASES,
        "label": Label.SPAM,
        "severity": Severity.HIGH,
        "phrases": list(phrases or [PHRASE]),
        "silenced": None,
        "reason": "Sold to several members this week.",
        **changes,
    }
    made: ScreeningRule = act(write_rule, by or moderator(), **facts)
    return made


def exception(label: Label, *phrases: str, by: Person | None = None) -> ScreeningRule:
    return draft(*phrases, by=by, kind=ScreeningRuleKind.EXCEPTION, label=label, severity=None)


def silence(shipped: str, by: Person | None = None) -> ScreeningRule:
    words = {"label": None, "severity": None, "phrases": None, "silenced": shipped}
    return draft(by=by, kind=ScreeningRuleKind.SILENCE, **words)


def rule_now(rule: ScreeningRule) -> ScreeningRule:
    with reading() as session:
        return session.get_one(ScreeningRule, rule.id)


def tried(rule: ScreeningRule, by: Person | None = None, *, days: int = 14) -> Trial:
    who = by or moderator()
    with transaction() as session:
        plan = plan_trial(session, who, rule.id, version=rule.version, days=days, now=clock.now())
    trial = try_rule(plan.samples, plan.before, plan.tried)
    recorded: Trial = act(record_trial, who, plan, trial)
    return recorded


def activate(rule: ScreeningRule, by: Person | None = None) -> ScreeningRule:
    """Tried and activated as it is now; then active, or proposed."""
    tried(rule, by)
    activated: ScreeningRule = act(activate_rule, by or moderator(), rule.id, version=rule.version)
    return activated


def agree(rule: ScreeningRule, by: Person) -> ScreeningRule:
    agreed: ScreeningRule = act(agree_to_rule, by, rule.id, version=rule.version)
    return agreed


def retire(rule: ScreeningRule, by: Person | None = None) -> ScreeningRule:
    retired: ScreeningRule = act(retire_rule, by or moderator(), rule.id, version=rule.version)
    return retired
