"""`message:send` and `read:mark`."""

from collections.abc import Mapping
from typing import Any

from models.session import again_after_race
from realtime.door import Call, acting
from server.actions.messages import mark_read, post_message
from server.schemas.messages import dump_sent


def send(call: Call) -> Mapping[str, Any]:
    def post() -> Mapping[str, Any]:
        with acting(call) as (session, actor):
            return dump_sent(post_message(session, actor, **call.data, now=call.now), actor.id)

    return again_after_race(post)


def read_mark(call: Call) -> Mapping[str, Any]:
    with acting(call) as (session, actor):
        return {"read_seq": mark_read(session, actor, **call.data, now=call.now)}
