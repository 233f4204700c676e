"""What a person wants of notifications, on the wire."""

import re
from typing import Any

from marshmallow import ValidationError, fields

from server.schemas.fields import Truth, Whole, WireSchema

CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


class ClockTime(fields.Field[int]):
    """A time of day as a clock shows it, "22:30"; inside the service, minutes after midnight."""

    def __init__(self, **more: Any) -> None:
        super().__init__(metadata={"type": "string", "pattern": f"^{CLOCK_TIME.pattern}$", "example": "22:30"}, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        shown = CLOCK_TIME.fullmatch(value) if isinstance(value, str) else None
        if shown is None:
            raise ValidationError("Not a time like 22:30.")
        return int(shown[1]) * 60 + int(shown[2])

    def _serialize(self, value: int | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else "{:02}:{:02}".format(*divmod(value, 60))


class NotificationChangeSchema(WireSchema):
    """Quiet hours on the person's own clock (`timezone` of `/me`), over midnight or not: both or neither, never the same."""

    quiet_from = ClockTime(required=True, allow_none=True)
    quiet_until = ClockTime(required=True, allow_none=True)
    email_digest = Truth(required=True)


class NotificationsSchema(NotificationChangeSchema):
    """`devices`: how many are called now. Mail goes only to whom none is called."""

    timezone = fields.String()
    mail_available = fields.Boolean()
    push_available = fields.Boolean()
    devices = Whole()
