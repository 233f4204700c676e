"""What readers said of the library: their suggestions, and figures without persons."""

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from models.resources import Bookmark, Helpful, Resource, ResourceSuggestion, ResourceUse, SuggestionState
from models.suppression import shown
from server.queries.paging import Page, page_by_id

Said = tuple[ResourceSuggestion, str | None]


def list_suggestions(
    session: Session, *, state: SuggestionState | None, person_id: str | None, limit: int, cursor: str | None
) -> Page[Said]:
    """Suggestions with the slug of the piece they are about: somebody's own the newest first, else the oldest first."""
    query = select(ResourceSuggestion, Resource.slug).outerjoin(Resource, Resource.id == ResourceSuggestion.resource_id)
    if state is not None:
        query = query.where(ResourceSuggestion.state == state)
    if person_id is not None:
        query = query.where(ResourceSuggestion.person_id == person_id)
    oldest_first = person_id is None
    return page_by_id(session, query, ResourceSuggestion, _both, limit=limit, cursor=cursor, oldest_first=oldest_first)


def _both(suggestion: ResourceSuggestion, slug: str | None) -> Said:
    return suggestion, slug


def own_use(session: Session, person_id: str, resource_id: str) -> dict[str, bool | None]:
    """What somebody made of a piece, in one query."""
    kept = exists().where(Bookmark.person_id == person_id, Bookmark.resource_id == resource_id)
    said = select(Helpful.helpful).where(Helpful.person_id == person_id, Helpful.resource_id == resource_id)
    bookmarked, helpful = session.execute(select(kept, said.scalar_subquery())).one()
    return {"bookmarked": bool(bookmarked), "helpful": helpful}


def use_of(session: Session, resource_id: str) -> dict[str, int | None]:
    """How often a piece was opened and whether it helped; small numbers are left out."""
    opened = session.scalar(select(func.sum(ResourceUse.opened)).where(ResourceUse.resource_id == resource_id))
    rows = session.execute(
        select(Helpful.helpful, func.count()).where(Helpful.resource_id == resource_id).group_by(Helpful.helpful)
    )
    said = {row[0]: row[1] for row in rows}
    return {"opened": int(opened or 0), "helpful": shown(said.get(True, 0)), "not_helpful": shown(said.get(False, 0))}
