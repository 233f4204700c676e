"""The directory of helplines as it stands: the data file with what coordinators said of it."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.crisis import base_directory
from models.errors import NotFound
from models.helpline_changes import HelplineChange, Listing, compose, list_all
from models.helplines import Directory


def list_helplines(session: Session) -> list[Listing]:
    """Every line, also withdrawn ones; at most MOST_LINES."""
    return list_all(base_directory(), _newest(session))


def get_helpline(session: Session, line_id: str) -> Listing:
    """Raises NotFound."""
    found = find_helpline(list_helplines(session), line_id)
    if found is None:
        raise NotFound
    return found


def find_helpline(listings: Sequence[Listing], line_id: str) -> Listing | None:
    return next((listing for listing in listings if listing.line.id == line_id), None)


def read_current_directory(session: Session) -> Directory:
    return compose(base_directory(), list_helplines(session))


def _newest(session: Session) -> Sequence[HelplineChange]:
    versions = (
        select(HelplineChange.line_id, func.max(HelplineChange.version).label("version"))
        .group_by(HelplineChange.line_id)
        .subquery()
    )
    query = select(HelplineChange).join(
        versions, (HelplineChange.line_id == versions.c.line_id) & (HelplineChange.version == versions.c.version)
    )
    return session.scalars(query).all()
