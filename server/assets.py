"""The files of the web client, read once and kept in memory: what each is, packed and unpacked, and how long it may be kept.

A release is named by a hash over all its files and is part of their addresses, so a phone never mixes two releases. What
`make vendor` wrote carries its own hash in its name and outlives releases.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import orjson

from models.crisis import emergency_by_region

WEB = Path(__file__).parent / "web"
STATIC, TEMPLATES = WEB / "static", WEB / "templates"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
VENDORED = "vendor/"
FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
NEVER = "no-store"  # so that no browser brings a page back as it was when somebody left it; the service worker keeps it


@dataclass(frozen=True, kw_only=True)
class Asset:
    body: bytes
    packed: bytes
    content_type: str
    tag: str
    keep: str


@cache
def assets() -> dict[str, Asset]:
    """Every file by its path at the service's address, without the leading slash; "" is the shell."""
    files = {path.relative_to(STATIC).as_posix(): path.read_bytes() for path in sorted(STATIC.rglob("*")) if path.is_file()}
    templates = {path.name: path.read_text() for path in sorted(TEMPLATES.iterdir())}
    release = hashlib.sha256(repr([*files.items(), *templates.items()]).encode()).hexdigest()[:12]
    made = {_address(name, release): make_asset(name, body, keep=FOR_GOOD) for name, body in files.items()}
    needed = [path for path in made if path.endswith((".js", ".css"))]
    parts = {
        "__RELEASE__": release,
        "__FILES__": orjson.dumps(["/", "/manifest.webmanifest", "/icon.svg", *(f"/{path}" for path in needed)]).decode(),
        "__PRELOADS__": "\n".join(_preload(path) for path in needed if _is_needed_first(path)),
        "__NUMBERS__": _numbers(),
    }
    for name, text in templates.items():
        filled = text
        for part, value in parts.items():
            filled = filled.replace(part, value)
        made["" if name == "shell.html" else name] = make_asset(name, filled.encode(), keep=ASK_AGAIN)
    return made


def make_asset(name: str, body: bytes, *, keep: str) -> Asset:
    tag = hashlib.sha256(body).hexdigest()[:32]
    packed = gzip.compress(body, 9, mtime=0)
    return Asset(body=body, packed=packed, content_type=TYPES[Path(name).suffix], tag=tag, keep=keep)


def _address(name: str, release: str) -> str:
    return f"static/{name}" if name.startswith(VENDORED) else f"static/{release}/{name}"


def _is_needed_first(path: str) -> bool:
    """The socket client is loaded after the first paint."""
    return path.endswith(".js") and not path.startswith("static/vendor/socket-")


def _preload(path: str) -> str:
    return f'<link rel="modulepreload" href="/{path}">'


def _numbers() -> str:
    return "\n".join(
        f"<li>{escape(region)}: " + ", ".join(f'<a href="tel:{escape(n)}">{escape(n)}</a>' for n in numbers) + "</li>"
        for region, numbers in emergency_by_region().items()
    )
