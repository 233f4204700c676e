"""Telephone numbers, in digits or spelt out.

The rules find runs of digits; phonenumbers decides. Invariant: an emergency number, a helpline and any number that
belongs to a service and not to a person (freephone, shared cost, premium rate) is never a hit.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, ValidationResult

Span = tuple[int, int]
Group = tuple[int, int, str]  # of digits, perhaps with a plus before them: start, end, itself

_OF_SERVICES = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
_GROUP = re.compile(r"\+?\d{1,26}")
_SHORTEST_HELPLINE, _FEWEST_DIGITS, _MOST_DIGITS = 5, 7, 15
_MOST_TRIES = 4  # per run of digits; a try costs about 50 us
_CUE = re.compile(r"\b(?:call|text|ring|phone|mobile|mob|cell|tel|sms|whatsapp|landline)\b")
_CUE_REACH = 40
_NEVER_DIALLED = "UN001"  # what an unknown region falls back to: only numbers with + are then understood

_SPELT = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "nil": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_SPELT_WORD = re.compile(r"[^\W_]{1,26}")


class TelephoneChecks:
    """`helplines`: numbers of helplines as digits, in national form."""

    def __init__(self, helplines: frozenset[str]) -> None:
        self._helplines = helplines

    def digits(self, text: str, span: Span, region: str) -> Span | None:
        """The part of a run of digits that is somebody's telephone number."""
        groups = [(found.start(), found.end(), found.group()) for found in _GROUP.finditer(text, *span)]
        tries = 0
        # A time or a dose may stand before or after the number: what begins as one dials first, then the longest.
        for first, last in sorted(_windows(groups), key=lambda window: groups[window[0]][2][0] not in "+0"):
            digits = "".join(group for _, _, group in groups[first : last + 1])
            if digits.lstrip("+") in self._helplines:
                return None
            if len(digits.lstrip("+")) < _FEWEST_DIGITS:
                continue
            if tries == _MOST_TRIES:
                return None
            tries += 1
            start = groups[first][0]
            whole = last - first + 1 == len(groups)
            if self._belongs_to_somebody(digits, region, cue=_has_cue(text, start), whole=whole):
                return start, groups[last][1]
        return None

    def spelt(self, text: str, span: Span, region: str) -> Span | None:
        digits, times, spelt = "", 1, 0
        for word in _SPELT_WORD.findall(text[slice(*span)].lower()):
            if word in _TIMES:
                times = _TIMES[word]
                continue
            spelt += word in _SPELT
            digits += _SPELT.get(word, word if word.isdecimal() else "") * times
            times = 1
        if not spelt or digits in self._helplines:
            return None  # plain digits have a rule of their own
        return span if self._belongs_to_somebody(digits, region, cue=True, whole=True) else None

    @staticmethod
    def _belongs_to_somebody(digits: str, region: str, *, cue: bool, whole: bool) -> bool:
        if not cue and not _is_dialled(digits, region):
            return False  # asked first: to parse costs ten times as much
        try:
            number = phonenumbers.parse(digits, region.upper() or _NEVER_DIALLED)
        except NumberParseException:
            return False
        kind = phonenumbers.number_type(number)
        if kind != PhoneNumberType.UNKNOWN:
            return kind not in _OF_SERVICES
        possible = phonenumbers.is_possible_number_with_reason(number)
        return cue and whole and possible == ValidationResult.IS_POSSIBLE_LOCAL_ONLY


def _is_dialled(digits: str, region: str) -> bool:
    """Whether the digits begin as one dials them: many a membership number is a telephone number without its zero."""
    prefix = phonenumbers.ndd_prefix_for_region(region.upper(), strip_non_digits=True)
    return prefix != "0" or digits.startswith(("0", "+"))


def _has_cue(text: str, start: int) -> bool:
    return _CUE.search(text, max(0, start - _CUE_REACH), start) is not None


def _windows(groups: Sequence[Group]) -> Iterator[tuple[int, int]]:
    """First and last of neighbouring groups that hold as many digits as a helpline or a telephone number, longest first."""
    sums = list(accumulate((len(group) for _, _, group in groups), initial=0))
    for size in range(len(groups), 0, -1):
        for first, (before, after) in enumerate(zip(sums, sums[size:], strict=False)):
            if _SHORTEST_HELPLINE <= after - before <= _MOST_DIGITS + 1:  # a plus may count
                yield first, first + size - 1
