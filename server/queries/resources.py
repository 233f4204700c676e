"""Reading the library: lists with facets, searches, single pieces, and what falls due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from models.errors import Invalid, NotFound
from models.groups import Audience
from models.people import Person
from models.prepared import Prepared
from models.resources import (
    AUDIENCES,
    CATEGORIES,
    Bookmark,
    Category,
    Library,
    Resource,
    ResourceDoc,
    ResourceKind,
    ResourceReview,
    ResourceState,
    ResourceVersion,
    VersionState,
    conditions,
)
from server.queries.paging import Page, as_id, as_rank, as_text, decode_cursor, encode_cursor
from server.queries.resource_facets import SHELF, Combination, count
from server.queries.resource_search import VOCABULARY, rank, understand
from server.queries.resource_snippets import Snippet, Wanted, snippet

Rows = Sequence[Any]


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """What a list is narrowed to. `regions`: pieces for one of them, or for everywhere."""

    category: Category | None = None
    audience: Audience | None = None
    condition: str | None = None
    region: str | None = None
    language: str | None = None
    kind: ResourceKind | None = None
    current_on: date | None = None  # only what was read lately enough on that day

    def apply(self, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        if self.category is not None:
            query = query.where(ResourceDoc.categories.op("&")(1 << CATEGORIES.index(self.category)) != 0)
        if self.audience is not None:
            query = query.where(ResourceDoc.audience.op("&")(_bits(self.audience)) != 0)
        if self.condition is not None:
            query = query.where(ResourceDoc.conditions.op("&")(1 << conditions().index(self.condition)) != 0)
        if self.region is not None:
            query = query.where(or_(ResourceDoc.regions == "", ResourceDoc.regions.contains(f" {self.region} ")))
        if self.language is not None:
            query = query.where(ResourceDoc.language == self.language)
        if self.kind is not None:
            query = query.where(ResourceDoc.kind == self.kind)
        if self.current_on is not None:
            query = query.where(ResourceDoc.review_due > self.current_on)
        return query

    def fits(self, combination: Combination) -> bool:
        """`apply` for what a process remembers, but for `current_on`."""
        kind, language, categories, audience, condition, regions = combination
        return (
            (self.category is None or bool(categories & 1 << CATEGORIES.index(self.category)))
            and (self.audience is None or bool(audience & _bits(self.audience)))
            and (self.condition is None or bool(condition & 1 << conditions().index(self.condition)))
            and (self.region is None or regions == "" or f" {self.region} " in regions)
            and self.language in (None, language)
            and self.kind in (None, kind)
        )


def _bits(audience: Audience) -> int:
    """Also what is for everybody."""
    return 1 << AUDIENCES.index(audience) | 1 << AUDIENCES.index(Audience.ANY)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A piece as it is shown now, in lists as snapshots. `snippet`: where it says what was asked for."""

    resource: Resource
    version: ResourceVersion
    current: bool
    snippet: Snippet | None = None


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A page of the library. `facets`: name -> code -> pieces; `corrected`: words that were taken for others."""

    items: Sequence[Shown]
    next_cursor: str | None
    facets: Mapping[str, Mapping[str, int]]
    total: int
    corrected: Mapping[str, Sequence[str]]
    every: bool  # each of them has everything that was asked for


STAMP = Prepared(select(Library.stamp))
SHOWN = Prepared(
    select(Resource, ResourceVersion)
    .join(
        ResourceVersion,
        (ResourceVersion.resource_id == Resource.id) & (ResourceVersion.number == Resource.version),
    )
    .where(Resource.id.in_(bindparam("ids")))
)


def library_stamp(session: Session) -> str:
    """Another after every change to what is shown."""
    ((stamp,),) = STAMP.rows(session)
    return str(stamp)


def list_resources(session: Session, narrowed: Narrowed, *, limit: int, cursor: str | None, today: date) -> Listing:
    """Everything shown, by title, in four queries. What is due to be read again comes with `current` False."""
    query = select(ResourceDoc.id, ResourceDoc.sort_key, ResourceDoc.resource_id)
    after = decode_cursor(cursor, as_text, as_place)
    if after is not None:
        key, doc_id = after
        query = query.where(or_(ResourceDoc.sort_key > key, and_(ResourceDoc.sort_key == key, ResourceDoc.id > doc_id)))
    rows = session.execute(narrowed.apply(query).order_by(ResourceDoc.sort_key, ResourceDoc.id).limit(limit + 1)).all()
    more = len(rows) > limit
    last = rows[limit - 1] if more else None
    shelf = SHELF.at(library_stamp(session), session)
    facets, total = count(shelf, None, fits=narrowed.fits, current_on=narrowed.current_on)
    return Listing(
        items=shown_in_order(session, [row.resource_id for row in rows[:limit]], today),
        next_cursor=encode_cursor(last.sort_key, last.id) if last is not None else None,
        facets=facets,
        total=total,
        corrected={},
        every=True,
    )


def search_resources(
    session: Session, text: str, narrowed: Narrowed, *, limit: int, cursor: str | None, today: date
) -> Listing:
    """The pieces that answer, the best first, in a fixed number of queries. Raises Invalid without a word to look for.

    Facets count everything that has what was asked for, also beyond the last page.
    """
    stamp = library_stamp(session)
    known = VOCABULARY.at(stamp, session)
    asked = understand(text, known)
    if not asked.meanings:
        raise Invalid(errors={"q": ["Please give a word to search for that is not only a very common one."]})
    ranked = rank(session, asked, narrowed.apply if narrowed != Narrowed() else None, stamp=stamp)
    (begin,) = decode_cursor(cursor, as_rank) or (0,)
    page = ranked.ids[begin : begin + limit]
    shelf = SHELF.at(stamp, session)
    facets, total = count(shelf, ranked.found, fits=narrowed.fits, current_on=narrowed.current_on)
    wanted = Wanted(asked, known)
    ids = [shelf.resources[doc_id] for doc_id in page if doc_id in shelf.resources]
    return Listing(
        items=[replace(shown, snippet=snippet_of(shown, wanted)) for shown in shown_in_order(session, ids, today)],
        next_cursor=encode_cursor(begin + limit) if begin + limit < len(ranked.ids) else None,
        facets=facets,
        total=total,
        corrected=asked.corrected,
        every=ranked.every,
    )


def snippet_of(shown: Shown, wanted: Wanted) -> Snippet:
    return snippet(shown.version.title, shown.version.summary, shown.version.html, wanted)


def as_place(part: Any) -> int:
    if type(part) is not int or not 0 <= part < 2**31:
        raise TypeError("not a place")
    return part


def shown_in_order(session: Session, ids: Sequence[str], today: date) -> list[Shown]:
    """These pieces in this order, with the version that is shown."""
    found = {
        resource.id: Shown(resource=resource, version=version, current=resource.current(today))
        for resource, version in SHOWN.rows(session, ids=ids)
    }
    return [found[resource_id] for resource_id in ids if resource_id in found]


def get_resource(session: Session, slug: str, *, lock: bool = False) -> Resource:
    """Raises NotFound, also for a slug that was never used."""
    query = select(Resource).where(Resource.slug == slug)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def show_resource(session: Session, slug: str, *, today: date) -> Shown:
    """What everybody may read. Raises NotFound for what is not shown, or not any more."""
    resource = get_resource(session, slug)
    if resource.state is not ResourceState.PUBLISHED or resource.version is None:
        raise NotFound
    return Shown(
        resource=resource, version=get_version(session, resource, resource.version), current=resource.current(today)
    )


def get_version(session: Session, resource: Resource, number: int) -> ResourceVersion:
    """Raises NotFound."""
    found = session.get(ResourceVersion, (resource.id, number))
    if found is None:
        raise NotFound
    return found


def translations_of(session: Session, resource: Resource) -> Mapping[str, str]:
    """Language -> slug of what is shown of the same work in other languages."""
    rows = session.execute(
        select(Resource.language, Resource.slug).where(
            Resource.work_id == resource.work_id,
            Resource.id != resource.id,
            Resource.state == ResourceState.PUBLISHED,
        )
    )
    return {row[0]: row[1] for row in rows}


def reviews_of(session: Session, resource_id: str, number: int) -> Sequence[tuple[ResourceReview, Person]]:
    rows = session.execute(
        select(ResourceReview, Person)
        .join(Person, Person.id == ResourceReview.reviewer_id)
        .where(ResourceReview.resource_id == resource_id, ResourceReview.number == number)
        .order_by(ResourceReview.created_at, ResourceReview.reviewer_id)
    )
    return [(review, person) for review, person in rows]


def versions_of(session: Session, resource: Resource, *, limit: int, cursor: str | None) -> Page[ResourceVersion]:
    """Every version, the newest first."""
    query = select(ResourceVersion).where(ResourceVersion.resource_id == resource.id)
    before = decode_cursor(cursor, as_place)
    if before is not None:
        query = query.where(ResourceVersion.number < before[0])
    rows = session.scalars(query.order_by(ResourceVersion.number.desc()).limit(limit + 1)).all()
    more = len(rows) > limit
    return Page(items=rows[:limit], next_cursor=encode_cursor(rows[limit - 1].number) if more else None)


def list_due(session: Session, *, by: date, limit: int, cursor: str | None, today: date) -> Page[Shown]:
    """Pieces that have to be read again by that day, the longest due first."""
    query = select(Resource.id, Resource.review_due).where(
        Resource.state == ResourceState.PUBLISHED, Resource.review_due <= by
    )
    after = decode_cursor(cursor, as_day, as_id)
    if after is not None:
        day, resource_id = after
        query = query.where(or_(Resource.review_due > day, and_(Resource.review_due == day, Resource.id > resource_id)))
    rows = session.execute(query.order_by(Resource.review_due, Resource.id).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(
        items=shown_in_order(session, [row.id for row in rows[:limit]], today),
        next_cursor=encode_cursor(last.review_due.isoformat(), last.id) if last is not None else None,
    )


def as_day(part: Any) -> date:
    return date.fromisoformat(part)


def list_in_the_making(session: Session, *, limit: int, cursor: str | None) -> Page[tuple[Resource, ResourceVersion]]:
    """Versions that are being written or wait for a reader, of the newest pieces first."""
    making = ResourceVersion.state.in_([VersionState.DRAFT, VersionState.IN_REVIEW])
    query = (
        select(Resource, ResourceVersion)
        .join(ResourceVersion, ResourceVersion.resource_id == Resource.id)
        .where(making, ResourceVersion.number == Resource.newest)
    )
    after = decode_cursor(cursor, as_id)
    if after is not None:
        query = query.where(Resource.id < after[0])
    rows = session.execute(query.order_by(Resource.id.desc()).limit(limit + 1)).all()
    last = rows[limit - 1][0] if len(rows) > limit else None
    items = [(resource, version) for resource, version in rows[:limit]]
    return Page(items=items, next_cursor=encode_cursor(last.id) if last is not None else None)


def list_bookmarks(session: Session, person_id: str, *, limit: int, cursor: str | None, today: date) -> Page[Shown]:
    """What somebody put aside and is still shown, the newest first."""
    query = select(Bookmark.resource_id).where(Bookmark.person_id == person_id)
    after = decode_cursor(cursor, as_id)
    if after is not None:
        query = query.where(Bookmark.resource_id < after[0])
    ids = session.scalars(query.order_by(Bookmark.resource_id.desc()).limit(limit + 1)).all()
    more = len(ids) > limit
    return Page(
        items=shown_in_order(session, ids[:limit], today), next_cursor=encode_cursor(ids[limit - 1]) if more else None
    )
