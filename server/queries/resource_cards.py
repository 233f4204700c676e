"""Cards of the library's pieces, as they stand beside a message and at a group's opening."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from models.errors import Invalid
from models.resources import Resource, ResourceState, ResourceVersion

Card = Mapping[str, Any]
NOT_THERE = "This is not in the library, or not any more."


def cards_of(session: Session, slugs: Sequence[str]) -> dict[str, Card]:
    """`{slug, kind, language, title, summary, reading_minutes}` by slug, of those that are shown now. One query."""
    if not slugs:
        return {}
    shown = and_(ResourceVersion.resource_id == Resource.id, ResourceVersion.number == Resource.version)
    rows = session.execute(
        select(Resource.slug, Resource.language, ResourceVersion)
        .join(ResourceVersion, shown)
        .where(Resource.slug.in_(slugs), Resource.state == ResourceState.PUBLISHED)
    )
    return {slug: _card(slug, language, version) for slug, language, version in rows}


def find_card(session: Session, slug: str) -> Card:
    """Raises Invalid where there is no such piece to be shown."""
    card = cards_of(session, [slug]).get(slug)
    if card is None:
        raise Invalid(errors={"resource": [NOT_THERE]})
    return card


def check_shown(session: Session, slugs: Sequence[str]) -> None:
    """Raises Invalid unless every one of them is shown now."""
    if len(cards_of(session, slugs)) < len(set(slugs)):
        raise Invalid(errors={"resources": [NOT_THERE]})


def _card(slug: str, language: str, version: ResourceVersion) -> Card:
    words = {name: getattr(version, name) for name in ("title", "summary", "reading_minutes")}
    return {"slug": slug, "kind": version.kind.value, "language": language, **words}
