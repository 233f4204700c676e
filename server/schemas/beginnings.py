"""How one-to-one contacts begin, on the wire."""

from typing import Any

from marshmallow import fields, validate

from models.contact_windows import DAY_MINUTES, DAYS, Window, windows_of
from models.contacts import Party
from models.flags import STRETCH_RULE
from server.queries.beginnings import Beginning
from server.schemas.fields import Moment, QueryWhole, Text, Truth, Whole, WireSchema
from server.schemas.people import PersonRefSchema
from server.schemas.roles import RoleSchema

MOST_LINES = 20


def _lines() -> fields.List[str]:
    return fields.List(Text(most=300, one_line=True), required=True, validate=validate.Length(min=1, max=MOST_LINES))


class WriteBeginningSchema(WireSchema):
    """The next version, and the version it was written from."""

    title = Text(most=120, one_line=True, required=True)
    is_this = _lines()
    is_not = _lines()
    duty_of_care = Text(most=4000, required=True)
    in_substance = Truth(
        required=True, metadata={"description": "true: whoever talks one-to-one agrees again before they write on"}
    )
    version = Whole(least=1, required=True)


class BeginningArgsSchema(WireSchema):
    version = QueryWhole(least=1, load_default=None)


class BeginningTextSchema(WireSchema):
    """`created_at` is null for the text that came with the software."""

    version = Whole()
    title = fields.String()
    is_this = fields.List(fields.String())
    is_not = fields.List(fields.String())
    duty_of_care = fields.String()
    in_substance = fields.Boolean()
    created_at = Moment(allow_none=True)


class AgreeToBeginningSchema(WireSchema):
    """What was shown: the version of the text, and of the description of the worker's role."""

    version = Whole(least=1, required=True)
    role_version = Whole(least=1, required=True)


class WindowShownSchema(WireSchema):
    """Every week on that day; at or before `opens`, `closes` is on the day after."""

    day = fields.String()
    opens = fields.String()
    closes = fields.String()


class WindowsShownSchema(WireSchema):
    """When the worker reads what is written to them. Null windows: they named none, and nothing is promised."""

    timezone = fields.String(allow_none=True)
    windows = fields.List(fields.Nested(WindowShownSchema), allow_none=True)
    open_now = fields.Boolean()
    next_open_at = Moment(allow_none=True)


class BeginningSchema(BeginningTextSchema):
    """All of it is shown to both before they agree. `begins`: who has still to agree before either writes."""

    role = fields.Nested(RoleSchema)
    confidentiality_broken_when = fields.String()
    reporting_rule = fields.String(metadata={"description": "what moderators see if one of the two reports a part of it"})
    code_version = Whole()
    carer = fields.Nested(PersonRefSchema)
    worker = fields.Nested(PersonRefSchema)
    contact_windows = fields.Nested(WindowsShownSchema)
    crisis = fields.String(metadata={"description": "where help in a crisis is always shown, agreed or not"})
    begins = fields.List(fields.Enum(Party, by_value=True))


def _window(window: Window) -> dict[str, str]:
    closes = window.closes if window.closes <= DAY_MINUTES else window.closes - DAY_MINUTES
    opens, closes_at = ("{:02}:{:02}".format(*divmod(minutes, 60)) for minutes in (window.opens, closes))
    return {"day": DAYS[window.day], "opens": opens, "closes": closes_at}


def dump_beginning(beginning: Beginning) -> dict[str, Any]:
    """Ready for BeginningSchema."""
    text, terms, opening = beginning.text, beginning.terms, beginning.opening
    names = ["version", "title", "is_this", "is_not", "duty_of_care", "in_substance", "created_at"]
    return {
        **{name: getattr(text, name) for name in names},
        "role": beginning.role,
        "confidentiality_broken_when": beginning.code.confidentiality_broken_when,
        "reporting_rule": STRETCH_RULE,
        "code_version": beginning.code.version,
        "carer": beginning.view.carer,
        "worker": beginning.view.worker,
        "contact_windows": {
            "timezone": terms.zone if terms is not None else None,
            "windows": [_window(window) for window in windows_of(terms.windows_text)]
            if terms is not None and terms.windows_text
            else None,
            "open_now": opening.open_now,
            "next_open_at": opening.next_open_at,
        },
        "crisis": "/crisis.html",
        "begins": beginning.view.begins,
    }
