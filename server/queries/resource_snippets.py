"""Where a piece says what was asked for: its title, and a stretch of its summary or its text, in parts to be marked.

Parts are texts in turn: what stands before the first mark, the first mark, what stands between, and so on. No client has to
count letters then, nor to guess which words of a language are the same.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import islice

from moderation.screening.folding import fold
from moderation.words import LONGEST_WORD, STOP_WORDS
from server.queries.resource_search import LONGEST_PHRASE, Asked, Vocabulary

LONGEST = 180  # letters of a stretch
BEFORE = 60  # of them before its first mark

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BLANKS = re.compile(r"\s+")

Parts = Sequence[str]
Span = tuple[int, int]


@dataclass(frozen=True)
class Snippet:
    title: Parts
    text: Parts


class Wanted:
    """What to mark of a question: words with a stem, beginnings of words, and several words in a row."""

    def __init__(self, asked: Asked, known: Vocabulary) -> None:
        phrases = [phrase for group in asked.groups for phrase in group]
        self._beginnings = tuple(phrase.stems[-1] for phrase in phrases if phrase.prefix)
        rows = [phrase.stems for phrase in phrases if not phrase.prefix]
        self._single = frozenset(row[0] for row in rows if len(row) == 1)
        self._rests: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)  # by the first stem of their rows
        for row in sorted(rows, key=len, reverse=True):
            if len(row) > 1:
                self._rests[row[0]].append(row[1:])
        self._firsts = frozenset(word for row in rows for word in known.words_of.get(row[0], row[:1]))
        self._stem_of = known.stem_of

    def spans(self, text: str) -> Iterator[Span]:
        """One after the other, so that whoever wants the first does not pay for all."""
        firsts, beginnings, past = self._firsts, self._beginnings, 0
        for found in _WORD.finditer(text):
            word = found.group().lower()  # hardly a word is wanted, so this is all that is done for most
            if not word.isascii() or "'" in word:
                word = _plain(word)
            if word in firsts or word.startswith(beginnings):
                start, end = found.span()
                if start >= past and word not in STOP_WORDS and (end := self._end(text, word, end)):
                    past = end
                    yield start, end

    def _end(self, text: str, word: str, end: int) -> int:
        """Where what is wanted ends that begins with this word, the longest of it; 0 where it is only its first word."""
        stem = self._stem_of.get(word, word)
        if stem in self._rests:
            words = ((found.end(), _plain(found.group())) for found in _WORD.finditer(text, end))
            here = list(islice((each for each in words if each[1] not in STOP_WORDS), LONGEST_PHRASE - 1))
            stems = tuple(self._stem_of.get(each, each) for _, each in here)
            for rest in self._rests[stem]:
                if stems[: len(rest)] == rest:
                    return here[len(rest) - 1][0]
        return end if stem in self._single or word.startswith(self._beginnings) else 0


def _plain(word: str) -> str:
    return fold(word).text.replace("'", "")[:LONGEST_WORD]


def snippet(title: str, summary: str, html: str, wanted: Wanted) -> Snippet:
    """The summary, where it says anything of it, or else the first stretch of the text that does."""
    marks = list(wanted.spans(summary))
    text, marks = (summary, marks) if marks else _stretch(html, wanted) or (summary, [])
    return Snippet(_parts(title, wanted.spans(title)), _parts(text, marks))


def _stretch(html: str, wanted: Wanted) -> tuple[str, list[Span]] | None:
    plain = _BLANKS.sub(" ", unescape(_TAG.sub(" ", html))).strip()
    first = next(wanted.spans(plain), None)
    if first is None:
        return None
    begin = plain.rfind(" ", 0, max(0, first[0] - BEFORE)) + 1
    end = min(begin + LONGEST, len(plain))
    if end < len(plain):
        end = max(plain.rfind(" ", begin, end), first[1])
    text = f"{'… ' if begin else ''}{plain[begin:end]}{' …' if end < len(plain) else ''}"
    return text, list(wanted.spans(text))


def _parts(text: str, spans: Iterable[Span]) -> Parts:
    parts: list[str] = []
    past = 0
    for start, end in spans:
        parts += text[past:start], text[start:end]
        past = end
    return [*parts, text[past:]]
