"""What goes into somebody's pack, and what is suggested to them, each in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, or_, select
from sqlalchemy.orm import Session

from models.groups import Audience
from models.people import Person
from models.resource_pack import MOST_BOOKMARKS, MOST_PINNED
from models.resources import AUDIENCES, Bookmark, Pin, Resource, ResourceDoc
from server.queries.resources import Shown, shown_in_order


@dataclass(frozen=True, kw_only=True)
class Packed:
    """`why`: a Pin, or None for a bookmark of theirs."""

    shown: Shown
    why: Pin | None


def pack_for(session: Session, person: Person, *, language: str, today: date) -> tuple[Sequence[Packed], bool]:
    """What should go in, the most needed first, in three queries; and whether they have still more bookmarks.

    Of a work that is pinned in several languages the one in `language`, or else the one it was written in.
    """
    pins = _pinned(session, person.region, language)
    ids = session.scalars(
        select(Bookmark.resource_id)
        .where(Bookmark.person_id == person.id)
        .order_by(Bookmark.created_at.desc(), Bookmark.resource_id)
        .limit(MOST_BOOKMARKS + 1)
    ).all()
    kept = [resource_id for resource_id in ids[:MOST_BOOKMARKS] if resource_id not in pins]
    shown = shown_in_order(session, [*pins, *kept], today)
    return [Packed(shown=each, why=pins.get(each.resource.id)) for each in shown], len(ids) > MOST_BOOKMARKS


def _pinned(session: Session, region: str, language: str) -> dict[str, Pin]:
    """Resource id -> why, in order."""
    first = case({pin: place for place, pin in enumerate(Pin)}, value=ResourceDoc.pinned)
    rows = session.execute(
        select(ResourceDoc.resource_id, ResourceDoc.pinned, Resource.work_id)
        .join(Resource, Resource.id == ResourceDoc.resource_id)
        .where(ResourceDoc.pinned.is_not(None), _holds_in(region))
        .order_by(
            ResourceDoc.language != language, Resource.id != Resource.work_id, first, ResourceDoc.sort_key, ResourceDoc.id
        )
        .limit(MOST_PINNED)
    )
    works: dict[str, tuple[str, Pin]] = {}
    for resource_id, pin, work_id in rows:
        if pin is not None:
            works.setdefault(work_id, (resource_id, pin))
    return dict(sorted(works.values(), key=lambda one: list(Pin).index(one[1])))


def suggested_for(
    session: Session, *, region: str, audiences: Sequence[Audience], limit: int, today: date
) -> Sequence[Shown]:
    """What is written for them and where they live, then for everybody: of each the current first. Two queries.

    `audiences`: who they said they are; never what they wrote or read.
    """
    mine = sum(1 << AUDIENCES.index(each) for each in audiences if each is not Audience.ANY)
    everybody = 1 << AUDIENCES.index(Audience.ANY)
    theirs = ResourceDoc.audience.op("&")(mine) != 0
    ids = session.scalars(
        select(ResourceDoc.resource_id)
        .where(_holds_in(region), ResourceDoc.audience.op("&")(mine | everybody) != 0)
        .order_by(
            case((theirs, 0), else_=1),
            case((ResourceDoc.regions != "", 0), else_=1),
            case((ResourceDoc.review_due > today, 0), else_=1),
            case((ResourceDoc.pinned == Pin.FIRST_STEPS, 0), else_=1),
            ResourceDoc.sort_key,
            ResourceDoc.id,
        )
        .limit(limit)
    ).all()
    return shown_in_order(session, ids, today)


def _holds_in(region: str) -> ColumnElement[bool]:
    return or_(ResourceDoc.regions == "", ResourceDoc.regions.contains(f" {region} "))
