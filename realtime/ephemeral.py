"""Who is writing right now: ephemeral, outside every log, never stored, and over by itself.

Invariant: only members of a conversation are told, of members only, and nobody is told of themselves. A process that dies, a
phone that loses its network or a word that gets lost leaves nobody writing for longer than `LASTS`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from models.clock import clock
from models.policy import authorise
from moderation.sanctions import ReadOnly
from realtime.delivery import Delivery
from realtime.door import Call, looking
from server.queries.conversations import see_place

LASTS = timedelta(seconds=6)  # a client that goes on writing says so again within this
QUIET = timedelta(seconds=2)  # and saying so more often tells nobody anything new
MOST_WRITING = 10_000  # in one process; past it nobody new is shown

Key = tuple[str, str]  # conversation, person
Word = dict[str, Any]  # {conversation_id, person_id, display_name, typing}


class Typing:
    """One per process. `tell_others(word)` passes a word on to the other processes and returns at once."""

    def __init__(self, delivery: Delivery, *, sleep: Callable[[float], Any]) -> None:
        self._delivery = delivery
        self._sleep = sleep
        self._writing: dict[Key, tuple[datetime, str]] = {}  # when it was last said, and their name
        self._tell_others: Callable[[Word], None] = lambda _word: None

    def tell_others_with(self, tell: Callable[[Word], None]) -> None:
        self._tell_others = tell

    def set(self, call: Call) -> Mapping[str, Any]:
        """`typing:set`: only who may post in a conversation is shown as writing in it."""
        conversation_id, typing = call.data["conversation_id"], call.data["typing"]
        key = (conversation_id, call.connected.person_id)
        last = self._writing.get(key)
        if typing and last is not None and call.now - last[0] < QUIET:
            return {}
        with looking(call) as (session, actor):
            place = see_place(session, actor, conversation_id)
            authorise("message.post", actor, place.facts)
            if place.membership is not None and place.membership.read_only(call.now):
                raise ReadOnly
            name = actor.display_name
        if typing or key in self._writing:
            self._say(key, name, call.now, typing=typing)
        return {}

    def heard(self, word: Word) -> None:
        """A word from another process: shown here, not passed on. Where it was said it also lapses."""
        self._show(word)

    def lapse(self) -> None:
        """Whoever has not said so again for a while is not writing any more."""
        now = clock.now()
        for key, (said, name) in list(self._writing.items()):
            if now - said >= LASTS:
                self._say(key, name, now, typing=False)

    def lapse_forever(self) -> None:
        while True:
            self._sleep(1.0)
            self.lapse()

    def _say(self, key: Key, name: str, now: datetime, *, typing: bool) -> None:
        if not typing:
            self._writing.pop(key, None)
        elif key in self._writing or len(self._writing) < MOST_WRITING:
            self._writing[key] = (now, name)
        else:
            return
        word = {"conversation_id": key[0], "person_id": key[1], "display_name": name, "typing": typing}
        self._show(word)
        self._tell_others(word)

    def _show(self, word: Word) -> None:
        self._delivery.whisper(word["conversation_id"], "typing", word, not_to=word["person_id"])
