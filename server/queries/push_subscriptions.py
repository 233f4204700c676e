"""Devices that take pushes: one's own, and the one an endpoint belongs to."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.crypto import current_keyring
from models.errors import NotFound
from models.notifications import PushSubscription
from models.people import Person


def subscriptions_of(session: Session, person_id: str) -> Sequence[PushSubscription]:
    """All of a person's devices, oldest first; there are few."""
    return session.scalars(
        select(PushSubscription).where(PushSubscription.person_id == person_id).order_by(PushSubscription.id)
    ).all()


def endpoint_index(endpoint: str) -> str:
    """The keyed digest an endpoint is found by."""
    return current_keyring().blind_index(f"push endpoint {endpoint}")


def lock_by_endpoint(session: Session, endpoint: str) -> PushSubscription | None:
    return session.scalars(
        select(PushSubscription).where(PushSubscription.endpoint_index == endpoint_index(endpoint)).with_for_update()
    ).one_or_none()


def lock_own_subscription(session: Session, actor: Person, subscription_id: str) -> PushSubscription:
    """Raises NotFound for one that is not the actor's own."""
    found = session.scalars(
        select(PushSubscription)
        .where(PushSubscription.id == subscription_id, PushSubscription.person_id == actor.id)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
