"""Folding: one plain spelling of a message, with the way back to the original.

Owns what the rest of screening reads: small ASCII letters wherever the eye sees a Latin letter. Invariant: every
span of the folded text maps to a span inside the original text, in order.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterator
from operator import itemgetter
from typing import NamedTuple

from moderation.screening.lookalikes import READ_AS

# Length-preserving, so a message that is plain apart from a phone's typographic quotes keeps the fast path.
_STRAIGHT = str.maketrans("‘’‛ʼ´`“”„‟«»–—\u00a0…", "''''''\"\"\"\"\"\"--  ")  # noqa: RUF001
_TYPOGRAPHIC = re.compile(f"[{''.join(map(chr, _STRAIGHT))}]{{1,9}}")  # translate() alone looks up every character

# Dropped: combining and enclosing marks, and format characters (zero-width, direction marks, soft hyphen).
_INVISIBLE = frozenset({"Mn", "Me", "Cf"})

_FEW = 8  # characters: of so few each is looked for by itself, which is faster
_LONGEST_FOLD = 4  # ligatures give at most three letters; the few giants (U+FDFA gives 18) only serve to flood us
_MEMORY = 20_000  # characters whose fold is remembered: bounds memory against a message of random code points

_SPACED = re.compile(r"(?<![\w'])[^\W\d_](?:[ .\-_*][^\W_]){1,29}[ .\-_*][^\W\d_](?![\w'])")
_SHAPE = bytes(ord("a") if chr(code).isalnum() or code == ord("'") else ord(" ") for code in range(128)).ljust(256)
_THREE_SINGLES = b" a a a "
_TEXT_SPEAK = frozenset("aiurybckn24")  # "u r a" is three words
_OPENING_SINGLE = re.compile(r"'(?<![\w.!?,]')(?=\w)")  # the quote first: the engine leaps from one to the next
_CLOSING_SINGLE = re.compile(r"'(?<=[\w.!?,]')(?!\w)")


# From this offset on, the text came from that offset on, so many characters for each one: 0 where one gave several.
Run = tuple[int, int, int]
_BEGIN = itemgetter(0)


class Folded(NamedTuple):
    """`runs`: the way back, none when offsets are the same. `below`: what this was made from, if that was folded itself.

    Runs and not an offset for each character: of most messages nobody asks for any.
    """

    text: str
    runs: tuple[Run, ...] = ()
    below: "Folded | None" = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        if self.runs or self.below:
            return self.origin(start), self.origin(end - 1) + 1
        return start, end

    def origin(self, at: int) -> int:
        if self.runs:
            begin, start, step = self.runs[bisect_right(self.runs, at, key=_BEGIN) - 1]
            at = start + step * (at - begin)
        return self.below.origin(at) if self.below else at


class _Folds(dict[str, str]):
    def __missing__(self, char: str) -> str:
        folded = _fold_character(char)
        if len(self) < _MEMORY:
            self[char] = folded
        return folded


def _fold_character(char: str) -> str:
    if unicodedata.category(char) in _INVISIBLE:
        return ""
    if (digit := unicodedata.digit(char, None)) is not None:
        return str(digit)  # Arabic-Indic, Devanagari, circled ... a phone number is one in any digits
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    letters = "".join(READ_AS.get(part, part) for part in parts if unicodedata.category(part) not in _INVISIBLE)
    return letters if len(letters) <= _LONGEST_FOLD else char


_FOLDS = _Folds()


def _straighten(found: re.Match[str]) -> str:
    return found.group().translate(_STRAIGHT)


def fold(text: str) -> Folded:
    """Fold compatibility forms, case, look-alikes, marks, invisible characters and typographic quotes."""
    if text.isascii():
        return Folded(text.lower())
    straight = _TYPOGRAPHIC.sub(_straighten, text)
    if straight.isascii():
        return Folded(straight.lower())
    chars = set(straight)
    uneven = frozenset(char for char in chars if len(_FOLDS[char]) != 1)
    return Folded(_folded(straight, chars), tuple(_runs(straight, uneven)) if uneven else ())


def _folded(text: str, chars: Collection[str]) -> str:
    special = [char for char in chars if not char.isascii()]
    if len(special) > _FEW or any(char != char.lower() for char in special):
        return "".join(map(_FOLDS.__getitem__, text))
    text = text.lower()
    for char in special:
        text = text.replace(char, _FOLDS[char])
    return text


def _runs(text: str, uneven: frozenset[str]) -> Iterator[Run]:
    """`uneven`: characters that are not folded to one."""
    yield 0, 0, 1
    shift = 0
    for at in _places(text, uneven):
        yield at + shift, at, 0
        shift += len(_FOLDS[text[at]]) - 1
        yield at + 1 + shift, at + 1, 1


def _places(text: str, chars: frozenset[str]) -> list[int]:
    if len(chars) > _FEW:
        return [at for at, char in enumerate(text) if char in chars]
    found: list[int] = []
    for char in chars:
        at = text.find(char)
        while at >= 0:
            found.append(at)
            at = text.find(char, at + 1)
    return sorted(found)


def join_spaced_letters(folded: Folded) -> Folded:
    """Join 'k i l l' and 'k.i.l.l'. Separate from fold(): telephone numbers need their separators."""
    text = folded.text
    shape = b" %b " % text.encode("ascii", "replace").translate(_SHAPE)
    if _THREE_SINGLES not in shape:  # most messages have no place where three characters stand each by themselves
        return folded
    runs = [span for span in _spelt(text, shape) if _is_spelt(text[slice(*span)][::2])]
    if not runs:
        return folded
    kept: list[str] = []
    ways: list[Run] = []
    position = length = 0
    for start, end in runs:
        kept += text[position:start], text[start:end:2]
        ways += (length, position, 1), (length + start - position, start, 2)
        length += start - position + len(kept[-1])
        position = end
    kept.append(text[position:])
    ways.append((length, position, 1))
    return Folded("".join(kept), tuple(ways), folded)


def _spelt(text: str, shape: bytes) -> Iterator[tuple[int, int]]:
    if not text.isascii():
        yield from (found.span() for found in _SPACED.finditer(text))
        return
    at = shape.find(_THREE_SINGLES)
    while at >= 0:
        found = _SPACED.match(text, at)  # the shape begins with one blank more
        if found:
            yield found.span()
        at = shape.find(_THREE_SINGLES, found.end() if found else at + 1)


def _is_spelt(letters: str) -> bool:
    return len(letters) > 3 or not _TEXT_SPEAK.issuperset(letters)  # noqa: PLR2004  # three is "u r a"


def mark_single_quotes(folded: Folded) -> Folded:
    """Turn paired single quotes into { and }, keeping length: an apostrophe must not open a quotation."""
    text = folded.text
    if "'" not in text or not _OPENING_SINGLE.search(text):
        return folded
    return folded._replace(text=_CLOSING_SINGLE.sub("}", _OPENING_SINGLE.sub("{", text)))
