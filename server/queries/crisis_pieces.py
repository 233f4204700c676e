"""Pieces of the library that the crisis answer names and anybody may read there, signed in or not: those pinned for a crisis
that hold everywhere, in one query.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.resources import CATEGORIES, LONGEST_SLUG, Category, Pin, Resource, ResourceDoc, ResourceVersion, as_mask

MOST_PIECES = 4  # the answer has to stay small
ONLY_CRISIS = as_mask([Category.CRISIS], CATEGORIES)


@dataclass(frozen=True, kw_only=True)
class CrisisPiece:
    slug: str
    title: str
    language: str
    current: bool
    html: str = ""  # its text, safe to show

    def named(self) -> dict[str, Any]:
        return {"slug": self.slug, "title": self.title, "language": self.language, "current": self.current}


# As large as they can be, in any script.
LARGEST = (CrisisPiece(slug="s" * LONGEST_SLUG, title="\u4e00" * 120, language="l" * 20, current=False),) * MOST_PIECES


def crisis_pieces(session: Session, today: date) -> tuple[CrisisPiece, ...]:
    """Those read lately first, then those about nothing else. `current` False: due to be read again."""
    rows = session.execute(
        select(Resource.slug, ResourceVersion.title, ResourceDoc.language, ResourceDoc.review_due, ResourceVersion.html)
        .join(Resource, Resource.id == ResourceDoc.resource_id)
        .join(
            ResourceVersion,
            (ResourceVersion.resource_id == ResourceDoc.resource_id) & (ResourceVersion.number == ResourceDoc.version),
        )
        .where(ResourceDoc.pinned == Pin.CRISIS, ResourceDoc.regions == "")
        .order_by(
            ResourceDoc.review_due <= today, ResourceDoc.categories != ONLY_CRISIS, ResourceDoc.sort_key, ResourceDoc.id
        )
        .limit(MOST_PIECES)
    )
    return tuple(
        CrisisPiece(slug=slug, title=title, language=language, current=due > today, html=html)
        for slug, title, language, due, html in rows
    )
