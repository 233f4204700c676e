"""Concerns: whoever is on duty learns that somewhere a carer's words tell of a risk at this hour, and may offer to talk.

Invariants: nobody on duty learns from it who the carer is or what they wrote, and no carer comes to talk with anybody unless
they ask for it; the worker who is at home is not called.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models.clock import utc_text
from models.concerns import AGAIN_AFTER, LASTS, Concern, ConcernOver
from models.ids import new_id
from models.messages import Message
from models.people import Person
from models.policy import authorise
from models.rota import Layer
from models.streams import CRISIS_DESK, EventKind, record_to_desk, record_to_inboxes
from moderation.audit import write_audit
from server.actions.push import enqueue_push
from server.queries.concerns import facts_about, get_concern, has_asked, open_concern_in
from server.queries.escalation import on_call

CALL_LASTS = timedelta(minutes=10)
OFFER_LASTS = timedelta(hours=1)


def raise_concern(session: Session, message: Message, *, until: datetime, now: datetime) -> None:
    """Call whoever is on duty, unless the carer has asked for somebody already. More such words soon after are part of the
    same call; whoever holds the conversation's stream sees that no two are raised at once.
    """
    if has_asked(session, message.author_id):
        return
    concern = open_concern_in(session, message.conversation_id, now)
    if concern is None:
        concern = Concern(
            id=new_id(),
            conversation_id=message.conversation_id,
            carer_id=message.author_id,
            message_id=message.id,
            raised_at=now,
            called_at=now,
            times=1,
            until=min(until, now + LASTS),
        )
        session.add(concern)
        _audit(session, concern, "concern.raised", None, now)
    else:
        concern.message_id, concern.times = message.id, concern.times + 1
        if now < concern.called_at + AGAIN_AFTER:
            return
        concern.called_at = now
    people = _on_duty(session, concern, now)
    _tell(session, concern, people, now)
    data = {"kind": "concern", "concern_id": concern.id}
    for person_id in people:
        enqueue_push(session, person_id=person_id, data=data, ttl=CALL_LASTS, topic=concern.id, urgent=True, now=now)


def offer_contact(session: Session, actor: Person, concern_id: str, *, now: datetime) -> Concern:
    """Tell the carer that somebody is there and would talk with them, by a name of the crisis page and no other. Again
    changes nothing. Raises NotFound, Forbidden, ConcernOver.
    """
    concern = get_concern(session, actor, concern_id, now=now, lock=True)
    authorise("concern.offer", actor, facts_about(session, actor, now))
    if concern.offered_by == actor.id:
        return concern
    if concern.offered_by is not None or concern.until <= now or has_asked(session, concern.carer_id):
        raise ConcernOver
    concern.offered_by, concern.offered_at = actor.id, now
    _audit(session, concern, "concern.offered", actor.id, now)
    said = {"conversation_id": concern.conversation_id, "message_id": concern.message_id, "concern_id": concern.id}
    record_to_inboxes(session, [concern.carer_id], EventKind.NOTICE_CRISIS_OFFER, concern.id, now=now, data=said)
    data = {"kind": "crisis_offer", "concern_id": concern.id}
    enqueue_push(session, person_id=concern.carer_id, data=data, ttl=OFFER_LASTS, topic=concern.id, urgent=True, now=now)
    _tell(session, concern, _on_duty(session, concern, now), now)
    return concern


def _on_duty(session: Session, concern: Concern, now: datetime) -> Sequence[str]:
    """Those who are asked first; where none of them is there, the supervisors on duty."""
    layers = on_call(session, concern.carer_id, at=now)
    first = [*layers.get(Layer.PRIMARY, ()), *layers.get(Layer.BACKUP, ())]
    return list(dict.fromkeys(first or layers.get(Layer.SUPERVISOR, ())))


def _tell(session: Session, concern: Concern, people: Sequence[str], now: datetime) -> None:
    data: dict[str, Any] = {
        "concern_id": concern.id,
        "raised_at": utc_text(concern.raised_at),
        "until": utc_text(concern.until),
        "offered": concern.offered_at is not None,
    }
    record_to_inboxes(session, people, EventKind.NOTICE_CONCERN, concern.id, now=now, data=data)
    record_to_desk(session, CRISIS_DESK, EventKind.NOTICE_CONCERN, concern.id, now=now, data=data)


def _audit(session: Session, concern: Concern, action: str, by: str | None, now: datetime) -> None:
    write_audit(
        session,
        actor_id=by,
        action=action,
        subject_kind="concern",
        subject_id=concern.id,
        now=now,
        data={"carer_id": concern.carer_id, "message_id": concern.message_id},
    )
