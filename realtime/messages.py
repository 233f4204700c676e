"""`message:send` and `read:mark`."""

from collections.abc import Mapping
from typing import Any

from realtime.door import Call, acting, sending
from server.actions.messages import mark_read, post_message
from server.schemas.messages import dump_sent


def send(call: Call) -> Mapping[str, Any]:
    with sending(call) as (session, actor):
        return dump_sent(post_message(session, actor, **call.data, now=call.now), actor.id)


def read_mark(call: Call) -> Mapping[str, Any]:
    with acting(call) as (session, actor):
        return {"read_seq": mark_read(session, actor, **call.data, now=call.now)}
