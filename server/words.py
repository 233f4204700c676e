"""The words of the web client, by language and part: catalogues in `web/locale/<language>/<part>.po`.

A `msgid` is the key that the client asks for (`say("help_now")`), so English is a catalogue like any other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

CHOSEN_LANGUAGE = "language"  # a cookie, set by the client only when somebody chooses; nothing else is in it
LOCALE = Path(__file__).parent / "web" / "locale"
FALLBACK = "en"

Words = dict[str, str | list[str]]


@dataclass(frozen=True, kw_only=True)
class Language:
    """`tag` is BCP 47, `name` what its speakers call it, `direction` ltr or rtl."""

    tag: str
    name: str
    direction: str


@cache
def languages() -> dict[str, Language]:
    """Those that have catalogues, by tag, the fallback first."""
    tags = sorted((folder.name for folder in LOCALE.iterdir() if folder.is_dir()), key=lambda tag: (tag != FALLBACK, tag))
    return {tag: _language(tag) for tag in tags}


def _language(tag: str) -> Language:
    locale = Locale.parse(tag, sep="-")
    return Language(tag=tag, name=locale.get_display_name() or tag, direction=locale.text_direction)


@cache
def words(tag: str, part: str) -> Words:
    """What one part says in one language. Forms of a plural are a list in the order of CLDR's categories, zero to other."""
    return read_words(LOCALE / tag / f"{part}.po", tag)


def read_words(path: Path, tag: str) -> Words:
    """By `msgid`, in the singular where there are two."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=tag.replace("-", "_"), abort_invalid=True)
    return dict(_said(message) for message in catalogue if message.id)


def _said(message: Message) -> tuple[str, str | list[str]]:
    key = message.id if isinstance(message.id, str) else message.id[0]
    return key, message.string if isinstance(message.string, str) else list(message.string or ())


def wanted(chosen: str, accepted: Iterable[str]) -> str:
    """The language somebody chose, or else the first they ask for that there is; else the fallback."""
    asked = [chosen, *(tag.partition("-")[0].lower() for tag in accepted)]
    return next((tag for tag in asked if tag in languages()), FALLBACK)


@cache
def parts() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (LOCALE / FALLBACK).glob("*.po")))
