"""/on-duty: whether a carer peer worker is there now, for everybody signed in."""

from typing import Any

from models.clock import clock
from models.policy import Facts, authorise
from server.http.door import Blueprint, looking
from server.queries.duty import workers_within_reach
from server.schemas.rota import OnDutySchema

blp = Blueprint("duty", __name__, url_prefix="/api/v1/on-duty", description="Who is there now")


@blp.get("")
@blp.signed_in
@blp.response(200, OnDutySchema)
def there() -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("on_duty.read", actor, Facts())
        return {"items": workers_within_reach(session, at=clock.now()), "next_cursor": None}
