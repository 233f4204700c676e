"""Loading what came over the wire: the short way for what is right, and the library's own, say the same."""

from enum import Enum
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from marshmallow import EXCLUDE, INCLUDE, Schema, ValidationError, fields, post_load, pre_load, validates

import realtime.sockets  # noqa: F401 - whatever is loaded at either door
import server.app  # noqa: F401
from server.schemas.fields import IdField, Text, Truth, Whole, WireSchema
from server.schemas.messages import SendSchema, SocketSendSchema

ID = "0190f3c4-0000-7000-8000-00000000000a"
SEND = {"conversation_id": ID, "client_id": "c1", "body": "Good evening."}
VALUES = st.one_of(
    st.sampled_from([ID, ID.upper(), f"{ID}\n", " two\r\nlines ", "one line", "a-slug", "A Slug", "", " ", "nul\x00"]),
    st.sampled_from(["\u3164", "\u202eturned", "x" * 101, "x" * 4001, "1", "en", "AU", "Europe/Berlin", "2026-11-27"]),
    st.sampled_from(
        [None, True, False, 0, 1, -1, 2**53, 1.0, [], {}, [ID], [ID] * 11, [None], [[]], {"id": ID}, [{"id": ID}]]
    ),
    st.sampled_from(["2026-11-27T10:00:00Z", "2026-11-27T10:00:00", b"bytes"]),
    st.text(max_size=20),
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists, max_leaves=4),
)


def every(schema: type[WireSchema]):
    for each in schema.__subclasses__():
        yield each
        yield from every(each)


SCHEMAS = sorted((schema for schema in set(every(WireSchema)) if schema()._shortcut), key=lambda one: one.__qualname__)


def right(field: fields.Field) -> st.SearchStrategy[Any]:
    """What is likely to be right for a field."""
    if isinstance(field, IdField):
        return st.sampled_from([ID, ID.upper()])
    if isinstance(field, Truth):
        return st.booleans()
    if isinstance(field, Whole):
        return st.integers(0, 5)
    if isinstance(field, fields.List):
        return st.lists(right(field.inner), max_size=3)
    if isinstance(field, fields.Nested):
        return filled(field.schema)
    if isinstance(field, fields.Enum):
        return st.sampled_from([member.value for member in field.enum if isinstance(member, Enum)])
    return st.sampled_from(["Good evening.", " a ", "two words", "abcdefghijklm"]) if isinstance(field, Text) else VALUES


def filled(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    """What a client may send: most of it right, in any order."""
    given_fields = {name: right(field) for name, field in schema.load_fields.items()}
    required = {name: one for name, one in given_fields.items() if schema.load_fields[name].required}
    return st.fixed_dictionaries(required, optional={k: one for k, one in given_fields.items() if k not in required})


def wronged(schema: Schema) -> st.SearchStrategy[Any]:
    """The same with something in it that is left out, strange, or of another kind."""
    names = st.sampled_from([*schema.load_fields, "surprise"])
    changes = st.dictionaries(names, VALUES, max_size=3)
    gone = st.sets(names, max_size=1)
    return st.builds(
        lambda data, changed, left: {name: value for name, value in {**data, **changed}.items() if name not in left},
        filled(schema),
        changes,
        gone,
    )


def said(load, data) -> tuple[Any, ...]:
    """What a way of loading says: what it made, each with its type and in its order, or its refusal."""
    try:
        return ("loaded", repr(load(data)))
    except ValidationError as refusal:
        return ("refused", refusal.messages, refusal.valid_data)


def assert_same(schema: Schema, data: Any) -> str:
    short, library = said(schema.load, data), said(lambda given: Schema.load(schema, given), data)
    assert short == library
    return str(short[0])


@settings(max_examples=800, deadline=None)
@given(st.data())
def test_both_ways_say_the_same_of_anything(data):
    schema = data.draw(st.sampled_from(SCHEMAS))()
    given = data.draw(filled(schema) | wronged(schema) | VALUES)
    event(assert_same(schema, given))


@pytest.mark.parametrize("schema", [SendSchema, SocketSendSchema])
@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_both_ways_say_the_same_of_messages(schema, data):
    event(assert_same(schema(), data.draw(filled(schema()) | wronged(schema()))))


@pytest.fixture
def library(monkeypatch):
    """How often the library was asked to load."""
    asked = []
    load = Schema._do_load
    monkeypatch.setattr(Schema, "_do_load", lambda self, *args, **more: asked.append(self) or load(self, *args, **more))
    return asked


def test_a_message_that_is_right_is_read_without_the_library(library):
    more = {"reply_to": ID.upper(), "content_warning": None, "mentions": [ID], "photos": [{"id": ID}]}
    loaded = SocketSendSchema().load({"body": " Good\r\nevening. ", "client_id": "c1", "conversation_id": ID, **more})
    assert loaded == {
        "conversation_id": ID,
        "client_id": "c1",
        "body": "Good\nevening.",
        "reply_to": ID,
        "content_warning": None,
        "mentions": [ID],
        "photos": [{"id": ID, "description": None}],
        "resource": None,
        "acknowledged_advice": False,
    }
    assert not library


def test_what_is_made_anew_is_nobody_elses():
    schema = SocketSendSchema()
    schema.load(SEND)["mentions"].append(ID)
    assert schema.load(SEND)["mentions"] == []


class Hooked(WireSchema):
    body = fields.String(required=True)

    @post_load
    def louder(self, data, **_):
        return {"body": data["body"].upper()}


class Prepared(WireSchema):
    body = fields.String(required=True)

    @pre_load
    def shorter(self, data, **_):
        return {"body": data["text"]}


class Checked(WireSchema):
    body = fields.String(required=True)

    @validates("body")
    def never(self, _value, **_):
        raise ValidationError("Never.")


class Renamed(WireSchema):
    body = fields.String(required=True, data_key="text")


class Changed(WireSchema):
    body = fields.String(required=True, post_load=str.upper)


class Own(fields.String):
    def deserialize(self, value, attr=None, data=None, **kwargs):
        return f"own {value}"


class OwnField(WireSchema):
    body = Own(required=True)


@pytest.mark.parametrize(
    ("schema", "given", "loaded"),
    [
        (Hooked, {"body": "a"}, {"body": "A"}),
        (Prepared, {"text": "a"}, {"body": "a"}),
        (Renamed, {"text": "a"}, {"body": "a"}),
        (Changed, {"body": "a"}, {"body": "A"}),
        (OwnField, {"body": "a"}, {"body": "own a"}),
    ],
)
def test_a_schema_that_does_more_is_the_librarys(library, schema, given, loaded):
    assert schema().load(given) == loaded
    assert library


def test_a_check_of_a_schemas_own_is_asked():
    with pytest.raises(ValidationError):
        Checked().load({"body": "a"})


def test_other_ways_of_loading_are_the_librarys(library):
    schema = SendSchema()
    assert schema.load({"body": "a"}, partial=True)["body"] == "a"
    assert schema.load({**SEND, "x": 1}, unknown=INCLUDE)["x"] == 1
    assert "x" not in schema.load({**SEND, "x": 1}, unknown=EXCLUDE)
    assert len(schema.load([SEND, SEND], many=True, unknown=EXCLUDE)) == 2
    assert len(SocketSendSchema(many=True).load([SEND])) == 1
    assert SocketSendSchema(partial=True).load({"body": "a"})["body"] == "a"
    assert SocketSendSchema(unknown=EXCLUDE).load({**SEND, "x": 1})["client_id"] == "c1"
    assert "photos" not in SocketSendSchema(exclude=["photos"]).load(SEND)
    assert len(library) == 7
