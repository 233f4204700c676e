"""Slow mode: a group that leaves room between two messages of the same member.

It is for everybody's sake and no sanction: nobody who facilitates or works here is bound by it, and words that tell of a
risk never wait for it. What was refused is not kept and not lost: the same client id is as good later as it was now.
"""

from datetime import datetime
from math import ceil
from typing import cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from models.conversations import Membership
from models.errors import TooMany
from models.phrases import Phrase, minutes, seconds
from models.prepared import Prepared
from moderation.outcomes import Verdict
from server.queries.conversations import Place


class SlowMode(TooMany):
    """`retry_after` is in seconds: from then on this very message can be sent."""

    code = "slow_mode"
    user_message = (
        "This group takes its time, so that everybody can follow. Your next message can go out in {wait}. "
        "Nothing you wrote is lost."
    )


def leave_room(verdict: Verdict, place: Place, *, trusted: bool, now: datetime) -> None:
    """Raises SlowMode where the author's last message here is too fresh. Costs nothing but a look at what is loaded."""
    group, membership = place.group, place.membership
    if group is None or not group.slow_mode_seconds or membership is None or membership.last_sent_at is None:
        return
    if trusted or verdict.tells_of_risk:
        return
    left = ceil(group.slow_mode_seconds - (now - membership.last_sent_at).total_seconds())
    if left > 0:
        # Never more than a whole pause: a clock that was put back must not silence anybody for longer.
        left = min(left, group.slow_mode_seconds)
        raise SlowMode(retry_after=left, wait=in_words(left))


def in_words(left: int) -> Phrase:
    return seconds(left) if left < 60 else minutes(ceil(left / 60))  # noqa: PLR2004 - seconds of a minute


_memberships = cast("Table", Membership.__table__)
NOTE = Prepared(
    update(_memberships)
    .where(_memberships.c.conversation_id == bindparam("conversation"), _memberships.c.person_id == bindparam("person"))
    .values(last_sent_at=bindparam("sent_at", type_=_memberships.c.last_sent_at.type))
)


def note_sent(session: Session, place: Place, author_id: str, *, now: datetime) -> None:
    """When this author last sent something here, held or not; kept in groups with slow mode only."""
    if place.group is not None and place.group.slow_mode_seconds:
        NOTE.run(session, conversation=place.conversation.id, person=author_id, sent_at=now)
