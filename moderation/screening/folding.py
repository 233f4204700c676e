"""Folding: one plain spelling of a message, with the way back to the original.

Owns what the rest of screening reads: small ASCII letters wherever the eye sees a Latin letter. Invariant: every
span of the folded text maps to a span inside the original text, in order.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain, repeat

from moderation.screening.lookalikes import READ_AS

# Length-preserving, so a message that is plain apart from a phone's typographic quotes keeps the fast path.
_STRAIGHT = str.maketrans("‘’‛ʼ´`“”„‟«»–—\u00a0…", "''''''\"\"\"\"\"\"--  ")  # noqa: RUF001
_TYPOGRAPHIC = re.compile(f"[{''.join(map(chr, _STRAIGHT))}]{{1,9}}")  # translate() alone looks up every character

# Dropped: combining and enclosing marks, and format characters (zero-width, direction marks, soft hyphen).
_INVISIBLE = frozenset({"Mn", "Me", "Cf"})

_LONGEST_FOLD = 4  # ligatures give at most three letters; the few giants (U+FDFA gives 18) only serve to flood us
_MEMORY = 20_000  # characters whose fold is remembered: bounds memory against a message of random code points

_SPACED = re.compile(r"(?<![\w'])[^\W\d_](?:[ .\-_*][^\W_]){1,29}[ .\-_*][^\W\d_](?![\w'])")
_SHAPE = bytes(ord("a") if chr(code).isalnum() or code == ord("'") else ord(" ") for code in range(128)).ljust(256)
_THREE_SINGLES = b" a a a "
_TEXT_SPEAK = frozenset("aiurybckn24")  # "u r a" is three words
_OPENING_SINGLE = re.compile(r"'(?<![\w.!?,]')(?=\w)")  # the quote first: the engine leaps from one to the next
_CLOSING_SINGLE = re.compile(r"'(?<=[\w.!?,]')(?!\w)")


@dataclass(frozen=True)
class Folded:
    """`starts[i]` is where the folded character i came from; None when offsets are the same."""

    text: str
    starts: tuple[int, ...] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        if self.starts is None:
            return start, end
        return self.starts[start], self.starts[end - 1] + 1


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
    pieces = [_FOLDS[char] for char in straight]
    folded = "".join(pieces)
    starts = chain.from_iterable(map(repeat, range(len(pieces)), map(len, pieces)))
    return Folded(folded, tuple(starts))


def may_be_spelt(text: str) -> bool:
    """Whether there are three characters each by themselves: asked first, looking for spelt words costs more."""
    return _THREE_SINGLES in b" %b " % text.encode("ascii", "replace").translate(_SHAPE)


def join_spaced_letters(folded: Folded) -> Folded:
    """Join 'k i l l' and 'k.i.l.l'. Separate from fold(): telephone numbers need their separators."""
    runs = [m.span() for m in _SPACED.finditer(folded.text) if _is_spelt(m.group()[::2])]
    if not runs:
        return folded
    kept: list[slice] = []
    position = 0
    for start, end in runs:
        kept += slice(position, start), slice(start, end, 2)
        position = end
    kept.append(slice(position, None))
    starts = folded.starts or range(len(folded.text))
    joined = "".join(map(folded.text.__getitem__, kept))
    return Folded(joined, tuple(chain.from_iterable(map(starts.__getitem__, kept))))


def _is_spelt(letters: str) -> bool:
    return len(letters) > 3 or not _TEXT_SPEAK.issuperset(letters)  # noqa: PLR2004  # three is "u r a"


def mark_single_quotes(text: str) -> str:
    """Turn paired single quotes into { and }, keeping length: an apostrophe must not open a quotation."""
    if "'" not in text or not _OPENING_SINGLE.search(text):
        return text
    return _CLOSING_SINGLE.sub("}", _OPENING_SINGLE.sub("{", text))
