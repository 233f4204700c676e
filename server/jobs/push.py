"""The work of push jobs: looking once more whether a person is to be told, and sending to one device.

A telling (one person, one conversation) becomes a job for each of their devices, so that one dead or slow device neither
keeps word from the others nor has them told twice. What was true when it was queued is asked again before it goes out.
"""

from datetime import datetime

import structlog
from sqlalchemy import delete, update

from models.clock import clock
from models.ids import LINK_CODE_LENGTH, new_code
from models.notifications import TRIAL_LASTS, PushSubscription
from models.session import reading, transaction
from server.actions.push import enqueue_push, enqueue_telling, tell_devices
from server.actions.push_subscriptions import trial_digest
from server.jobs.engine import Claimed, NotYetError, Work
from server.push_services import Outcome, PushServices
from server.queries.push import live_subscriptions, when_to_tell

__all__ = ["enqueue_push", "make_push"]

log = structlog.get_logger("hearthside.push")


def make_push(services: PushServices | None) -> Work:
    """Without Web Push there is nobody to hand pushes to: those of before are dropped."""

    def push(claimed: Claimed) -> None:
        if services is None:
            return
        if "subscription_id" in claimed.payload:
            _send(services, claimed)
        else:
            _tell(claimed)

    return push


def _tell(claimed: Claimed) -> None:
    person_id, conversation_id = claimed.payload["person_id"], claimed.payload["conversation_id"]
    now = clock.now()
    with transaction() as session:
        claimed.renew(session, now=now)
        at = when_to_tell(session, person_id, conversation_id, now=now)
        if at is None:
            return
        if at > now:
            # Quiet hours are no failure: another look when they are over, instead of a try that counts.
            enqueue_telling(session, person_id, conversation_id, due_at=at, now=now)
        else:
            tell_devices(session, person_id, conversation_id, now=now)


def _send(services: PushServices, claimed: Claimed) -> None:
    payload, now = claimed.payload, clock.now()
    ttl = datetime.fromisoformat(payload["until"]) - now
    if ttl.total_seconds() <= 0:
        log.info("push too late", job=claimed.id)
        return
    device = _device(claimed, now)
    if device is None:
        return
    data = _trial_data(claimed, device, now) if payload.get("trial") else payload["data"]
    answer = services.send(device, data, topic=payload.get("topic"), urgent=payload["urgent"], ttl=ttl, now=now)
    if answer.outcome is Outcome.GONE:
        _forget(device)
    if answer.outcome is Outcome.LATER:
        raise NotYetError(answer.wait)


def _device(claimed: Claimed, now: datetime) -> PushSubscription | None:
    """Where it goes; None when it must not go there any more."""
    payload = claimed.payload
    person_id, conversation_id = payload["person_id"], payload.get("conversation_id")
    with reading() as session:
        devices = {device.id: device for device in live_subscriptions(session, person_id, now=now)}
        at = now if conversation_id is None else when_to_tell(session, person_id, conversation_id, now=now)
    device = devices.get(payload["subscription_id"])
    if device is None or at is None:
        return None
    if conversation_id is not None and at > now:
        with transaction() as session:  # quiet hours began while this was tried again
            claimed.renew(session, now=now)
            enqueue_telling(session, person_id, conversation_id, due_at=at, now=now)
        return None
    return device


def _trial_data(claimed: Claimed, device: PushSubscription, now: datetime) -> dict[str, str]:
    code = new_code(LINK_CODE_LENGTH)
    with transaction() as session:
        claimed.renew(session, now=now)
        session.execute(
            update(PushSubscription)
            .where(PushSubscription.id == device.id)
            .values(trial_index=trial_digest(device.id, code), trial_until=now + TRIAL_LASTS)
        )
    return {"kind": "trial", "subscription_id": device.id, "code": code}


def _forget(device: PushSubscription) -> None:
    """Its push service does not know it any more."""
    with transaction() as session:
        session.execute(delete(PushSubscription).where(PushSubscription.id == device.id))
