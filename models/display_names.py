"""Display names are pseudonyms: they do not pass for a role, and a person who seems to give away who they are is warned.

What two names must not share is in `name_skeletons`. Pure.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from models.name_skeletons import skeleton_of

LONGEST = 40

# What the people of a service are called. A word of the name that begins so passes for one of them.
STAFF_STEMS = (
    "admin", "moderat", "coordinat", "supervis", "facilitat", "counsel", "therapist", "psycholog", "psychiat", "clinician",
    "helpline", "hearthside", "professional",
)  # fmt: skip
STAFF_WORDS = (
    "mod",
    "mods",
    "dr",
    "doctor",
    "prof",
    "professor",
    "nurse",
    "staff",
    "support",
    "official",
    "service",
    "system",
)
# Found however the letters are spaced: nobody's own name holds them.
STAFF_ANYWHERE = (
    "moderator", "coordinator", "supervisor", "facilitator", "administrator", "hearthside", "peerworker", "socialworker",
    "caseworker", "supportworker", "crisisteam", "peersupport",
)  # fmt: skip

GIVEN_NAMES = frozenset(FREQUENCY_LISTS["male_names"]) | frozenset(FREQUENCY_LISTS["female_names"])
SURNAMES = frozenset(FREQUENCY_LISTS["surnames"])
ADDRESS = re.compile(r"\S+\s*@\s*\S+\.\S+")
MANY_DIGITS = 7  # as many as the shortest telephone numbers have
FULL_NAME_WORDS = 2

ADDITIONS = (
    "Hill", "Creek", "Meadow", "Harbour", "Grove", "Valley", "Garden", "Shore", "Ridge", "Field", "Brook", "Cove", "Forest",
    "Island", "Orchard", "River", "Summit", "Garnet", "Amber", "Coral", "Indigo", "Olive", "Saffron", "Teal",
)  # fmt: skip


class NameWarning(StrEnum):
    """Why a name may say more about a person than they want to."""

    FULL_NAME = "full_name"
    EMAIL_ADDRESS = "email_address"
    PHONE_NUMBER = "phone_number"


WARNINGS: dict[NameWarning, str] = {
    NameWarning.FULL_NAME: "This looks like a first and last name, by which others could know you. A made-up one is safer.",
    NameWarning.EMAIL_ADDRESS: "This looks like an e-mail address. Everybody in your groups could read it.",
    NameWarning.PHONE_NUMBER: "This looks like a telephone number. Everybody in your groups could read it.",
}


@dataclass(frozen=True, kw_only=True)
class Warned:
    code: NameWarning
    text: str


def passes_for_staff(name: str) -> bool:
    """Whether others could take the bearer for one of the people who run the service, however it is spelt."""
    words = [skeleton_of(word) for word in re.split(r"[\s._\-/|,;:]+", name) if word]
    whole = skeleton_of(name)
    return (
        any(word.startswith(_STEMS) or word in _WORDS for word in words)
        or whole in _WORDS
        or any(part in whole for part in _ANYWHERE)
    )


def warnings_about(name: str, region: str | None) -> list[Warned]:
    """What the name seems to give away. `region` is where the bearer's telephone is at home, if that is known."""
    tests = {
        NameWarning.FULL_NAME: _full_name(name),
        NameWarning.EMAIL_ADDRESS: ADDRESS.search(name) is not None,
        NameWarning.PHONE_NUMBER: _phone_number(name, region),
    }
    return [Warned(code=code, text=WARNINGS[code]) for code, found in tests.items() if found]


def ideas_like(name: str) -> Sequence[str]:
    """Names near this one, for somebody whose first choice is taken; the same for everybody who asks."""
    stem = name[: LONGEST - max(map(len, ADDITIONS)) - 1].strip()
    start = hashlib.sha256(name.encode()).digest()[0] % len(ADDITIONS)
    return [f"{stem} {word}" for word in (*ADDITIONS[start:], *ADDITIONS[:start])]


def _full_name(name: str) -> bool:
    words = [word for word in re.split(r"[\s.]+", name) if word[:1].isupper() and len(word) > 1 and word[1:].islower()]
    folded = [word.lower() for word in words]
    if len(words) < FULL_NAME_WORDS:
        return False
    return folded[0] in GIVEN_NAMES or (folded[-1] in GIVEN_NAMES and folded[0] in SURNAMES)


def _phone_number(name: str, region: str | None) -> bool:
    if sum(character.isdigit() for character in name) >= MANY_DIGITS:
        return True
    return region is not None and phonenumbers.PhoneNumberMatcher(name, region).has_next()


_STEMS = tuple(map(skeleton_of, STAFF_STEMS))
_WORDS = frozenset(map(skeleton_of, STAFF_WORDS))
_ANYWHERE = tuple(map(skeleton_of, STAFF_ANYWHERE))
