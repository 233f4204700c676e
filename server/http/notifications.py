"""/me/notifications: when a person may be called, and whether mail may take the place of it."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from models.clock import clock
from models.notifications import NotificationSettings
from models.people import Person
from server.actions.notifications import change_settings
from server.http.door import Blueprint, acting, identify, limits, links_at, looking, reply, settings
from server.queries.notifications import settings_of
from server.queries.push import live_subscriptions
from server.schemas.notifications import NotificationChangeSchema, NotificationsSchema

blp = Blueprint("notifications", __name__, url_prefix="/api/v1/me/notifications", description="How the service reaches one")


@blp.get("")
@blp.signed_in
@blp.response(200, NotificationsSchema)
def notifications() -> Response:
    with looking(set_up=False) as (session, actor):
        return _reply(session, actor, settings_of(session, actor.id))


@blp.put("")
@blp.signed_in
@blp.arguments(NotificationChangeSchema)
@blp.response(200, NotificationsSchema)
def change(data: dict[str, Any]) -> Response:
    limits().spend("notifications.person", identify().person_id)
    with acting(set_up=False) as (session, actor):
        return _reply(session, actor, change_settings(session, actor, **data, now=clock.now()))


def _reply(session: Session, actor: Person, chosen: NotificationSettings) -> Response:
    facts = {
        "quiet_from": chosen.quiet_from,
        "quiet_until": chosen.quiet_until,
        "email_digest": chosen.email_digest,
        "timezone": actor.timezone,
        "mail_available": links_at() is not None,
        "push_available": settings().vapid_private_key is not None,
        "devices": len(live_subscriptions(session, actor.id, now=clock.now())),
    }
    return reply(NotificationsSchema().dump(facts))
