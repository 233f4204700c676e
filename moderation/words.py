"""The words of a text as search compares them: folded to plain small letters, and cut down to their English stems.

A word of another language goes through the same rules on both sides, so it is found as it was written.
"""

import re
from collections.abc import Callable
from itertools import filterfalse

import Stemmer

from moderation.screening.folding import fold

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
LONGEST_WORD = 40
STOP_WORDS = frozenset(
    WORD.findall(
        "a an and are as at be but by for from had has have he her him his i if in is it its me my not of on or our she so "
        "that the their them there they this to was we were what when which who will with you your"
    )
)
_LEFT_OUT = STOP_WORDS | {""}  # a text without a word splits into one that is empty

_stem: Callable[[str], str] = Stemmer.Stemmer("english").stemWord  # remembers what it did last


def stems_of(text: str, *, most: int) -> list[str]:
    """Different stems of the text's words, in order, at most `most`. Words too common to search for are left out."""
    return list(dict.fromkeys(map(_stem, _words(text))))[:most]


def words_of(text: str) -> list[tuple[str, str]]:
    """Every word of the text with its stem, in order. Words too common to search for are left out."""
    words = _words(text)
    return list(zip(words, map(_stem, words), strict=True))


def _words(text: str) -> list[str]:
    """Without a step of ours for each word: every message that is sent comes through here."""
    words = " ".join(WORD.findall(fold(text).text)).replace("'", "").split(" ")
    if max(map(len, words)) > LONGEST_WORD:
        words = [word[:LONGEST_WORD] for word in words]
    return list(filterfalse(_LEFT_OUT.__contains__, words))
