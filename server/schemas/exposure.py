"""What is covered at the review desk, and the figures of who looked at what, on the wire."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from models.exposure import Blur, CareKind, May, in_short
from server.queries.exposure import Counter, Looks, ModeratorFigures
from server.queries.review import CaseDetail
from server.schemas.fields import Moment, Truth, Whole, WireSchema
from server.schemas.people import PersonRefSchema

# Whatever of a case somebody wrote stands under one of these names, however deep; but what colleagues noted of it stays.
WORDS = frozenset({"body", "content_warning", "note", "description", "text", "words", "excerpt", "stretch"})
COLLEAGUES = frozenset({"decisions", "opinions", "escalation", "loop"})


class CoveredSchema(WireSchema):
    """`blurred`: every text of it is null until `POST .../reveal`; `in_short` says what kind of thing it is, never how."""

    blurred = fields.Boolean()
    in_short = fields.String()
    word = fields.String(allow_none=True, metadata={"description": "for whoever looks though it was a lot already"})


class RevealSchema(WireSchema):
    """`anyway`: also during a pause, where somebody may be in danger and nobody else is at the desk."""

    anyway = Truth(load_default=False)


class LooksSchema(WireSchema):
    severe = Whole()
    ordinary = Whole()


class CounterSchema(WireSchema):
    """Cases looked at with their text. `severe_left`: before it is time for a pause, or the evening is over."""

    today = fields.Nested(LooksSchema)
    this_shift = fields.Nested(LooksSchema)
    last_7_days = fields.Nested(LooksSchema)
    cap = Whole()
    severe_left = Whole()
    paused_until = Moment(allow_none=True)
    enough_for_today = fields.Boolean()
    rest_suggested = fields.Boolean()
    debrief_offered = fields.Boolean()


class DeskPreferencesSchema(WireSchema):
    blur = fields.Enum(Blur, by_value=True, required=True)


class ModeratorFiguresSchema(WireSchema):
    """Of the last 28 days where nothing else is said. What somebody passed on to others is nowhere in it."""

    moderator = fields.Nested(PersonRefSchema)
    last_7_days = fields.Nested(LooksSchema)
    last_28_days = fields.Nested(LooksSchema)
    pauses = Whole()
    evenings_enough = Whole(metadata={"description": "shifts that reached twice the cap"})
    beyond_cap = Whole(metadata={"description": "cases looked at all the same, because nobody else was there"})
    debriefs_offered = Whole()
    debriefs_asked = Whole()
    debriefs_held = Whole()


class ModeratorsFiguresSchema(WireSchema):
    items = fields.List(fields.Nested(ModeratorFiguresSchema))
    next_cursor = fields.String(allow_none=True)


def cover(dumped: Mapping[str, Any], detail: CaseDetail) -> dict[str, Any]:
    """A dumped case as it may be shown; covered, nothing that anybody wrote is left in it."""
    view = detail.view
    photos = len(view.message.photos) if view.message is not None else 0
    said = {"blurred": detail.covered, "in_short": in_short(view.case, view.labels, photos), "word": detail.word}
    if not detail.covered:
        return {**dumped, **said}
    return {**{name: value if name in COLLEAGUES else _covered(name, value) for name, value in dumped.items()}, **said}


def _covered(name: str, value: Any) -> Any:
    if name in WORDS:
        return None
    if isinstance(value, Mapping):
        return {inner: _covered(inner, each) for inner, each in value.items()}
    if isinstance(value, list):
        return [_covered("", each) for each in value]
    return value


def dump_looks(looks: Looks) -> dict[str, int]:
    return {"severe": looks.severe, "ordinary": looks.ordinary}


def dump_counter(counter: Counter) -> dict[str, Any]:
    allowed = counter.allowance
    return {
        "today": dump_looks(counter.today),
        "this_shift": dump_looks(counter.this_shift),
        "last_7_days": dump_looks(counter.last_7_days),
        "cap": counter.cap,
        "severe_left": allowed.left,
        "paused_until": allowed.paused_until,
        "enough_for_today": allowed.may is May.ENOUGH,
        "rest_suggested": counter.rest_suggested,
        "debrief_offered": counter.debrief_offered,
    }


def dump_figures(figures: ModeratorFigures) -> dict[str, Any]:
    care = figures.care
    return {
        "moderator": figures.person,
        "last_7_days": dump_looks(figures.last_7_days),
        "last_28_days": dump_looks(figures.last_28_days),
        "pauses": care[CareKind.PAUSE],
        "evenings_enough": care[CareKind.ENOUGH],
        "beyond_cap": care[CareKind.BEYOND],
        "debriefs_offered": care[CareKind.DEBRIEF_OFFERED],
        "debriefs_asked": figures.debriefs_asked,
        "debriefs_held": figures.debriefs_held,
    }
