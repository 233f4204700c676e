"""Words that no two messages share and that screening makes nothing of."""

from uuid import uuid4

DIGITS_TO_LETTERS = str.maketrans("0123456789", "bdghjlmrvz")


def spelt(text: object) -> str:
    """The same in letters only, none of them a vowel: digits could be taken for a telephone number, and the letters of some
    number would sooner or later spell a word that is held back.
    """
    return str(text).translate(DIGITS_TO_LETTERS)


def fresh_mark() -> str:
    """Letters that were never used before."""
    return spelt(uuid4().hex)
