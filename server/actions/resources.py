"""Writing the library: a draft is read by two people, one who has lived it and one other, and shown when both agree."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from difflib import unified_diff
from itertools import islice
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.errors import Conflict, Invalid, StaleVersion
from models.ids import new_id
from models.people import Person
from models.policy import Facts, authorise
from models.resource_text import reading_age, reading_minutes, render
from models.resources import (
    CURRENT_FOR,
    Resource,
    ResourceReview,
    ResourceState,
    ResourceVersion,
    Reviewing,
    VersionState,
    misfits,
)
from models.supervision import SUPERVISED
from moderation.audit import write_audit
from server.actions.resource_files import name_file, refuse_unwritten
from server.actions.shelves import Piece, shelve, unshelve
from server.queries.resources import get_resource, get_version, reviews_of

# What of a piece is not in `facts`: it has columns of its own.
COLUMNS = ("kind", "title", "summary", "body")
MOST_LINES = 2_000


class AlreadyTranslated(Conflict):
    code = "already_translated"
    user_message = "There is one in this language already. Please change that one."


class SlugTaken(Conflict):
    code = "slug_taken"
    user_message = "There is a piece with this short name already. Please choose another."


class ResourceNotInReview(Conflict):
    code = "resource_not_in_review"
    user_message = "This version is not waiting for a reader just now. Please look at it again."


class ResourceInReview(Conflict):
    code = "resource_in_review"
    user_message = "This version is being read already."


class OwnWriting(Conflict):
    code = "own_writing"
    user_message = "Somebody else has to read what you wrote."


class NotShown(Conflict):
    code = "resource_not_shown"
    user_message = "This piece is not in the library just now."


def draft_resource(
    session: Session,
    actor: Person,
    *,
    slug: str,
    language: str,
    translates: str | None,
    words: Mapping[str, Any],
    now: datetime,
) -> tuple[Resource, ResourceVersion]:
    """Begin a piece; nobody but those who write the library sees it. `words`: everything a version has, as it was parsed.

    Raises Forbidden, SlugTaken, NotFound (what it translates), AlreadyTranslated.
    """
    authorise("resource.write", actor, Facts())
    if session.scalars(select(Resource.id).where(Resource.slug == slug)).first() is not None:
        raise SlugTaken
    resource = new_resource(session, slug=slug, language=language, translates=translates, now=now)
    version = write_version(session, resource, 1, words, by=actor.id, now=now)
    _audit(session, actor, "resource.drafted", resource, version, now)
    return resource, version


def new_resource(session: Session, *, slug: str, language: str, translates: str | None, now: datetime) -> Resource:
    """The row of a new piece, without a version yet. Raises NotFound, AlreadyTranslated."""
    resource_id = new_id()
    work_id = get_resource(session, translates).work_id if translates is not None else resource_id
    same = select(Resource.slug).where(Resource.work_id == work_id, Resource.language == language)
    if session.scalars(same).first() is not None:
        raise AlreadyTranslated
    resource = Resource(
        id=resource_id,
        slug=slug,
        work_id=work_id,
        language=language,
        state=ResourceState.DRAFT,
        newest=1,
        created_at=now,
        changed_at=now,
    )
    session.add(resource)
    session.flush()  # its versions refer to it
    return resource


def write_version(
    session: Session, resource: Resource, number: int, words: Mapping[str, Any], *, by: str | None, now: datetime
) -> ResourceVersion:
    """Write a version's row anew, with everything that follows from its text. Raises Invalid where its parts do not fit."""
    if problems := misfits(words["kind"], words):
        raise Invalid(errors={name: [problem] for name, problem in problems.items()})
    rendered = render(words["body"])
    version = session.get(ResourceVersion, (resource.id, number))
    if version is None:
        version = ResourceVersion(resource_id=resource.id, number=number)
        session.add(version)
    version.state = VersionState.DRAFT
    version.kind = words["kind"]
    version.title, version.summary, version.body = words["title"], words["summary"], words["body"]
    version.facts = {name: value for name, value in words.items() if name not in COLUMNS}
    version.html = rendered.html
    version.removed = [asdict(each) for each in rendered.removed]
    version.reading_minutes = reading_minutes(rendered.plain)
    version.reading_age = reading_age(rendered.plain, resource.language)
    version.written_by, version.written_at = by, now
    name_file(session, version, words["file"])
    resource.newest, resource.changed_at = number, now
    session.flush()  # what is shown of it is read from the database
    return version


def words_of_version(version: ResourceVersion) -> dict[str, Any]:
    """Everything a version has, as it would be parsed."""
    return {**version.facts, **{name: getattr(version, name) for name in COLUMNS}}


def revise_resource(
    session: Session, actor: Person, slug: str, *, version: int, words: Mapping[str, Any], now: datetime
) -> tuple[Resource, ResourceVersion]:
    """Change some of a piece: in the draft there is, or in a new one beside what is shown.

    What was being read is a draft again.

    `version`: the newest number that was looked at. Raises Forbidden, NotFound, StaleVersion.
    """
    resource, newest = _lock(session, actor, slug, version)
    number = newest.number
    if newest.state in (VersionState.DRAFT, VersionState.IN_REVIEW):
        session.execute(
            delete(ResourceReview).where(ResourceReview.resource_id == resource.id, ResourceReview.number == number)
        )
    else:
        number += 1
    revised = write_version(session, resource, number, {**words_of_version(newest), **words}, by=actor.id, now=now)
    _audit(session, actor, "resource.revised", resource, revised, now)
    return resource, revised


def restore_version(
    session: Session, actor: Person, slug: str, *, number: int, version: int, now: datetime
) -> tuple[Resource, ResourceVersion]:
    """Write again what an earlier version said, as a draft. Raises Forbidden, NotFound, StaleVersion."""
    old = get_version(session, get_resource(session, slug), number)
    return revise_resource(session, actor, slug, version=version, words=words_of_version(old), now=now)


def submit_resource(
    session: Session, actor: Person, slug: str, *, version: int, now: datetime
) -> tuple[Resource, ResourceVersion]:
    """Ask for the draft to be read. Raises Forbidden, NotFound, StaleVersion, ResourceInReview, ResourceNotInReview,
    TranscriptMissing.
    """
    resource, newest = _lock(session, actor, slug, version)
    if newest.state is VersionState.IN_REVIEW:
        raise ResourceInReview
    if newest.state is not VersionState.DRAFT:
        raise ResourceNotInReview
    refuse_unwritten(newest)
    newest.state, resource.changed_at = VersionState.IN_REVIEW, now
    _audit(session, actor, "resource.submitted", resource, newest, now)
    return resource, newest


def review_resource(
    session: Session, actor: Person, slug: str, *, version: int, agreed: bool, note: str | None, now: datetime
) -> tuple[Resource, ResourceVersion]:
    """Read a version: agree to it, or say what should be different, which makes it a draft again.

    When somebody who has lived it and one other agree, it is shown. Raises Forbidden, NotFound, StaleVersion, OwnWriting,
    ResourceNotInReview.
    """
    authorise("resource.review", actor, Facts())
    resource, newest = _lock(session, actor, slug, version)
    if newest.state is not VersionState.IN_REVIEW:
        raise ResourceNotInReview
    if newest.written_by == actor.id:
        raise OwnWriting
    reading_as = Reviewing.LIVED_EXPERIENCE if actor.role in SUPERVISED else Reviewing.OTHER
    session.merge(
        ResourceReview(
            resource_id=resource.id,
            number=newest.number,
            reviewer_id=actor.id,
            reading_as=reading_as,
            agreed=agreed,
            note=note,
            created_at=now,
        )
    )
    session.flush()  # counted below
    _audit(session, actor, "resource.reviewed", resource, newest, now, agreed=agreed, reading_as=reading_as.value)
    if not agreed:
        newest.state = VersionState.DRAFT
    elif {review.reading_as for review, _ in reviews_of(session, resource.id, newest.number) if review.agreed} == set(
        Reviewing
    ):
        publish(session, resource, newest, on=now.date(), now=now)
        _audit(session, actor, "resource.published", resource, newest, now)
    return resource, newest


def publish(session: Session, resource: Resource, version: ResourceVersion, *, on: date, now: datetime) -> None:
    """Show this version in place of what was shown before."""
    if resource.version is not None and resource.version != version.number:
        get_version(session, resource, resource.version).state = VersionState.REPLACED
    version.state = VersionState.PUBLISHED
    resource.state = ResourceState.PUBLISHED
    resource.version = version.number
    resource.published_on = resource.published_on or on
    resource.reviewed_on, resource.review_due, resource.changed_at = on, on + CURRENT_FOR[version.kind], now
    session.flush()  # the shelf is filled from the database
    shelve(session, [Piece(resource, version)])


def confirm_resource(
    session: Session, actor: Person, slug: str, *, version: int, now: datetime
) -> tuple[Resource, ResourceVersion]:
    """What is shown was read again and is right. By anybody who may review and did not write it.

    Raises Forbidden, NotFound, StaleVersion, OwnWriting, NotShown.
    """
    authorise("resource.review", actor, Facts())
    resource, newest = _lock(session, actor, slug, version)
    shown = _what_is_shown(session, resource)
    if shown.written_by == actor.id:
        raise OwnWriting
    today = now.date()
    resource.reviewed_on, resource.review_due, resource.changed_at = today, today + CURRENT_FOR[shown.kind], now
    session.flush()  # the shelf is filled from the database
    shelve(session, [Piece(resource, shown)])
    _audit(session, actor, "resource.confirmed", resource, shown, now)
    return resource, newest


def archive_resource(
    session: Session, actor: Person, slug: str, *, version: int, now: datetime
) -> tuple[Resource, ResourceVersion]:
    """Show it to nobody any more; nothing of it is lost. Raises Forbidden, NotFound, StaleVersion, NotShown."""
    authorise("resource.archive", actor, Facts())
    resource, newest = _lock(session, actor, slug, version)
    _what_is_shown(session, resource)
    resource.state, resource.changed_at = ResourceState.ARCHIVED, now
    unshelve(session, [resource])
    _audit(session, actor, "resource.archived", resource, newest, now)
    return resource, newest


def unarchive_resource(
    session: Session, actor: Person, slug: str, *, version: int, now: datetime
) -> tuple[Resource, ResourceVersion]:
    """Show again what was archived, as it was. Raises Forbidden, NotFound, StaleVersion, NotShown (it never was shown)."""
    authorise("resource.archive", actor, Facts())
    resource, newest = _lock(session, actor, slug, version)
    if resource.state is not ResourceState.ARCHIVED or resource.version is None:
        raise NotShown
    resource.state, resource.changed_at = ResourceState.PUBLISHED, now
    shelve(session, [Piece(resource, get_version(session, resource, resource.version))])
    _audit(session, actor, "resource.unarchived", resource, newest, now)
    return resource, newest


def lines_changed(before: str, after: str) -> list[str]:
    """A unified diff of two texts, at most MOST_LINES lines of it."""
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return list(islice(lines, MOST_LINES))


def _what_is_shown(session: Session, resource: Resource) -> ResourceVersion:
    if resource.state is not ResourceState.PUBLISHED or resource.version is None:
        raise NotShown
    return get_version(session, resource, resource.version)


def _lock(session: Session, actor: Person, slug: str, version: int) -> tuple[Resource, ResourceVersion]:
    """The piece and its newest version, which has to be the one that was looked at."""
    authorise("resource.write", actor, Facts())
    resource = get_resource(session, slug, lock=True)
    if resource.newest != version:
        raise StaleVersion(version=resource.newest)
    return resource, get_version(session, resource, resource.newest)


def _audit(
    session: Session,
    actor: Person,
    action: str,
    resource: Resource,
    version: ResourceVersion,
    now: datetime,
    **more: Any,
) -> None:
    write_audit(
        session,
        actor_id=actor.id,
        action=action,
        subject_kind="resource",
        subject_id=resource.id,
        now=now,
        data={"version": version.number, **more},
    )
