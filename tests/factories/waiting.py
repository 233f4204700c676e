"""Waiting for what only asking again can tell."""

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")
PAUSE_S = 0.05


def ask_until(ask: Callable[[], Answer], good: Callable[[Answer], object], *, within: float) -> Answer:
    """Ask again and again until the answer is good; fails with the last answer."""
    deadline = time.monotonic() + within
    while not good(answer := ask()):
        assert time.monotonic() < deadline, f"not within {within} s; the last answer: {answer!r}"
        time.sleep(PAUSE_S)
    return answer
