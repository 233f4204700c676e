"""The words in which peer workers say who they are and carers say whom they look for: read from one data file.

Codes are stored and sent; labels are for people. `reason` says why somebody is suggested, in words and never as a score.
"""

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

from models.contact_windows import DAYS

# A language, and where it makes a difference how it is written and where it is spoken.
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Parts of a day as hours on the carer's clock.
PARTS: Mapping[str, tuple[int, int]] = {"morning": (6, 12), "afternoon": (12, 18), "evening": (18, 23)}
YEARS: Mapping[str, int] = {"2_plus": 2, "5_plus": 5, "10_plus": 10, "20_plus": 20}


class Trait(StrEnum):
    """What can be looked for, in the order in which reasons are given."""

    RELATIONSHIP = "relationship"
    CONDITION = "condition"
    LANGUAGE = "language"
    CULTURE = "culture"
    GENDER = "gender"
    AGE_BAND = "age_band"
    YEARS_AS_CARER = "years_as_carer"
    TOPIC = "topic"
    TIME = "time"  # a part of a day of the week, on the carer's clock


# The traits of a profile that hold several values, and the field each has there.
SEVERAL: Mapping[Trait, str] = {
    Trait.RELATIONSHIP: "relationships",
    Trait.CONDITION: "conditions",
    Trait.LANGUAGE: "languages",
    Trait.CULTURE: "cultures",
    Trait.TOPIC: "topics",
}
ONE: Mapping[Trait, str] = {Trait.GENDER: "gender", Trait.AGE_BAND: "age_band"}


@cache
def _data() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("models").joinpath("data/peer_profiles.toml").read_text(encoding="utf-8"))


@cache
def labels(trait: Trait) -> Mapping[str, str]:
    """Code -> label of every value there is; of languages those that have a name here."""
    if trait is Trait.TIME:
        return {f"{day}_{part}": f"{name} {part}" for day, name in zip(DAYS, DAY_NAMES, strict=True) for part in PARTS}
    return _data()[trait.value]


def is_value(trait: Trait, value: str) -> bool:
    return LANGUAGE.fullmatch(value) is not None if trait is Trait.LANGUAGE else value in labels(trait)


def label(trait: Trait, value: str) -> str:
    """A value that has no label any more, or never had one, is shown as it is."""
    found = labels(trait).get(value)
    if found is None and trait is Trait.LANGUAGE:
        found = labels(trait).get(value.partition("-")[0])
    return found or value


def reason(trait: Trait, value: str) -> str:
    """Why a worker who has what a carer looks for is suggested: "Speaks Greek", "Free on Thursday evenings"."""
    shown = label(trait, value)
    match trait:
        case Trait.RELATIONSHIP:
            return f"Also cared for {_data()['cared_for'].get(value, 'somebody close')}"
        case Trait.CONDITION:
            return f"Knows about {in_a_sentence(shown)} from caring"
        case Trait.LANGUAGE:
            return f"Speaks {shown}"
        case Trait.CULTURE:
            return f"Background: {shown}"
        case Trait.GENDER:
            return f"Gender: {in_a_sentence(shown)}"
        case Trait.AGE_BAND:
            return f"Is {in_a_sentence(shown)} years old" if value != "70_plus" else "Is 70 or older"
        case Trait.YEARS_AS_CARER:
            return f"Has been a carer for {in_a_sentence(shown)}"
        case Trait.TOPIC:
            return f"Is glad to talk about {in_a_sentence(shown)}"
        case Trait.TIME:
            return f"Free on {shown}s"


def in_a_sentence(shown: str) -> str:
    """A label within a sentence; what is written in capitals stays so."""
    return shown if shown[1:2].isupper() else shown[:1].lower() + shown[1:]
