"""/decisions: what the service has decided, since when and why."""

from typing import Any

from models.clock import clock
from models.policy import Facts, allows, authorise
from server.actions.decisions import make_decision
from server.http.door import Blueprint, acting, looking
from server.queries.decisions import decision_history, named_decision, standing_decisions
from server.schemas.decisions import (
    DecideServiceSchema,
    ServiceDecisionSchema,
    ServiceDecisionsSchema,
    dump_standing,
)
from server.schemas.groups import PageArgsSchema

blp = Blueprint("decisions", __name__, url_prefix="/api/v1/decisions", description="What the service has decided")


@blp.get("")
@blp.signed_in
@blp.response(200, ServiceDecisionsSchema)
def decisions() -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("decision.list", actor, Facts())
        with_reason = allows("decision.read", actor, Facts())
        items = [dump_standing(each, with_reason=with_reason) for each in standing_decisions(session)]
        return {"items": items, "next_cursor": None}


@blp.get("/<string:name>")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, ServiceDecisionsSchema)
def history(args: dict[str, Any], name: str) -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("decision.read", actor, Facts())
        page = decision_history(session, named_decision(name), **args)
        return {"items": [dump_standing(each, with_reason=True) for each in page.items], "next_cursor": page.next_cursor}


@blp.put("/<string:name>")
@blp.signed_in
@blp.arguments(DecideServiceSchema)
@blp.response(200, ServiceDecisionSchema)
def decide(data: dict[str, Any], name: str) -> dict[str, Any]:
    with acting() as (session, actor):
        standing = make_decision(session, actor, named_decision(name), **data, now=clock.now())
        return dump_standing(standing, with_reason=True)
