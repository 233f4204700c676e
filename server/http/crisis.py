"""/crisis: emergency numbers and lines that listen, for everybody, as data and as a page. Always answers.

Nobody need be signed in and no token is looked at; nothing asked for is an error; no limit counts it, and no database is
opened. Answers are the same for everybody who asks for the same region and case within one minute, and are kept for as long.
"""

import hashlib
import re
from datetime import UTC, datetime
from enum import Enum, auto
from functools import lru_cache

import orjson
from flask import Flask, Response, request

from models.clock import clock
from models.crisis import directory
from models.helplines import INTERNATIONAL, REGION_NAMES, Whose
from server.http.crisis_page import CSP, STYLE, render_page
from server.http.door import Blueprint, settings
from server.queries.crisis import look_up_crisis
from server.schemas.crisis import CrisisSchema, dump_crisis

# A phone may show what it kept for a week while it cannot reach the service, rather than nothing.
KEEP = "public, max-age=60, stale-while-revalidate=600, stale-if-error=604800"
KEEP_STYLE = "public, max-age=86400, stale-if-error=604800"
KEPT_HERE = 256  # every region and case, in both forms, for some minutes
ALSO_CALLED = {"UK": "GB"}
LANGUAGE_REGION = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?-(?P<region>[A-Za-z]{2})(?:-.*)?")
UNASKED = "en-us"  # what a device says that nobody ever told where it is

PARAMETERS = [
    {
        "in": "query",
        "name": "region",
        "schema": {"type": "string"},
        "description": "ISO 3166-1 alpha-2. By default as Accept-Language says, or where the service is; unknown ones get ZZ.",
    },
    {
        "in": "query",
        "name": "whose",
        "schema": {"type": "string"},
        "description": f"Whose crisis it is: {', '.join(Whose)}. Anything else is left aside, and lines of every case are given.",
    },
]

blp = Blueprint("crisis", __name__, url_prefix="/api/v1", description="Numbers that always answer")


class Form(Enum):
    DATA = auto()
    PAGE = auto()


@blp.get("/crisis")
@blp.doc(parameters=PARAMETERS)
@blp.response(200, CrisisSchema)
@blp.alt_response(304, description="What you have is still right")
def crisis() -> Response:
    return _answer(Form.DATA)


@blp.get("/crisis.html")
@blp.doc(parameters=PARAMETERS)
@blp.response(200, {"type": "string"}, content_type="text/html; charset=utf-8", description="The same for people")
@blp.alt_response(304, description="What you have is still right")
def page() -> Response:
    return _answer(Form.PAGE)


def add_short_addresses(app: Flask) -> None:
    """/crisis.html, which can be said on the telephone or printed on a card, and its stylesheet."""
    directory()  # a slip in the file is found now, not when somebody needs it
    app.add_url_rule("/crisis.html", "crisis.short", page)
    app.add_url_rule("/crisis.css", "crisis.style", style)


def style() -> Response:
    answer = Response(STYLE, content_type="text/css; charset=utf-8", headers={"Cache-Control": KEEP_STYLE})
    answer.set_etag(hashlib.sha256(STYLE.encode()).hexdigest()[:32])
    return answer.make_conditional(request)


def _answer(form: Form) -> Response:
    whose = request.args.get("whose")
    body, tag = _rendered(
        form,
        _region(),
        Whose(whose) if whose in list(Whose) else None,
        clock.now().replace(second=0, microsecond=0),
    )
    answer = Response(body, content_type="application/json" if form is Form.DATA else "text/html; charset=utf-8")
    answer.headers["Cache-Control"] = KEEP
    answer.headers["Vary"] = "Accept-Language"
    if form is Form.PAGE:
        answer.headers["Content-Security-Policy"] = CSP
    answer.set_etag(tag)
    return answer.make_conditional(request)


@lru_cache(maxsize=KEPT_HERE)
def _rendered(form: Form, region: str, whose: Whose | None, minute: datetime) -> tuple[bytes, str]:
    """The answer's body and its ETag."""
    found = look_up_crisis(region=region, whose=whose, at=minute.astimezone(UTC))
    body = orjson.dumps(dump_crisis(found)) if form is Form.DATA else render_page(found).encode()
    return body, hashlib.sha256(body).hexdigest()[:32]


def _region() -> str:
    """Which region's lines to show: always one of those there are lines for."""
    asked = request.args.get("region", "").strip().upper()
    asked = ALSO_CALLED.get(asked, asked)
    if asked in REGION_NAMES:
        return asked
    if len(asked) == len(INTERNATIONAL) and asked.isascii() and asked.isalpha():
        return INTERNATIONAL  # a country, but none we have lines of
    return _region_of_languages() or _own_region()


def _region_of_languages() -> str | None:
    """The region that the device's languages name, if there are lines for it."""
    for language, _ in request.accept_languages:
        found = LANGUAGE_REGION.fullmatch(language)
        region = found["region"].upper() if found else None
        if region in REGION_NAMES and not (language.lower() == UNASKED and settings().region):
            return region
    return None


def _own_region() -> str:
    own = settings().region
    return own if own in REGION_NAMES else INTERNATIONAL
