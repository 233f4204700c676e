"""What every answer carries on the wire, also those that never reach Flask; and methods nobody serves."""

import http.client

import pytest
import requests

REFUSED = {405, 501}


def ask(server, method, path, **headers):
    """Exactly this request, as no client library would tidy it up."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


ANSWERS = {
    "page": ("GET", "/"),
    "health": ("GET", "/healthz"),
    "json": ("GET", "/api/v1/code-of-conduct"),
    "refusal": ("GET", "/api/v1/me"),
    "nothing": ("GET", "/nothing"),
    "preflight": ("OPTIONS", "/api/v1/me"),
    "head": ("HEAD", "/api/v1/roles"),
    "polling": ("GET", "/socket.io/?EIO=4&transport=polling"),
    "polling of a session that is not there": ("GET", "/socket.io/?EIO=4&transport=polling&sid=nobody"),
    "socket server of another version": ("GET", "/socket.io/?EIO=3&transport=polling"),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_answer_carries_the_headers_that_keep_it_safe(server, kind):
    status, headers, _ = ask(server, *ANSWERS[kind])
    assert status in {200, 400, 401, 404}
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert not {"Server", "Set-Cookie", "X-Powered-By", "Access-Control-Allow-Credentials"} & set(headers)


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "FOO", "M-SEARCH"])
@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/auth/login", "/", "/healthz"])
def test_a_method_nobody_serves_is_refused_in_the_usual_form(server, method, path):
    status, headers, body = ask(server, method, path)
    assert status in REFUSED
    assert headers["Content-Type"] == "application/problem+json"
    assert b"method_not_allowed" in body
    assert "GET" in headers["Allow"] or "POST" in headers["Allow"]


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "FOO", "PUT", "DELETE"])
def test_nor_does_the_socket_server_serve_it(server, method):
    status, headers, body = ask(server, method, "/socket.io/?EIO=4&transport=polling")
    assert status in {400, *REFUSED}
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert b"Traceback" not in body


def test_head_answers_like_get_without_a_body(server):
    for path in ("/api/v1/roles", "/api/v1/nothing", "/api/v1/me"):
        status, headers, body = ask(server, "HEAD", path)
        full = ask(server, "GET", path)
        assert (status, headers["Content-Type"]) == (full[0], full[1]["Content-Type"])
        assert body == b""


def test_what_the_listener_itself_refuses_names_no_server(server):
    status, headers, _ = ask(server, "POST", "/api/v1/auth/login", **{"Transfer-Encoding": "chunked"})
    assert status == 411
    assert "Server" not in headers
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "*"])
def test_polling_from_another_site_is_refused_and_read_by_nobody(server, origin):
    answer = requests.get(f"{server.url}/socket.io/?EIO=4&transport=polling", headers={"Origin": origin}, timeout=10)
    assert answer.status_code == 400
    assert answer.headers.get("Access-Control-Allow-Origin") not in {"*", origin}


def test_polling_from_the_services_own_page_is_read_without_credentials(server):
    own = {"Origin": server.url}
    answer = requests.get(f"{server.url}/socket.io/?EIO=4&transport=polling", headers=own, timeout=10)
    assert answer.headers["Access-Control-Allow-Origin"] == server.url
    assert "Access-Control-Allow-Credentials" not in answer.headers
