"""The index: which of a thousand patterns can match at all, asked of all of them at once.

Owns the way from letters to matches. Invariant: what it leaves out cannot match; what it costs grows with the message and
with the number of patterns, never with the length of a word list.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import repeat
from operator import or_
from typing import Generic, TypeVar

from moderation.screening.lexicon import END
from moderation.screening.phrases import FURTHEST_BACK, LOOKAHEAD, NEAR, Pattern

Entry = TypeVar("Entry")
Among = tuple[int, int]  # a bit for each pattern to look for, on either shelf
Wanted = Callable[[int, int], Among]  # of a stretch and what is looked back at from there
Found = tuple[Entry, int, int, int, int]  # whose pattern matched; then as Pattern.spans
Search = Callable[[str, int, int], re.Match[str] | None]
Stretch = tuple[int, int, int, int]  # begin, end, how far a match that begins in it may reach, and a bit for what may match

_LONG, _LONG_ACROSS = 96, 200  # letters: what is longer is looked at in stretches half as long
# Of a pattern that are asked for: what is more usual than four others hardly ever makes the difference.
_MOST_ITEMS = 4  # Shelf.possible() halves them twice
_NOTHING = repeat(0)


@dataclass(frozen=True)
class Shelf(Generic[Entry]):
    """Patterns, and for every letter which of their obligatory items it fulfils.

    What is fulfilled is one large number, so that all patterns are looked at together: looked at one by one, their sets of
    letters would lie all over the memory. The first `size` bits are everybody's rarest item, the next `size` bits the second
    item, and so on up to the fourth.
    """

    patterns: tuple[tuple[Pattern, Entry], ...]
    searches: list[Search]  # of the patterns, at hand
    fulfils: Mapping[str, int]
    without: int  # a bit for each item that a pattern has not: there is nothing to fulfil
    size: int
    half: int  # twice the size: where the third items begin
    rarest: frozenset[str]  # a text without any of these letters matches nothing
    longest: int  # letters that a match may hold

    def possible(self, letters: Iterable[str]) -> int:
        """A bit for each pattern of which the rarest obligatory items occur."""
        fulfilled = reduce(or_, map(self.fulfils.get, set(letters), _NOTHING), 0)
        fulfilled |= self.without  # last: the others are short as long as only rare letters are among them
        fulfilled &= fulfilled >> self.half
        return fulfilled & (fulfilled >> self.size)

    def among(self, entries: Collection[Entry]) -> int:
        """A bit for each pattern of these entries."""
        return sum(1 << number for number, (_, entry) in enumerate(self.patterns) if entry in entries)


@dataclass(frozen=True)
class Index(Generic[Entry]):
    """Hardly a pattern goes past a sentence's end: those that do not are looked for sentence by sentence."""

    within: Shelf[Entry]
    across: Shelf[Entry]

    @property
    def patterns(self) -> tuple[tuple[Pattern, Entry], ...]:
        return self.within.patterns + self.across.patterns

    def among(self, entries: Collection[Entry]) -> Among:
        """Which patterns to look for, to be wanted of `matches`."""
        return self.within.among(entries), self.across.among(entries)

    def matches(self, letters: str, most: int, wanted: Wanted | None = None) -> list[Found[Entry]]:
        """What matches, at most `most` times per pattern: see Pattern.spans. `wanted`: which patterns, else all."""
        found: list[Found[Entry]] = []
        if stretches := self._sentences(letters):
            found += _matches(self.within, letters, stretches, most, wanted, 0)
        if not self.across.rarest.isdisjoint(letters):
            stretches = _stretches(self.across, letters, 0, len(letters), _LONG_ACROSS)
            found += _matches(self.across, letters, stretches, most, wanted, 1)
        return found

    def _sentences(self, letters: str) -> list[Stretch]:
        """Those in which something may match. The end itself is left out: no pattern that stays within holds one."""
        shelf, begin = self.within, 0
        stretches: list[Stretch] = []
        for sentence in letters.split(END):
            end = begin + len(sentence) + 1
            if len(sentence) >= _LONG:
                stretches += _stretches(shelf, letters, begin, min(end, len(letters)), _LONG)
            elif sentence and (possible := shelf.possible(sentence)):
                stretches.append((begin, end, end, possible))
            begin = end
        return stretches


def _stretches(shelf: Shelf[Entry], letters: str, begin: int, end: int, long: int) -> list[Stretch]:
    """In a short stretch few patterns have all their words: a message of nothing but beginnings of rules costs little."""
    step = long // 2 if end - begin > long else end - begin
    stretches: list[Stretch] = []
    for start in range(begin, end, step):
        stop = min(start + step, end)
        reach = min(stop + shelf.longest, end)
        if possible := shelf.possible(letters[start : min(stop + NEAR, reach)]):
            stretches.append((start, stop, reach, possible))
    return stretches


def _matches(
    shelf: Shelf[Entry], letters: str, stretches: Iterable[Stretch], most: int, wanted: Wanted | None, side: int
) -> list[Found[Entry]]:
    """`side`: which of the two in Among is about this shelf."""
    matches: list[Found[Entry]] = []
    counted: defaultdict[int, int] = defaultdict(int)
    searches = shelf.searches
    for begin, end, reach, possible in stretches:
        if wanted is not None:
            possible &= wanted(max(0, begin - FURTHEST_BACK), reach)[side]  # noqa: PLW2901
        stop = reach + LOOKAHEAD
        while possible:
            number = possible.bit_length() - 1
            possible ^= 1 << number  # noqa: PLW2901
            found = searches[number](letters, begin, stop)
            while found and found.start() < end and counted[number] < most:  # most patterns that could match do not
                counted[number] += 1
                pattern, entry = shelf.patterns[number]
                matches.append((entry, *pattern.spans(letters, found)))
                found = searches[number](letters, found.end(), stop)
    return matches


def build(compiled: Iterable[tuple[Pattern, Entry]]) -> Index[Entry]:
    compiled = list(compiled)
    return Index(
        _shelf(pair for pair in compiled if not pair[0].crosses), _shelf(pair for pair in compiled if pair[0].crosses)
    )


def _shelf(compiled: Iterable[tuple[Pattern, Entry]]) -> Shelf[Entry]:
    patterns = tuple(sorted(compiled, key=lambda pair: -len(pair[0].needs)))
    size, without = len(patterns), 0
    fulfils: defaultdict[str, int] = defaultdict(int)
    for number, (pattern, _) in enumerate(patterns):
        for rank in range(_MOST_ITEMS):
            bit = 1 << (rank * size + number)
            if rank >= len(pattern.needs):
                without |= bit
                continue
            for letter in pattern.needs[rank]:
                fulfils[letter] |= bit
    return Shelf(
        patterns=patterns,
        searches=_when_needed([pattern for pattern, _ in patterns]),
        fulfils=dict(fulfils),
        without=without,
        size=size,
        half=2 * size,
        rarest=frozenset().union(*(pattern.needs[0] for pattern, _ in patterns)),
        longest=max((pattern.longest for pattern, _ in patterns), default=0),
    )


def _when_needed(patterns: Sequence[Pattern]) -> list[Search]:
    """Each stands in for itself until it is asked for the first time."""

    def stand_in(number: int, pattern: Pattern) -> Search:
        def search(letters: str, begin: int, stop: int) -> re.Match[str] | None:
            searches[number] = pattern.expression.search
            return searches[number](letters, begin, stop)

        return search

    searches = [stand_in(number, pattern) for number, pattern in enumerate(patterns)]
    return searches
