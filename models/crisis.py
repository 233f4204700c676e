"""Crisis information: emergency numbers and helplines by region and by whose crisis it is. Never empty for any region."""

from datetime import date
from functools import cache
from importlib.resources import files

from models.helpline_file import read_directory
from models.helplines import INTERNATIONAL, REGION_NAMES, Directory, Helpline, Whose


@cache
def base_directory() -> Directory:
    """The data file, read and checked once. Raises HelplineDataError, which names the entry that is wrong."""
    return read_directory(files("models").joinpath("data/helplines.toml").read_text(encoding="utf-8"))


def emergency_by_region() -> dict[str, tuple[str, ...]]:
    """Emergency numbers under each region's name in words."""
    return {REGION_NAMES[region]: found for region, found in base_directory().emergency.items()}


def emergency_numbers(directory: Directory, region: str) -> tuple[str, ...]:
    return directory.emergency.get(region) or directory.emergency[INTERNATIONAL]


def helplines(directory: Directory, region: str, whose: Whose) -> tuple[Helpline, ...]:
    """Lines for this region and case; the international ones where there is none."""
    lines = directory.lines
    here = tuple(line for line in lines if line.region == region and whose in line.whose)
    return here or tuple(line for line in lines if line.region == INTERNATIONAL and whose in line.whose)


def helplines_for_all(directory: Directory, region: str) -> tuple[Helpline, ...]:
    """Lines of every case, each once."""
    return tuple(dict.fromkeys(line for whose in Whose for line in helplines(directory, region, whose)))


def unverified(directory: Directory, today: date, regions: tuple[str, ...] = ()) -> tuple[Helpline, ...]:
    """Lines that nobody verified during the last 90 days, or ever; of these regions, or of all."""
    lines = directory.lines
    return tuple(line for line in lines if (not regions or line.region in regions) and not line.verified_at(today))
