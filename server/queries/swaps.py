"""Shifts that somebody would hand on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.shifts import Swap, SwapState

MOST_OPEN = 100


def get_swap(session: Session, swap_id: str) -> Swap:
    """Locked. Raises NotFound."""
    found = session.get(Swap, swap_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def open_swaps(session: Session, *, now: datetime) -> Sequence[Swap]:
    """Those not settled and not over, the soonest first."""
    return session.scalars(
        select(Swap)
        .where(Swap.state.in_([SwapState.ASKED, SwapState.TAKEN]), Swap.until > now)
        .order_by(Swap.since, Swap.id)
        .limit(MOST_OPEN)
    ).all()
