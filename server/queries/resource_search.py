"""Searching the library in the person's own words: stems, what else the same thing is called, beginnings, words mistyped.

The database finds what could be meant and puts the likeliest first; which of those comes before which is decided here, from
the same numbers on every kind of database, so that the same words find the same pieces in the same order.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import log
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.resource_index import PARTS, WEIGHTS, Group, Phrase, candidates
from models.resources import Library, LibraryWord
from moderation.words import words_of

MOST_WORDS = 12  # of what is asked; more is cut off
MOST_CANDIDATES = 40
ENOUGH = 5  # pieces with everything asked for; with fewer, pieces with a part of it are shown as well
SHORTEST_PREFIX = 3
SHORTEST_MISTYPED, LONG = 4, 7  # letters: shorter words are taken as written; longer ones may have two slips
MOST_SPELLINGS = 3
LONGEST_PHRASE = 4
AS_WRITTEN, SYNONYM, GUESS = 1.0, 0.8, 0.6  # how much a match counts
SAID_AGAIN = 0.25  # of what a match in a further part of a piece would count by itself


@dataclass(frozen=True)
class Vocabulary:
    """The words of everything published, as it was at `stamp`."""

    stamp: str
    words: Sequence[str]
    stem_of: Mapping[str, str]
    pieces: Mapping[str, int]  # stem -> in how many pieces, about
    most: int  # pieces with the commonest


@dataclass(frozen=True)
class Meaning:
    """One thing that is asked for: everything it may be called, and how much each of those counts."""

    phrases: Mapping[Phrase, float]

    def worth(self, text: str) -> float:
        """How well a text has it: `text` is stems, with a space before and after each."""
        return max((weight for phrase, weight in self.phrases.items() if _has(phrase, text)), default=0.0)


@dataclass(frozen=True)
class Asked:
    """A question, understood: in the order asked, each word or phrase with what it may mean."""

    meanings: Sequence[Meaning]
    corrected: Mapping[str, Sequence[str]] = field(default_factory=dict)  # word as typed -> as it is taken

    @property
    def groups(self) -> Sequence[Group]:
        return [tuple(meaning.phrases) for meaning in self.meanings]


@dataclass(frozen=True)
class Ranked:
    """Pieces found, the best first, by the `id` of their document; `every` when each has all that was asked for."""

    ids: Sequence[int]
    every: bool


class _Remembered:
    vocabulary: Vocabulary | None = None


def vocabulary(session: Session) -> Vocabulary:
    """What this process remembers of the words, read anew after a change to what is published."""
    stamp = session.scalars(select(Library.stamp)).one()
    if _Remembered.vocabulary is None or _Remembered.vocabulary.stamp != stamp:
        _Remembered.vocabulary = _read(session, stamp)
    return _Remembered.vocabulary


def _read(session: Session, stamp: str) -> Vocabulary:
    stem_of: dict[str, str] = {}
    pieces: dict[str, int] = {}
    for word, stem, count in session.execute(select(LibraryWord.word, LibraryWord.stem, LibraryWord.pieces)):
        stem_of[word] = stem
        pieces[stem] = max(count, pieces.get(stem, 0))
    return Vocabulary(stamp, list(stem_of), stem_of, pieces, max(pieces.values(), default=1))


@cache
def _synonyms() -> Mapping[tuple[str, ...], Sequence[tuple[str, ...]]]:
    """Stems of each entry -> the stems of everything else on its lines."""
    data = tomllib.loads(files("models").joinpath("data/library_synonyms.toml").read_text("utf-8"))
    same: dict[tuple[str, ...], dict[tuple[str, ...], None]] = {}
    for line in data["same"]:
        entries = [stems for entry in line if (stems := tuple(stem for _, stem in words_of(entry)))]
        for entry in entries:
            same.setdefault(entry, {}).update(dict.fromkeys(other for other in entries if other != entry))
    return {entry: tuple(others) for entry, others in same.items()}


def understand(text: str, known: Vocabulary) -> Asked:
    """The question's words, each with what else it may mean. Without a word in it there is nothing to look for."""
    words = words_of(text)[:MOST_WORDS]
    goes_on = bool(text) and not text[-1].isspace()  # the last word may not be finished yet
    meanings: list[Meaning] = []
    corrected: dict[str, Sequence[str]] = {}
    place = 0
    while place < len(words):
        length = _phrase_length(words, place)
        taken = words[place : place + length]
        place += length
        stems = tuple(stem for _, stem in taken)
        phrases: dict[Phrase, float] = {Phrase(stems): AS_WRITTEN}
        if length == 1:
            (word, stem), last = taken[0], place == len(words)
            _add(phrases, _otherwise(word, stem, known, corrected, unfinished=last and goes_on))
        for other in _synonyms().get(stems, ()):
            phrases.setdefault(Phrase(other), SYNONYM)
        meanings.append(Meaning(phrases))
    return Asked(meanings, corrected)


def _phrase_length(words: Sequence[tuple[str, str]], place: int) -> int:
    """How many words from here are one entry of the synonyms; 1 where they are not."""
    for length in range(min(LONGEST_PHRASE, len(words) - place), 1, -1):
        if tuple(stem for _, stem in words[place : place + length]) in _synonyms():
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
        for other in _synonyms().get((right,), ()):
            yield Phrase(other), GUESS * SYNONYM


def _spellings(word: str, known: Vocabulary) -> Sequence[str]:
    """Words of the library that differ by a slip or two, the nearest and then the commonest first."""
    most = 1 if len(word) < LONG else 2
    near = process.extract(word, known.words, scorer=OSA.distance, score_cutoff=most, limit=20)
    ranked = sorted((slips, -known.pieces[known.stem_of[found]], found) for found, slips, _ in near)
    nearest = [found for slips, _, found in ranked if slips == ranked[0][0]]
    return nearest[:MOST_SPELLINGS]


def rank(session: Session, asked: Asked, known: Vocabulary, narrow: Callable[..., Any]) -> Ranked:
    """The pieces that answer, the best first, at most MOST_CANDIDATES."""
    rows = candidates(session, asked.groups, every=True, narrow=narrow, most=MOST_CANDIDATES)
    every = len(rows) >= ENOUGH or len(asked.meanings) == 1
    if not every:
        rows = candidates(session, asked.groups, every=False, narrow=narrow, most=MOST_CANDIDATES)
    telling = [_telling(meaning, known) for meaning in asked.meanings]
    scored = sorted((-_score(row, asked, telling), row[0]) for row in rows)
    return Ranked([rowid for _, rowid in scored], every)


def _telling(meaning: Meaning, known: Vocabulary) -> float:
    """How much it says that a piece has it: what stands in every piece tells nothing."""
    found = max((min(known.pieces.get(stem, 0) for stem in phrase.stems) for phrase in meaning.phrases), default=0)
    return log(1 + (known.most + 1) / (found + 1))


def _score(row: Any, asked: Asked, telling: Sequence[float]) -> float:
    texts = [(WEIGHTS[part], f" {text} ") for part, text in zip(PARTS, row[1:], strict=True)]
    total, has = 0.0, 0
    for meaning, tells in zip(asked.meanings, telling, strict=True):
        parts = [weight * meaning.worth(text) for weight, text in texts]
        best = max(parts)
        total += tells * (best + SAID_AGAIN * (sum(parts) - best))
        has += best > 0
    return total * (has / len(asked.meanings)) ** 2  # half of what was asked for is worth much less than half


def _has(phrase: Phrase, text: str) -> bool:
    joined = " ".join(phrase.stems)
    return f" {joined}" in text if phrase.prefix else f" {joined} " in text
