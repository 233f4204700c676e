"""Crisis information: emergency numbers and helplines by region and by whose crisis it is. Never empty for any region."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

INTERNATIONAL = "ZZ"  # the user-assigned code that stands for "anywhere else"


class Whose(StrEnum):
    """Whose crisis it is; each has its own signposts."""

    CARER = "carer"
    CONSUMER = "consumer"
    CHILD = "child"
    VIOLENCE = "violence"


@dataclass(frozen=True, kw_only=True)
class Helpline:
    """`region` is ISO 3166-1 alpha-2, or ZZ; `hours` are in words, in the line's own time."""

    region: str
    name: str
    hours: str
    whose: tuple[Whose, ...]
    source: str
    phone: str | None = None
    sms: str | None = None
    chat_url: str | None = None
    last_verified_on: str | None = None


@cache
def _data() -> tuple[dict[str, tuple[str, ...]], tuple[Helpline, ...]]:
    raw = tomllib.loads(files("models").joinpath("data/helplines.toml").read_text(encoding="utf-8"))
    lines = tuple(Helpline(**{**entry, "whose": tuple(Whose(kind) for kind in entry["whose"])}) for entry in raw["helpline"])
    return {region: tuple(numbers) for region, numbers in raw["emergency"].items()}, lines


REGION_NAMES = {
    "AU": "Australia",
    "NZ": "New Zealand",
    "GB": "United Kingdom",
    "IE": "Ireland",
    "US": "United States",
    "CA": "Canada",
    INTERNATIONAL: "Elsewhere, from a mobile phone",
}


def emergency_by_region() -> dict[str, tuple[str, ...]]:
    """Emergency numbers under each region's name in words."""
    numbers, _ = _data()
    return {REGION_NAMES[region]: found for region, found in numbers.items()}


def emergency_numbers(region: str) -> tuple[str, ...]:
    numbers, _ = _data()
    return numbers.get(region) or numbers[INTERNATIONAL]


def helplines(region: str, whose: Whose) -> tuple[Helpline, ...]:
    """Lines for this region and case; the international ones where there is none."""
    _, lines = _data()
    here = tuple(line for line in lines if line.region == region and whose in line.whose)
    return here or tuple(line for line in lines if line.region == INTERNATIONAL and whose in line.whose)
