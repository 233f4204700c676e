"""Words that no two messages share and that screening makes nothing of."""

from uuid import uuid4

DIGITS_TO_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def spelt(text: object) -> str:
    """The same in letters only: digits could be taken for somebody's telephone number."""
    return str(text).translate(DIGITS_TO_LETTERS)


def fresh_mark() -> str:
    """Letters that were never used before."""
    return spelt(uuid4().hex)
