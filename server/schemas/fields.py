"""Fields and the base schema of the wire. Strict: a wrong type is an error, never a guess, and so is an unknown field."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any, NamedTuple
from zoneinfo import available_timezones

import phonenumbers
from marshmallow import RAISE, Schema, ValidationError, fields, missing, validate
from marshmallow.decorators import POST_LOAD, PRE_LOAD, VALIDATES, VALIDATES_SCHEMA

from models.clock import utc_text, whole_second

# Everything below U+0020 but tab and line feed, and what reorders or hides text: a name or message must read as it is.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols by their category, empty to the eye
CANONICAL_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
LONGEST_CURSOR = 1000  # holds the longest name of a group, in any script
LARGEST_SEQ = 2**53 - 1  # the largest whole number every client can hold


# The same as patterns any client can check: nothing forbidden in it, and something in it that shows.
_UNUSED = r"\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069\ufffe\uffff"
_BREAKS = r"\u000a\u0085\u2028\u2029"


class _Shortcut(NamedTuple):
    """What a schema's fields do with what is right: `{name: (deserialize, validators, whether it may be null)}`."""

    fields: Mapping[str, tuple[Callable[..., Any], Sequence[Callable[[Any], Any]], bool]]
    blank: Mapping[str, Any]  # every name in order, with what it is when left out
    made: Mapping[str, Callable[[], Any]]  # those made anew each time
    required: frozenset[str]


class WireSchema(Schema):
    """Base of all schemas: unknown fields are refused and order is kept."""

    class Meta:
        unknown = RAISE

    def load(self, data: Any, *, many: bool | None = None, partial: Any = None, unknown: Any = None) -> Any:
        """As the library's. What is right is read by the fields' own parts, without what stands around them there.

        Invariant: at the first doubt the library reads it all itself, so that every refusal is in its words.
        """
        shortcut = self._shortcut
        if shortcut is not None and type(data) is dict and not (many or partial or unknown or self.many or self.partial):
            found = _read_by(shortcut, data)
            if found is not None:
                return found
        return super().load(data, many=many, partial=partial, unknown=unknown)

    @cached_property
    def _shortcut(self) -> _Shortcut | None:
        """None for a schema that does more to what it loads than its fields do, or in which a field may just be missing."""
        hooks = any(self._hooks[name] for name in (PRE_LOAD, POST_LOAD, VALIDATES, VALIDATES_SCHEMA))  # private
        if hooks or self.unknown != RAISE or not all(map(_is_plain, self.load_fields.items())):
            return None
        left_out = {name: field.load_default for name, field in self.load_fields.items()}
        return _Shortcut(
            fields={
                name: (field._deserialize, tuple(field.validators), field.allow_none)  # noqa: SLF001 - a field's own part
                for name, field in self.load_fields.items()
            },
            blank={name: None if callable(default) else default for name, default in left_out.items()},
            made={name: default for name, default in left_out.items() if callable(default)},
            required=frozenset(name for name, field in self.load_fields.items() if field.required),
        )


def _is_plain(item: tuple[str, fields.Field[Any]]) -> bool:
    name, field = item
    own = type(field)
    as_usual = all(
        getattr(own, part) is getattr(fields.Field, part)
        for part in ("deserialize", "_validate", "_validate_all", "_validate_missing")
    )
    renamed = field.data_key is not None or field.attribute is not None or "." in name
    always_there = field.required or field.load_default is not missing
    return as_usual and always_there and not (renamed or field.pre_load or field.post_load)


def _read_by(shortcut: _Shortcut, data: dict[Any, Any]) -> dict[str, Any] | None:
    """What the schema makes of this; None where there is any doubt about it."""
    if not shortcut.required <= data.keys():
        return None
    found = {**shortcut.blank}
    for name, make in shortcut.made.items():
        found[name] = make()
    try:
        for name, value in data.items():
            if name not in found:
                return None
            deserialize, validators, may_be_null = shortcut.fields[name]
            if value is None:
                if not may_be_null:
                    return None
                found[name] = None
                continue
            found[name] = read = deserialize(value, name, data)
            for check in validators:
                check(read)
    except ValidationError:
        return None
    return found


class Text(fields.String):
    """Plain text of `least`..`most` code points once outer white space is gone; no control characters."""

    def __init__(self, *, least: int = 1, most: int, one_line: bool = False, **more: Any) -> None:
        more["metadata"] = {"pattern": _pattern(least, one_line=one_line), **more.get("metadata", {})}
        super().__init__(validate=validate.Length(min=least, max=most), **more)
        self.one_line = one_line

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        text = value.replace("\r\n", "\n").strip()
        if FORBIDDEN.search(text) or (self.one_line and len(text.splitlines()) > 1):
            raise ValidationError("Contains characters that cannot be used.")
        if text and not any(map(_shows, text)):
            raise ValidationError("Nothing in it can be seen.")
        return text


class Secret(fields.String):
    """A password or token: taken as it is, never trimmed, never dumped."""

    def __init__(self, *, least: int = 1, most: int, **more: Any) -> None:
        super().__init__(validate=validate.Length(min=least, max=most), load_only=True, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        return value


class IdField(fields.String):
    """A UUID in canonical lower-case form."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("metadata", {"format": "uuid"})
        super().__init__(**more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = parse_id(value)
        if text is None:
            raise ValidationError("Not an id.")
        return text


class Whole(fields.Integer):
    """A whole number within bounds; a numeric string or a float is not one."""

    def __init__(self, *, least: int = 0, most: int = LARGEST_SEQ, **more: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=least, max=most), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if type(value) is not int:
            raise self.make_error("invalid")
        return value


class QueryWhole(fields.Integer):
    """A whole number in a query string, where everything is text."""

    def __init__(self, *, least: int = 0, most: int = LARGEST_SEQ, **more: Any) -> None:
        super().__init__(validate=validate.Range(min=least, max=most), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,16}", value):
            raise self.make_error("invalid")
        return int(value)


class Truth(fields.Boolean):
    """true or false, nothing that merely looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if value is not True and value is not False:
            raise self.make_error("invalid", input=value)
        return bool(value)


class Moment(fields.DateTime):
    """A time as RFC 3339 in UTC, ending in Z."""

    def __init__(self, **more: Any) -> None:
        super().__init__(format="iso", **more)

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else wire_time(value)


class UtcMoment(fields.AwareDateTime):
    """A time sent with its offset from UTC, of this century's calendar, to the second, as an instant in UTC."""

    FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

    def __init__(self, **more: Any) -> None:
        super().__init__(format="iso", **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        found = super()._deserialize(value, attr, data, **kwargs)
        if not self.FIRST < found < self.LAST:
            raise ValidationError("Not a time of this calendar.")
        return whole_second(found.astimezone(UTC))


class Region(fields.String):
    """An ISO 3166-1 alpha-2 code."""

    def __init__(self, **more: Any) -> None:
        super().__init__(validate=validate.OneOf(sorted(phonenumbers.SUPPORTED_REGIONS), error="Not a region."), **more)


class Zone(fields.String):
    """An IANA time zone name."""

    def __init__(self, **more: Any) -> None:
        super().__init__(metadata={"enum": sorted(_zones())}, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or value not in _zones():
            raise ValidationError("Not a time zone.")
        return value


class StreamPositions(fields.Dict):
    """{stream id: the last seq this client has}, at most 500 of them."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            keys=fields.String(validate=validate.Length(min=1, max=64)),
            values=Whole(),
            validate=validate.Length(max=500),
            **more,
        )


def _pattern(least: int, *, one_line: bool) -> str:
    unused = _UNUSED + _BREAKS if one_line else _UNUSED
    shown = rf"[^{unused}\s][^{unused}]*" * min(least, 2)  # what is counted begins and ends with what shows
    return rf"^[^{unused}]*{shown}$"


def _shows(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in BLANK_LETTERS


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def parse_id(value: object) -> str | None:
    """The canonical form of a UUID given as text, or None. Braces, URNs and bare hex are not ids."""
    return value.lower() if isinstance(value, str) and CANONICAL_ID.fullmatch(value) else None


def wire_time(value: datetime) -> str:
    return utc_text(value)


def unique(values: list[str]) -> None:
    if len(set(values)) < len(values):
        raise ValidationError("Something is there twice.")
