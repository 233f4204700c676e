"""Delivery: who is connected in this process, which streams they hear, and sending each stream in its one order.

Invariants. Of each stream a process serves it sends every event after the first it joined at, once, in seq order, from one
place at a time (`_pump`), reading them from the database, but for a message this process has just sent and nothing came
after: a hint (a commit here, a word from another process, a comparison
of heads) only says "look". A socket is in a stream's room exactly from the event that let it in to the event that put it
out, because membership and sign-in changes travel in the same ordered streams and are applied while sending them.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import socketio
import structlog

from models.clock import clock
from models.errors import DomainError, NotSignedIn, TooMany, Unavailable
from models.messages import Message
from models.phrases import minutes
from models.session import reading
from models.streams import Event, EventKind, moved_since
from server.queries.code_of_conduct import current_version
from server.queries.people import see_actor
from server.queries.streams import (
    Missed,
    Subjects,
    is_earlier,
    load_subjects,
    missed,
    next_events,
    readable_heads,
    sent_event,
)
from server.schemas.streams import about_message, dump_event, dump_veiled
from server.words import FALLBACK

log = structlog.get_logger("hearthside.delivery")

BATCH = 100  # events read and sent at a time
JOIN_ATTEMPTS = 5
TRIES_WITHOUT_HOLDING = 3  # when many come back at once a room must not wait for each of them
COMPARE_EVERY_S = 2.0
HEADS_EVERY = 15  # comparisons between two `heads` to the streams that moved: about half a minute
RENEW_AHEAD_S = 60  # how long before its token runs out a socket is asked for a fresh one
RENEW_GRACE_S = 30  # how long after that it may still give one: phones sleep
MOST_OF_PERSON = 10  # live sockets of one person in this process
MOST_OF_ADDRESS = 200  # and from one address: a clinic or a telephone company has one for many
ADDRESS_FULL_S = 30
TOKEN_EXPIRED = "token_expired"  # noqa: S105 - a reason, not a secret
LOOK_BACK = timedelta(seconds=60)  # how far writers' clocks and commits may lag behind this process's clock


class TooManySockets(TooMany):
    code = "too_many_sockets"
    user_message = "There are very many connections from your network right now. Please try again in {wait}."


@dataclass
class Served:
    """A stream this process has listeners for: what was sent to all of them, and how far there is more."""

    sent: int
    wanted: int
    pumping: bool = False
    held: int = 0  # by how many attaches that would never catch up with it otherwise
    at_hand: Message | None = None  # what was sent last, as this process wrote it
    sids: set[str] = field(default_factory=set)
    # Of those who may read only from an event on (a visitor to a one-to-one): which one.
    from_seqs: dict[str, int] = field(default_factory=dict)


@dataclass
class Connected:
    """A live socket: whose it is, by which sign-in, from where, and which code of conduct they had agreed to when let in.

    `token_until` is in seconds since the epoch.
    """

    person_id: str
    sign_in_id: str
    token_until: int
    accepted_code: int
    address: str | None = None
    leaving: bool = False  # hung up on: not gone yet, but no longer counted
    asked_to_renew: bool = False
    language: str = FALLBACK  # in which it is answered; what goes to a room is the same for everybody
    streams: set[str] = field(default_factory=set)
    # How far it was sent a stream whose room it is not in: an attach that read earlier must not send that again.
    told: dict[str, int] = field(default_factory=dict)


class Delivery:
    """One per process. Never yields between deciding that a socket is up to date and putting it into a room."""

    def __init__(
        self,
        server: socketio.Server,
        *,
        hang_up: Callable[[str], None],
        most_of_person: int = MOST_OF_PERSON,
        most_of_address: int = MOST_OF_ADDRESS,
    ) -> None:
        """`hang_up(sid)` closes a socket's connection in the way after which clients come back by themselves."""
        self._most_of_person = most_of_person
        self._most_of_address = most_of_address
        self._at_address: Counter[str] = Counter()
        self._server = server
        self._hang_up = hang_up
        self._served: dict[str, Served] = {}
        self._sockets: dict[str, Connected] = {}
        self._by_person: dict[str, dict[str, None]] = {}  # in the order they came
        self._hint: Callable[[Sequence[tuple[str, int]]], None] = lambda _recorded: None
        self._last_compared = clock.now()

    def tell_others_with(self, hint: Callable[[Sequence[tuple[str, int]]], None]) -> None:
        """`hint(recorded)` tells the other processes of (stream id, seq) pairs without waiting for them."""
        self._hint = hint

    # -- sockets ---------------------------------------------------------------------------------------------------

    def connect(self, sid: str, connected: Connected) -> None:
        """Take a socket in. Raises TooManySockets when its address has as many as it may have.

        A person who has too many loses the oldest: it is most likely a dead one that nobody has noticed yet, and the one
        they hold in their hand must work. If it lives, it comes back by itself.
        """
        if connected.address is not None:
            if self._at_address[connected.address] >= self._most_of_address:
                raise TooManySockets(retry_after=ADDRESS_FULL_S, wait=minutes(1))
            self._at_address[connected.address] += 1
        self._sockets[sid] = connected
        mine = self._by_person.setdefault(connected.person_id, {})
        mine[sid] = None
        staying = [one for one in mine if not self._sockets[one].leaving]
        for oldest in staying[: -self._most_of_person]:
            self._sockets[oldest].leaving = True
            self._hang_up(oldest)

    def connected(self, sid: str) -> Connected | None:
        return self._sockets.get(sid)

    def language_of(self, sid: str) -> str:
        connected = self._sockets.get(sid)
        return connected.language if connected is not None else FALLBACK

    def people(self) -> set[str]:
        """Whose sockets are live in this process."""
        return {connected.person_id for connected in self._sockets.values() if not connected.leaving}

    def disconnect(self, sid: str) -> None:
        connected = self._sockets.pop(sid, None)
        if connected is None:
            return
        for stream_id in connected.streams:
            self._forget(sid, stream_id)
        if connected.address is not None:
            self._at_address[connected.address] -= 1
            if not self._at_address[connected.address]:
                del self._at_address[connected.address]
        mine = self._by_person.get(connected.person_id, {})
        mine.pop(sid, None)
        if not mine:
            self._by_person.pop(connected.person_id, None)

    def attach(self, sid: str, positions: Mapping[str, int]) -> None:
        """Send a socket what it missed after `positions`, put it into the rooms of its streams, and tell the heads.

        Too much missed, or a position from a future that never was: nothing is replayed, and the heads let the client see
        that it must ask (`sync` then answers `limited`). A socket that cannot be served is hung up on, to come again.
        """
        try:
            heads = self._attach(sid, positions)
        except NotSignedIn:
            self._server.disconnect(sid)  # signed out between being let in and this
        except Unavailable:
            log.warning("database away; hanging up")
            self._hang_up(sid)
        except DomainError:
            self._hang_up(sid)  # something stands between them and the service by now: coming again, they are told what
        except Exception:
            # Without its rooms a socket would look alive and hear nothing: the worst of all answers.
            log.exception("attach failed; hanging up")
            self._hang_up(sid)
        else:
            if heads and sid in self._sockets:
                self._server.emit("heads", {"streams": heads}, to=sid)

    def _attach(self, sid: str, positions: Mapping[str, int]) -> dict[str, int]:
        wanted = dict(positions)
        joined: set[str] = set()
        behind: set[str] = set()
        for attempt in range(JOIN_ATTEMPTS):
            with self._holding(behind if attempt >= TRIES_WITHOUT_HOLDING else ()):
                for stream_id, (answer, frames) in self._read(sid, wanted).items():
                    if stream_id in joined:
                        continue
                    last = attempt == JOIN_ATTEMPTS - 1
                    if self._enter(sid, stream_id, answer, frames, even_if_behind=last):
                        joined.add(stream_id)
                        behind.discard(stream_id)
                    else:
                        behind.add(stream_id)
                        wanted[stream_id] = answer.head_seq
                    if frames:
                        self._server.sleep(0)  # a long replay lets the socket's writer and everybody else go on
            if not behind:
                break
        return self._look_again(sid, joined)

    @contextmanager
    def _holding(self, stream_ids: Iterable[str]) -> Iterator[None]:
        """Nothing is sent of these streams meanwhile: a busy one moves faster than it can be read. What waits is sent after
        the attach has looked again, or when heads are compared.
        """
        held = [self._served[each] for each in stream_ids if each in self._served]
        for served in held:
            served.held += 1
        try:
            yield
        finally:
            for served in held:
                served.held -= 1

    def _look_again(self, sid: str, joined: set[str]) -> dict[str, int]:
        """After the joins: send what was committed since the read and had no listener here; heads of what was joined.

        A stream the person lost meanwhile is left again: the event that says so may have been sent before they joined.
        """
        connected = self._sockets.get(sid)
        if connected is None:
            return {}
        with reading() as session:
            actor = see_actor(session, connected.person_id, connected.sign_in_id, now=clock.now())
            current = {one: head for one, head in readable_heads(session, actor).items() if one in joined}
        for stream_id in joined.difference(current):
            self._leave(sid, stream_id)
        self.moved(current.items())
        return current

    def _read(self, sid: str, positions: Mapping[str, int]) -> dict[str, tuple[Missed, list[dict[str, Any]]]]:
        connected = self._sockets.get(sid)
        if connected is None:
            return {}
        now = clock.now()
        with reading() as session:
            actor = see_actor(session, connected.person_id, connected.sign_in_id, now=now)
            answers = missed(session, actor, positions)
            subjects = load_subjects(session, answers.values(), at=now, viewer_id=actor.id)
            return {
                stream_id: (answer, [dump_event(event, subjects, actor.id) for event in answer.events])
                for stream_id, answer in answers.items()
                if stream_id not in connected.streams
            }

    def _enter(
        self,
        sid: str,
        stream_id: str,
        answer: Missed,
        replay: Sequence[dict[str, Any]],
        *,
        even_if_behind: bool,
    ) -> bool:
        """Replay, then join, without yielding. False when the room has meanwhile been sent more than was read here.

        What this process has still to send to the room is left out of the replay: it is coming anyway.
        """
        connected = self._sockets.get(sid)
        if connected is None or stream_id in connected.streams:
            return True  # the socket is gone, or another attach of it was quicker
        served = self._served.get(stream_id)
        if served is None:
            served = self._served[stream_id] = Served(sent=answer.head_seq, wanted=answer.head_seq)
        ahead = served.sent > answer.head_seq
        for frame in replay:
            if connected.told.get(stream_id, 0) < frame["seq"] <= served.sent:
                self._server.emit("event", frame, to=sid)
                connected.told[stream_id] = frame["seq"]
        if ahead and not even_if_behind:
            return False
        served.sids.add(sid)
        if answer.from_seq:
            served.from_seqs[sid] = answer.from_seq
        connected.streams.add(stream_id)
        connected.told.pop(stream_id, None)
        self._server.enter_room(sid, stream_id)
        return True

    def _leave(self, sid: str, stream_id: str) -> None:
        connected = self._sockets.get(sid)
        served = self._served.get(stream_id)
        if connected is not None and stream_id in connected.streams:
            connected.streams.discard(stream_id)
            if served is not None:
                connected.told[stream_id] = served.sent
            self._server.leave_room(sid, stream_id)
        self._forget(sid, stream_id)

    def _forget(self, sid: str, stream_id: str) -> None:
        served = self._served.get(stream_id)
        if served is not None:
            served.sids.discard(sid)
            served.from_seqs.pop(sid, None)
            if not served.sids and not served.pumping:
                del self._served[stream_id]

    # -- streams ---------------------------------------------------------------------------------------------------

    def committed(self, recorded: Sequence[tuple[str, int]], at_hand: Mapping[tuple[str, int], Message]) -> None:
        """This process committed these (stream id, seq): send them here, and let the other processes look."""
        for (stream_id, _), message in at_hand.items():
            if stream_id in self._served:
                self._served[stream_id].at_hand = message
        self.moved(recorded)
        self._hint(recorded)

    def moved(self, heads: Iterable[tuple[str, int]]) -> None:
        """Streams may have come this far; those with listeners here are sent from where they stand. Never blocks."""
        for stream_id, seq in heads:
            served = self._served.get(stream_id)
            if served is not None and seq > served.wanted:
                served.wanted = seq
                if not served.pumping:
                    served.pumping = True
                    self._server.start_background_task(self._pump, stream_id, served)

    def _pump(self, stream_id: str, served: Served) -> None:
        try:
            while served.wanted > served.sent and served.sids and not served.held:
                if not self._send_batch(stream_id, served):
                    break
        except Unavailable:
            log.warning("database away; will look again", stream=stream_id)
        except Exception:
            log.exception("delivery failed; will look again", stream=stream_id)
        finally:
            served.pumping = False
            served.wanted = served.sent
            served.at_hand = None
            if not served.sids:
                self._served.pop(stream_id, None)

    def _send_batch(self, stream_id: str, served: Served) -> bool:
        events, subjects, frames = self._next(stream_id, served)
        if served.held:
            return False
        for event, frame in zip(events, frames, strict=True):
            self._apply(event)
            self._tell_room(served, event, frame, subjects)
            served.sent = event.seq
        return bool(events)

    def _next(self, stream_id: str, served: Served) -> tuple[Sequence[Event], Subjects, list[dict[str, Any]]]:
        """What comes next in a stream, read as it stands now, or at hand where nothing has come after it."""
        message, served.at_hand = served.at_hand, None
        if message is not None and message.seq == served.sent + 1 == served.wanted:
            event, subjects = sent_event(message)
            return [event], subjects, [dump_event(event, subjects, None)]
        with reading() as session:
            events, subjects = next_events(session, stream_id, served.sent, limit=BATCH, at=clock.now())
            return events, subjects, [dump_event(event, subjects, None) for event in events]

    def _tell_room(self, served: Served, event: Event, frame: Mapping[str, Any], subjects: Subjects) -> None:
        """The event to everybody in the room; to whoever came in later nothing of what was there before them."""
        message = subjects.messages.get(event.subject_id) if served.from_seqs and about_message(event) else None
        before = [sid for sid, seq in served.from_seqs.items() if event.seq < seq]
        veiled = [sid for sid, seq in served.from_seqs.items() if event.seq >= seq and is_earlier(message, seq)]
        if not before and not veiled:
            self._server.emit("event", frame, room=event.stream_id)
            return
        self._server.emit("event", frame, room=event.stream_id, skip_sid=before + veiled)
        for sid in veiled:
            self._server.emit("event", dump_veiled(event), to=sid)

    def _apply(self, event: Event) -> None:
        """Membership and sign-in changes take effect here, between the events before and after them."""
        if event.kind == EventKind.MEMBER_LEFT:
            for sid in list(self._by_person.get(event.subject_id, ())):
                self._leave(sid, event.stream_id)
        elif event.kind == EventKind.MEMBER_JOINED:
            # Their inbox says so too, but may be sent before the room has put them out for an earlier leaving.
            self._bring_in(event.subject_id, event.stream_id, event.seq)
        elif event.kind == EventKind.NOTICE_MEMBERSHIP and event.data["change"] == "joined":
            self._bring_in(event.stream_id, event.data["conversation_id"], event.data["seq"])
        elif event.kind == EventKind.SESSION_ENDED:
            self._cut(event)

    def _bring_in(self, person_id: str, stream_id: str, seq: int) -> None:
        """Attach the person's sockets that are not in the room yet, from the event `seq` on."""
        for sid in list(self._by_person.get(person_id, ())):
            if stream_id not in self._sockets[sid].streams:
                self._server.start_background_task(self.attach, sid, {stream_id: seq - 1})

    def _cut(self, event: Event) -> None:
        for sid in list(self._by_person.get(event.stream_id, ())):
            connected = self._sockets.get(sid)
            if connected is not None and connected.sign_in_id == event.subject_id:
                self._server.emit("session:ended", {"reason": event.data["reason"]}, to=sid)
                self._server.disconnect(sid)

    def whisper(self, stream_id: str, name: str, data: dict[str, Any], *, not_to: str) -> None:
        """Send something that need not arrive to whoever listens to a stream here, but to no socket of `not_to`."""
        if stream_id in self._served:
            self._server.emit(name, data, room=stream_id, skip_sid=list(self._by_person.get(not_to, ())))

    # -- tokens ----------------------------------------------------------------------------------------------------

    def check_tokens(self) -> None:
        """Ask sockets whose token is about to run out for a fresh one; put those out that did not give it."""
        now = clock.now().timestamp()
        for sid, connected in list(self._sockets.items()):
            left = connected.token_until - now
            if left <= -RENEW_GRACE_S:
                self._server.emit("session:ended", {"reason": TOKEN_EXPIRED}, to=sid)
                self._server.disconnect(sid)
            elif left <= RENEW_AHEAD_S and not connected.asked_to_renew:
                connected.asked_to_renew = True
                self._server.emit("token:expiring", {"within_seconds": max(0, int(left + RENEW_GRACE_S))}, to=sid)

    # -- healing ---------------------------------------------------------------------------------------------------

    def compare_heads(self) -> dict[str, int]:
        """Two queries: the streams that moved of late, against what was sent, and the code of conduct everybody must have
        agreed to. Sends what a lost hint left behind, to those who may still hear it.
        """
        now = clock.now()
        since = min(self._last_compared, now) - LOOK_BACK
        with reading() as session:
            code_version = current_version(session)
            heads = moved_since(session, since)
        self._last_compared = now
        self._ask_for_agreement(code_version)
        self.moved(heads.items())
        return heads

    def _ask_for_agreement(self, code_version: int) -> None:
        """Nobody hears more before they agreed to the code as it is now. Coming again, those who have not are told so."""
        for sid, connected in list(self._sockets.items()):
            if connected.accepted_code < code_version:
                for stream_id in list(connected.streams):
                    self._leave(sid, stream_id)
                self._hang_up(sid)

    def compare_forever(self) -> None:
        """The background loop: compare every two seconds, and now and then tell rooms that moved where they stand."""
        turn = 0
        while True:
            self._server.sleep(COMPARE_EVERY_S * random.uniform(0.9, 1.1))  # noqa: S311 - processes should not march in step
            turn += 1
            self.check_tokens()
            try:
                heads = self.compare_heads()
            except Unavailable:
                log.warning("database away; heads not compared")
                continue
            except Exception:
                log.exception("heads not compared; will try again")  # this loop must outlive everything
                continue
            if turn % HEADS_EVERY == 0:
                self._tell_heads(heads)

    def _tell_heads(self, heads: Mapping[str, int]) -> None:
        for stream_id in heads:
            served = self._served.get(stream_id)
            if served is not None:
                self._server.emit("heads", {"streams": {stream_id: served.sent}}, room=stream_id)
