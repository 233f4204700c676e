"""`message:send` and `read:mark`."""

from collections.abc import Mapping
from typing import Any

from models.session import again_after_race, transaction
from realtime.door import Call, acting, looking, sender
from server.actions.messages import Sent, mark_read, post_message
from server.message_limits import count_sent, refuse_flood
from server.schemas.messages import dump_sent


def send(call: Call) -> Mapping[str, Any]:
    refuse_flood(
        call.limits,
        lambda: looking(call),
        author_id=call.connected.person_id,
        conversation_id=call.data["conversation_id"],
        client_id=call.data["client_id"],
    )

    def post() -> Sent:
        with transaction() as session:
            return post_message(session, sender(session, call), **call.data, now=call.now)

    sent = again_after_race(post)
    count_sent(call.limits, sent)
    return dump_sent(sent, call.connected.person_id)


def read_mark(call: Call) -> Mapping[str, Any]:
    with acting(call) as (session, actor):
        return {"read_seq": mark_read(session, actor, **call.data, now=call.now)}
