"""`alert:acknowledge`."""

from collections.abc import Mapping
from typing import Any

from models.clock import clock
from realtime.door import Call, acting
from server.actions.alerts import acknowledge_alert
from server.queries.shared_time import shared_time
from server.schemas.alerts import dump_alert


def acknowledge(call: Call) -> Mapping[str, Any]:
    with acting(call) as (session, actor):
        now = shared_time(session, now=call.now, wall=clock.wall())
        return {"alert": dump_alert(acknowledge_alert(session, actor, call.data["alert_id"], now=now))}
