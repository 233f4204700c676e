"""What moderators decided about something of one's own."""

from uuid import UUID

from flask import Response

from server.http.door import Blueprint, looking, reply
from server.queries.case_decisions import get_own_decision
from server.schemas.case_decisions import OwnDecisionSchema, dump_own_decision

blp = Blueprint("case_decisions", __name__, url_prefix="/api/v1/me", description="Decisions about one's own messages")


@blp.get("/decisions/<uuid:decision_id>")
@blp.signed_in
@blp.response(200, OwnDecisionSchema)
def own_decision(decision_id: UUID) -> Response:
    with looking() as (session, actor):
        return reply(dump_own_decision(get_own_decision(session, actor, str(decision_id))))
