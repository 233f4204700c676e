"""Searching the library in the person's own words: stems, what else the same thing is called, beginnings, words mistyped.

The database finds what could be meant, and where in a piece it stands; which comes before which is decided here, from the
same numbers on every kind of database, so that the same words find the same pieces in the same order.
"""

import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from math import log
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.resource_index import PARTS, WEIGHTS, Group, Narrow, Phrase, matches, texts_of
from models.resources import LibraryWord
from moderation.words import words_of
from server.queries.resource_heads import HEADS, Heads
from server.queries.resource_memory import Remembered

MOST_WORDS = 12  # of what is asked; more is cut off
MOST_CANDIDATES = 40
ENOUGH = 5  # pieces with everything asked for; with fewer, pieces with a part of it are shown as well
# Of a longer question, a sentence, only the telling half has to be there: no piece has each word of what happened tonight.
A_SENTENCE = 4
SHORTEST_PREFIX = 3
SHORTEST_MISTYPED, LONG = 4, 7  # letters: shorter words are taken as written; longer ones may have two slips
MOST_SPELLINGS = 3
LONGEST_PHRASE = 4
AS_WRITTEN, SYNONYM, GUESS = 1.0, 0.8, 0.6  # how much a match counts
SAID_AGAIN = 0.25  # of what a match in a further part of a piece would count by itself
WHOM_COUNTS = 0.6  # most pieces are for everybody: what else is asked for counts more


@dataclass(frozen=True)
class Vocabulary:
    """The words of everything published."""

    words: Sequence[str]
    stem_of: Mapping[str, str]
    pieces: Mapping[str, int]  # stem -> in how many pieces, about
    most: int  # pieces with the commonest

    @cached_property
    def words_of(self) -> Mapping[str, Sequence[str]]:
        """By stem."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for word, stem in self.stem_of.items():
            found[stem].append(word)
        return found

    @cached_property
    def of_length(self) -> Mapping[int, Sequence[str]]:
        """Words by how many letters they have."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        for word in self.words:
            found[len(word)].append(word)
        return found


@dataclass(frozen=True)
class Meaning:
    """One thing that is asked for: everything it may be called, and how much each of those counts.

    That is how surely it is meant, times how much it tells that a piece has it: what stands in every piece tells nothing.
    """

    phrases: Sequence[tuple[Phrase, float]]  # what counts most first
    most: float  # that a piece can have of it

    @property
    def group(self) -> Group:
        return [phrase for phrase, _ in self.phrases]

    @cached_property
    def _written(self) -> Sequence[tuple[str, float]]:
        """As they stand in a text: most pieces have none of them, and are looked through often."""
        return [(f" {' '.join(phrase.stems)}{'' if phrase.prefix else ' '}", weight) for phrase, weight in self.phrases]

    def worth(self, text: str) -> float:
        """How well a text has it: `text` is stems, with a space before and after each."""
        for written, weight in self._written:
            if written in text:
                return weight
        return 0.0


@dataclass(frozen=True)
class Asked:
    """A question, understood: in the order asked, each word or phrase with what it may mean."""

    meanings: Sequence[Meaning]
    corrected: Mapping[str, Sequence[str]] = field(default_factory=dict)  # word as typed -> as it is taken

    @property
    def groups(self) -> Sequence[Group]:
        return [meaning.group for meaning in self.meanings]


@dataclass(frozen=True)
class Ranked:
    """Pieces found, the best first, by the `id` of their document; `every` when each has all that was asked for.

    `found`: all that answer, in no order, also those that are not among the best.
    """

    ids: Sequence[int]
    every: bool
    found: AbstractSet[int]


# By what it tells that they were found: pieces, of which many are worth the same.
Alike = Mapping[float, AbstractSet[int]]


def _read(session: Session) -> Vocabulary:
    stem_of: dict[str, str] = {}
    pieces: dict[str, int] = {}
    for word, stem, count in session.execute(select(LibraryWord.word, LibraryWord.stem, LibraryWord.pieces)):
        stem_of[word] = stem
        pieces[stem] = max(count, pieces.get(stem, 0))
    return Vocabulary(list(stem_of), stem_of, pieces, max(pieces.values(), default=1))


VOCABULARY = Remembered(_read)


@dataclass(frozen=True)
class Wording:
    """What is known of the words that carers use: models/data/library_synonyms.toml."""

    same: Mapping[tuple[str, ...], Sequence[tuple[str, ...]]]  # stems of an entry -> of everything else on its lines
    asking: frozenset[str]  # words
    whom: frozenset[str]  # stems


@cache
def _wording() -> Wording:
    data = tomllib.loads(files("models").joinpath("data/library_synonyms.toml").read_text("utf-8"))
    same: dict[tuple[str, ...], dict[tuple[str, ...], None]] = {}
    for line in data["same"]:
        entries = [stems for entry in line if (stems := tuple(stem for _, stem in words_of(entry)))]
        for entry in entries:
            same.setdefault(entry, {}).update(dict.fromkeys(other for other in entries if other != entry))
    return Wording(
        same={entry: tuple(others) for entry, others in same.items()},
        asking=frozenset(word for word, _ in words_of(data["asking"])),
        whom=frozenset(stem for _, stem in words_of(data["whom"])),
    )


def understand(text: str, known: Vocabulary) -> Asked:
    """The question's words, each with what else it may mean. Without a word in it there is nothing to look for."""
    words = words_of(text)
    asks_only = all(word in _wording().asking for word, _ in words)
    goes_on = bool(text) and not text[-1].isspace()  # the last word may not be finished yet
    meanings: list[Meaning] = []
    corrected: dict[str, Sequence[str]] = {}
    place = 0
    while place < len(words) and len(meanings) < MOST_WORDS:
        length = _phrase_length(words, place)
        taken = words[place : place + length]
        place += length
        if length == 1 and taken[0][0] in _wording().asking and not asks_only:
            continue
        stems = tuple(stem for _, stem in taken)
        phrases: dict[Phrase, float] = {Phrase(stems): AS_WRITTEN}
        if length == 1:
            (word, stem), last = taken[0], place == len(words)
            _add(phrases, _otherwise(word, stem, known, corrected, unfinished=last and goes_on))
        for other in _wording().same.get(stems, ()):
            phrases.setdefault(Phrase(other), SYNONYM)
        meanings.append(_meaning(phrases, known))
    return Asked(meanings, corrected)


def _meaning(phrases: Mapping[Phrase, float], known: Vocabulary) -> Meaning:
    """The first phrase is as it was written. A rarer name for the same thing tells no more than that does."""
    as_written = _telling(next(iter(phrases)), known)
    telling = {phrase: as_written if phrase.prefix else min(as_written, _telling(phrase, known)) for phrase in phrases}
    counts = WHOM_COUNTS if next(iter(phrases)).stems[0] in _wording().whom else 1.0
    weights = {phrase: counts * surely * telling[phrase] for phrase, surely in phrases.items()}
    there = [weight for phrase, weight in weights.items() if phrase.prefix or all(s in known.pieces for s in phrase.stems)]
    return Meaning(sorted(weights.items(), key=lambda pair: -pair[1]), max(there, default=0.0))


def _telling(phrase: Phrase, known: Vocabulary) -> float:
    return sum(log(1 + (known.most + 1) / (known.pieces.get(stem, 0) + 1)) for stem in phrase.stems)


def _phrase_length(words: Sequence[tuple[str, str]], place: int) -> int:
    """How many words from here are one entry of the synonyms; 1 where they are not."""
    for length in range(min(LONGEST_PHRASE, len(words) - place), 1, -1):
        if tuple(stem for _, stem in words[place : place + length]) in _wording().same:
            return length
    return 1


def _add(phrases: dict[Phrase, float], more: Iterable[tuple[Phrase, float]]) -> None:
    for phrase, weight in more:
        phrases[phrase] = max(weight, phrases.get(phrase, 0.0))


def _otherwise(
    word: str, stem: str, known: Vocabulary, corrected: dict[str, Sequence[str]], *, unfinished: bool
) -> Iterable[tuple[Phrase, float]]:
    """What a single word may be beside itself: the beginning of one, or one that was mistyped."""
    if unfinished and len(word) >= SHORTEST_PREFIX:
        yield Phrase((word,), prefix=True), SYNONYM
    if stem in known.pieces or len(word) < SHORTEST_MISTYPED:
        return
    spellings = _spellings(word, known)
    if spellings:
        corrected[word] = spellings
    for spelling in spellings:
        right = known.stem_of[spelling]
        yield Phrase((right,)), GUESS
        for other in _wording().same.get((right,), ()):
            yield Phrase(other), GUESS * SYNONYM


def _spellings(word: str, known: Vocabulary) -> Sequence[str]:
    """Words of the library that differ by a slip or two, the nearest and then the commonest first."""
    most = 1 if len(word) < LONG else 2
    lengths = range(len(word) - most, len(word) + most + 1)  # a slip makes a word longer or shorter by a letter at most
    alike = [other for length in lengths for other in known.of_length.get(length, ())]
    near = process.extract(word, alike, scorer=OSA.distance, score_cutoff=most, limit=None)
    ranked = sorted((slips, -known.pieces[known.stem_of[found]], found) for found, slips, _ in near)
    nearest = [found for slips, _, found in ranked if slips == ranked[0][0]]
    return nearest[:MOST_SPELLINGS]


def rank(session: Session, asked: Asked, narrow: Narrow | None, *, stamp: str) -> Ranked:
    """The pieces that answer, the best first, at most MOST_CANDIDATES; `narrow` as `matches` takes it."""
    needed, all_of = _needed(asked) or asked.meanings, True
    found = set(matches(session, [meaning.group for meaning in needed], narrow=narrow))
    alike: Alike = {0.0: found}
    if len(found) < ENOUGH and len(asked.meanings) > 1:
        needed, all_of = asked.meanings, False
        alike = _with_any(session, needed, narrow)
        found = set().union(*alike.values())
    best: Collection[int] = found
    if len(found) > MOST_CANDIDATES:
        best = _likeliest(HEADS.at(stamp, session), needed, alike)
    scored = sorted((-_score(row, asked), row[0]) for row in texts_of(session, best))
    every = all_of and len(needed) == len(asked.meanings)
    return Ranked([rowid for _, rowid in scored], every, found)


def _with_any(session: Session, meanings: Sequence[Meaning], narrow: Narrow | None) -> Alike:
    """What has something of what is asked for, by how much that tells."""
    alike: Alike = {0.0: set()}
    seen: set[int] = set()
    for meaning in meanings:
        having = set(matches(session, [meaning.group], narrow=narrow))
        alike = _worth_more({**alike, 0.0: alike.get(0.0, set()) | (having - seen)}, having, meaning.most)
        seen |= having
    return alike


def _worth_more(alike: Alike, having: AbstractSet[int], more: float) -> Alike:
    """The same, when those that have something are worth so much more."""
    apart: defaultdict[float, set[int]] = defaultdict(set)
    for worth, ids in alike.items():
        if with_it := ids & having:
            apart[worth + more] |= with_it
        if without := ids - having:
            apart[worth] |= without
    return apart


def _likeliest(heads: Heads, meanings: Sequence[Meaning], alike: Alike) -> Sequence[int]:
    """Those of many that are read closely: which say most of it in their title and keywords, and little else there."""
    for meaning in meanings:
        alike = _worth_more(alike, heads.having(meaning.group), meaning.most)
    likeliest: list[int] = []
    for worth in sorted(alike, reverse=True):
        likeliest += heads.briefest(alike[worth], MOST_CANDIDATES - len(likeliest))
        if len(likeliest) == MOST_CANDIDATES:
            break
    return likeliest


def _needed(asked: Asked) -> Sequence[Meaning]:
    """What a piece has to have before parts are looked at: nothing that no piece has."""
    there = [meaning for meaning in asked.meanings if meaning.most]
    if len(there) < A_SENTENCE:
        return there
    return sorted(there, key=lambda meaning: -meaning.most)[: (len(there) + 1) // 2]


def _score(row: Any, asked: Asked) -> float:
    texts = [(WEIGHTS[part], f" {text} ") for part, text in zip(PARTS, row[1:], strict=True)]
    total, has, most = 0.0, 0.0, 0.0
    for meaning in asked.meanings:
        worth = [meaning.worth(text) for _, text in texts]
        parts = [weight * found for (weight, _), found in zip(texts, worth, strict=True)]
        best = max(parts)
        total += best + SAID_AGAIN * (sum(parts) - best)
        has += max(worth)
        most += meaning.most
    return total * (has / most) ** 2 if most else 0.0  # half of what was asked for is worth much less than half
