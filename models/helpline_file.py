"""Reading models/data/helplines.toml. A slip in it would send somebody to a wrong number: everything is checked."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from models.helplines import INTERNATIONAL, REGION_NAMES, Directory, Helpline, Way, Whose
from models.opening_hours import OpeningHours, UnreadableHours, read_hours

REQUIRED = {"id", "region", "name", "zone", "hours", "whose", "for_whom", "languages", "source"}
WAY_FIELDS = {Way.PHONE: "phone", Way.SMS: "sms", Way.CHAT: "chat_url"}
OPTIONAL = {*WAY_FIELDS.values(), "note", "last_verified_on"}

DIALLED = re.compile(r"\d[\d -]*")
TEXTED = re.compile(r"(?:(?P<word>[A-Za-z]+) to )?(?P<number>\d[\d ]*)")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,58}[a-z0-9]")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")


class HelplineDataError(Exception):
    """The data file cannot be used; the message names the entry and what is wrong with it."""


def read_directory(text: str) -> Directory:
    """Raises HelplineDataError."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise HelplineDataError(f"helplines.toml cannot be read: {error}") from error
    emergency = _read_emergency(raw.get("emergency", {}))
    lines = tuple(_read_numbered(position, entry) for position, entry in enumerate(raw.get("helpline", ()), start=1))
    names = [(line.region, line.name) for line in lines]
    for region, name in names:
        if names.count((region, name)) > 1:
            raise HelplineDataError(f'helplines.toml: "{name}" ({region}) is there twice')
    ids = [line.id for line in lines]
    if twice := {one for one in ids if ids.count(one) > 1}:
        raise HelplineDataError(f"helplines.toml: the id {min(twice)} is there twice")
    for whose in Whose:
        if not any(line.region == INTERNATIONAL and whose in line.whose for line in lines):
            raise HelplineDataError(
                f"helplines.toml: no line of region {INTERNATIONAL} is for {whose}, which all others fall back to"
            )
    return Directory(emergency=emergency, lines=lines)


def _read_emergency(raw: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    for region in REGION_NAMES.keys() | raw.keys():
        numbers = raw.get(region)
        if region not in REGION_NAMES:
            raise HelplineDataError(f"helplines.toml, emergency: {region} is not a region there are lines for")
        if (
            not isinstance(numbers, list)
            or not numbers
            or not all(isinstance(one, str) and one.isdecimal() for one in numbers)
        ):
            raise HelplineDataError(f"helplines.toml, emergency: {region} needs a list of numbers in digits")
    return {region: tuple(numbers) for region, numbers in raw.items()}


def read_line(entry: Mapping[str, Any], *, last_verified_on: date | None) -> Helpline:
    """One line as somebody of the service wrote it. Raises HelplineDataError, which says what cannot be so."""
    try:
        return _checked({**entry, **({"last_verified_on": last_verified_on} if last_verified_on else {})})
    except UnreadableHours as error:
        raise HelplineDataError(str(error)) from error


def _read_numbered(position: int, entry: dict[str, Any]) -> Helpline:
    name = f'helplines.toml, entry {position}, "{entry.get("name", "no name")}" ({entry.get("region", "no region")})'
    try:
        return _checked(entry)
    except (UnreadableHours, HelplineDataError) as error:
        raise HelplineDataError(f"{name}: {error}") from error


def _checked(entry: dict[str, Any]) -> Helpline:
    if missing := REQUIRED - entry.keys():
        raise HelplineDataError(f"{', '.join(sorted(missing))} missing")
    if unknown := entry.keys() - REQUIRED - OPTIONAL:
        raise HelplineDataError(f"{', '.join(sorted(unknown))} unknown")
    for field in (entry.keys() & (REQUIRED | OPTIONAL)) - {"hours", "whose", "languages", "last_verified_on"}:
        if not isinstance(entry[field], str) or not entry[field].strip():
            raise HelplineDataError(f"{field} must be text")
    _require(SLUG.fullmatch(entry["id"]), "id must be of a-z, 0-9 and hyphens")
    _require(entry["region"] in REGION_NAMES, "region is not one there are lines for")
    _require(entry["zone"] in _zones(), "zone is not an IANA time zone")
    _require(DIALLED.fullmatch(entry.get("phone", "0")), "phone must be what is dialled: digits, spaces, hyphens")
    _require(TEXTED.fullmatch(entry.get("sms", "0")), 'sms must be a number, or like "SHOUT to 85258"')
    for field in {"source", "chat_url"} & entry.keys():
        url = urlsplit(entry[field])
        _require(url.scheme == "https" and url.hostname, f"{field} must be an https address")
    languages, whose = _texts(entry, "languages"), _texts(entry, "whose")
    _require(all(map(LANGUAGE.fullmatch, languages)), "languages must be BCP 47 tags such as en or fr-CA")
    _require(set(whose) <= set(Whose), f"whose must be of {', '.join(Whose)}")
    verified = entry.get("last_verified_on")
    _require(
        verified is None or type(verified) is date, "last_verified_on must be a date such as 2026-03-01, without quotes"
    )
    read = {
        "whose": tuple(Whose(kind) for kind in whose),
        "languages": languages,
        "hours": _read_ways(entry),
        "entry": {name: value for name, value in entry.items() if name != "last_verified_on"},
    }
    return Helpline(**{name: value for name, value in {**entry, **read}.items() if name != "zone"})


def _read_ways(entry: dict[str, Any]) -> tuple[tuple[Way, OpeningHours], ...]:
    ways = [way for way, field in WAY_FIELDS.items() if field in entry]
    _require(ways, "neither phone nor sms nor chat_url is there")
    written = entry["hours"] if isinstance(entry["hours"], dict) else dict.fromkeys(ways, entry["hours"])
    _require(set(written) == set(ways), f"hours must be for exactly {', '.join(ways)}")
    return tuple((way, read_hours(entry["zone"], written[way])) for way in ways)


def _texts(entry: dict[str, Any], field: str) -> tuple[str, ...]:
    found = entry[field]
    _require(
        isinstance(found, list) and found and all(isinstance(one, str) for one in found), f"{field} must be a list of texts"
    )
    return tuple(found)


@cache
def _zones() -> set[str]:
    return available_timezones()


def _require(holds: object, words: str) -> None:
    if not holds:
        raise HelplineDataError(words)


def text_number(sms: str) -> tuple[str, str | None]:
    """The number a text goes to, and the word it must begin with."""
    found = TEXTED.fullmatch(sms)
    if found is None:
        raise HelplineDataError(f"{sms!r} is not a number to text")
    return found["number"].replace(" ", ""), found["word"]
