"""What a line of help is: how it is reached, when, by whom, and whether anybody has called it lately."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from models.opening_hours import OpeningHours

INTERNATIONAL = "ZZ"  # the user-assigned code that stands for "anywhere else"
VERIFIED_FOR = timedelta(days=90)  # numbers and hours change: after this long somebody should have called again

REGION_NAMES = {
    "AU": "Australia",
    "NZ": "New Zealand",
    "GB": "United Kingdom",
    "IE": "Ireland",
    "US": "United States",
    "CA": "Canada",
    INTERNATIONAL: "Elsewhere, from a mobile phone",
}


class Whose(StrEnum):
    """Whose crisis it is; each has its own signposts."""

    CARER = "carer"
    CONSUMER = "consumer"
    CHILD = "child"
    VIOLENCE = "violence"


class Way(StrEnum):
    """How a line is reached."""

    PHONE = "phone"
    SMS = "sms"
    CHAT = "chat"


WAY_WORDS = {Way.PHONE: "telephone", Way.SMS: "text message", Way.CHAT: "chat"}


@dataclass(frozen=True, kw_only=True)
class Helpline:
    """`id` is a slug that stays for ever; `region` is ISO 3166-1 alpha-2, or ZZ; `languages` are BCP 47.

    `hours` has every way it is reached. `sms` is a number, or a word and a number: "SHOUT to 85258". `for_whom` and `note`
    are for people to read. `entry` is what the line was read from, as the file has it, without the day it was verified.
    """

    id: str
    region: str
    name: str
    for_whom: str
    whose: tuple[Whose, ...]
    hours: tuple[tuple[Way, OpeningHours], ...]
    languages: tuple[str, ...]
    source: str
    phone: str | None = None
    sms: str | None = None
    chat_url: str | None = None
    note: str | None = None
    last_verified_on: date | None = None
    entry: Mapping[str, Any] = field(compare=False, repr=False)

    def open_ways(self, now: datetime) -> tuple[Way, ...]:
        return tuple(way for way, hours in self.hours if hours.open_at(now))

    def open_at(self, now: datetime) -> bool:
        return bool(self.open_ways(now))

    def hours_in_words(self) -> str:
        """All ways in one phrase where they keep the same hours, each by itself where they do not."""
        first = self.hours[0][1]
        if all(hours == first for _, hours in self.hours):
            words = first.words()
        else:
            words = "; ".join(f"{WAY_WORDS[way]}: {hours.words()}" for way, hours in self.hours)
        return f"{words[0].upper()}{words[1:]}" + (f". {self.note}" if self.note else "")

    def verified_at(self, today: date) -> bool:
        """Whether somebody verified this line lately. A day that has not come yet is a slip of the pen."""
        day = self.last_verified_on
        return day is not None and day <= today and today - day <= VERIFIED_FOR


@dataclass(frozen=True, kw_only=True)
class Directory:
    """The emergency numbers of every region, and every line that is shown."""

    emergency: Mapping[str, tuple[str, ...]]
    lines: tuple[Helpline, ...]
