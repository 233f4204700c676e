"""What readers make of the library: bookmarks, whether a piece helped, what they would add, and counts without persons."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.errors import Conflict, NotFound
from models.ids import new_id
from models.people import Person
from models.policy import Facts, authorise
from models.resources import (
    Bookmark,
    Helpful,
    ProblemKind,
    Resource,
    ResourceSuggestion,
    ResourceUse,
    SuggestionState,
)
from moderation.audit import write_audit
from server.queries.resources import get_resource, show_resource

MOST_BOOKMARKS = 500


class SuggestionAnswered(Conflict):
    code = "suggestion_answered"
    user_message = "Somebody has answered this one already."


class BookmarksFull(Conflict):
    code = "bookmarks_full"
    user_message = "You have put aside as many pieces as there is room for. Please take one away first."


def set_bookmark(session: Session, actor: Person, slug: str, *, kept: bool, now: datetime) -> bool:
    """Put a piece aside, or no longer. Doing it again changes nothing. Raises NotFound, BookmarksFull."""
    authorise("resource.read", actor, Facts())
    # A bookmark of what is not shown any more can still be taken away.
    resource = show_resource(session, slug, today=now.date()).resource if kept else get_resource(session, slug)
    found = session.get(Bookmark, (actor.id, resource.id))
    if kept and found is None:
        kept_now = select(func.count()).select_from(Bookmark).where(Bookmark.person_id == actor.id)
        if (session.scalar(kept_now) or 0) >= MOST_BOOKMARKS:
            raise BookmarksFull
        session.add(Bookmark(person_id=actor.id, resource_id=resource.id, created_at=now))
    elif not kept and found is not None:
        session.delete(found)
    return kept


def say_whether_helpful(
    session: Session, actor: Person, slug: str, *, helpful: bool, why: str | None, now: datetime
) -> bool:
    """The last word counts. Raises NotFound."""
    authorise("resource.read", actor, Facts())
    resource = show_resource(session, slug, today=now.date()).resource
    session.merge(Helpful(person_id=actor.id, resource_id=resource.id, helpful=helpful, why=why, created_at=now))
    return helpful


def count_opening(session: Session, resource_id: str, *, now: datetime) -> None:
    """One more opening of this piece in this month; nothing says whose."""
    month = f"{now:%Y-%m}"
    here = (ResourceUse.resource_id == resource_id) & (ResourceUse.month == month)
    once_more = update(ResourceUse).where(here).values(opened=ResourceUse.opened + 1).returning(ResourceUse.opened)
    if session.scalars(once_more).first() is None:
        session.add(ResourceUse(resource_id=resource_id, month=month, opened=1))


def suggest(
    session: Session,
    actor: Person,
    *,
    words: str,
    url: str | None,
    resource: str | None,
    problem: ProblemKind | None,
    now: datetime,
) -> ResourceSuggestion:
    """Say what is missing, or what is wrong with a piece. Raises NotFound."""
    authorise("resource.suggest", actor, Facts())
    about = show_resource(session, resource, today=now.date()).resource.id if resource is not None else None
    made = ResourceSuggestion(
        id=new_id(),
        person_id=actor.id,
        resource_id=about,
        problem=problem,
        url=url,
        words=words,
        state=SuggestionState.OPEN,
        created_at=now,
    )
    session.add(made)
    session.flush()  # what is shown of it is read from the database
    return made


def answer_suggestion(
    session: Session, actor: Person, suggestion_id: str, *, taken_up: bool, answer: str | None, now: datetime
) -> tuple[ResourceSuggestion, str | None]:
    """The suggestion and the slug of the piece it is about. Raises Forbidden, NotFound, SuggestionAnswered."""
    authorise("resource.write", actor, Facts())
    found = session.get(ResourceSuggestion, suggestion_id, with_for_update=True)
    if found is None:
        raise NotFound
    if found.state is not SuggestionState.OPEN:
        raise SuggestionAnswered
    found.state = SuggestionState.TAKEN_UP if taken_up else SuggestionState.DECLINED
    found.answer, found.answered_by, found.answered_at = answer, actor.id, now
    about = session.get(Resource, found.resource_id) if found.resource_id is not None else None
    write_audit(
        session,
        actor_id=actor.id,
        action="resource.suggestion_answered",
        subject_kind="resource_suggestion",
        subject_id=found.id,
        now=now,
        data={"taken_up": taken_up},
    )
    return found, about.slug if about is not None else None
