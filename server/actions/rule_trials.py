"""Trying a rule against what was said in groups of late: gathered, looked through beside everything else, and recorded.

Invariant: nobody is shown a message before it is in the audit trail that they look at it, and never one between two people.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.errors import StaleVersion
from models.groups import Group
from models.messages import Message
from models.people import Person
from models.policy import Facts, authorise
from models.roles import Role
from models.screening_rules import ScreeningRule, ScreeningRuleState
from moderation.rule_trials import Sample, Trial
from moderation.screening import ServiceRules
from server.actions.messages import screened_text
from server.actions.screening_rules import ScreeningRuleSettled, record_step
from server.queries.screening_rules import as_compiled, current_rules, get_rule, recent_in_groups, unchanged_messages


@dataclass(frozen=True, kw_only=True)
class TrialPlan:
    """All that trying a rule takes, so that it can be done beside everything else."""

    rule_id: str
    version: int
    samples: Sequence[Sample]
    before: ServiceRules
    tried: ServiceRules


def plan_trial(session: Session, actor: Person, rule_id: str, *, version: int, days: int, now: datetime) -> TrialPlan:
    """Gather what was said in groups of late. Nobody is shown any of it by this. Raises NotFound, StaleVersion,
    ScreeningRuleSettled.
    """
    authorise("screening_rule.edit", actor, Facts())
    rule = get_rule(session, rule_id)
    _check_triable(rule, version)
    tried = as_compiled(rule)
    return TrialPlan(
        rule_id=rule.id,
        version=version,
        samples=[_sample(*row) for row in recent_in_groups(session, since=now - timedelta(days=days))],
        before=current_rules(session),
        tried=ServiceRules((), [tried]) if isinstance(tried, str) else ServiceRules([tried]),
    )


def record_trial(session: Session, actor: Person, plan: TrialPlan, trial: Trial, *, now: datetime) -> Trial:
    """Keep that this version was tried, and by whom which messages were looked at; only then are they shown.

    Of messages that were changed or deleted meanwhile, none is. Raises as `plan_trial`.
    """
    authorise("screening_rule.edit", actor, Facts())
    rule = get_rule(session, plan.rule_id, lock=True)
    _check_triable(rule, plan.version)
    there = unchanged_messages(session, {each.sample.message_id: each.sample.revision for each in trial.examples})
    shown = replace(trial, examples=[each for each in trial.examples if each.sample.message_id in there])
    rule.tried_version, rule.tried_at = plan.version, now
    counts = {
        "looked_at": trial.looked_at,
        "hit": trial.hit,
        "messages": [each.sample.message_id for each in shown.examples],
    }
    record_step(session, actor, "screening_rule.tried", rule, now, counts)
    return shown


def _check_triable(rule: ScreeningRule, version: int) -> None:
    if rule.version != version:
        raise StaleVersion(version=rule.version)
    if rule.state not in (ScreeningRuleState.DRAFT, ScreeningRuleState.PROPOSED):
        raise ScreeningRuleSettled  # in force, it shows by its flags what it does


def _sample(message: Message, group: Group, region: str) -> Sample:
    return Sample(
        message_id=message.id,
        conversation_id=message.conversation_id,
        author_id=message.author_id,
        revision=message.revision,
        text=screened_text(message.body, message.content_warning, message.photos),
        region=region,
        mode=group.moderation,
        overrides=group.screening,
        trusted=message.author_role is not Role.CARER,
    )
