"""How well a worker fits what a carer looks for, and why: pure, and quick for thousands of workers.

What a worker has is one whole number, a bit for each trait and value; what a carer looks for is such a number for each
weight. Which bit is whose is settled as values are met, holds within this process, and is written down nowhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from models.contact_windows import DAY_MINUTES, DAYS, WEEK, windows_of
from models.peer_vocabulary import ONE, PARTS, SEVERAL, YEARS, Trait, labels, reason
from models.preferences import COUNTS, Preference, Weight

HOUR = 60
WEEK_MINUTES = WEEK * DAY_MINUTES
ENOUGH = 30  # minutes of a part of a day in which a worker must be there to be called free then
MIXED = 2**64 - 1

_bits: dict[tuple[Trait, str], int] = {
    pair: 1 << number for number, pair in enumerate((trait, value) for trait in Trait for value in labels(trait))
}


def bit_of(trait: Trait, value: str) -> int:
    """Of what a worker has. A language without a name is given a bit when the first worker speaks it."""
    return _bits.setdefault((trait, value), 1 << len(_bits))


def find_bit(trait: Trait, value: str) -> int:
    """Of what somebody looks for; 0 where no worker has it. Whatever is asked for, nothing is kept of it."""
    return _bits.get((trait, value), 0)


def form_of(says: Mapping[str, Any]) -> int:
    """A profile as it is matched. A language of a place, or in a script, also counts as the language."""
    found = 0
    for trait, field in SEVERAL.items():
        for value in says[field]:
            found |= bit_of(trait, value)
            while trait is Trait.LANGUAGE and "-" in value:
                value = value.rpartition("-")[0]  # noqa: PLW2901 - el-CY, then el
                found |= bit_of(trait, value)
    for trait, field in ONE.items():
        if says[field] is not None:
            found |= bit_of(trait, says[field])
    for value, years in YEARS.items():
        if (says["years_as_carer"] or 0) >= years:
            found |= bit_of(Trait.YEARS_AS_CARER, value)
    return found


@lru_cache(maxsize=16_384)
def times_of(windows: str, ahead: int) -> int:
    """When contact windows are open, as parts of days on a clock that is `ahead` minutes ahead of the worker's."""
    found = 0
    for window in windows_of(windows):
        found |= _times_within((window.day * DAY_MINUTES + window.opens + ahead) % WEEK_MINUTES, window.minutes)
    return found


@lru_cache(maxsize=16_384)
def _times_within(opens: int, minutes: int) -> int:
    """Parts of days in which somebody is there long enough, from minute `opens` of a week on. Many share their hours."""
    found, enough = 0, min(ENOUGH, minutes)
    for number, day in enumerate(DAYS):
        for part, (since, until) in PARTS.items():
            start, end = number * DAY_MINUTES + since * HOUR, number * DAY_MINUTES + until * HOUR
            for week in (0, WEEK_MINUTES):  # what begins on Sunday may go on in Monday
                if min(end + week, opens + minutes) - max(start + week, opens) >= enough:
                    found |= bit_of(Trait.TIME, f"{day}_{part}")
    return found


@dataclass(frozen=True, slots=True)
class Wish:
    """What a carer looks for, as it is matched."""

    matters: int
    matters_a_lot: int

    @classmethod
    def of(cls, preferences: Iterable[Preference]) -> "Wish":
        """Made once the workers' own forms are there."""
        found = dict.fromkeys(Weight, 0)
        for each in preferences:
            found[each.weight] |= find_bit(each.kind, each.value)
        return cls(found[Weight.MATTERS], found[Weight.MATTERS_A_LOT])

    def fits(self, form: int) -> int:
        """The more, the better; for ordering only, and shown to nobody."""
        return (form & self.matters).bit_count() + COUNTS[Weight.MATTERS_A_LOT] * (form & self.matters_a_lot).bit_count()


def reasons(preferences: Sequence[Preference], form: int) -> list[str]:
    """Every preference that is met, in words: what matters a lot first, then by trait."""
    order = list(Trait)
    met = [each for each in preferences if form & find_bit(each.kind, each.value)]
    met.sort(key=lambda each: (each.weight is not Weight.MATTERS_A_LOT, order.index(each.kind)))
    return [reason(each.kind, each.value) for each in met]


def lot_of(person_id: str) -> int:
    """A number by which ties are broken: of a worker and a carer together it orders the same for one carer each time, and
    differently from one carer to the next, so that nobody is always first or always last.
    """
    return int.from_bytes(blake2b(person_id.encode(), digest_size=8).digest(), "big")


def drawn(worker_lot: int, carer_lot: int) -> int:
    mixed = (worker_lot ^ carer_lot) * 0x9E3779B97F4A7C15 & MIXED
    return (mixed ^ mixed >> 29) * 0xBF58476D1CE4E5B9 & MIXED
