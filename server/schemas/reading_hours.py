"""When a carer's words are read, on the wire."""

from typing import Any

from marshmallow import fields

from models.phrases import Phrase
from server.queries.crisis import Support
from server.queries.reading_hours import Reading
from server.schemas.fields import Moment, WireSchema, wire_time

READ_LATER = "Your worker reads again on {when}, your time. What you write is kept and is there for them then."


class ReadingSchema(WireSchema):
    """`read_from` is now where their worker reads now; `read_from_local` says the same on the carer's own clock."""

    open_now = fields.Boolean()
    read_from = Moment()
    read_from_local = fields.String()


class ReadingNowSchema(ReadingSchema):
    """Where they are read later also in words, and where to turn until then."""

    user_message = fields.String()
    turn_to = fields.Dict()


def dump_reading(reading: Reading) -> dict[str, Any]:
    return {
        "open_now": reading.open_now,
        "read_from": wire_time(reading.read_from),
        "read_from_local": reading.read_from_local.isoformat(timespec="seconds"),
    }


def dump_later(reading: Reading, turn_to: Support) -> dict[str, Any]:
    return {"user_message": Phrase(READ_LATER, when=reading.words), "turn_to": turn_to}
