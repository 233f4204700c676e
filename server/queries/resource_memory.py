"""What each process remembers of the library, so that a question to it reads little.

Everything is read anew after a change to what is published: whoever asks gives the stamp that was read in their own
transaction, and is never told of another state of the library than the one they see.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

What = TypeVar("What")


class Remembered(Generic[What]):
    def __init__(self, read: Callable[[Session], What]) -> None:
        self._read = read
        self._known: tuple[str, What] | None = None

    def at(self, stamp: str, session: Session) -> What:
        if self._known is None or self._known[0] != stamp:
            self._known = stamp, self._read(session)
        return self._known[1]
