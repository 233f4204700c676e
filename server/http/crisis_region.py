"""Which lines a request for /crisis means. Whatever is asked, it means some: nobody is refused for how they asked."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from models.helplines import INTERNATIONAL, REGION_NAMES, Whose

ALSO_CALLED = {"UK": "GB"}
LANGUAGE_REGION = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?-(?P<region>[A-Za-z]{2})(?:-.*)?")
UNASKED = "en-us"  # what a device says that nobody ever told where it is
LOOKED_AT = 500  # characters: what is longer is nobody's real question


class Asked(NamedTuple):
    region: str
    whose: Whose | None


def read_asked(environ: Mapping[str, Any], own_region: str | None) -> Asked:
    """`own_region` is where the service is."""
    query = dict(parse_qsl(environ.get("QUERY_STRING", "")[:LOOKED_AT], errors="replace"))
    asked = query.get("region", "").strip().upper()
    asked = ALSO_CALLED.get(asked, asked)
    if asked in REGION_NAMES:
        region = asked
    elif len(asked) == len(INTERNATIONAL) and asked.isascii() and asked.isalpha():
        region = INTERNATIONAL  # a country, but none we have lines of
    else:
        region = _region_of_languages(environ, own_region) or own_region or INTERNATIONAL
    whose = query.get("whose")
    return Asked(region, Whose(whose) if whose in CASES else None)


CASES = frozenset(Whose)


def _region_of_languages(environ: Mapping[str, Any], own_region: str | None) -> str | None:
    """The region that the device's languages name, if there are lines for it."""
    header = environ.get("HTTP_ACCEPT_LANGUAGE", "")[:LOOKED_AT]
    for language, _ in parse_accept_header(header, LanguageAccept) if header else ():
        found = LANGUAGE_REGION.fullmatch(language)
        region = found["region"].upper() if found else None
        if region in REGION_NAMES and not (language.lower() == UNASKED and own_region):
            return region
    return None
