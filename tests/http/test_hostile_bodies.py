"""Whole bodies that cannot be meant, at every route that takes JSON."""

import pytest

from tests.factories.api import Caller, assert_problem
from tests.factories.people import make_person
from tests.http.routes import filled, nowhere
from tests.http.test_hostile_fields import JSON_ROUTES, assert_quiet

DEEP = 5_000
MEGABYTE = 1024 * 1024


@pytest.fixture
def send(app):
    """`send(data, content_type=...)`: this body to every route that takes one, by somebody signed in."""
    world, caller = nowhere(), Caller(app, make_person())

    def to_all(data, content_type="application/json"):
        for method, rule in JSON_ROUTES:
            yield caller.request(method, filled(world, rule), data=data, content_type=content_type)

    return to_all


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b"{",
        b'{"body"',
        b"{}{}",
        b"{'body': 1}",
        b"\x00",
        b"\xff\xfe\x00",
        b"body=hello",
        b"<xml/>",
        b'{"body": "\xc3\x28"}',  # bad UTF-8
        b'{"body": "\xed\xa0\x80"}',  # a surrogate in UTF-8
        b'{"body": "\xf8\x88\x80\x80\x80"}',  # five bytes long
        '{"body": "ü"}'.encode("latin-1"),
        '{"body": "u"}'.encode("utf-16"),
        b"[" * DEEP + b"]" * DEEP,
        b'{"a":' * DEEP + b"1" + b"}" * DEEP,
        b'{"body": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    ],
    ids=lambda data: repr(data[:20]),
)
def test_what_cannot_be_read_is_malformed(send, logs, data):
    for answer in send(data):
        assert_problem(answer, 422, "malformed_body")
    assert_quiet(logs)


@pytest.mark.parametrize("data", [b"null", b"[]", b"true", b"5", b'"text"', b"[{}]"])
def test_what_is_not_an_object_is_invalid(send, logs, data):
    for answer in send(data):
        assert_problem(answer, 422, "invalid")
    assert_quiet(logs)


@pytest.mark.parametrize("data", [b"x" * MEGABYTE, b'{"body": "' + b"x" * MEGABYTE + b'"}', b" " * (64 * 1024 + 1)])
def test_a_megabyte_is_too_large(send, logs, data):
    for answer in send(data):
        assert_problem(answer, 413, "too_large")
    assert_quiet(logs)


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "text/html",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "json",
    ],
)
def test_anything_but_json_is_not_taken(send, logs, content_type):
    for answer in send(b"{}", content_type=content_type):
        assert_problem(answer, 415, "json_only")
    assert_quiet(logs)


@pytest.mark.parametrize(
    "path",
    [
        "/groups/%00",
        "/groups/%ff%fe",
        "/%2e%2e/etc/passwd",
        "/groups/../../x",
        "/groups/%F0%9F%8D%B5",
        "/messages/1/report",
        "/" + "x" * 8_000,
    ],
)
def test_a_hostile_path_is_not_found(app, logs, path):
    assert_problem(Caller(app, make_person()).get(path), 404, "not_found")
    assert_quiet(logs)


@pytest.mark.parametrize(
    "query", ["limit=%ff", "cursor=%ff%00", "cursor=%F0%9F%8D%B5", "limit[]=1", "x=" + "y" * 8_000, "%00=1", "="]
)
def test_a_hostile_query_is_refused(app, logs, query):
    carer = Caller(app, make_person())
    assert_problem(carer.request("GET", f"/groups?{query}"), 422, "invalid")
    assert_quiet(logs)


def test_nothing_at_all_is_as_good_as_an_empty_object(app, logs):
    carer = Caller(app, make_person())
    assert carer.request("POST", "/me/second-factor").status_code == 201
    assert list(assert_problem(carer.request("POST", "/sync"), 422, "invalid")["errors"]) == ["streams"]
    assert_quiet(logs)


def test_a_body_nobody_asked_for_is_ignored(app, logs):
    carer = Caller(app, make_person())
    assert carer.request("GET", "/me", data=b"\xff" * 1000, content_type="application/json").status_code == 200
    assert carer.request("POST", "/auth/logout", data=b"{" * 1000, content_type="text/plain").status_code == 204
    assert_quiet(logs)
