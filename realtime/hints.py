"""Hints between processes over Redis or Valkey: "these streams have come this far", and who is writing. Ids, numbers and
pseudonyms only, never text.

Best effort by design: a lost hint is found by comparing heads. Nothing here ever holds up a send: what is to be told
waits in a small table (one number a stream), and one background loop tells it.
"""

import random
import threading
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import redis
import structlog

from models.ids import new_id

log = structlog.get_logger("hearthside.hints")

CHANNEL = "hearthside:hints"
WORDS_CHANNEL = "hearthside:words"
WORD_KEYS = ("conversation_id", "person_id", "display_name")
MOST_WORDS = 1_000
SOCKET_TIMEOUT_S = 0.5
LISTEN_TIMEOUT_S = 5.0
LONGEST_PAUSE_S = 2.0
MOST_WAITING = 10_000

Heads = Sequence[tuple[str, int]]


class Hints:
    """Tells the other processes of moved streams, and hears from them."""

    def __init__(
        self,
        url: str,
        *,
        heard: Callable[[Heads], None],
        heard_word: Callable[[dict[str, Any]], None],
        sleep: Callable[[float], Any],
    ) -> None:
        """`heard(heads)` and `heard_word(word)` are called for what others tell.

        `sleep(seconds)` must let the rest of the process go on.
        """
        self._teller = redis.Redis.from_url(url, socket_timeout=SOCKET_TIMEOUT_S, socket_connect_timeout=SOCKET_TIMEOUT_S)
        self._listener = redis.Redis.from_url(
            url, socket_timeout=LISTEN_TIMEOUT_S + 1, socket_connect_timeout=SOCKET_TIMEOUT_S
        )
        self._heard = heard
        self._heard_word = heard_word
        self._name = new_id()
        self._words: list[dict[str, Any]] = []
        self._sleep = sleep
        self._waiting: dict[str, int] = {}
        self._wake = threading.Event()

    def tell(self, recorded: Heads) -> None:
        """Remember to tell these; returns at once."""
        for stream_id, seq in recorded:
            if stream_id in self._waiting or len(self._waiting) < MOST_WAITING:
                self._waiting[stream_id] = max(seq, self._waiting.get(stream_id, 0))
        self._wake.set()

    def tell_word(self, word: dict[str, Any]) -> None:
        """Pass on something that need not arrive; returns at once."""
        if len(self._words) < MOST_WORDS:
            self._words.append(word)
            self._wake.set()

    def tell_forever(self) -> None:
        failures = 0
        while True:
            self._wake.wait()
            self._wake.clear()
            waiting, self._waiting = self._waiting, {}
            words, self._words = self._words, []
            try:
                if waiting:
                    self._teller.publish(CHANNEL, orjson.dumps(list(waiting.items())))
                if words:
                    self._teller.publish(WORDS_CHANNEL, orjson.dumps([self._name, words]))
                failures = 0
            except redis.RedisError as error:
                failures += 1
                self._pause("not told", error, failures)

    def listen_forever(self) -> None:
        failures = 0
        while True:
            try:
                with self._listener.pubsub(ignore_subscribe_messages=True) as channel:  # type: ignore[no-untyped-call]
                    channel.subscribe(CHANNEL, WORDS_CHANNEL)
                    while True:
                        message = channel.get_message(timeout=LISTEN_TIMEOUT_S)
                        failures = 0
                        if message is not None:
                            self._take(message["channel"], message["data"])
            except (redis.RedisError, OSError) as error:
                failures += 1
                self._pause("not heard", error, failures)

    def _take(self, channel: bytes, data: bytes) -> None:
        try:
            if channel == WORDS_CHANNEL.encode():
                self._take_words(orjson.loads(data))
                return
            heads = [(str(stream_id), int(seq)) for stream_id, seq in orjson.loads(data)]
        except (ValueError, TypeError, KeyError):
            log.warning("hint not understood")
            return
        self._heard(heads)

    def _take_words(self, told: Any) -> None:
        name, words = told
        for word in words if name != self._name else ():  # one's own come back too
            self._heard_word({**{key: str(word[key]) for key in WORD_KEYS}, "typing": bool(word["typing"])})

    def _pause(self, what: str, error: Exception, failures: int) -> None:
        log.warning("redis away", what=what, error=type(error).__name__, failures=failures)
        longest = min(LONGEST_PAUSE_S, 0.1 * 2 ** min(failures, 10))
        self._sleep(longest * random.uniform(0.5, 1.0))  # noqa: S311 - spreads processes, keeps no secret
