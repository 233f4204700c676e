"""What holds for every answer: refusals in one form, headers, and who may call from a browser."""

import pytest

from server.app import create_app
from tests.factories.api import PREFIX, assert_problem
from tests.factories.settings import make_settings
from tests.http.routes import filled, make_world

ALLOWED = "http://127.0.0.1:8000"


def test_a_path_that_is_not_there_is_a_problem_too(client):
    for path in ("/api/v1/nothing", "/nothing", "/api/v1/groups/", "/api/v1/groups/not-an-id", "/api/v1/../etc/passwd"):
        assert_problem(client.get(path), 404, "not_found")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_method_that_is_not_there_says_which_are(client, method):
    answer = client.open("/api/v1/groups", method=method)
    assert_problem(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) >= {"GET", "POST"}


def test_an_unexpected_failure_says_sorry_and_nothing_else(app, settings, logs):
    def fail():
        words = "-".join(str(number) for number in range(7))
        raise RuntimeError(str(len(words)))

    failing = create_app(settings)
    failing.add_url_rule("/api/v1/fail", view_func=fail)
    answer = failing.test_client().get("/api/v1/fail")
    problem = assert_problem(answer, 500, "internal_error")
    assert "RuntimeError" not in str(problem)
    assert "RuntimeError" in logs.getvalue()
    assert "0-1-2-3-4-5-6" not in logs.getvalue()


@pytest.mark.parametrize(
    "path", ["/healthz", "/api/v1/code-of-conduct", "/api/v1/me", "/api/v1/nothing", "/api/v1/openapi.json"]
)
def test_every_answer_carries_the_headers_that_keep_it_safe(client, path):
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/code-of-conduct", "/api/v1/nothing"])
def test_an_origin_on_the_list_may_read_answers_and_refusals(client, path):
    headers = client.get(path, headers={"Origin": ALLOWED}).headers
    assert headers["Access-Control-Allow-Origin"] == ALLOWED
    assert "Access-Control-Allow-Credentials" not in headers


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1:8000.evil.example",
        "http://127.0.0.1:80000",
        "https://127.0.0.1:8000",
        "*",
    ],
)
def test_any_other_origin_may_not(client, origin):
    for answer in (
        client.get("/api/v1/code-of-conduct", headers={"Origin": origin}),
        client.options("/api/v1/groups", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}),
    ):
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_preflight_names_the_headers_a_client_sends(client):
    asked = {
        "Origin": ALLOWED,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    headers = client.options("/api/v1/groups", headers=asked).headers
    assert headers["Access-Control-Allow-Origin"] == ALLOWED
    assert {name.strip().lower() for name in headers["Access-Control-Allow-Headers"].split(",")} == {
        "authorization",
        "content-type",
    }
    assert "POST" in headers["Access-Control-Allow-Methods"]


def test_the_test_settings_list_one_origin():
    assert make_settings().origins == (ALLOWED,)


@pytest.mark.parametrize(("url", "told"), [("https://carers.example.org", True), ("http://127.0.0.1:8000", False)])
def test_browsers_are_told_to_stay_on_https_only_where_there_is_https(app, database_url, url, told):
    served = create_app(make_settings(database_url=database_url, public_url=url, origins=(url,)))
    headers = served.test_client().get("/healthz").headers
    assert ("max-age=" in headers.get("Strict-Transport-Security", "")) is told


def test_no_route_sets_a_cookie_or_loosens_the_rules_for_scripts(app, client):
    world = make_world()
    for rule in app.url_map.iter_rules():
        path = filled(world, rule.rule.removeprefix(PREFIX))
        for method in rule.methods - {"OPTIONS", "HEAD"}:
            answer = client.open((PREFIX if rule.rule.startswith(PREFIX) else "") + path, method=method, json={})
            assert "Set-Cookie" not in answer.headers, rule
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'"), rule
            assert not {"unsafe-inline", "unsafe-eval", "*", "data:"} & set(policy.replace(";", " ").split()), rule
