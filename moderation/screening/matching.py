"""Matching: the rulebook applied to one message.

Owns the order of work: fold, look tokens up, run only the patterns whose words are all present, ease what is quoted,
denied or past. Invariant: the cost is linear in the message and nothing here depends on a label's meaning.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from moderation.screening.folding import Folded, fold, join_spaced_letters, mark_single_quotes
from moderation.screening.hits import Hit, Label, Severity
from moderation.screening.lexicon import TOKEN, Lexicon
from moderation.screening.phrases import Pattern
from moderation.screening.rulebook import Easing, Rule, Rulebook

Span = tuple[int, int]
# (text, span in it, region) -> the span that holds, or None. Text is the original for patterns, folded for regexes.
Check = Callable[[str, Span, str], Span | None]

MOST_PER_PATTERN = 20  # matches followed up: a message can repeat itself, a moderator needs to see it once
MOST_PER_REGEX = 8  # fewer: a telephone number that is none costs most
MOST_PER_RULE = 5
_SINGLES = b"\1\1\1"  # three tokens of one character in a row
AFTER_REACH = 24  # letters: about a sentence


class Reading:
    """A message as the rules read it."""

    def __init__(self, original: str, lexicon: Lexicon) -> None:
        self.original = original
        self.plain = fold(original)
        self.words = Folded(mark_single_quotes(self.plain.text), self.plain.starts)
        tokens: list[str] = TOKEN.findall(self.words.text)
        if _SINGLES in bytes(map(len, tokens)) or "_" in self.words.text:  # looking for spelt words costs more
            self.words = join_spaced_letters(self.words)
            tokens = TOKEN.findall(self.words.text)
        self._pieces = [lexicon[token] for token in tokens]
        self.letters = "".join(self._pieces)

    @cached_property
    def _spans(self) -> list[Span]:
        """The folded span of every letter. Built only when something matched: most messages match nothing."""
        tokens = TOKEN.finditer(self.words.text)
        return [token.span() for token, piece in zip(tokens, self._pieces, strict=True) for _ in piece]

    def original_span(self, start: int, end: int) -> Span:
        return self.words.original(self._spans[start][0], self._spans[end - 1][1])


@dataclass(frozen=True)
class Match:
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
    hits = list(_by_regex(reading, book, checks, region))
    if matches:
        hits += _weigh(reading, matches, book, checks, region)
    return _without_repeats(hits)


def _follows(letters: str, start: int, context: Pattern) -> bool:
    return context.expression.search(letters, max(0, start - AFTER_REACH), start) is not None


def _easings(reading: Reading, book: Rulebook, labels: set[Label]) -> dict[Label, list[tuple[Easing, Span]]]:
    easings: dict[Label, list[tuple[Easing, Span]]] = {label: [] for label in labels}
    among = sum(map(book.easings_of.__getitem__, labels))
    for easing, start, end, *_ in book.easings.matches(reading.letters, MOST_PER_PATTERN, among):
        easings[easing.label].append((easing, (start, end)))
    return easings


def _weigh(
    reading: Reading, matches: list[Match], book: Rulebook, checks: Mapping[str, Check], region: str
) -> Iterator[Hit]:
    easings = _easings(reading, book, {match.rule.label for match in matches})
    for match in matches:
        severity = _eased(match, easings[match.rule.label])
        if severity is None:
            continue
        place = reading.original_span(*match.reported)
        span = checks[match.rule.check](reading.original, place, region) if match.rule.check else place
        if span:
            yield Hit(label=match.rule.label, severity=severity, rule=match.rule.id, span=span)


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
    for expression, rule in book.raw:
        if rule.needs and not any(part in text for part in rule.needs):
            continue
        for found in islice(expression.finditer(text), MOST_PER_REGEX):
            span = checks[rule.check](text, found.span(), region) if rule.check else found.span()
            if span:
                original = reading.plain.original(*span)
                yield Hit(label=rule.label, severity=rule.severity, rule=rule.id, span=original)


def _without_repeats(hits: list[Hit]) -> list[Hit]:
    """One hit per rule and place: of overlapping hits of one rule the first and longest stays."""
    kept: dict[str, list[Hit]] = {}
    for hit in sorted(hits, key=lambda hit: (hit.rule, hit.span[0], -hit.span[1])):
        same = kept.setdefault(hit.rule, [])
        if len(same) < MOST_PER_RULE and (not same or hit.span[0] >= same[-1].span[1]):
            same.append(hit)
    return [hit for same in kept.values() for hit in same]
