"""Exports and erasures on the wire."""

from typing import Any

from marshmallow import fields

from models.privacy import Export, ExportState
from server.schemas.fields import Moment, Secret, Whole, WireSchema

ASK_AGAIN_S = 5


class ExportSchema(WireSchema):
    """How far an export is. `retry_after` is in seconds; null when asking again changes nothing."""

    state = fields.Enum(ExportState, by_value=True)
    progress = Whole(most=100)
    retry_after = Whole(allow_none=True)


class EraseSchema(WireSchema):
    """`password` is asked for unless the person signed in within the last minutes."""

    password = Secret(most=128, allow_none=True, load_default=None)


class KeptSchema(WireSchema):
    """What stays for now. `why` is in plain words; `until` null: no end is set, or it ends with a case."""

    kind = fields.String()
    count = Whole()
    why = fields.String()
    until = Moment(allow_none=True)


class ErasureSchema(WireSchema):
    state = fields.String()
    kept = fields.List(fields.Nested(KeptSchema))


def dump_export(export: Export) -> dict[str, Any]:
    over = export.state is ExportState.FAILED
    return {
        "state": export.state.value,
        "progress": export.progress,
        "retry_after": None if over else ASK_AGAIN_S,
    }
