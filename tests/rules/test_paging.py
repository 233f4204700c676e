"""Cursors: what was made is read back, and what was tampered with is refused."""

import base64
from datetime import UTC, datetime

import orjson
import pytest

from server.queries.paging import as_id, as_moment, as_rank, as_text, decode_cursor, encode_cursor
from tests.factories.refusals import assert_refused

ID = "0190f3c4-0000-7000-8000-000000000001"
AT = datetime(2026, 3, 1, 20, 0, 0, 123456, tzinfo=UTC)


def cursor(value):
    return base64.urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


def test_no_cursor_is_the_first_page():
    assert decode_cursor(None, as_id) is None


@pytest.mark.parametrize(
    ("parts", "readers"),
    [
        (("Parents",), (as_text,)),
        (("Väter & Mütter 🍵", ID), (as_text, as_id)),
        ((3, AT, ID), (as_rank, as_moment, as_id)),
    ],
)
def test_a_cursor_comes_back_as_it_was(parts, readers):
    assert decode_cursor(encode_cursor(*parts), *readers) == parts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "é",
        "\ufffd",
        "A" * 1000,
        cursor({}),
        cursor("text"),
        cursor(None),
        cursor([]),
        cursor([ID]),
        cursor([0, AT, ID, ID]),
        cursor([0, "not a time", ID]),
        cursor([0, "2026-03-01T20:00:00", ID]),  # no zone
        cursor([0, "0001-01-01T00:00:00+14:00", ID]),  # before the calendar begins
        cursor([0, "9999-12-31T23:59:59-14:00", ID]),
        cursor([0, 5, ID]),
        cursor([-1, AT, ID]),
        cursor([101, AT, ID]),
        cursor(["0", AT, ID]),
        cursor([0.5, AT, ID]),
        cursor([[], AT, ID]),
        cursor([0, AT, 5]),
        cursor([0, AT, None]),
        cursor([0, AT, "'; drop table"]),
        encode_cursor(0, AT, ID)[:-4],
        encode_cursor(0, AT, ID)[4:],
    ],
)
def test_a_cursor_that_was_tampered_with_is_refused(text):
    error = assert_refused("invalid", decode_cursor, text, as_rank, as_moment, as_id)
    assert list(error.extras()["errors"]) == ["cursor"]


@pytest.mark.parametrize("value", [["a\x00b"], [5], [None], [["a"]]])
def test_a_text_that_no_database_takes_is_refused(value):
    assert_refused("invalid", decode_cursor, cursor(value), as_text)
