"""Devices that take pushes: subscribing one, taking it away, and trying whether pushes reach it.

Invariant: an endpoint belongs to one person at a time, the last who signed in where it is; and nobody learns whose it was.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from models.crypto import current_keyring
from models.errors import Conflict, Invalid, SessionEnded
from models.ids import new_id, normalise_code
from models.notifications import MOST_SUBSCRIPTIONS, TRIAL_LASTS, PushSubscription
from models.people import Person
from models.push_endpoints import endpoint_allowed
from server.actions.push import enqueue_trial
from server.queries.auth import get_own_sign_in
from server.queries.push_subscriptions import (
    endpoint_index,
    lock_by_endpoint,
    lock_own_subscription,
    subscriptions_of,
)


class PushOff(Conflict):
    code = "push_off"
    user_message = "This service cannot call your phone. You see what is new when you open it."


class PushServiceUnknown(Invalid):
    code = "push_service_unknown"
    user_message = "This browser's way of being called is not known here. You see what is new when you open it."


class TrialWrong(Conflict):
    code = "push_trial_wrong"
    user_message = "That did not match, or took too long. Please send another trial call."


def subscribe(
    session: Session,
    actor: Person,
    sign_in_id: str,
    *,
    endpoint: str,
    p256dh: str,
    auth: str,
    hosts: Collection[str],
    now: datetime,
) -> tuple[PushSubscription, bool]:
    """Have this device called; the second value says whether it is new to this person. Doing it again is harmless.

    Past `MOST_SUBSCRIPTIONS` the oldest goes. Raises PushServiceUnknown, and SessionEnded when the sign-in just ended.
    """
    if not endpoint_allowed(endpoint, hosts):
        raise PushServiceUnknown(errors={"endpoint": ["Not the address of a push service known here."]})
    if not get_own_sign_in(session, actor, sign_in_id).live(now):  # locked: whoever ends it takes its devices along
        raise SessionEnded
    known = lock_by_endpoint(session, endpoint)
    if known is not None and known.person_id == actor.id:
        if (known.p256dh, known.auth) != (p256dh, auth):
            known.p256dh, known.auth, known.confirmed_at = p256dh, auth, None
        known.sign_in_id = sign_in_id
        return known, False
    if known is not None:
        # Under another id: what is on its way to whoever had it must not come to this person.
        session.delete(known)
        session.flush()  # makes room for the same endpoint
    made = PushSubscription(
        id=new_id(),
        person_id=actor.id,
        sign_in_id=sign_in_id,
        endpoint=endpoint,
        endpoint_index=endpoint_index(endpoint),
        p256dh=p256dh,
        auth=auth,
        created_at=now,
    )
    session.add(made)
    session.flush()  # counted with the others
    for surplus in subscriptions_of(session, actor.id)[:-MOST_SUBSCRIPTIONS]:
        session.delete(surplus)
    return made, True


def unsubscribe(session: Session, actor: Person, subscription_id: str) -> None:
    """Raises NotFound for one that is not the actor's own."""
    session.delete(lock_own_subscription(session, actor, subscription_id))


def try_out(session: Session, actor: Person, subscription_id: str, *, now: datetime) -> PushSubscription:
    """Send the device a push with a code; bringing it back shows that pushes reach it. Raises NotFound."""
    found = lock_own_subscription(session, actor, subscription_id)
    enqueue_trial(session, actor.id, found.id, ttl=TRIAL_LASTS, now=now)
    return found


def confirm_trial(session: Session, actor: Person, subscription_id: str, *, code: str, now: datetime) -> PushSubscription:
    """The code of the last trial push came back: from now on this device counts as one that can be reached.

    Raises NotFound, TrialWrong.
    """
    found = lock_own_subscription(session, actor, subscription_id)
    good = found.trial_until is not None and now < found.trial_until
    if not good or found.trial_index != trial_digest(found.id, code):
        raise TrialWrong
    found.confirmed_at, found.trial_index, found.trial_until = now, None, None
    return found


def trial_digest(subscription_id: str, code: str) -> str:
    return current_keyring().blind_index(f"push trial {subscription_id} {normalise_code(code)}")
