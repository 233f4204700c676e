"""/: the web client, as a phone's browser loads it: the shell, its files, and what makes it installable and work offline.

Nothing here is anybody's, no database is opened and no limit counts it: many phones behind one address may load it at once.
"""

from functools import cache, lru_cache
from html import escape
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from models.errors import NotFound
from server.assets import NEVER, Asset, assets, make_asset
from server.http.door import settings
from server.translation import language_of

blp = Blueprint("web", __name__)

# Scripts and styles come as files from here and nothing is ever built from text: a message can be whatever it likes.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "connect-src 'self' {sockets}; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types hearth"
)


@blp.get("/")
def shell() -> Response:
    response = _answer(_shell(settings().leave_to, language_of(request)))
    response.vary.update(("Accept-Language", "Cookie"))
    response.headers["Content-Security-Policy"] = _policy(settings().public_url)
    return response


@blp.get("/sw.js")
def service_worker() -> Response:
    response = _answer(assets()["sw.js"])
    response.headers["Content-Security-Policy"] = "default-src 'none'; script-src 'self'; connect-src 'self'"
    return response


@blp.get("/manifest.webmanifest")
def manifest() -> Response:
    return _answer(assets()["manifest.webmanifest"])


@blp.get("/icon.svg")
@blp.get("/icon-192.png")
@blp.get("/icon-512.png")
def icon() -> Response:
    return _answer(assets()[request.path[1:]])


@blp.get("/static/<path:name>")
def static(name: str) -> Response:
    found = assets().get(f"static/{name}")
    if found is None:
        raise NotFound
    return _answer(found)


@lru_cache(maxsize=16)
def _shell(leave_to: str, language: str) -> Asset:
    body = assets()[f"shell:{language}"].body.replace(b"__LEAVE_TO__", escape(leave_to).encode())
    return make_asset("shell.html", body, keep=NEVER)


@cache
def _policy(public_url: str) -> str:
    """With the address of our own sockets spelt out, for browsers to whom 'self' means no sockets."""
    at = urlsplit(public_url)
    return POLICY.format(sockets=f"{'wss' if at.scheme == 'https' else 'ws'}://{at.netloc}")


def _answer(asset: Asset) -> Response:
    packed = request.accept_encodings["gzip"] > 0
    response = Response(asset.packed if packed else asset.body, content_type=asset.content_type)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = asset.keep
    response.set_etag(f"{asset.tag}{'-gzip' if packed else ''}")
    response.make_conditional(request)
    return response
