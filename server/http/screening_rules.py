"""/review/screening-rules: what screening looks for here, beside the rules it is shipped with."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from models.clock import clock
from models.policy import Facts, authorise
from models.screening_rules import ScreeningRule, ScreeningRuleKind, ScreeningRuleState
from moderation.rule_trials import try_rule
from server.actions import rule_trials
from server.actions import screening_rules as actions
from server.http.door import Blueprint, acting, identify, limits, looking
from server.passwords import off_hub
from server.queries.screening_rules import get_rule, list_rules, list_shipped, people_of
from server.schemas.groups import PageArgsSchema
from server.schemas.screening_rules import (
    ChangeScreeningRuleSchema,
    ScreeningRulesArgsSchema,
    ScreeningRuleSchema,
    ScreeningRulesSchema,
    ShippedRulesSchema,
    TrialSchema,
    TryScreeningRuleSchema,
    VersionOfRuleSchema,
    WriteScreeningRuleSchema,
    as_severity,
    dump_rule,
    dump_shipped,
    dump_trial,
)

blp = Blueprint(
    "screening_rules",
    __name__,
    url_prefix="/api/v1/review/screening-rules",
    description="Screening rules of the service's own",
)


@blp.get("")
@blp.signed_in
@blp.arguments(ScreeningRulesArgsSchema, location="query")
@blp.response(200, ScreeningRulesSchema)
def rules(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("screening_rule.read", actor, Facts())
        page = list_rules(
            session,
            state=ScreeningRuleState(args["state"]) if args["state"] else None,
            kind=ScreeningRuleKind(args["kind"]) if args["kind"] else None,
            limit=args["limit"],
            cursor=args["cursor"],
        )
        people = people_of(session, page.items)
        return {"items": [dump_rule(rule, people) for rule in page.items], "next_cursor": page.next_cursor}


@blp.post("")
@blp.signed_in
@blp.arguments(WriteScreeningRuleSchema)
@blp.response(201, ScreeningRuleSchema)
def write(data: dict[str, Any]) -> dict[str, Any]:
    """A draft, which has no effect. A phrase is plain words; `depress*`: begins so; `..2`: up to two words between."""
    with acting() as (session, actor):
        return _dumped(session, actions.write_rule(session, actor, **as_severity(data), now=clock.now()))


@blp.get("/shipped")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, ShippedRulesSchema)
def shipped(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("screening_rule.read", actor, Facts())
        page = list_shipped(session, **args)
        return {"items": [dump_shipped(*each) for each in page.items], "next_cursor": page.next_cursor}


@blp.get("/<uuid:rule_id>")
@blp.signed_in
@blp.response(200, ScreeningRuleSchema)
def rule(rule_id: UUID) -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("screening_rule.read", actor, Facts())
        return _dumped(session, get_rule(session, str(rule_id)))


@blp.patch("/<uuid:rule_id>")
@blp.signed_in
@blp.arguments(ChangeScreeningRuleSchema)
@blp.response(200, ScreeningRuleSchema)
def change(data: dict[str, Any], rule_id: UUID) -> dict[str, Any]:
    version = data.pop("version")
    with acting() as (session, actor):
        changes = as_severity(data)
        changed = actions.change_rule(session, actor, str(rule_id), version=version, changes=changes, now=clock.now())
        return _dumped(session, changed)


@blp.post("/<uuid:rule_id>/try")
@blp.signed_in
@blp.arguments(TryScreeningRuleSchema)
@blp.response(200, TrialSchema)
def try_out(data: dict[str, Any], rule_id: UUID) -> dict[str, Any]:
    """What the rule would have done to recent messages in groups. That you are shown examples is recorded."""
    limits().spend("rule_trial.person", identify().person_id)
    with looking() as (session, actor):
        plan = rule_trials.plan_trial(session, actor, str(rule_id), **data, now=clock.now())
    # Some thousand messages take a good part of a second: outside any transaction, and beside everybody else.
    found = off_hub(try_rule, plan.samples, plan.before, plan.tried)
    with acting() as (session, actor):
        return dump_trial(rule_trials.record_trial(session, actor, plan, found, now=clock.now()))


@blp.post("/<uuid:rule_id>/activate")
@blp.signed_in
@blp.arguments(VersionOfRuleSchema)
@blp.response(200, ScreeningRuleSchema)
def activate(data: dict[str, Any], rule_id: UUID) -> dict[str, Any]:
    """Puts a draft in force; one that would take ears off a risk is then `proposed`, and another agrees to it."""
    with acting() as (session, actor):
        return _dumped(session, actions.activate_rule(session, actor, str(rule_id), **data, now=clock.now()))


@blp.post("/<uuid:rule_id>/agree")
@blp.signed_in
@blp.arguments(VersionOfRuleSchema)
@blp.response(200, ScreeningRuleSchema)
def agree(data: dict[str, Any], rule_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        return _dumped(session, actions.agree_to_rule(session, actor, str(rule_id), **data, now=clock.now()))


@blp.post("/<uuid:rule_id>/retire")
@blp.signed_in
@blp.arguments(VersionOfRuleSchema)
@blp.response(200, ScreeningRuleSchema)
def retire(data: dict[str, Any], rule_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        return _dumped(session, actions.retire_rule(session, actor, str(rule_id), **data, now=clock.now()))


def _dumped(session: Session, found: ScreeningRule) -> dict[str, Any]:
    return dump_rule(found, people_of(session, [found]))
