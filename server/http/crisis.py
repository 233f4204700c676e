"""/crisis: emergency numbers and lines that listen, for everybody, as data and as a page. Always answers.

`/crisis/{slug}` is a piece of the library that the page names, as this process remembers it.

Nobody need be signed in and no token is looked at; nothing asked for is an error; no limit counts it, no database is opened,
and no line of the log says that somebody asked. Answers are the same for everybody who asks for the same region and case
within one minute; they are made once and kept for as long.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import orjson
from flask import Flask, Response, request
from werkzeug.http import is_resource_modified

from models.clock import clock
from models.crisis import base_directory
from models.helplines import Whose
from server.headers import Wsgi
from server.http.crisis_region import Asked, read_asked
from server.http.door import Blueprint, settings
from server.queries.crisis import look_up_crisis
from server.queries.crisis_memory import Facts, known
from server.queries.crisis_page import CSP, STYLE, render_page, render_piece
from server.queries.crisis_pieces import MOST_PIECES, CrisisPiece
from server.schemas.crisis import CrisisSchema, dump_crisis

# A phone may show what it kept for a week while it cannot reach the service, rather than nothing.
KEEP = "public, max-age=30, stale-if-error=604800"
KEEP_STAFFED = "public, max-age=30"  # but it must not say for a week that somebody is on duty
KEEP_STYLE = "public, max-age=86400, stale-if-error=604800"
KEPT_HERE = 256  # every region and case, in both forms, for some minutes

PARAMETERS = [
    {
        "in": "query",
        "name": "region",
        "schema": {"type": "string"},
        "description": "ISO 3166-1 alpha-2. By default as Accept-Language says, or where the service is. Unknown: ZZ.",
    },
    {
        "in": "query",
        "name": "whose",
        "schema": {"type": "string"},
        "description": f"Whose crisis it is: {', '.join(Whose)}. Anything else: lines of every case.",
    },
]

blp = Blueprint("crisis", __name__, url_prefix="/api/v1", description="Numbers that always answer")


class Form(Enum):
    DATA = auto()
    PAGE = auto()
    STYLE = auto()


# /crisis.html can be said on the telephone or printed on a card.
PATHS = {
    "/api/v1/crisis": Form.DATA,
    "/api/v1/crisis.html": Form.PAGE,
    "/crisis.html": Form.PAGE,
    "/crisis.css": Form.STYLE,
}


PIECES = "/crisis/"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Made once, for whoever asks. `headers` are those of both 200 and 304."""

    body: bytes
    tag: str
    headers: tuple[tuple[str, str], ...]
    of_body: tuple[tuple[str, str], ...]


class CrisisFirst:
    """Answers for a crisis before anything else is looked at: the rest of the application can be slow, or broken."""

    def __init__(self, inner: Wsgi, region: str | None) -> None:
        self._inner = inner
        self._region = region

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        made = self._made(environ) if environ["REQUEST_METHOD"] in {"GET", "HEAD"} else None
        if made is None:
            return self._inner(environ, start_response)
        status, headers, body = _conditional(made, environ)
        start_response(f"{status.value} {status.phrase}", headers)
        return [body] if body and environ["REQUEST_METHOD"] == "GET" else []

    def _made(self, environ: Mapping[str, Any]) -> Answer | None:
        path: str = environ["PATH_INFO"]
        if path.startswith(PIECES):
            return _piece_now(path.removeprefix(PIECES))
        return _form_now(PATHS[path], environ, self._region) if path in PATHS else None


def _form_now(form: Form, environ: Mapping[str, Any], own_region: str | None) -> Answer:
    return _style() if form is Form.STYLE else _now(form, read_asked(environ, own_region))


def _piece_now(slug: str) -> Answer | None:
    """None for what the crisis page does not name, whatever else the library has."""
    found = next((piece for piece in known(clock.now()).facts.pieces if piece.slug == slug), None)
    return _piece(found) if found is not None else None


@lru_cache(maxsize=2 * MOST_PIECES)
def _piece(piece: CrisisPiece) -> Answer:
    headers = [("Cache-Control", KEEP), *OPEN_TO_ALL, ("Content-Security-Policy", CSP)]
    return _answer(render_piece(piece).encode(), "text/html; charset=utf-8", headers)


def _conditional(made: Answer, environ: Mapping[str, Any]) -> tuple[HTTPStatus, list[tuple[str, str]], bytes]:
    """The whole of the answer; 304, without a body, to who has it already."""
    if "HTTP_IF_NONE_MATCH" in environ and not is_resource_modified({**environ, "REQUEST_METHOD": "GET"}, etag=made.tag):
        return HTTPStatus.NOT_MODIFIED, list(made.headers), b""
    return HTTPStatus.OK, [*made.headers, *made.of_body], made.body


def _now(form: Form, asked: Asked) -> Answer:
    now = clock.now()
    has = known(now)
    since = has.read_at if has.stale else None
    minute = now.replace(second=0, microsecond=0)
    return _made(form, asked, minute, has.facts, has.stale, since)


@lru_cache(maxsize=KEPT_HERE)
def _made(
    form: Form,
    asked: Asked,
    minute: datetime,
    facts: Facts,
    stale: bool,
    since: datetime | None,
) -> Answer:
    at = minute.astimezone(UTC)
    found = look_up_crisis(
        facts.directory,
        facts.availability,
        region=asked.region,
        whose=asked.whose,
        at=at,
        as_of=since,
        stale=stale,
        pieces=facts.pieces,
    )
    keep = KEEP_STAFFED if found["staffed_now"] else KEEP
    shared = [("Cache-Control", keep), ("Vary", "Accept-Language"), *OPEN_TO_ALL]
    if form is Form.DATA:
        return _answer(orjson.dumps(dump_crisis(found)), "application/json", shared)
    page = render_page(found, at=at).encode()
    return _answer(page, "text/html; charset=utf-8", [*shared, ("Content-Security-Policy", CSP)])


@lru_cache(maxsize=1)
def _style() -> Answer:
    return _answer(STYLE.encode(), "text/css; charset=utf-8", [("Cache-Control", KEEP_STYLE), *OPEN_TO_ALL])


# Nothing in it is anybody's: every page of the web may show it, without credentials.
OPEN_TO_ALL = (("Access-Control-Allow-Origin", "*"), ("Cross-Origin-Resource-Policy", "cross-origin"))


def _answer(body: bytes, content_type: str, headers: Iterable[tuple[str, str]]) -> Answer:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return Answer(
        body=body,
        tag=tag.strip('"'),
        headers=(("ETag", tag), *headers),
        of_body=(("Content-Type", content_type), ("Content-Length", str(len(body)))),
    )


@blp.get("/crisis")
@blp.doc(parameters=PARAMETERS)
@blp.response(200, CrisisSchema)
@blp.alt_response(304, description="What you have is still right")
def crisis() -> Response:
    return _through_flask(Form.DATA)


@blp.get("/crisis.html")
@blp.doc(parameters=PARAMETERS)
@blp.response(200, {"type": "string"}, content_type="text/html; charset=utf-8", description="The same for people")
@blp.alt_response(304, description="What you have is still right")
def page() -> Response:
    return _through_flask(Form.PAGE)


def style() -> Response:
    return _through_flask(Form.STYLE)


def _through_flask(form: Form) -> Response:
    """The same answer for an application that `CrisisFirst` does not stand in front of; here also for its documents."""
    status, headers, body = _conditional(_form_now(form, request.environ, settings().region), request.environ)
    return Response(body, status=status, headers=headers)


def put_first(app: Flask, region: str | None) -> None:
    """In front of the application's own dispatch; to be called before anything else is put there."""
    base_directory()  # a slip in the file is found now, not when somebody needs it
    app.add_url_rule("/crisis.html", "crisis.short", page)
    app.add_url_rule("/crisis.css", "crisis.style", style)
    app.wsgi_app = CrisisFirst(app.wsgi_app, region)  # type: ignore[method-assign]
