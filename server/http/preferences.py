"""/me/preferences: what a carer looks for in a worker, theirs alone."""

from typing import Any

from models.clock import clock
from server.actions.preferences import change_preferences
from server.http.door import Blueprint, acting, identify, limits, looking
from server.queries.preferences import own_preferences
from server.schemas.preferences import PreferencesSchema, WritePreferencesSchema, dump_preferences

blp = Blueprint("preferences", __name__, url_prefix="/api/v1/me/preferences", description="What a carer looks for")


@blp.get("")
@blp.signed_in
@blp.response(200, PreferencesSchema)
def preferences() -> dict[str, Any]:
    with looking() as (session, actor):
        return dump_preferences(own_preferences(session, actor))


@blp.put("")
@blp.signed_in
@blp.arguments(WritePreferencesSchema)
@blp.response(200, PreferencesSchema)
def change(data: dict[str, Any]) -> dict[str, Any]:
    """These in place of all there were."""
    limits().spend("preferences.person", identify().person_id)
    with acting() as (session, actor):
        return dump_preferences(change_preferences(session, actor, **data, now=clock.now()))
