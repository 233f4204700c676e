"""Fields of the wire, given hostile values: a wrong type is an error and never a guess."""

import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from marshmallow import ValidationError, fields

from models.groups import Focus
from server.schemas.fields import (
    IdField,
    Moment,
    QueryWhole,
    Region,
    Secret,
    StreamPositions,
    Text,
    Truth,
    Whole,
    WireSchema,
    Zone,
    wire_time,
)

ID = "0190f3c4-0000-7000-8000-00000000000a"
# Everything JSON can hold that is not a text.
NOT_TEXTS = [None, True, 0, -1, 1.5, 10**400, [], ["a"], {}, {"a": "b"}]


class Letter(WireSchema):
    id = IdField()
    body = Text(most=10)
    name = Text(least=2, most=10, one_line=True)
    secret = Secret(least=2, most=5)
    count = Whole(least=1, most=9)
    page = QueryWhole(least=1, most=100)
    sure = Truth()
    region = Region()
    zone = Zone()
    focus = fields.Enum(Focus, by_value=True)
    streams = StreamPositions()


def load(**data):
    return Letter().load(data)


def refused(**data):
    with pytest.raises(ValidationError) as caught:
        load(**data)
    return set(caught.value.messages) == set(data)


@pytest.mark.parametrize("name", ["id", "body", "name", "secret", "page", "region", "zone", "focus"])
@pytest.mark.parametrize("value", NOT_TEXTS, ids=repr)
def test_what_is_not_a_text_is_no_text(name, value):
    assert refused(**{name: value})


def test_an_unknown_field_is_an_error():
    assert refused(colour="red")


@pytest.mark.parametrize("given", [[], "text", None, 5, [{}]])
def test_what_is_not_an_object_is_refused(given):
    with pytest.raises(ValidationError):
        Letter().load(given)


def test_outer_white_space_goes_and_inner_line_ends_are_one_kind():
    assert load(body=" \n a\r\nb \t") == {"body": "a\nb"}


@pytest.mark.parametrize(
    "character", ["\x00", "\x08", "\x0b", "\x1b", "\x7f", "\u202a", "\u202e", "\u2066", "\u2069", "\uffff"]
)
def test_control_and_reordering_characters_are_refused(character):
    assert refused(body=f"a{character}b")


@pytest.mark.parametrize("text", ["a\tb\nc", "שלום", "e\u0301", "👩\u200d👧", "می\u200cروم", "?", "42"])
def test_what_people_write_is_kept(text):
    assert load(body=text) == {"body": text}


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "\u00a0", "\u200b\u200b", "\u2060\ufeff", "\u3164\u3164", "\u2800\u2800", "\u0301\u0301"]
)
def test_a_text_with_nothing_to_see_is_refused(text):
    assert refused(body=text)
    assert refused(name=text)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\u2028", "\u2029", "\x85"])
def test_one_line_means_one_line(end):
    assert refused(name=f"Mod{end}Ash")


@pytest.mark.parametrize(
    ("text", "good"), [("a", False), ("ab", True), ("a" * 10, True), ("a" * 11, False), ("🍵" * 10, True)]
)
def test_length_is_counted_in_code_points(text, good):
    assert (load(name=text) == {"name": text}) if good else refused(name=text)


def test_a_secret_is_taken_as_it_is_and_never_given():
    assert load(secret="  a  ") == {"secret": "  a  "}
    assert Letter().dump({"secret": "abc"}) == {}


@pytest.mark.parametrize(
    "value",
    [
        "",
        "5",
        ID.replace("-", ""),
        f"{{{ID}}}",
        f"urn:uuid:{ID}",
        ID[:-1],
        ID + "0",
        ID[:-1] + "g",
        " " + ID[1:],
        "+" + ID[1:],
        ID[:1] + "_" + ID[2:],
        "0190f3c40-000-7000-8000-00000000000a",
        "é" * 36,
        "-" * 36,
    ],
)
def test_what_only_looks_like_an_id_is_none(value):
    assert refused(id=value)


def test_an_id_is_lower_case_wherever_it_came_from():
    assert load(id=ID.upper()) == {"id": ID}


@pytest.mark.parametrize("value", [None, True, False, "5", 5.0, 1.5, 0, -1, 10, 10**400, float("nan"), [], {}])
def test_a_whole_number_is_not_guessed(value):
    assert refused(count=value)


@pytest.mark.parametrize(
    "value", ["", "0", "-1", "+5", " 5", "5.0", "1e1", "101", "\u0665", "9" * 17, "9" * 10_000, "0x5", "1_0"]
)
def test_a_whole_number_in_a_query_is_plain_digits(value):
    assert refused(page=value)


def test_a_plain_whole_number_in_a_query_is_read():
    assert load(page="42") == {"page": 42}


@pytest.mark.parametrize("value", [None, 0, 1, "true", "false", "yes", "", [], {}])
def test_only_true_and_false_are_true_and_false(value):
    assert refused(sure=value)


@pytest.mark.parametrize("value", ["", "au", "AUS", "ZZ", "XX", "001", "A\x00"])
def test_a_region_is_a_country_there_is(value):
    assert refused(region=value)


@pytest.mark.parametrize("value", ["", "UTC+10", "Mars/Base", "../../etc/passwd", "australia/sydney", "Australia/Sydney\n"])
def test_a_zone_is_one_there_is(value):
    assert refused(zone=value)


def test_regions_and_zones_there_are_pass():
    assert load(region="AU", zone="Australia/Sydney") == {"region": "AU", "zone": "Australia/Sydney"}


@pytest.mark.parametrize("value", ["", "SOCIAL", "Focus.SOCIAL", "social "])
def test_an_enum_is_its_value_only(value):
    assert refused(focus=value)


@pytest.mark.parametrize(
    "value",
    [None, [], "a", 5, {"": 1}, {"a" * 65: 1}, {"a": -1}, {"a": "1"}, {"a": 1.0}, {"a": None}, {"a": 2**53}, {"a": True}],
    ids=repr,
)
def test_positions_are_seqs_by_stream(value):
    assert refused(streams=value)


def test_at_most_500_positions_are_taken():
    assert load(streams={str(number): number for number in range(500)})
    assert refused(streams={str(number): number for number in range(501)})


def test_a_number_too_long_for_this_machine_is_refused():
    assert refused(streams={"a": 10 ** (sys.get_int_max_str_digits() + 1)})


def test_a_time_on_the_wire_is_utc_to_the_millisecond():
    at = datetime(2026, 3, 1, 20, 0, 0, 123456, tzinfo=timezone(timedelta(hours=11)))
    assert wire_time(at) == "2026-03-01T09:00:00.123Z"
    assert Moment()._serialize(at.astimezone(UTC), None, None) == "2026-03-01T09:00:00.123Z"
    assert Moment()._serialize(None, None, None) is None
