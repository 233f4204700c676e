"""The small pattern language of the rule data, compiled to regular expressions over lexicon letters.

    word    that word            CLASS    any word or phrase of that class of vocabulary.toml
    a|B     either               ?        after an item: optional            {m,n}   between m and n times
    ..3     up to three words, not past a sentence's end and not past a word of STOP (negation, another subject)
    ...3    up to three words or commas within the sentence
    ~3      up to three words or commas, not past a word of HINGE (but, now, still); as many as possible
    -X      the next word is not X        <X>   the span to report
    ^       sentence start                $     sentence end, also in a union
    NUM ANY COMMA END QUOTE OPEN CLOSE INQUOTE   a number, any word, marks, what a quotation may hold

A gap that begins a pattern looks back from the match; a gap that ends one reaches as far as it may.
Invariant: every quantifier is bounded and none is nested, so matching is linear in the message.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from moderation.screening.lexicon import CLOSE, COMMA, END, NUMBER, OPEN, PUNCTUATION, QUOTE

_ITEM = re.compile(r"(<?)(-?)([^\s<>?{}]{1,400})(\?|\{\d{1,2},\d{1,2}\})?(>?)")
_GAP = re.compile(r"(\.\.|\.\.\.|~)(\d{1,2})")

_MARKS = {"NUM": NUMBER, "END": END, "COMMA": COMMA, "QUOTE": QUOTE, "OPEN": OPEN, "CLOSE": CLOSE}
_ANY = {"ANY": f"[^{PUNCTUATION}]", "INQUOTE": f"[^{QUOTE}{OPEN}{CLOSE}]"}
_SENTENCE_START = f"(?<![^{END}])"
_SENTENCE_END = f"(?=[{END}]|\\Z)"
FURTHEST_BACK = 20
NEAR = 22  # letters: for the few patterns that may be longer, others would be asked about half a sentence more
LOOKAHEAD = 8  # letters that a "-X" may look at beyond a match


class BadPattern(ValueError):  # reads as what it is: a bad pattern in the data
    pass


@dataclass(frozen=True)
class VocabularyClass:
    words: tuple[str, ...]
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class Pattern:
    """`needs`: one set of letters per obligatory item, the least usual first; a match holds each in its first NEAR letters.
    `crosses`: it may hold a sentence's end.
    """

    source: str
    needs: tuple[frozenset[str], ...]
    longest: int
    back: re.Pattern[str] | None = None
    crosses: bool = False

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """Made when it is first needed: all of them take longer than a process does to start, and most are rarely needed."""
        return re.compile(self.source)

    def spans(self, letters: str, found: re.Match[str]) -> tuple[int, int, int, int]:
        """Of a match: from where it looks back to its end, then what it reports."""
        start, end = found.span()
        if self.back and (reach := self.back.search(letters, max(0, start - FURTHEST_BACK), start)):
            start = reach.start()
        return (start, end, *found.span(1)) if self.expression.groups else (start, end, start, end)


@dataclass(frozen=True)
class _Piece:
    """`needs` and `firsts`: letters it must hold and may begin with; None where that says nothing."""

    source: str
    needs: frozenset[str] | None = None
    firsts: frozenset[str] | None = None
    longest: int = 0
    crosses: bool = False


class Compiler:
    """Turns pattern text into patterns, once the lexicon has given every word its letter.

    `usual` says how usual it is that a message holds one of these letters: patterns are filed under what is not.
    """

    def __init__(
        self,
        classes: Mapping[str, VocabularyClass],
        letters: Callable[[str], str],
        usual: Callable[[frozenset[str]], int] = len,
    ) -> None:
        self._classes = classes
        self._letters = letters
        self._usual = usual
        self._done: dict[str, _Piece] = {}

    def compile(self, text: str) -> Pattern:
        try:
            back, rest = self._back(text)
            pieces = [self._item(*found) for found in split(rest)]
        except BadPattern as error:
            raise BadPattern(f"{text!r}: {error}") from error
        needs = sorted(_near(pieces), key=self._usual)
        if not needs:
            raise BadPattern(f"{text!r}: nothing in it is obligatory and within {NEAR} letters of its beginning")
        source = "".join(piece.source for piece in pieces)
        if _is_gap(text.rsplit(maxsplit=1)[-1]):
            source = source.removesuffix("?")
        longest = sum(piece.longest for piece in pieces)
        crosses = any(piece.crosses for piece in pieces)
        return Pattern(source, tuple(needs), longest, back, crosses)

    def _back(self, text: str) -> tuple[re.Pattern[str] | None, str]:
        first, _, rest = text.partition(" ")
        if not _is_gap(first):
            return None, text
        return re.compile(self._gap(first).source.removesuffix("?") + r"\Z"), rest

    def _item(self, opening: str, minus: str, name: str, count: str, closing: str) -> _Piece:
        if name == "^":
            return _Piece(_SENTENCE_START)
        if _is_gap(name):
            return self._gap(name)
        piece = self._union(name)
        if minus:
            return _Piece(f"(?!{piece.source})")
        if count.startswith("{") and piece.source.startswith("(?"):
            raise BadPattern(f"{name} has phrases: counting it would nest quantifiers")
        source = ("(" if opening else "") + piece.source + count + (")" if closing else "")
        optional = count == "?" or count.startswith("{0")
        times = int(count[1:-1].split(",")[1]) if count.startswith("{") else 1
        needs = None if optional else piece.needs
        return _Piece(source, needs, piece.firsts, piece.longest * times, piece.crosses)

    def _gap(self, name: str) -> _Piece:
        kind, most = name.rstrip("0123456789"), int(name.lstrip(".~"))
        if kind == "...":
            return _Piece(f"[^{END}]{{0,{most}}}?", longest=most)
        limit, lazy = ("STOP", "?") if kind == ".." else ("HINGE", "")
        return _Piece(f"[^{END}{self._union(limit).source[1:-1]}]{{0,{most}}}{lazy}", longest=most)

    def _union(self, name: str) -> _Piece:
        if name not in self._done:
            self._done[name] = self._build(name)
        return self._done[name]

    def _build(self, name: str) -> _Piece:
        if name in _ANY:
            return _Piece(_ANY[name], longest=1, crosses=name == "INQUOTE")
        singles: set[str] = set()
        sequences: list[_Piece] = []
        parts = name.split("|")
        for part in parts:  # grows: a class inside a class is one more part
            if part in _MARKS:
                singles.add(_MARKS[part])
            elif part in self._classes:
                found = self._classes[part]
                singles.update(map(self._letters, found.words))
                parts += [phrase for phrase in found.phrases if phrase in self._classes]
                sequences += [self._sequence(phrase) for phrase in found.phrases if phrase not in self._classes]
            elif part.isupper():
                raise BadPattern(f"{part} is no class, or cannot be part of a union")
            elif part != "$":
                singles.add(self._letters(part))
        piece = _either(singles, sequences)
        return _or_sentence_end(piece) if "$" in parts else piece

    def _sequence(self, phrase: str) -> _Piece:
        pieces = [self._item(*found) for found in split(phrase)]
        source = "".join(piece.source for piece in pieces)
        needs = min((piece.needs for piece in pieces if piece.needs is not None), key=self._usual)
        longest, crosses = sum(piece.longest for piece in pieces), any(piece.crosses for piece in pieces)
        firsts: frozenset[str] = frozenset()
        for piece in pieces:
            if piece.firsts is None:
                return _Piece(source, needs, None, longest, crosses)
            firsts |= piece.firsts
            if piece.needs is not None:
                break
        return _Piece(source, needs, firsts, longest, crosses)


def _near(pieces: Iterable[_Piece]) -> Iterator[frozenset[str]]:
    """What is obligatory, and within NEAR letters however long everything before it is."""
    furthest = 0
    for piece in pieces:
        furthest += piece.longest
        if piece.needs is not None and furthest <= NEAR:
            yield piece.needs


def _either(singles: set[str], sequences: list[_Piece]) -> _Piece:
    letters = f"[{''.join(sorted(singles))}]" if singles else ""
    crosses = END in singles or any(piece.crosses for piece in sequences)
    if not sequences:
        return _Piece(letters, frozenset(singles), frozenset(singles), 1, crosses)
    # Longer alternatives first: 'gay people' before 'gay'.
    sources = [piece.source for piece in sorted(sequences, key=lambda piece: -piece.longest)]
    source = f"(?:{'|'.join([*sources, *filter(None, [letters])])})"
    needs = frozenset(singles).union(*(piece.needs or () for piece in sequences))
    firsts = frozenset(singles).union(*(piece.firsts or () for piece in sequences))
    if all(piece.firsts for piece in sequences):
        source = f"(?=[{''.join(sorted(firsts))}]){source}"  # one test instead of one per alternative
        source = f"(?:{source})"
    return _Piece(source, needs, firsts, max(piece.longest for piece in sequences), crosses)


def _or_sentence_end(piece: _Piece) -> _Piece:
    source = "(?:" + "|".join(filter(None, [piece.source, _SENTENCE_END])) + ")"
    return _Piece(source, longest=piece.longest, crosses=piece.crosses)


def _is_gap(item: str) -> bool:
    return _GAP.fullmatch(item) is not None


def split(text: str) -> list[tuple[str, str, str, str, str]]:
    """The items of a pattern, as (opening, minus, name, count, closing)."""
    items = []
    for part in text.split():
        found = _ITEM.fullmatch(part)
        if not found:
            raise BadPattern(f"cannot read {part!r} in {text!r}")
        opening, minus, name, count, closing = found.groups(default="")
        items.append((opening, minus, name, count, closing))
    return items


def literals(text: str) -> set[str]:
    """The plain words that a pattern names."""
    parts = {part for _, _, name, _, _ in split(text) if not _is_gap(name) for part in name.split("|")}
    return {part for part in parts if not part.isupper() and part not in ("^", "$")}
