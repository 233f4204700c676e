"""Who may attach when many come at once: few at a time, in the order they came, and not without end.

After a restart a thousand phones come back in the same second. Attaching one means looking up who it is and what it
missed; all of that side by side would hold up every send, and on a database with a bounded number of connections take all
of them.
"""

import random
import threading
from collections import deque

from models.errors import Unavailable

AT_ONCE = 8  # as many pieces of a few milliseconds lie between two turns of everybody else
MOST_WAITING = 1_000
PATIENCE_S = 8.0  # within the time that a new session has for connecting: an answer comes before it is cut off
RETRY_WITHIN_S = (2, 10)


class Admission:
    """Turns, each taken by `enter` and given back by `leave`."""

    def __init__(self, *, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING, patience_s: float = PATIENCE_S) -> None:
        self._free = at_once
        self._most_waiting = most_waiting
        self._patience_s = patience_s
        self._waiting: deque[threading.Event] = deque()

    def enter(self) -> None:
        """Take a turn, waiting for it behind those who came before.

        Raises Unavailable, with a time to come again that differs from one to the next, when too many wait or it took
        too long.
        """
        if self._free > 0:
            self._free -= 1
            return
        if len(self._waiting) >= self._most_waiting:
            raise _come_again()
        mine = threading.Event()
        self._waiting.append(mine)
        try:
            mine.wait(self._patience_s)
        except BaseException:  # the connection is being ended while it waits
            if not self._give_up(mine):
                self.leave()
            raise
        if self._give_up(mine):
            raise _come_again()

    def _give_up(self, mine: threading.Event) -> bool:
        """Stop waiting; False when the turn has come already."""
        if mine.is_set():
            return False
        self._waiting.remove(mine)
        return True

    def leave(self) -> None:
        """Give the turn back, to whoever waits longest."""
        if self._waiting:
            self._waiting.popleft().set()
        else:
            self._free += 1


def _come_again() -> Unavailable:
    return Unavailable(retry_after=random.randint(*RETRY_WITHIN_S))  # noqa: S311 - spreads clients, keeps no secret
