"""/me/worker-profile and /worker-profiles: what peer workers say of themselves, and a coordinator's agreement to it."""

from typing import Any
from uuid import UUID

from models.clock import clock
from server.actions import worker_profiles as actions
from server.http.door import Blueprint, acting, identify, limits, looking
from server.queries.training import training_of
from server.queries.worker_profiles import get_waiting, list_profiles, own_profile
from server.schemas.worker_profiles import (
    OwnProfileSchema,
    ProfilesArgsSchema,
    ProfilesSchema,
    ProfileViewSchema,
    SendBackSchema,
    TrainingSchema,
    WriteProfileSchema,
    dump_own,
    dump_record,
    dump_view,
)

blp = Blueprint("worker_profiles", __name__, url_prefix="/api/v1", description="What peer workers say of themselves")


@blp.get("/me/worker-profile")
@blp.signed_in
@blp.response(200, OwnProfileSchema)
def own() -> dict[str, Any]:
    with looking() as (session, actor):
        return dump_own(own_profile(session, actor, now=clock.now()))


@blp.put("/me/worker-profile")
@blp.signed_in
@blp.arguments(WriteProfileSchema)
@blp.response(200, OwnProfileSchema)
def write(data: dict[str, Any]) -> dict[str, Any]:
    """What carers see stays as it is until a coordinator agrees to what was written."""
    limits().spend("worker_profile.person", identify().person_id)
    version = data.pop("version")
    with acting() as (session, actor):
        return dump_own(actions.write_profile(session, actor, version=version, fields=data, now=clock.now()))


@blp.delete("/me/worker-profile")
@blp.signed_in
@blp.response(204)
def withdraw() -> None:
    """Nobody sees it any more, at once."""
    with acting() as (session, actor):
        actions.withdraw_profile(session, actor, now=clock.now())


@blp.get("/worker-profiles")
@blp.signed_in
@blp.arguments(ProfilesArgsSchema, location="query")
@blp.response(200, ProfilesSchema)
def profiles(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        page = list_profiles(session, actor, **args)
        return {"items": [dump_view(view) for view in page.items], "next_cursor": page.next_cursor}


@blp.get("/worker-profiles/<uuid:profile_id>")
@blp.signed_in
@blp.response(200, ProfileViewSchema)
def profile(profile_id: UUID) -> dict[str, Any]:
    with looking() as (session, actor):
        return dump_view(get_waiting(session, actor, str(profile_id)))


@blp.post("/worker-profiles/<uuid:profile_id>/agree")
@blp.signed_in
@blp.response(200, ProfileViewSchema)
def agree(profile_id: UUID) -> dict[str, Any]:
    """To this very version: it is what carers see from now on."""
    with acting() as (session, actor):
        return dump_view(actions.agree_to_profile(session, actor, str(profile_id), now=clock.now()))


@blp.post("/worker-profiles/<uuid:profile_id>/send-back")
@blp.signed_in
@blp.arguments(SendBackSchema)
@blp.response(200, ProfileViewSchema)
def send_back(data: dict[str, Any], profile_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        return dump_view(actions.send_back_profile(session, actor, str(profile_id), **data, now=clock.now()))


@blp.get("/people/<uuid:person_id>/training")
@blp.signed_in
@blp.response(200, TrainingSchema)
def training(person_id: UUID) -> dict[str, Any]:
    """What training and supervision is on record of somebody; POST /rota/clearances adds to it."""
    with looking() as (session, actor):
        found = training_of(session, actor, str(person_id), now=clock.now())
        return {"items": [dump_record(each) for each in found], "next_cursor": None}
