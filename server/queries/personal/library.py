"""What they made of the library, and wrote for it, in somebody's export."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from models.resource_files import ResourceFile
from models.resources import Bookmark, Helpful, Resource, ResourceReview, ResourceSuggestion, ResourceVersion
from server.queries.personal.sections import Section


def _bookmarks(person_id: str) -> Select[*tuple[Any, ...]]:
    query = select(Bookmark.resource_id, Resource.slug, Bookmark.created_at).join(
        Resource, Resource.id == Bookmark.resource_id
    )
    return query.where(Bookmark.person_id == person_id)


def _helpful(person_id: str) -> Select[*tuple[Any, ...]]:
    columns = (Helpful.resource_id, Resource.slug, Helpful.helpful, Helpful.why, Helpful.created_at)
    return select(*columns).join(Resource, Resource.id == Helpful.resource_id).where(Helpful.person_id == person_id)


def _suggestions(person_id: str) -> Select[*tuple[Any, ...]]:
    said = ResourceSuggestion
    columns = (said.id, Resource.slug, said.problem, said.url, said.words, said.state, said.answer, said.created_at)
    query = select(*columns).outerjoin(Resource, Resource.id == said.resource_id)
    return query.where(said.person_id == person_id)


def _written(person_id: str) -> Select[*tuple[Any, ...]]:
    wrote = ResourceVersion
    columns = (wrote.resource_id, Resource.slug, wrote.number, wrote.state, wrote.title, wrote.body, wrote.written_at)
    return select(*columns).join(Resource, Resource.id == wrote.resource_id).where(wrote.written_by == person_id)


def _reviewed(person_id: str) -> Select[*tuple[Any, ...]]:
    read = ResourceReview
    columns = (read.resource_id, Resource.slug, read.number, read.reading_as, read.agreed, read.note, read.created_at)
    return select(*columns).join(Resource, Resource.id == read.resource_id).where(read.reviewer_id == person_id)


def _uploaded(person_id: str) -> Select[*tuple[Any, ...]]:
    file = ResourceFile
    columns = (file.id, file.media_type, file.size, file.pages, file.seconds, file.removed, file.created_at)
    return select(*columns).where(file.uploaded_by == person_id)


SECTIONS: Sequence[Section] = (
    Section(
        name="bookmarks",
        title="What you put aside in the library",
        about="Pieces you wanted to find again. Nothing is kept of what you only opened.",
        covers=("bookmark.person_id",),
        query=_bookmarks,
        key=Bookmark.resource_id,
    ),
    Section(
        name="helpful",
        title="What you said of pieces of the library",
        about="Whether a piece helped, with your word why.",
        covers=("helpful.person_id",),
        query=_helpful,
        key=Helpful.resource_id,
    ),
    Section(
        name="resource_suggestions",
        title="What you would have the library say",
        about="Your suggestions and what you found wrong, with the answers.",
        covers=("resource_suggestion.person_id",),
        query=_suggestions,
        key=ResourceSuggestion.id,
    ),
    Section(
        name="resources_written",
        title="What you wrote for the library",
        about="Versions of pieces, as you left them.",
        covers=("resource_version.written_by",),
        query=_written,
        key=ResourceVersion.resource_id,
    ),
    Section(
        name="resource_files",
        title="Files you uploaded for the library",
        about="How large each is and what was taken out of it. The files themselves are in the library.",
        covers=("resource_file.uploaded_by",),
        query=_uploaded,
        key=ResourceFile.id,
    ),
    Section(
        name="resources_reviewed",
        title="What you read before it was shown",
        about="Versions you agreed to or not, with your words.",
        covers=("resource_review.reviewer_id",),
        query=_reviewed,
        key=ResourceReview.resource_id,
    ),
)
