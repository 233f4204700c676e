"""Counting in windows that begin with their first try: in this process's memory, or together in Redis.

Invariant: counting here costs the same however many keys are known, and memory is bounded. The memory storage of the
`limits` library looks through all its keys shortly after each try, while everybody waits; so ours is not that one.
"""

import time
from collections import OrderedDict, defaultdict
from typing import Protocol

import structlog
from limits.errors import StorageError
from limits.storage import RedisStorage

from models.clock import clock

log = structlog.get_logger("hearthside.limits")

MOST_KEYS = 100_000  # for one length of window; beyond, the windows that began first are forgotten
REDIS_TIMEOUT_S = 0.5
REDIS_REST_S = 5.0  # how long Redis is left alone once it did not answer: else every request would wait for it


Counted = tuple[int, float]  # tries in the window that is open, and the seconds until it closes
NONE = (0, 0.0)


class Counts(Protocol):
    def count(self, key: str, seconds: int) -> Counted: ...
    def look(self, key: str, seconds: int) -> Counted: ...
    def begin(self, key: str, seconds: int) -> None: ...


class Here:
    """In this process. Windows of one length close in the order they began, so the closed ones are at the front."""

    def __init__(self, most_keys: int = MOST_KEYS) -> None:
        self._most = most_keys
        self._windows: defaultdict[int, OrderedDict[str, tuple[int, float]]] = defaultdict(OrderedDict)

    def count(self, key: str, seconds: int) -> Counted:
        """Count one more try."""
        now = clock.seconds()
        windows = self._windows[seconds]
        tries, until = windows.get(key, NONE)
        if until > now:
            tries += 1
            windows[key] = (tries, until)
            return tries, until - now
        windows.pop(key, None)  # a new window goes to the end
        while windows and (len(windows) >= self._most or next(iter(windows.values()))[1] <= now):
            windows.popitem(last=False)
        windows[key] = (1, now + seconds)
        return 1, seconds

    def look(self, key: str, seconds: int) -> Counted:
        """How it stands; counts nothing."""
        now = clock.seconds()
        tries, until = self._windows[seconds].get(key, NONE)
        return (tries, until - now) if until > now else (0, seconds)

    def begin(self, key: str, seconds: int) -> None:
        """Close the window that may be open and begin one with a single try."""
        self._windows[seconds].pop(key, None)
        self.count(key, seconds)

    def __len__(self) -> int:
        return sum(map(len, self._windows.values()))


class Together:
    """In Redis, with the other processes. While Redis is away each process counts by itself.

    One question a try: when a window closes is asked once and kept.
    """

    def __init__(self, url: str) -> None:
        self._storage = RedisStorage(
            url, wrap_exceptions=True, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S
        )
        self._alone = Here()
        self._rest_until = 0.0
        self._until: OrderedDict[str, float] = OrderedDict()

    def count(self, key: str, seconds: int) -> Counted:
        alone = self._alone.count(key, seconds)  # always: when Redis goes away, what was tried is not forgotten
        if self._resting():
            return alone
        try:
            tries = self._storage.incr(f"{key}/{seconds}", seconds)
            return tries, self._left(f"{key}/{seconds}", seconds, begun=tries == 1)
        except StorageError:
            self._rest()
            return alone

    def look(self, key: str, seconds: int) -> Counted:
        if not self._resting():
            try:
                tries = self._storage.get(f"{key}/{seconds}")
                return tries, self._left(f"{key}/{seconds}", seconds, begun=tries == 0)
            except StorageError:
                self._rest()
        return self._alone.look(key, seconds)

    def begin(self, key: str, seconds: int) -> None:
        self._alone.begin(key, seconds)
        if not self._resting():
            try:
                self._storage.clear(f"{key}/{seconds}")
                self._storage.incr(f"{key}/{seconds}", seconds)
                self._until.pop(f"{key}/{seconds}", None)
            except StorageError:
                self._rest()

    def _left(self, key: str, seconds: int, *, begun: bool) -> float:
        now = time.time()
        until = now + seconds if begun else self._until.get(key, 0.0)
        if until <= now:
            until = self._storage.get_expiry(key)
        self._until[key] = until
        self._until.move_to_end(key)
        while len(self._until) > MOST_KEYS:
            self._until.popitem(last=False)
        return max(0.0, until - now)

    def _resting(self) -> bool:
        return time.monotonic() < self._rest_until

    def _rest(self) -> None:
        if not self._resting():
            log.warning("redis away; counting alone")
        self._rest_until = time.monotonic() + REDIS_REST_S
