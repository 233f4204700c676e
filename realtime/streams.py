"""`sync`: what came after the positions a client has."""

from collections.abc import Mapping
from typing import Any

from realtime.door import Call, looking
from server.queries.streams import load_subjects, missed
from server.schemas.streams import dump_sync


def sync(call: Call) -> Mapping[str, Any]:
    with looking(call) as (session, actor):
        answer = missed(session, actor, call.data["streams"])
        subjects = load_subjects(session, answer.values(), at=call.now, viewer_id=actor.id)
        return dump_sync(answer, subjects, actor.id)
