"""/me/second-factor: an authenticator app beside the password."""

from typing import Any

from models.clock import clock
from server.actions import second_factor as actions
from server.http.door import Blueprint, acting
from server.schemas.auth import EnrolmentSchema, OtpSchema, RecoveryCodesSchema

blp = Blueprint("second_factor", __name__, url_prefix="/api/v1/me/second-factor", description="The second factor")


@blp.post("")
@blp.signed_in
@blp.response(201, EnrolmentSchema)
def begin() -> actions.Enrolment:
    with acting(set_up=False) as (session, actor):
        return actions.begin_second_factor(session, actor, now=clock.now())


@blp.post("/confirm")
@blp.signed_in
@blp.arguments(OtpSchema)
@blp.response(200, RecoveryCodesSchema)
def confirm(data: dict[str, Any]) -> dict[str, Any]:
    with acting(set_up=False) as (session, actor):
        return {"recovery_codes": actions.confirm_second_factor(session, actor, data["otp"], now=clock.now())}


@blp.delete("")
@blp.signed_in
@blp.arguments(OtpSchema)
@blp.response(204)
def remove(data: dict[str, Any]) -> None:
    with acting() as (session, actor):
        actions.remove_second_factor(session, actor, data["otp"], now=clock.now())
