"""Values that JSON text can hold, or seem to, and no client of ours would send."""

import json

import pytest

from tests.factories.api import Caller, assert_problem
from tests.factories.people import make_person
from tests.http.routes import bodies, filled, nowhere
from tests.http.test_hostile_fields import assert_quiet

SEND = ("POST", "/conversations/<uuid:conversation_id>/messages")
READ = ("PUT", "/conversations/<uuid:conversation_id>/read")


@pytest.fixture
def answers(app):
    """`answers(route, text)`: the answers when each field of a good body in turn is this text."""
    world, carer = nowhere(), Caller(app, make_person())

    def of_each_field(route, text):
        method, rule = route
        good = bodies(world)[route]
        for name in good:
            body = json.dumps({**good, name: "@@"}).replace('"@@"', text)
            yield carer.request(method, filled(world, rule), data=body, content_type="application/json")

    return of_each_field


@pytest.mark.parametrize(
    "text",
    [
        r'"\ud800"',
        r'"a\udfffb"',
        r'"\ud83d"',
        r'"\x00"',
        '"a\nb"',
        "'a'",
        "NaN",
        "Infinity",
        "-Infinity",
        "01",
        "1.",
        "+1",
        "0x10",
        "",
    ],
)
def test_what_is_no_json_is_malformed(answers, logs, text):
    for answer in answers(SEND, text):
        assert_problem(answer, 422, "malformed_body")
    assert_quiet(logs)


@pytest.mark.parametrize(
    "text",
    [
        "9" * 5_000,
        "1e999",
        "-1e999",
        "1" + "0" * 400,
        "0." + "0" * 5_000 + "1",
        "9223372036854775808",
        "-9223372036854775809",
    ],
    ids=lambda text: f"{text[:8]} of {len(text)}",
)
def test_a_number_no_machine_holds_is_refused(answers, logs, text):
    for answer in answers(READ, text):
        assert answer.status_code == 422
        assert answer.get_json()["code"] in {"invalid", "malformed_body"}
    assert_quiet(logs)
