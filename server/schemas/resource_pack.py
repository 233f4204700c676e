"""The pack for when there is no network, and what is suggested, on the wire."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from marshmallow import fields, validate

from models.crisis import emergency_numbers, helplines_for_all
from models.groups import Audience
from models.helplines import Directory, Helpline
from models.resource_pack import (
    HELP,
    LARGEST_PACK,
    LONGEST_VERSION,
    Weighed,
    digest,
    fill,
    key_of,
    read_pack_version,
    write_pack_version,
)
from models.resources import AUDIENCES
from server.queries.resource_pack import Packed
from server.schemas.fields import QueryWhole, WireSchema
from server.schemas.resources import ResourceSchema, ResourceSummarySchema, dump_resource
from server.schemas.worker_profiles import language_field

BOOKMARK = "bookmark"
COMMA = 1


class PackArgsSchema(WireSchema):
    """`since`: the version of the pack that the phone has. One that is not known is answered with the whole pack."""

    since = fields.String(
        load_default=None,
        validate=[validate.Length(min=1, max=LONGEST_VERSION), validate.Regexp(r"^[A-Za-z0-9_-]+$")],
    )
    language = language_field(load_default="en")


class PackedLineSchema(WireSchema):
    name = fields.String()
    phone = fields.String()
    sms = fields.String()
    chat_url = fields.Url(schemes={"https"})
    hours = fields.String()
    for_whom = fields.String()
    languages = fields.List(fields.String())
    last_verified_on = fields.Date(allow_none=True)


class PackedHelpSchema(WireSchema):
    """Whom to call where the person lives, with the hours in words: a phone without a network cannot ask who is there."""

    region = fields.String()
    numbers = fields.List(fields.String())
    helplines = fields.List(fields.Nested(PackedLineSchema))


class PackedPieceSchema(ResourceSchema):
    """`current` holds on the day it was sent; from `review_due` on the phone has to say that it may be out of date."""

    class Meta:
        exclude = ("translations", "mine")

    key = fields.String()
    why = fields.String(validate=validate.OneOf(["crisis", "first_steps", BOOKMARK]))


class LeftOutSchema(WireSchema):
    slug = fields.String()
    title = fields.String()


class PackSchema(WireSchema):
    """`whole`: throw away what you have. Else keep it, put in `pieces`, take out `removed`; `order` has every key there is.

    `help` null: as you have it. `left_out`: what did not fit; `more_bookmarks`: there are older ones beside.
    """

    version = fields.String()
    whole = fields.Boolean()
    help = fields.Nested(PackedHelpSchema, allow_none=True)
    pieces = fields.List(fields.Nested(PackedPieceSchema))
    removed = fields.List(fields.String())
    order = fields.List(fields.String())
    left_out = fields.List(fields.Nested(LeftOutSchema))
    more_bookmarks = fields.Boolean()


class ForMeArgsSchema(WireSchema):
    audience = fields.String(validate=validate.OneOf(list(AUDIENCES)), load_default=None)
    limit = QueryWhole(least=1, most=20, load_default=6)


class ForMeSchema(WireSchema):
    """`because`: what the suggestions go by, and all that they go by."""

    items = fields.List(fields.Nested(ResourceSummarySchema))
    because = fields.Nested(
        WireSchema.from_dict(
            {"audience": fields.List(fields.Enum(Audience, by_value=True)), "region": fields.String()},
            name="BecauseSchema",
        )
    )


def dump_help(directory: Directory, region: str) -> dict[str, Any]:
    lines = helplines_for_all(directory, region)
    return {
        "region": region,
        "numbers": list(emergency_numbers(directory, region)),
        "helplines": [_dump_line(line) for line in lines],
    }


def _dump_line(line: Helpline) -> dict[str, Any]:
    ways = {"phone": line.phone, "sms": line.sms, "chat_url": line.chat_url}
    return {
        "name": line.name,
        **{way: value for way, value in ways.items() if value},
        "hours": line.hours_in_words(),
        "for_whom": line.for_whom,
        "languages": list(line.languages),
        "last_verified_on": line.last_verified_on.isoformat() if line.last_verified_on else None,
    }


def dump_pack(
    packed: Sequence[Packed], help_now: Mapping[str, Any], *, more_bookmarks: bool, since: str | None
) -> dict[str, Any]:
    """Never larger than LARGEST_PACK: what would be is named instead."""
    offered = [_weighed(_dump_piece(each)) for each in packed]
    help_bytes = orjson.dumps(help_now)
    longest_removed = LONGEST_VERSION  # its keys take less than the version that named them
    room = LARGEST_PACK - len(help_bytes) - LONGEST_VERSION - longest_removed - len(orjson.dumps(_frame()))
    taken, out = fill(room, offered)
    holds = {HELP: digest(help_bytes)} | {piece["key"]: digest(orjson.dumps(piece)) for piece in taken}
    has = read_pack_version(since) if since is not None else None
    known = has or {}
    return _frame() | {
        "version": write_pack_version(holds),
        "whole": has is None,
        "help": help_now if known.get(HELP) != holds[HELP] else None,
        "pieces": [piece for piece in taken if known.get(piece["key"]) != holds[piece["key"]]],
        "removed": sorted(known.keys() - holds.keys()),
        "order": [piece["key"] for piece in taken],
        "left_out": [_name(piece) for piece in out],
        "more_bookmarks": more_bookmarks,
    }


def _frame() -> dict[str, Any]:
    names = ("version", "whole", "help", "pieces", "removed", "order", "left_out", "more_bookmarks")
    return dict.fromkeys(names, False)


def _name(piece: Mapping[str, Any]) -> dict[str, Any]:
    return {"slug": piece["slug"], "title": piece["title"]}


def _weighed(piece: dict[str, Any]) -> Weighed[dict[str, Any]]:
    """In the pack a piece also takes its key in `order`."""
    key = len(orjson.dumps(piece["key"])) + COMMA
    return Weighed(what=piece, whole=len(orjson.dumps(piece)) + COMMA + key, named=len(orjson.dumps(_name(piece))) + COMMA)


def _dump_piece(packed: Packed) -> dict[str, Any]:
    piece = dump_resource(packed.shown, {})
    del piece["translations"]
    why = packed.why.value if packed.why is not None else BOOKMARK
    return {"key": key_of(packed.shown.resource.id), "why": why, **piece}
