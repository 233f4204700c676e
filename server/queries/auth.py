"""Sign-in sessions: finding and listing them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.auth import SignIn
from models.errors import NotFound
from models.people import Person

MOST_LISTED = 100


def live_sign_ins(session: Session, actor: Person, *, now: datetime) -> Sequence[SignIn]:
    """The person's sessions that still count, newest first, at most 100."""
    return session.scalars(
        select(SignIn)
        .where(SignIn.person_id == actor.id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
        .order_by(SignIn.created_at.desc())
        .limit(MOST_LISTED)
    ).all()


def get_own_sign_in(session: Session, actor: Person, sign_in_id: str) -> SignIn:
    """Raises NotFound for a session that is not the actor's own."""
    sign_in = session.scalars(
        select(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.person_id == actor.id)
        .with_for_update()
        .execution_options(populate_existing=True)  # it may have ended since the actor was loaded by it
    ).one_or_none()
    if sign_in is None:
        raise NotFound
    return sign_in
