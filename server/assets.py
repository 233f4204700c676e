"""The files of the web client, read once and kept in memory: what each is, packed and unpacked, and how long it may be kept.

A release is named by a hash over all its files and is part of their addresses, so a phone never mixes two releases. What
`make vendor` wrote carries its own hash in its name and outlives releases.
"""

import gzip
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import orjson

from models.crisis import emergency_by_region
from models.roles import ROLE_LABELS
from server.icon import SIZES, make_icon
from server.joined import join_modules
from server.schemas.notices import EVERY_NOTICE
from server.translation import catalogue
from server.words import Language, Words, languages, parts, words

WEB = Path(__file__).parent / "web"
STATIC, TEMPLATES = WEB / "static", WEB / "templates"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
VENDORED = "vendor/"
FIRST = "main.js"
SERVICE = "service"  # what streams bring in English, by that English
SPOKEN_FIRST = "app"  # the part of the words that the first screen says
DESKS = "desk"  # of staff; a carer's phone does not load them
FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
NEVER = "no-store"  # so that no browser brings a page back as it was when somebody left it; the service worker keeps it


def _words(tag: str, part: str) -> Words:
    """Role labels are said on the first screen, whatever comes in a stream later; English needs neither."""
    if part == SERVICE:
        return {one: known for one in EVERY_NOTICE if (known := catalogue(tag).get(one))}
    return words(tag, part) | {
        one: known for one in ROLE_LABELS.values() if part == SPOKEN_FIRST and (known := catalogue(tag).get(one))
    }


@dataclass(frozen=True, kw_only=True)
class Asset:
    body: bytes
    packed: bytes
    content_type: str
    tag: str
    keep: str


@cache
def assets() -> dict[str, Asset]:
    """Every file by its path at the service's address, without the leading slash; the shells as `shell:<language>`."""
    sources = {
        path.relative_to(STATIC).as_posix(): path.read_bytes() for path in sorted(STATIC.rglob("*")) if path.is_file()
    }
    templates = {path.name: path.read_text() for path in sorted(TEMPLATES.iterdir())}
    spoken = {
        f"words/{tag}/{part}.json": orjson.dumps(_words(tag, part)) for tag in languages() for part in (*parts(), SERVICE)
    }
    release = hashlib.sha256(repr([*sources.items(), *templates.items(), *spoken.items()]).encode()).hexdigest()[:12]
    files = {name: body for name, body in sources.items() if name.startswith(VENDORED) or not name.endswith(".js")}
    files |= spoken | _joined(sources, f"/static/{release}")
    made = {_address(name, release): make_asset(name, body, keep=FOR_GOOD) for name, body in files.items()}
    facts = {"RELEASE": release, "FILES": orjson.dumps(_kept(files, release)).decode(), "NUMBERS": _numbers()}
    for name, text in templates.items():
        if name == "shell.html":
            first = (FIRST, *(name for name in files if name.startswith(f"{VENDORED}ui-") and name.endswith(".js")))
            for tag, language in languages().items():
                shell = {**facts, **_of_language(language), "PRELOADS": _preloads(first, tag, release)}
                made[f"shell:{tag}"] = make_asset(name, _filled(text, shell, tag), keep=NEVER)
        else:
            made[name] = make_asset(name, _filled(text, facts, None), keep=ASK_AGAIN)
    for size in SIZES:
        made[f"icon-{size}.png"] = make_asset("icon.png", make_icon(size), keep=ASK_AGAIN)
    return made


def make_asset(name: str, body: bytes, *, keep: str) -> Asset:
    tag = hashlib.sha256(body).hexdigest()[:32]
    packed = gzip.compress(body, 9, mtime=0)
    return Asset(body=body, packed=packed, content_type=TYPES[Path(name).suffix], tag=tag, keep=keep)


def _joined(sources: dict[str, bytes], address: str) -> dict[str, bytes]:
    modules = {
        name: body.decode() for name, body in sources.items() if name.endswith(".js") and not name.startswith(VENDORED)
    }
    return {name: text.encode() for name, text in join_modules(modules, FIRST, address).items()}


def _kept(files: Iterable[str], release: str) -> list[str]:
    """What a phone's service worker takes in at once: everything of a carer's, in every language."""
    of_desks = {f"words/{tag}/{part}.json" for tag in languages() for part in parts() if part.startswith("desk_")}
    carers = [name for name in files if not name.startswith(DESKS) and name not in of_desks and not name.endswith(".txt")]
    return ["/", "/manifest.webmanifest", "/icon.svg", "/icon-192.png", *(f"/{_address(name, release)}" for name in carers)]


def _address(name: str, release: str) -> str:
    return f"static/{name}" if name.startswith(VENDORED) else f"static/{release}/{name}"


def _preloads(first: Iterable[str], tag: str, release: str) -> str:
    modules = [f'<link rel="modulepreload" href="/{_address(name, release)}">' for name in first]
    spoken = f"/{_address(f'words/{tag}/{SPOKEN_FIRST}.json', release)}"
    return "\n".join([*modules, f'<link rel="preload" as="fetch" crossorigin href="{spoken}">'])


def _of_language(language: Language) -> dict[str, str]:
    known = orjson.dumps({tag: one.name for tag, one in languages().items()}).decode()
    return {"LANGUAGE": language.tag, "DIRECTION": language.direction, "LANGUAGES": escape(known)}


def _filled(text: str, facts: dict[str, str], tag: str | None) -> bytes:
    """`__FACT__` is one of `facts`, `__say_key__` the words for `key` in the language `tag`."""

    def put(found: re.Match[str]) -> str:
        fact, key = found.groups()
        return facts[fact] if fact else escape(str(words(tag or "", SPOKEN_FIRST)[key]))

    return re.sub(r"__(?:([A-Z]+)|say_([a-z_]+?))__", put, text).encode()


def _numbers() -> str:
    return "\n".join(
        f"<li>{escape(region)}: " + ", ".join(f'<a href="tel:{escape(n)}">{escape(n)}</a>' for n in numbers) + "</li>"
        for region, numbers in emergency_by_region().items()
    )
