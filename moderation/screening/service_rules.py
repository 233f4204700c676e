"""The service's own rules beside the shipped rulebook: phrases it looks for, phrases it excepts, shipped rules it silences.

Owns matching them against a message that was read already. Invariant: what a message costs does not grow with how many
phrases there are: every step is one look into a dictionary, and the steps of one message are bounded.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise

from moderation.screening.checks import Span
from moderation.screening.hits import Hit, Label, Severity
from moderation.screening.lexicon import TOKEN
from moderation.screening.matching import MOST_PER_RULE, Reading
from moderation.screening.service_phrases import END, Chunks, Phrase, Read, Spellings, is_word, read_phrase

PREFIX = "service."  # what the id of a service's rule begins with, on a hit and on a flag
MOST_ENTRIES = 20_000
_MOST_STEPS = 1_000  # a message that wants more has been written to keep us busy; what was found by then counts
_MOST_MATCHES = 100  # likewise
_REMEMBERED = 50_000


@dataclass(frozen=True, kw_only=True)
class ServiceRule:
    """`severity` None makes it an exception: inside one of its phrases no hit of the label counts."""

    id: str
    label: Label
    severity: Severity | None
    phrases: tuple[Phrase, ...]

    @property
    def name(self) -> str:
        """As a hit has it."""
        return PREFIX + self.id


def read_rule(rule_id: str, label: Label, severity: Severity | None, phrases: Iterable[str]) -> ServiceRule:
    """Raises PhraseRefused."""
    return ServiceRule(id=rule_id, label=label, severity=severity, phrases=tuple(map(read_phrase, phrases)))


class ServiceRules:
    """Compiled; nothing of it changes but what it remembers of spellings it has seen."""

    __slots__ = ("_beginnings", "_chunks", "_gaps", "_spellings", "rules", "silenced")

    def __init__(self, rules: Iterable[ServiceRule], silenced: Collection[str] = ()) -> None:
        """`silenced`: ids of shipped rules; one that no release has any more is nothing."""
        self.rules = tuple(rules)
        self.silenced = frozenset(silenced)
        # Every beginning of a phrase, its words with a blank between -> the rules of which a phrase ends there.
        self._beginnings: dict[str, tuple[int, ...]] = {}
        self._gaps: dict[str, tuple[int, ...]] = {}  # a beginning -> how many words may come before it goes on
        words: set[str] = set()
        for number, rule in enumerate(self.rules):
            for phrase in rule.phrases:
                self._enter(phrase, number)
                words.update(phrase.words)
                if phrase.run_together is not None:
                    self._end(phrase.run_together, number)
                    words.add(phrase.run_together)
        self._spellings = Spellings(words, self._second_words(), remembered=_REMEMBERED)
        self._chunks = Chunks(self._spellings, remembered=_REMEMBERED)

    def __bool__(self) -> bool:
        return bool(self.rules or self.silenced)

    def _enter(self, phrase: Phrase, number: int) -> None:
        path = ""
        for place, word in enumerate(phrase.words):
            if phrase.gap is not None and phrase.gap[0] == place:
                self._gaps[path] = tuple(sorted({*self._gaps.get(path, ()), phrase.gap[1]}))
                path = f"{path} ..{phrase.gap[1]}"
            path = f"{path} {word}" if path else word
            self._beginnings.setdefault(path, ())
        self._end(path, number)

    def _end(self, path: str, number: int) -> None:
        ends = self._beginnings.get(path, ())
        if number not in ends:
            self._beginnings[path] = (*ends, number)

    def _second_words(self) -> Mapping[str, AbstractSet[str] | None]:
        """What may come after each word that begins a phrase; None for anything: it ends there, or goes on after a gap."""
        seconds: dict[str, set[str] | None] = {}
        for path, ends in self._beginnings.items():
            first, blank, rest = path.partition(" ")
            nexts = seconds.setdefault(first, set())
            if not blank and (ends or first in self._gaps):
                seconds[first] = None
            elif nexts is not None and blank and " " not in rest:
                nexts.add(rest)
        return seconds

    def apply(self, reading: Reading, hits: list[Hit]) -> list[Hit]:
        """The hits that count, the service's own among them."""
        if self.silenced:
            hits = [hit for hit in hits if hit.rule not in self.silenced]
        if self._beginnings and self._may_hold_a_phrase(reading.words.text):
            return self._weigh(reading, hits)
        return hits

    def _may_hold_a_phrase(self, text: str) -> bool:
        """Whether somewhere a piece comes after another that some phrase begins with. Most messages end here."""
        if " - " in text:
            text = text.replace(" - ", " ")
        words, after = zip(*map(self._chunks.__getitem__, text.split()), END, strict=True)
        return not all(map(frozenset.isdisjoint, after, words[1:]))

    def _matches(self, found: Sequence[Read]) -> list[tuple[int, int, int]]:
        """(first word, last word, rule) of every phrase there is, in that order."""
        steps = _MOST_STEPS
        matches: set[tuple[int, int, int]] = set()
        for first, ((words, after), (nexts, _)) in enumerate(pairwise([*found, END])):
            if after.isdisjoint(nexts):
                continue
            ahead = [(word, first) for word in words if word in self._beginnings]
            while ahead and steps:
                steps -= 1
                path, last = ahead.pop()
                matches.update((first, last, number) for number in self._beginnings[path])
                ahead += self._longer(path, last + 1, found)
                for size in self._gaps.get(path, ()):
                    for skipped in range(size + 1):
                        ahead += self._longer(f"{path} ..{size}", last + 1 + skipped, found)
        return sorted(matches)[:_MOST_MATCHES]

    def _longer(self, path: str, at: int, found: Sequence[Read]) -> Iterator[tuple[str, int]]:
        for word in found[at][0] if at < len(found) else ():
            if (longer := f"{path} {word}") in self._beginnings:
                yield longer, at

    def _weigh(self, reading: Reading, hits: list[Hit]) -> list[Hit]:
        tokens = list(TOKEN.finditer(reading.words.text))
        words = [at for at, token in enumerate(tokens) if is_word(token.group())]
        kept: defaultdict[int, list[Span]] = defaultdict(list)
        for first_word, last_word, number in self._matches([self._spellings[tokens[at].group()] for at in words]):
            first, last = words[first_word], words[last_word]
            start, end = tokens[first].start(), tokens[last].end()
            same = kept[number]
            apart = not same or start >= same[-1][1]
            if apart and len(same) < MOST_PER_RULE and _is_one_sentence(tokens[first : last + 1]):
                same.append((start, end))
        spans = [(self.rules[number], reading.words.original(*span)) for number, same in kept.items() for span in same]
        excepted = [(rule.label, span) for rule, span in spans if rule.severity is None]
        added = [
            Hit(label=rule.label, severity=rule.severity, rule=rule.name, span=span)
            for rule, span in spans
            if rule.severity is not None
        ]
        return [
            hit
            for hit in (*hits, *added)
            if not any(label is hit.label and _holds(span, hit.span) for label, span in excepted)
        ]


def _is_one_sentence(tokens: Sequence[re.Match[str]]) -> bool:
    """A mark that ends a sentence stands in no phrase; one that glues two words together ("site.com") may."""
    return all(
        token.group()[0] not in ".!?\n" or (token.group() == "." and token.end() == after.start())
        for token, after in pairwise(tokens)
    )


def _holds(outer: Span, inner: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


NO_RULES = ServiceRules(())


@dataclass(frozen=True)
class Together:
    """Two sets of rules, one after the other: `then` also looks at what `first` added."""

    first: ServiceRules
    then: ServiceRules

    def apply(self, reading: Reading, hits: list[Hit]) -> list[Hit]:
        return self.then.apply(reading, self.first.apply(reading, hits))
