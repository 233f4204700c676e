"""Text that remembers how it was made, so that a door can say it in another language. Knows no language itself.

Whoever only reads it has a string like any other, in English. Invariant: what people wrote is a fact of a phrase and never
its template.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import Any, Self

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
OR = "{one} or {other}"
DATE = "{weekday} {day} {month} {year}, {time}"
COUNTED = (("{count} second", "{count} seconds"), ("{count} minute", "{count} minutes"))


class Phrase(str):
    """`template` with `facts` filled in, which may be phrases. `key` is what a catalogue has it under."""

    __slots__ = ("facts", "key", "template")
    template: str
    key: str
    facts: Mapping[str, Any]

    def __new__(cls, template: str, /, **facts: Any) -> Self:
        made = super().__new__(cls, template.format(**facts))
        made.template = made.key = template
        made.facts = facts
        return made


def counted(one: str, many: str, count: int) -> Phrase:
    """Words that depend on `{count}`; a catalogue has them under those for one."""
    made = Phrase(one if count == 1 else many, count=count)
    made.key = one
    return made


def seconds(count: int) -> Phrase:
    return counted(*COUNTED[0], count)


def minutes(count: int) -> Phrase:
    return counted(*COUNTED[1], count)


def joined(parts: Sequence[str]) -> Phrase:
    """One after the other."""
    facts = {f"part{number}": part for number, part in enumerate(parts)}
    return Phrase(" ".join(f"{{{name}}}" for name in facts), **facts)


def any_of(parts: Sequence[str]) -> str:
    """`000 or 112`."""
    return reduce(lambda one, other: Phrase(OR, one=one, other=other), parts)


def date_in_words(local: datetime) -> Phrase:
    """As `Saturday 28 November 2026, 14:05`, on the clock that it comes with."""
    return Phrase(
        DATE,
        weekday=Phrase(WEEKDAYS[local.weekday()]),
        day=local.day,
        month=Phrase(MONTHS[local.month - 1]),
        year=local.year,
        time=f"{local:%H:%M}",
    )
