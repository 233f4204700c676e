"""/me/second-factor: an authenticator app beside the password; and resetting somebody's who lost theirs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from models.clock import clock
from models.errors import OtpInvalid
from server.actions import second_factor as actions
from server.http.door import Blueprint, acting, identify, limits, looking
from server.http.reauthentication import require_presence
from server.queries.second_factor import Factors, factors_of
from server.schemas.second_factor import (
    EnrolmentSchema,
    FactorsSchema,
    OtpSchema,
    OtpWithPresenceSchema,
    PresenceSchema,
    RecoveryCodesSchema,
    ResetSchema,
)

blp = Blueprint("second_factor", __name__, url_prefix="/api/v1", description="The second factor")


@contextmanager
def _counting_wrong_codes() -> Iterator[None]:
    """Six digits are guessed in time; whoever tries holds a session already."""
    person_id = identify().person_id
    limits().refuse_if_spent("second_factor.person", person_id)
    try:
        yield
    except OtpInvalid:
        limits().count("second_factor.person", person_id)
        raise


@blp.get("/me/second-factor")
@blp.signed_in
@blp.response(200, FactorsSchema)
def factors() -> Factors:
    with looking(set_up=False) as (session, actor):
        return factors_of(session, actor)


@blp.post("/me/second-factor")
@blp.signed_in
@blp.arguments(PresenceSchema, required=False)
@blp.response(201, EnrolmentSchema)
def begin(data: dict[str, Any]) -> actions.Enrolment:
    require_presence(data["password"])
    with acting(set_up=False) as (session, actor):
        return actions.begin_second_factor(session, actor, now=clock.now())


@blp.post("/me/second-factor/confirm")
@blp.signed_in
@blp.arguments(OtpSchema)
@blp.response(200, RecoveryCodesSchema)
def confirm(data: dict[str, Any]) -> dict[str, Any]:
    with _counting_wrong_codes(), acting(set_up=False) as (session, actor):
        return {"recovery_codes": actions.confirm_second_factor(session, actor, data["otp"], now=clock.now())}


@blp.post("/me/second-factor/recovery-codes")
@blp.signed_in
@blp.arguments(OtpWithPresenceSchema)
@blp.response(200, RecoveryCodesSchema)
def renew(data: dict[str, Any]) -> dict[str, Any]:
    require_presence(data["password"])
    with _counting_wrong_codes(), acting(set_up=False) as (session, actor):
        return {"recovery_codes": actions.renew_recovery_codes(session, actor, data["otp"], now=clock.now())}


@blp.delete("/me/second-factor")
@blp.signed_in
@blp.arguments(OtpWithPresenceSchema)
@blp.response(204)
def remove(data: dict[str, Any]) -> None:
    require_presence(data["password"])
    with _counting_wrong_codes(), acting() as (session, actor):
        actions.remove_second_factor(session, actor, data["otp"], now=clock.now())


@blp.delete("/people/<uuid:person_id>/second-factor")
@blp.signed_in
@blp.arguments(ResetSchema)
@blp.response(204)
def reset(data: dict[str, Any], person_id: UUID) -> None:
    with acting() as (session, actor):
        actions.reset_second_factor(session, actor, str(person_id), reason=data["reason"], now=clock.now())
