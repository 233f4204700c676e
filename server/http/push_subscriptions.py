"""/push/key and /me/push-subscriptions: the devices of one's own that are called when something new is there."""

from typing import Any
from uuid import UUID

from flask import Response

from models.clock import clock
from models.session import again_after_race
from server.actions import push_subscriptions as actions
from server.http.door import Blueprint, acting, identify, limits, looking, reply, settings
from server.queries.push_subscriptions import subscriptions_of
from server.schemas.push_subscriptions import (
    ConfirmTrialSchema,
    PushKeySchema,
    PushSubscriptionSchema,
    PushSubscriptionsSchema,
    SubscribeSchema,
    describe,
)
from server.vapid import public_key, read_key

blp = Blueprint("push_subscriptions", __name__, url_prefix="/api/v1", description="Devices that are called")


def _own_key() -> str:
    given = settings().vapid_private_key
    if given is None:
        raise actions.PushOff
    return public_key(read_key(given))


@blp.get("/push/key")
@blp.signed_in
@blp.response(200, PushKeySchema)
@blp.alt_response(409, success=False)
def key() -> dict[str, Any]:
    with looking():
        return {"public_key": _own_key()}


@blp.get("/me/push-subscriptions")
@blp.signed_in
@blp.response(200, PushSubscriptionsSchema)
def subscriptions() -> dict[str, Any]:
    with looking(set_up=False) as (session, actor):
        devices = subscriptions_of(session, actor.id)
    return {"items": [describe(device, identify().sign_in_id) for device in devices], "next_cursor": None}


@blp.post("/me/push-subscriptions")
@blp.signed_in
@blp.arguments(SubscribeSchema)
@blp.response(201, PushSubscriptionSchema)
@blp.alt_response(200, schema=PushSubscriptionSchema)
def subscribe(data: dict[str, Any]) -> Response:
    limits().spend("push_subscribe.person", identify().person_id)
    _own_key()

    def subscribed() -> Response:
        with acting() as (session, actor):
            device, new = actions.subscribe(
                session,
                actor,
                identify().sign_in_id,
                endpoint=data["endpoint"],
                **data["keys"],
                hosts=settings().push_hosts,
                now=clock.now(),
            )
            return _reply(device, 201 if new else 200)

    return again_after_race(subscribed)


@blp.delete("/me/push-subscriptions/<uuid:subscription_id>")
@blp.signed_in
@blp.response(204)
def unsubscribe(subscription_id: UUID) -> None:
    with acting(set_up=False) as (session, actor):
        actions.unsubscribe(session, actor, str(subscription_id))


@blp.post("/me/push-subscriptions/<uuid:subscription_id>/trial")
@blp.signed_in
@blp.response(202, PushSubscriptionSchema)
def try_out(subscription_id: UUID) -> Response:
    limits().spend("push_trial.person", identify().person_id)
    _own_key()
    with acting() as (session, actor):
        return _reply(actions.try_out(session, actor, str(subscription_id), now=clock.now()), 202)


@blp.post("/me/push-subscriptions/<uuid:subscription_id>/confirm")
@blp.signed_in
@blp.arguments(ConfirmTrialSchema)
@blp.response(200, PushSubscriptionSchema)
def confirm(data: dict[str, Any], subscription_id: UUID) -> Response:
    limits().spend("push_trial_guess.person", identify().person_id)
    with acting() as (session, actor):
        return _reply(actions.confirm_trial(session, actor, str(subscription_id), code=data["code"], now=clock.now()), 200)


def _reply(device: Any, status: int) -> Response:
    return reply(PushSubscriptionSchema().dump(describe(device, identify().sign_in_id)), status)
