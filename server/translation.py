"""What the service itself says, in the reader's language: at the doors, and nowhere else.

English is the source. A catalogue (`locale/<language>/server.po`) has the English text as its `msgid`, and what it does not
have is said in English. Only a `Phrase` is translated, never a text that merely looks like one: what people wrote stays.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from werkzeug.wrappers import Request

from models.phrases import Phrase
from server.words import CHOSEN_LANGUAGE, FALLBACK, Words, languages, read_words, wanted

LOCALE = Path(__file__).parent / "locale"
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
# Around what is filled in where text runs from the right: "13 11 14" would else be read from its end.
ISOLATED = "\u2068{}\u2069"
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@cache
def catalogue(tag: str) -> Words:
    """English text to what it is in this language. Empty for English, and where there is none."""
    path = LOCALE / tag / "server.po"
    return read_words(path, tag) if tag in languages() and path.exists() else {}


def language_of(request: Request) -> str:
    """The one chosen on this phone (its cookie), or else the one that is asked for (`Accept-Language`)."""
    return wanted(request.cookies.get(CHOSEN_LANGUAGE, ""), (tag for tag, _ in request.accept_languages))


def asked_in(environ: dict[str, Any]) -> str:
    return language_of(Request(environ))


def translated(value: Any, tag: str) -> Any:
    """The same with every phrase in it, at any depth, in this language."""
    if tag == FALLBACK:
        return value
    if isinstance(value, Phrase):
        return _phrase(value, tag)
    if isinstance(value, dict):
        return {key: translated(one, tag) for key, one in value.items()}
    return [translated(one, tag) for one in value] if isinstance(value, list | tuple) else value


def _phrase(phrase: Phrase, tag: str) -> str:
    known = catalogue(tag).get(phrase.key)
    if isinstance(known, list):
        known = known[_form(tag, phrase.facts["count"])]
    said = known or phrase.template
    if not phrase.facts:
        return said
    return said.format(**{name: _fact(phrase.facts[name], tag) for name in set(PLACEHOLDER.findall(said))})


def _fact(fact: Any, tag: str) -> Any:
    if isinstance(fact, Phrase):
        return _phrase(fact, tag)
    return ISOLATED.format(fact) if isinstance(fact, str) and languages()[tag].direction == "rtl" else fact


def _form(tag: str, count: int) -> int:
    locale = Locale.parse(tag, sep="-")
    known = [one for one in CATEGORIES if one in {*locale.plural_form.tags, "other"}]
    return known.index(locale.plural_form(count))


def field_errors(errors: Any, tag: str) -> Any:
    """What is wrong with each field. The words of the libraries come filled in, so they are known by what they look like."""
    if tag == FALLBACK:
        return errors
    if isinstance(errors, dict):
        return {key: field_errors(one, tag) for key, one in errors.items()}
    if isinstance(errors, list | tuple):
        return [field_errors(one, tag) for one in errors]
    return _field_error(errors, tag) if isinstance(errors, str) else errors


def _field_error(said: str, tag: str) -> str:
    if isinstance(said, Phrase):
        return _phrase(said, tag)
    known = catalogue(tag).get(said)
    if isinstance(known, str):
        return known
    for template, pattern in _filled_in(tag):
        if found := pattern.fullmatch(said):
            return _phrase(Phrase(template, **found.groupdict()), tag)
    return said


FILLED_IN = (
    "Shorter than minimum length {min}.",
    "Longer than maximum length {max}.",
    "Length must be between {min} and {max}.",
    "Must be greater than or equal to {min}.",
    "Must be less than or equal to {max}.",
    "Must be greater than or equal to {min} and less than or equal to {max}.",
    "Must be one of: {choices}.",
)


@cache
def _filled_in(tag: str) -> list[tuple[str, re.Pattern[str]]]:
    return [
        (template, re.compile(PLACEHOLDER.sub(r"(?P<\1>.+)", re.escape(template).replace(r"\{", "{").replace(r"\}", "}"))))
        for template in FILLED_IN
        if template in catalogue(tag)
    ]
