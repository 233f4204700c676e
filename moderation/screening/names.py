"""Names of people and places, told by their capital letter in the original text.

The rules find where a name would stand; these checks decide whether a name stands there. Invariant: a message
written all in capitals, or with no capital in that place, names nobody here.
"""

import re

from moderation.screening.folding import fold

Span = tuple[int, int]

_WORD = re.compile(r"[^\W\d_]{1,40}(?:-[^\W\d_]{1,40})?")


class NameChecks:
    """`not_names`: capitalised words that name no person. `not_places`: capitalised words before 'hospital'."""

    def __init__(self, not_names: frozenset[str], not_places: frozenset[str]) -> None:
        self._not_names = not_names
        self._not_places = not_places

    def person(self, text: str, span: Span, _region: str) -> Span | None:
        words = list(_WORD.finditer(text, *span))
        if not words or text.isupper():
            return None
        if not all(_is_capitalised(word.group()) and not self._is_listed(word.group()) for word in words[:2]):
            return None
        return words[0].start(), words[-1].end()

    def place(self, text: str, span: Span, _region: str) -> Span | None:
        """Holds when a word before the kind of place (the last word of several) is a name."""
        if text.isupper():
            return None
        words = [word.group() for word in _WORD.finditer(text, *span)]
        before = words[:-1] or words
        named = any(_is_capitalised(word) and fold(word).text not in self._not_places for word in before)
        return span if named else None

    def _is_listed(self, word: str) -> bool:
        return fold(word).text.removesuffix("'s") in self._not_names


def _is_capitalised(word: str) -> bool:
    return len(word) > 1 and word[0].isupper() and not word.isupper()
