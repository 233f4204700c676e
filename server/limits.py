"""How often something may be tried, by account and by address: one readable table, counted by the `limits` library.

Counts live in this process's memory, or in Redis when there is one, so that several processes count together; with Redis
away each process counts by itself rather than letting everything through or nothing. Keys are digests: an address or
account is not readable in Redis.
"""

import math
import time
from collections.abc import Mapping

import structlog
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import MovingWindowRateLimiter

from models.crypto import current_keyring
from models.errors import TooMany

log = structlog.get_logger("hearthside.limits")

LIMITS: Mapping[str, RateLimitItem] = {
    # Wrong passwords only: a person who signs in rightly is never in the way of themselves.
    "sign_in.account_from_address": parse("10 per 15 minutes"),
    "sign_in.account": parse("100 per 15 minutes"),
    "sign_in.address": parse("60 per 15 minutes"),
    "password.person": parse("10 per 15 minutes"),  # wrong ones, given again by somebody who is signed in
    "sign_up.address": parse("30 per hour"),
    "invite_code.address": parse("20 per hour"),
    "report.person": parse("30 per hour"),
}
REDIS_TIMEOUT_S = 0.5


class RateLimits:
    """Counts tries. `None` for the address of Redis keeps the counts in this process.

    `by_address=False` leaves the limits of a whole address out: in a demo everybody is at the same one.
    """

    def __init__(self, redis_url: str | None = None, *, by_address: bool = True) -> None:
        self._by_address = by_address
        self._alone = MovingWindowRateLimiter(MemoryStorage())
        self._together = self._alone
        if redis_url is not None:
            storage: Storage = RedisStorage(
                redis_url,
                wrap_exceptions=True,
                socket_timeout=REDIS_TIMEOUT_S,
                socket_connect_timeout=REDIS_TIMEOUT_S,
            )
            self._together = MovingWindowRateLimiter(storage)

    def refuse_if_spent(self, name: str, *who: str) -> None:
        """Raise TooMany when nothing is left of a limit; counts nothing."""
        key = _key(name, who)
        if not self._ask("test", name, key):
            self._refuse(LIMITS[name], key)

    def count(self, name: str, *who: str) -> None:
        self._ask("hit", name, _key(name, who))

    def spend(self, name: str, *who: str) -> None:
        """Count one try; raise TooMany, with the seconds to wait, when it is one too many."""
        key = _key(name, who)
        if not self._ask("hit", name, key):
            self._refuse(LIMITS[name], key)

    def _ask(self, what: str, name: str, key: str) -> bool:
        if name.endswith(".address") and not self._by_address:
            return True
        item = LIMITS[name]
        for limiter in (self._together, self._alone):
            try:
                return bool(getattr(limiter, what)(item, key))
            except StorageError:
                log.warning("redis away; counting alone")
        return True

    def _refuse(self, item: RateLimitItem, key: str) -> None:
        try:
            reset = self._together.get_window_stats(item, key).reset_time
        except StorageError:
            reset = self._alone.get_window_stats(item, key).reset_time
        wait = max(1, math.ceil(reset - time.time()))
        raise TooMany(retry_after=wait, minutes=math.ceil(wait / 60))


def _key(name: str, who: tuple[str, ...]) -> str:
    return current_keyring().blind_index("limit " + "\n".join((name, *who)))
