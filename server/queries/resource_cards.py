"""Cards of the library's pieces, as they stand beside a message and at a group's opening."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from models.errors import Invalid
from models.messages import Message
from models.resources import Resource, ResourceState, ResourceVersion

Card = Mapping[str, Any]
NOT_THERE = "This is not in the library, or not any more."


def cards_of(session: Session, slugs: Sequence[str]) -> dict[str, Card]:
    """`{slug, kind, language, title, summary, reading_minutes, review_due, gone}` by slug, of those shown now. One query."""
    if not slugs:
        return {}
    shown = and_(ResourceVersion.resource_id == Resource.id, ResourceVersion.number == Resource.version)
    rows = session.execute(
        select(Resource, ResourceVersion)
        .join(ResourceVersion, shown)
        .where(Resource.slug.in_(slugs), Resource.state == ResourceState.PUBLISHED)
    )
    return {resource.slug: _card(resource, version) for resource, version in rows}


def shelf_for(session: Session, messages: Iterable[Message]) -> dict[str, Mapping[str, Card]]:
    """`{"shelf": cards by slug}` for snapshots to lead to, so that no message shows a piece as it no longer is.

    One query where a message carries a piece, and none elsewhere.
    """
    slugs = {card["slug"] for message in messages if (card := message.resource_sent) is not None}
    return {"shelf": cards_of(session, list(slugs))} if slugs else {}


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


def _card(resource: Resource, version: ResourceVersion) -> Card:
    words = {name: getattr(version, name) for name in ("title", "summary", "reading_minutes")}
    due = resource.review_due.isoformat() if resource.review_due is not None else None
    place = {"slug": resource.slug, "kind": version.kind.value, "language": resource.language}
    return {**place, **words, "review_due": due, "gone": False}
