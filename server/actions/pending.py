"""A decision that can still be undone: taken, shown at the desk, and told to nobody yet.

Invariant: while one is pending nobody else claims or decides; it is carried out by the first process that looks once its
time is up, also after a crash, unless the case has moved on meanwhile: then it comes back to whoever took it, as a draft.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

import orjson
from sqlalchemy.orm import Session

from models.aftercare import FARTHEST, DeclineReason
from models.desk import CaseDraft, PendingDecision
from models.messages import Message, MessageState
from models.people import Person
from models.review import Case
from models.sanctions import SanctionKind, SanctionReason
from models.streams import EventKind, record_event
from moderation import review
from moderation.desk import hides_at_once
from moderation.review import Wording
from moderation.sanctions import Wish
from server.actions.sanctions import Asked

HOURS_A_DAY = 24


@dataclass(frozen=True, kw_only=True)
class Attached:
    """What goes with a decision: a sanction, and when somebody looks after it again (server/actions/aftercare.py)."""

    sanction: Asked | None = None
    follow_up: Mapping[str, Any] | None = None


def hold_decision(
    session: Session,
    actor: Person,
    case: Case,
    message: Message | None,
    said: Wording,
    attached: Attached,
    *,
    seconds: int,
    now: datetime,
) -> PendingDecision:
    """Keep a decision for so many seconds before it counts. What it takes away is out of sight at once."""
    review.claim(case, actor.id, now=now)
    hides = hides_at_once(said.decision, message)
    if hides and message is not None:
        set_state(session, message, MessageState.HIDDEN, now)
    pending = PendingDecision(
        case_id=case.id,
        moderator_id=actor.id,
        decision=said.decision,
        reason=said.reason,
        template=said.template,
        note=said.note,
        words=said.words,
        attached=_as_text(attached),
        version=case.version,
        hid=hides,
        made_at=now,
        until=now + timedelta(seconds=seconds),
    )
    session.add(pending)
    return pending


def said_in(pending: PendingDecision) -> Wording:
    return Wording(
        decision=pending.decision,
        note=pending.note,
        reason=pending.reason,
        template=pending.template,
        words=pending.words,
    )


def _as_text(attached: Attached) -> str:
    sanction, follow_up = attached.sanction, attached.follow_up
    asked = {"wish": asdict(sanction.wish), "reason": sanction.reason, "words": sanction.words} if sanction else None
    return orjson.dumps({"sanction": asked, "follow_up": dict(follow_up) if follow_up else None}).decode()


def attached_to(pending: PendingDecision) -> Attached:
    """What goes with it, as it was asked for."""
    data = orjson.loads(pending.attached)
    sanction, follow_up = data["sanction"], data["follow_up"]
    if sanction is not None:
        wish = sanction["wish"]
        told = {"kind": SanctionKind(wish["kind"]), "until": _moment(wish["until"])}
        sanction = Asked(wish=Wish(**{**wish, **told}), reason=SanctionReason(sanction["reason"]), words=sanction["words"])
    if follow_up is not None:
        declined = follow_up["declined"]
        follow_up |= {"at": _moment(follow_up["at"]), "declined": DeclineReason(declined) if declined else None}
    return Attached(sanction=sanction, follow_up=follow_up)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def set_state(session: Session, message: Message, state: MessageState, now: datetime) -> None:
    message.state = state
    record_event(session, message.conversation_id, EventKind.MESSAGE_UPDATED, message.id, now=now)


def keep_as_draft(session: Session, pending: PendingDecision, now: datetime) -> None:
    """What was written for a decision that did not come to be is not lost."""
    key = {"case_id": pending.case_id, "moderator_id": pending.moderator_id}
    said = {"decision": pending.decision, "reason": pending.reason, "template": pending.template}
    attached = _drafted(attached_to(pending), now)
    session.merge(CaseDraft(**key, **said, note=pending.note, words=pending.words, attached=attached, saved_at=now))


def attached_text(sanction: Mapping[str, Any] | None, follow_up: Mapping[str, Any] | None) -> str | None:
    """What would go with a draft, to be kept with it."""
    if sanction is None and follow_up is None:
        return None
    return orjson.dumps({"sanction": sanction, "follow_up": follow_up}).decode()


def _drafted(attached: Attached, now: datetime) -> str | None:
    """As a draft has it: lengths in hours, and the time to look again in days from whenever it is decided."""
    asked, follow_up = attached.sanction, attached.follow_up
    sanction, again = None, None
    if asked is not None:
        wish = asked.wish
        hours = wish.hours if wish.hours is not None else wish.days * HOURS_A_DAY if wish.days is not None else None
        if wish.until is not None:
            hours = max(1, ceil((wish.until - now) / timedelta(hours=1)))
        place = {"kind": wish.kind, "conversation_id": wish.conversation_id, "hours": hours}
        sanction = {**place, "reason": asked.reason, "words": asked.words}
    if follow_up is not None and follow_up.get("at") is not None:
        days = ceil((follow_up["at"] - now) / timedelta(days=1))
        again = {"days": min(max(1, days), FARTHEST.days), "note": follow_up.get("note")}
    return attached_text(sanction, again)
