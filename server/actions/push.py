"""Putting pushes into the post: jobs of the same transaction as what they tell of.

Invariant: a push carries ids and nothing else. What it says on the phone are the client's own neutral words.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.conversations import Membership, MemberState
from models.crypto import current_keyring
from models.jobs import Job, JobKind, JobState, enqueue
from server.queries.push import Untold, last_told_at, live_subscriptions

MESSAGE_TTL = timedelta(hours=6)  # a phone that was off for longer finds out when it is opened
SETTLE = timedelta(seconds=5)  # an open client marks as read what it shows meanwhile
# Who was told of a conversation and did not look is left alone for so long.
AGAIN_AFTER = timedelta(minutes=5)
AHEAD = timedelta(days=1)  # an urgent push counts as due for so long: it goes before whatever else is due


def enqueue_push(
    session: Session,
    *,
    person_id: str,
    data: Mapping[str, str],
    ttl: timedelta,
    now: datetime,
    topic: str | None = None,
    urgent: bool = False,
) -> int:
    """One push to each device of this person that can be reached, as jobs of this transaction; returns how many.

    `data` is what the device gets: ids and a `kind`, nothing that says more. A push not delivered within `ttl` is dropped,
    by this service and by the push service. One `topic` (an id) replaces what is still on its way under the same.
    `urgent` goes before other pushes and wakes the device; neither asks about mute or quiet hours.
    """
    return _to_devices(session, person_id, {"data": dict(data), "topic": topic}, ttl=ttl, urgent=urgent, now=now)


def enqueue_telling(session: Session, person_id: str, conversation_id: str, *, due_at: datetime, now: datetime) -> bool:
    """A look, at `due_at`, whether this person is to be told of this conversation. False when one waits already."""
    pair = pair_of(person_id, conversation_id)
    waiting = select(Job.id).where(Job.subject_id == pair, Job.kind == JobKind.PUSH, Job.state == JobState.WAITING)
    if session.scalars(waiting.limit(1)).first() is not None:
        return False  # it will look at everything that is there by then
    payload = {"person_id": person_id, "conversation_id": conversation_id}
    enqueue(session, JobKind.PUSH, subject_id=pair, payload=payload, due_at=due_at, now=now)
    return True


def look_again(session: Session, person_id: str, conversation_ids: Iterable[str], *, now: datetime) -> None:
    """What waits to tell this person of these looks again now: the hour it waits for may not be the right one any more."""
    pairs = [pair_of(person_id, conversation_id) for conversation_id in conversation_ids]
    session.execute(
        update(Job)
        .where(Job.subject_id.in_(pairs), Job.kind == JobKind.PUSH, Job.state == JobState.WAITING, Job.due_at > now)
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )


def claim_telling(session: Session, untold: Untold, *, now: datetime) -> bool:
    """Take it on to tell this person of this conversation; False when another process did, or there is no need any more."""
    claimed = session.execute(
        update(Membership)
        .where(
            Membership.conversation_id == untold.conversation_id,
            Membership.person_id == untold.person_id,
            Membership.state == MemberState.MEMBER,
            Membership.muted.is_(False),
            Membership.read_seq < untold.last_seq,
            Membership.notified_seq < untold.last_seq,
        )
        .values(notified_seq=untold.last_seq)
        .execution_options(synchronize_session=False)
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        return False
    due_at = now + SETTLE
    if untold.read_seq < untold.notified_seq:  # they were told before, and have not looked since
        told_at = last_told_at(session, pair_of(untold.person_id, untold.conversation_id))
        due_at = max(due_at, told_at + AGAIN_AFTER) if told_at is not None else due_at
    enqueue_telling(session, untold.person_id, untold.conversation_id, due_at=due_at, now=now)
    return True


def tell_devices(session: Session, person_id: str, conversation_id: str, *, now: datetime) -> int:
    """Word to each device of this person that something new is in this conversation, if it still is when it goes out."""
    told = {
        "data": {"kind": "message", "conversation_id": conversation_id},
        "topic": conversation_id,
        "conversation_id": conversation_id,
    }
    return _to_devices(session, person_id, told, ttl=MESSAGE_TTL, urgent=False, now=now)


def enqueue_trial(session: Session, person_id: str, subscription_id: str, *, ttl: timedelta, now: datetime) -> None:
    """A push with a code, which is made only when it goes out, so that it lies nowhere."""
    trial = {"person_id": person_id, "subscription_id": subscription_id, "trial": True}
    _post(session, trial, ttl=ttl, urgent=True, now=now)


def pair_of(person_id: str, conversation_id: str) -> str:
    """By what jobs about one person and one conversation are found."""
    return current_keyring().blind_index(f"push {person_id} {conversation_id}")


def _to_devices(
    session: Session, person_id: str, what: Mapping[str, Any], *, ttl: timedelta, urgent: bool, now: datetime
) -> int:
    # A job for each, so that one that cannot be reached keeps no other waiting and has none told twice.
    devices = live_subscriptions(session, person_id, now=now)
    for device in devices:
        payload = {**what, "person_id": person_id, "subscription_id": device.id}
        _post(session, payload, ttl=ttl, urgent=urgent, now=now)
    return len(devices)


def _post(session: Session, payload: Mapping[str, Any], *, ttl: timedelta, urgent: bool, now: datetime) -> None:
    enqueue(
        session,
        JobKind.PUSH,
        subject_id=payload["subscription_id"],
        payload={**payload, "urgent": urgent, "until": (now + ttl).isoformat()},
        due_at=now - AHEAD if urgent else now,
        now=now,
    )
