"""Pings: which sockets are due one, and which did not answer theirs.

One loop for all sockets. Every ping waits equally long, so the next one due is always the first in line, and nothing has
to be searched. Invariant: a socket is asked once per interval, and put out within `timeout` and two steps when it does not
answer, whether anything is sent to it or not. Sockets are named by id: one that is gone is passed over and kept by nobody.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import structlog

log = structlog.get_logger("hearthside.transport")

LONGEST_STEP_S = 0.5  # how late a ping may be

Due = deque[tuple[float, str]]


class Heartbeat:
    """`sockets` by id; each can `ping()` and `check_ping_timeout()`. Times are in seconds."""

    def __init__(self, sockets: Mapping[str, Any], *, interval: float, timeout: float) -> None:
        self._sockets = sockets
        self._interval = interval
        self._timeout = timeout
        self._pings: Due = deque()
        self._answers: Due = deque()

    def schedule(self, sid: str) -> None:
        """Ping this socket one interval from now."""
        self._pings.append((time.monotonic() + self._interval, sid))

    def beat(self) -> None:
        """Ping whoever is due, look at whoever has had their time to answer."""
        now = time.monotonic()
        for sock in self._take(self._pings, now):
            if sock.ping():
                self._answers.append((now + self._timeout, sock.sid))
        for sock in self._take(self._answers, now):
            sock.check_ping_timeout()

    def _take(self, line: Due, now: float) -> Iterator[Any]:
        while line and line[0][0] <= now:
            _, sid = line.popleft()  # one by one: should one of them fail, the others' turn comes with the next beat
            sock = self._sockets.get(sid)
            if sock is not None:
                yield sock

    def run_until(self, stopped: Callable[[float], bool]) -> None:
        """Beat until `stopped(seconds)`, which waits that long and says whether to stop, says so."""
        step = min(LONGEST_STEP_S, self._interval / 4)
        while not stopped(step):
            try:
                self.beat()
            except Exception:
                log.exception("pings failed; will try again")  # this loop must outlive everything
