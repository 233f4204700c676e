"""One caller of the HTTP door, signed in or not, and what a refusal must look like."""

from http import HTTPStatus
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from models.auth import SignIn
from models.people import Person
from tests.factories.people import make_sign_in, make_tokens

PREFIX = "/api/v1"


class Caller:
    """Speaks JSON under /api/v1 with one person's access token, or with none."""

    def __init__(self, app: Flask, person: Person | None = None, sign_in: SignIn | None = None) -> None:
        self.person = person
        self.headers: dict[str, str] = {}
        self._client = app.test_client()
        if person is not None:
            self.sign_in = sign_in or make_sign_in(person)
            self.tokens = make_tokens(app, person, self.sign_in)
            self.headers = {"Authorization": f"Bearer {self.tokens.access_token}"}

    def request(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {**self.headers, **more.pop("headers", {})}
        return self._client.open(PREFIX + path, method=method, headers=headers, **more)

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.request("GET", path, query_string=query)

    def post(self, path: str, **body: Any) -> TestResponse:
        return self.request("POST", path, json=body)

    def put(self, path: str, **body: Any) -> TestResponse:
        return self.request("PUT", path, json=body)

    def patch(self, path: str, **body: Any) -> TestResponse:
        return self.request("PATCH", path, json=body)

    def delete(self, path: str) -> TestResponse:
        return self.request("DELETE", path)


def assert_problem(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The answer is this refusal, in the one form all refusals have; returns its body."""
    assert (response.status_code, response.content_type) == (status, "application/problem+json"), response.text[:500]
    problem: dict[str, Any] = response.get_json()
    assert problem["code"] == code, problem
    assert problem["type"] == f"urn:hearthside:problem:{code}"
    assert (problem["status"], problem["title"]) == (status, HTTPStatus(status).phrase)
    assert problem["detail"]
    assert problem["user_message"]
    assert ("WWW-Authenticate" in response.headers) is (status == HTTPStatus.UNAUTHORIZED)
    assert ("Retry-After" in response.headers) is ("retry_after" in problem)
    return problem


def assert_refused_field(response: TestResponse, *names: str) -> None:
    """The answer is 422 and names exactly these fields."""
    assert set(assert_problem(response, 422, "invalid")["errors"]) == set(names)


def items(response: TestResponse) -> list[dict[str, Any]]:
    assert response.status_code == HTTPStatus.OK, response.text
    listed: list[dict[str, Any]] = response.get_json()["items"]
    return listed
