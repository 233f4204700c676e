"""Sign-in sessions: finding and listing them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.auth import IDLE_LASTS, SignIn
from models.errors import NotFound
from models.people import Person
from server.queries.paging import Page, itself, page_by_id


def list_live_sign_ins(session: Session, actor: Person, *, limit: int, cursor: str | None, now: datetime) -> Page[SignIn]:
    """The person's sessions that still count, newest first."""
    query = select(SignIn).where(
        SignIn.person_id == actor.id,
        SignIn.ended_at.is_(None),
        SignIn.expires_at > now,
        SignIn.refreshed_at > now - IDLE_LASTS,
    )
    return page_by_id(session, query, SignIn, itself, limit=limit, cursor=cursor)


def lock_open_sign_ins(session: Session, person_id: str, *, but: str | None = None) -> Sequence[SignIn]:
    """All of a person's sessions that nobody has ended, locked in the order of their ids; `but` is left out."""
    query = select(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None)).order_by(SignIn.id)
    if but is not None:
        query = query.where(SignIn.id != but)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def is_current_refresh(session: Session, sign_in_id: str, refresh_id: str) -> bool:
    """Whether this refresh token is, at this moment, the one that counts."""
    # Compared here: what a token says may be anything, and PostgreSQL takes nothing but an id for one.
    return session.scalars(select(SignIn.refresh_id).where(SignIn.id == sign_in_id)).one_or_none() == refresh_id


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
