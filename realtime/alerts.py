"""`alert:acknowledge`."""

from collections.abc import Mapping
from typing import Any

from realtime.door import Call, acting
from server.actions.alerts import acknowledge_alert
from server.schemas.alerts import dump_alert


def acknowledge(call: Call) -> Mapping[str, Any]:
    with acting(call) as (session, actor):
        return {"alert": dump_alert(acknowledge_alert(session, actor, call.data["alert_id"], now=call.now))}
