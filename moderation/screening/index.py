"""The index: which of a thousand patterns can match at all, asked of all of them at once.

Owns the way from letters to matches. Invariant: what it leaves out cannot match; what it costs grows with the message and
with the number of patterns, never with the length of a word list.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
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
Stretch = tuple[int, int, int]  # begin, end, and up to where a match that begins in it may reach

_LONG, _LONG_ACROSS = 96, 200  # letters: what is longer is looked at in stretches half as long
_MOST_ITEMS = 4  # of a pattern that are asked for: what is more usual than four others hardly ever makes the difference
_NOTHING = repeat(0)


@dataclass(frozen=True)
class Shelf(Generic[Entry]):
    """Patterns, and for every letter which of their obligatory items it fulfils.

    What is fulfilled is one large number, so that all patterns are looked at together: looked at one by one, their sets of
    letters would lie all over the memory. Patterns with most items come first; the first `ranks[0][0]` bits are everybody's
    rarest item, the next `ranks[1][0]` bits the second item of those that have one, and so on.
    """

    patterns: tuple[tuple[Pattern, Entry], ...]
    searches: list[Search]  # of the patterns, at hand
    fulfils: Mapping[str, int]
    ranks: tuple[tuple[int, int], ...]  # how many patterns have so many items, and a bit for each that has not
    rarest: frozenset[str]  # a text without any of these letters matches nothing
    longest: int  # letters that a match may hold

    def possible(self, letters: str, among: int) -> int:
        """A bit for each pattern of `among` of which the rarest obligatory items occur."""
        fulfilled = reduce(or_, map(self.fulfils.get, set(letters), _NOTHING), 0)
        for size, without in self.ranks:
            among &= fulfilled | without
            if not among:
                break
            fulfilled >>= size
        return among

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
        """Which patterns to look for, to be given to `matches`."""
        return self.within.among(entries), self.across.among(entries)

    def matches(self, letters: str, most: int, wanted: Wanted) -> list[Found[Entry]]:
        """What matches of what is wanted in each stretch, at most `most` times per pattern: see Pattern.spans."""
        stretches = _sentences(letters, self.within.longest)
        found = _matches(self.within, letters, stretches, lambda begin, end: wanted(begin, end)[0], most)
        if not self.across.rarest.isdisjoint(letters):
            stretches = _stretches(0, len(letters), self.across.longest, _LONG_ACROSS)
            found += _matches(self.across, letters, stretches, lambda begin, end: wanted(begin, end)[1], most)
        return found


def _sentences(letters: str, longest: int) -> Iterator[Stretch]:
    begin = 0
    while begin < len(letters):
        end = letters.find(END, begin) + 1 or len(letters)
        yield from _stretches(begin, end, longest, _LONG)
        begin = end


def _stretches(begin: int, end: int, longest: int, long: int) -> Iterator[Stretch]:
    """In a short stretch few patterns have all their words: a message of nothing but beginnings of rules costs little."""
    step = long // 2 if end - begin > long else end - begin
    for start in range(begin, end, step):
        stop = min(start + step, end)
        yield start, stop, min(stop + longest, end)


def _matches(
    shelf: Shelf[Entry], letters: str, stretches: Iterable[Stretch], wanted: Callable[[int, int], int], most: int
) -> list[Found[Entry]]:
    matches: list[Found[Entry]] = []
    counted: defaultdict[int, int] = defaultdict(int)
    searches, rarest = shelf.searches, shelf.rarest
    for begin, end, reach in stretches:
        part, among = letters[begin : min(end + NEAR, reach)], wanted(max(0, begin - FURTHEST_BACK), reach)
        if not among or rarest.isdisjoint(part):
            continue
        possible, stop = shelf.possible(part, among), reach + LOOKAHEAD
        while possible:
            number = possible.bit_length() - 1
            possible ^= 1 << number
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
    patterns = sorted(compiled, key=lambda pair: -len(pair[0].needs))
    items = [pattern.needs for pattern, _ in patterns]
    ranks: list[tuple[int, int]] = []
    fulfils: defaultdict[str, int] = defaultdict(int)
    offset = 0
    for rank in range(min(max(map(len, items), default=0), _MOST_ITEMS)):
        having = [needs[rank] for needs in items if len(needs) > rank]
        for number, letters in enumerate(having, offset):
            for letter in letters:
                fulfils[letter] |= 1 << number
        ranks.append((len(having), (1 << len(items)) - (1 << len(having))))
        offset += len(having)
    return Shelf(
        patterns=tuple(patterns),
        searches=_when_needed([pattern for pattern, _ in patterns]),
        fulfils=dict(fulfils),
        ranks=tuple(ranks),
        rarest=frozenset().union(*(needs[0] for needs in items)),
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
