"""`case:claim`."""

from collections.abc import Mapping
from typing import Any

from models.policy import Facts, authorise
from realtime.door import Call, acting
from server.actions.review import claim_case
from server.queries.review import view_cases
from server.schemas.review import dump_case_for


def claim(call: Call) -> Mapping[str, Any]:
    with acting(call) as (session, actor):
        authorise("review.read", actor, Facts())
        case = claim_case(session, actor, call.data["case_id"], now=call.now)
        return {"case": dump_case_for(view_cases(session, [case], at=call.now)[0], actor, at=call.now)}
