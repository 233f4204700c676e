"""Matching: the rulebook applied to one message.

Owns the order of work: fold, look tokens up, run only the patterns whose words are all present, ease what is quoted,
denied or past. Invariant: the cost is linear in the message and nothing here depends on a label's meaning.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import accumulate, islice
from typing import NamedTuple

from moderation.screening.checks import COSTLY, Check, Span
from moderation.screening.folding import fold, join_spaced_letters, mark_single_quotes
from moderation.screening.hits import Hit, Label, Severity
from moderation.screening.index import Among
from moderation.screening.lexicon import LONGEST_WORD, TOKEN, Lexicon
from moderation.screening.phrases import Pattern
from moderation.screening.rulebook import Easing, Rule, Rulebook

MOST_PER_PATTERN = 20  # matches followed up: a message can repeat itself, a moderator needs to see it once
MOST_PER_REGEX = 8
MOST_REFUSED = 5  # places that a costly check refuses, one rule's: a telephone number that is none costs most
MOST_PER_RULE = 5
AFTER_REACH = 24  # letters: about a sentence


class Reading:
    """A message as the rules read it."""

    def __init__(self, original: str, lexicon: Lexicon) -> None:
        self.original = original
        self.plain = fold(original)
        self.words = join_spaced_letters(mark_single_quotes(self.plain))
        self._lexicon = lexicon
        self.chunks = self.words.text.split(" ")
        self._pieces = list(map(lexicon.chunks.__getitem__, self.chunks))
        self.letters = "".join(self._pieces)

    @cached_property
    def _ends(self) -> list[int]:
        """How many letters there are up to the end of each chunk. Built only when something matched."""
        return list(accumulate(map(len, self._pieces)))

    @cached_property
    def _before(self) -> list[int]:
        """How many characters stand before each chunk, without the blanks between them."""
        return list(accumulate(map(len, self.chunks), initial=0))

    def original_span(self, start: int, end: int) -> Span:
        return self.words.original(self._folded(start)[0], self._folded(end - 1)[1])

    def _folded(self, letter: int) -> Span:
        """The folded span of the token that the letter stands for."""
        number = bisect_right(self._ends, letter)
        begin, end = self._before[number] + number, self._before[number + 1] + number
        if end - begin <= LONGEST_WORD and self.chunks[number].isalnum():
            return begin, end  # all one token, as most are
        skip = letter - (self._ends[number - 1] if number else 0)
        for token in TOKEN.finditer(self.words.text, begin, end):
            skip -= len(self._lexicon[token.group()])
            if skip < 0:
                return token.span()
        raise IndexError(letter)


class Match(NamedTuple):
    rule: Rule
    letters: Span
    reported: Span


def find(reading: Reading, book: Rulebook, checks: Mapping[str, Check], region: str) -> list[Hit]:
    """Every hit of the rulebook, eased, in no particular order."""
    matches = [
        Match(rule, (start, end), (first, last))
        for rule, start, end, first, last in book.index.matches(reading.letters, MOST_PER_PATTERN)
        if not rule.after or _follows(reading.letters, start, book.after[rule.after])
    ]
    hits = list(_by_regex(reading, book, checks, region)) if book.needs.search(reading.plain.text) else []
    if matches:
        hits += _weigh(reading, matches, book, checks, region)
    return _without_repeats(hits) if hits else hits


def _follows(letters: str, start: int, context: Pattern) -> bool:
    return context.expression.search(letters, max(0, start - AFTER_REACH), start) is not None


def _easings(reading: Reading, matches: list[Match], book: Rulebook) -> Mapping[Label, list[tuple[Easing, Span]]]:
    """What may ease the matches, by label: only what is said beside them is looked for."""
    marks = {match.rule.label: bytearray(len(reading.letters)) for match in matches}
    for match in matches:
        start, end = match.letters
        marks[match.rule.label][start:end] = b"\1" * (end - start)

    def wanted(begin: int, end: int) -> Among:
        within = across = 0
        for label, marked in marks.items():
            if marked.find(1, begin, end) >= 0:
                within, across = within | book.easings_of[label][0], across | book.easings_of[label][1]
        return within, across

    easings: defaultdict[Label, list[tuple[Easing, Span]]] = defaultdict(list)
    for easing, start, end, *_ in book.easings.matches(reading.letters, MOST_PER_PATTERN, wanted):
        easings[easing.label].append((easing, (start, end)))
    return easings


def _weigh(
    reading: Reading, matches: list[Match], book: Rulebook, checks: Mapping[str, Check], region: str
) -> Iterator[Hit]:
    placed = list(_placed(reading, matches, checks, region))
    if not placed:
        return
    easings = _easings(reading, [match for match, _ in placed], book)
    for match, span in placed:
        severity = _eased(match, easings[match.rule.label])
        if severity is not None:
            yield Hit(label=match.rule.label, severity=severity, rule=match.rule.id, span=span)


def _placed(
    reading: Reading, matches: list[Match], checks: Mapping[str, Check], region: str
) -> Iterator[tuple[Match, Span]]:
    """Those whose check does not say no, each with where in the original text it is."""
    refused: Counter[str] = Counter()
    for match in matches:
        check, span = match.rule.check, reading.original_span(*match.reported)
        if check and refused[check] < MOST_REFUSED:
            where = checks[check](reading.original, span, region)
            refused[check] += where is None and check in COSTLY
        else:
            where = None if check else span
        if where:
            yield match, where


def _eased(match: Match, easings: list[tuple[Easing, Span]]) -> Severity | None:
    severity = match.rule.severity
    start, end = match.letters
    for easing, (from_, to) in easings:
        if from_ < end and to > start and easing.covers(match.rule):
            if easing.effect == "drop":
                return None
            severity = Severity.LOW
    return severity


def _by_regex(reading: Reading, book: Rulebook, checks: Mapping[str, Check], region: str) -> Iterator[Hit]:
    text = reading.plain.text
    for needs, expression, rule in book.raw:
        if not needs.search(text):
            continue
        refused = 0
        for found in islice(expression.finditer(text), MOST_PER_REGEX):
            span = checks[rule.check](text, found.span(), region) if rule.check else found.span()
            if span:
                original = reading.plain.original(*span)
                yield Hit(label=rule.label, severity=rule.severity, rule=rule.id, span=original)
            elif rule.check in COSTLY and (refused := refused + 1) == MOST_REFUSED:
                break


def _without_repeats(hits: list[Hit]) -> list[Hit]:
    """One hit per rule and place: of overlapping hits of one rule the first and longest stays."""
    kept: dict[str, list[Hit]] = {}
    for hit in sorted(hits, key=lambda hit: (hit.rule, hit.span[0], -hit.span[1])):
        same = kept.setdefault(hit.rule, [])
        if len(same) < MOST_PER_RULE and (not same or hit.span[0] >= same[-1].span[1]):
            same.append(hit)
    return [hit for same in kept.values() for hit in same]
