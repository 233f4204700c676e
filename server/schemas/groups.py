"""Groups and their members on the wire."""

from typing import Any

from marshmallow import fields, validate

from models.contact_windows import DAY_MINUTES, DAYS, MOST, Window, windows_of
from models.conversations import MemberState, Standing
from models.groups import (
    LONGEST_PAUSE_S,
    MOST_LOOKED_AT,
    MOST_PIECES,
    USUALLY_LOOKED_AT,
    Audience,
    Focus,
    Form,
    Group,
    JoinPolicy,
    ModerationMode,
    Tightening,
)
from moderation.outcomes import Outcome
from moderation.screening import Label
from server.queries.groups import GroupNow, GroupView
from server.schemas.fields import LONGEST_CURSOR, IdField, Moment, QueryWhole, Text, Truth, Whole, WireSchema, Zone, unique
from server.schemas.openings import ContactWindowSchema
from server.schemas.people import PersonRefSchema
from server.schemas.resource_cards import ResourceCardSchema, slug_field

OUTCOMES = [outcome.name.lower() for outcome in Outcome]
LABELS = [label.value for label in Label]


class MembershipSchema(WireSchema):
    state = fields.Enum(MemberState, by_value=True)
    standing = fields.Enum(Standing, by_value=True)


class OpeningHoursSchema(WireSchema):
    """Every week, on the clock of this time zone."""

    timezone = Zone(required=True)
    windows = fields.List(fields.Nested(ContactWindowSchema), required=True, validate=validate.Length(min=1, max=MOST))


SLOW_MODE = {"description": "the least number of seconds between two messages of the same member; 0: no slow mode"}
NEWCOMERS = {"description": "how many of a newcomer's first messages are looked at, where newcomers are"}
TIGHTEN = {"description": "how it is moderated at least while nobody is there who looks after it"}
PIECES = {"description": "slugs of pieces of the library that stand at its opening, in this order"}
HOURS = {"description": "when it is open; null: at any time"}


def pieces_field(**more: Any) -> fields.List[str]:
    checks: list[Any] = [validate.Length(max=MOST_PIECES), unique]
    return fields.List(slug_field(), validate=checks, metadata={**PIECES, "uniqueItems": True}, **more)


class GroupFieldsSchema(WireSchema):
    """What a coordinator sets. `screening` overrides the outcome of single labels in this group."""

    name = Text(least=2, most=80, one_line=True, required=True)
    description = Text(most=1000, required=True)
    focus = fields.Enum(Focus, by_value=True, required=True)
    form = fields.Enum(Form, by_value=True, required=True)
    audience = fields.List(
        fields.String(validate=validate.OneOf([kind.value for kind in Audience])),
        required=True,
        validate=validate.Length(min=1, max=len(Audience)),
    )
    join_policy = fields.Enum(JoinPolicy, by_value=True, required=True)
    moderation = fields.Enum(ModerationMode, by_value=True, required=True)
    screening = fields.Dict(
        keys=fields.String(validate=validate.OneOf(LABELS)),
        values=fields.String(validate=validate.OneOf(OUTCOMES)),
        load_default=dict,
    )
    capacity = Whole(least=2, most=10_000, allow_none=True, load_default=None)
    photos = Truth(load_default=False)
    newcomer_messages = Whole(least=1, most=MOST_LOOKED_AT, load_default=USUALLY_LOOKED_AT, metadata=NEWCOMERS)
    slow_mode_seconds = Whole(least=0, most=LONGEST_PAUSE_S, load_default=0, metadata=SLOW_MODE)
    opening_hours = fields.Nested(OpeningHoursSchema, allow_none=True, load_default=None, metadata=HOURS)
    tighten_when_unstaffed = fields.Enum(Tightening, by_value=True, load_default=Tightening.NONE, metadata=TIGHTEN)
    resources = pieces_field(load_default=list)


class GroupChangeSchema(WireSchema):
    """Any of the fields of a group, and the version they were read at."""

    name = Text(least=2, most=80, one_line=True)
    description = Text(most=1000)
    focus = fields.Enum(Focus, by_value=True)
    form = fields.Enum(Form, by_value=True)
    audience = fields.List(
        fields.String(validate=validate.OneOf([kind.value for kind in Audience])),
        validate=validate.Length(min=1, max=len(Audience)),
    )
    join_policy = fields.Enum(JoinPolicy, by_value=True)
    moderation = fields.Enum(ModerationMode, by_value=True)
    screening = fields.Dict(
        keys=fields.String(validate=validate.OneOf(LABELS)),
        values=fields.String(validate=validate.OneOf(OUTCOMES)),
    )
    capacity = Whole(least=2, most=10_000, allow_none=True)
    photos = Truth()
    newcomer_messages = Whole(least=1, most=MOST_LOOKED_AT, metadata=NEWCOMERS)
    slow_mode_seconds = Whole(least=0, most=LONGEST_PAUSE_S, metadata=SLOW_MODE)
    opening_hours = fields.Nested(OpeningHoursSchema, allow_none=True, metadata=HOURS)
    tighten_when_unstaffed = fields.Enum(Tightening, by_value=True, metadata=TIGHTEN)
    resources = pieces_field()
    version = Whole(least=1, required=True)


class GroupSchema(GroupFieldsSchema):
    """`resources`: cards of those pieces that are shown just now."""

    resources = fields.List(fields.Nested(ResourceCardSchema))
    id = IdField()
    conversation_id = IdField()
    member_count = Whole()
    version = Whole()
    membership = fields.Nested(MembershipSchema, allow_none=True)
    open_now = fields.Boolean()
    opens_at = Moment(allow_none=True, metadata={"description": "when it opens next; null: it is open"})
    moderation_now = fields.Enum(ModerationMode, by_value=True, metadata={"description": "how it is moderated just now"})
    moderation_text = fields.String(
        allow_none=True, metadata={"description": "for members, where that is not how it usually is"}
    )


class PageArgsSchema(WireSchema):
    limit = QueryWhole(least=1, most=100, load_default=50)
    cursor = Text(most=LONGEST_CURSOR, one_line=True, load_default=None)


class GroupsSchema(WireSchema):
    items = fields.List(fields.Nested(GroupSchema))
    next_cursor = fields.String(allow_none=True)


class JoinedSchema(WireSchema):
    state = fields.Enum(MemberState, by_value=True)


class MemberSchema(WireSchema):
    person = fields.Nested(PersonRefSchema)
    state = fields.Enum(MemberState, by_value=True)
    standing = fields.Enum(Standing, by_value=True)


class MembersSchema(WireSchema):
    items = fields.List(fields.Nested(MemberSchema))
    next_cursor = fields.String(allow_none=True)


class AdmitSchema(WireSchema):
    """`state: member` admits or keeps, `removed` takes out; `standing` names a facilitator or guest."""

    state = fields.String(required=True, validate=validate.OneOf(["member", "removed"]))
    standing = fields.Enum(Standing, by_value=True, load_default=None)


def dump_group(view: GroupView, stands: GroupNow) -> dict[str, Any]:
    """A group as one person stands to it and as it is now, ready for GroupSchema."""
    group = view.group
    names = [
        "id",
        "conversation_id",
        "name",
        "description",
        "focus",
        "form",
        "audience",
        "join_policy",
        "moderation",
        "screening",
        "capacity",
        "photos",
        "newcomer_messages",
        "slow_mode_seconds",
        "tighten_when_unstaffed",
        "version",
    ]
    return {
        **{name: getattr(group, name) for name in names},
        "opening_hours": _dump_hours(group),
        "member_count": view.member_count,
        "membership": view.membership,
        "open_now": stands.opens_at is None,
        "opens_at": stands.opens_at,
        "moderation_now": stands.moderation.now,
        "moderation_text": stands.moderation.words,
        "resources": stands.pieces,
    }


def _dump_hours(group: Group) -> dict[str, Any] | None:
    windows = [_in_minutes(window) for window in windows_of(group.hours_text)]
    return {"timezone": group.hours_zone, "windows": windows} if windows else None


def _in_minutes(window: Window) -> dict[str, Any]:
    """As ContactWindowSchema takes it apart again."""
    closes = window.closes if window.closes <= DAY_MINUTES else window.closes - DAY_MINUTES
    return {"day": DAYS[window.day], "opens": window.opens, "closes": closes}
