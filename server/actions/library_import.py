"""Taking pieces over from files: by their slug, all of them or none, and nothing twice."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import Invalid, NotFound
from models.resource_files import FileFacts, ResourceFile
from models.resource_index import settle
from models.resources import CURRENT_FOR, Resource, ResourceState, ResourceVersion, VersionState
from moderation.audit import write_audit
from server.actions.resource_files import refuse_unwritten
from server.actions.resources import new_resource, words_of_version, write_version
from server.actions.shelves import Piece, shelve
from server.queries.resource_files import find_same

AT_ONCE = 200


class Change(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that lay beside a piece, cleaned, and not in the library yet; `came`: the digest of what lay there."""

    path: Path
    came: str
    facts: FileFacts


@dataclass(frozen=True, kw_only=True)
class Filed:
    """A piece as it was written down elsewhere. `words`: everything a version has, ready to be kept.

    `beside`: where the file lies that it names, until it is read as `upload`.
    """

    slug: str
    language: str
    translates: str | None
    published: date | None
    reviewed_on: date | None
    review_due: date | None
    words: Mapping[str, Any]
    beside: str | None = None
    upload: Upload | None = None

    def naming(self, file: ResourceFile) -> "Filed":
        """The same with this file in place of what lay beside it."""
        transcript = self.words["file"]["transcript"]
        return replace(self, words={**self.words, "file": file.as_content(transcript)}, beside=None, upload=None)


@dataclass(frozen=True)
class Planned:
    filed: Filed
    change: Change


class LanguageChanged(Invalid):
    code = "language_changed"
    user_message = "The piece {slug} is there in another language. A translation is a piece of its own."


def plan_import(session: Session, filed: Sequence[Filed]) -> list[Planned]:
    """What taking these over would change. Raises LanguageChanged, and NotFound for what one translates."""
    known = _known(session, [each.slug for each in filed])
    slugs = {each.slug for each in filed}
    planned = []
    for came in filed:
        resource, version = known.get(came.slug, (None, None))
        each = _with_known_file(session, came, version)
        elsewhere = each.translates is not None and each.translates not in slugs
        if elsewhere and not _known(session, [str(each.translates)]):
            raise NotFound
        if resource is None or version is None:
            planned.append(Planned(each, Change.NEW))
        elif resource.language != each.language:
            raise LanguageChanged(slug=each.slug, errors={"language": [each.slug]})
        else:
            planned.append(Planned(each, Change.SAME if _same(resource, version, each) else Change.CHANGED))
    return planned


def _with_known_file(session: Session, filed: Filed, version: ResourceVersion | None) -> Filed:
    """Naming a file of the library where what lay beside the piece is one already."""
    if filed.upload is None:
        return filed
    digests = [filed.upload.came, filed.upload.facts.digest]
    its = session.get(ResourceFile, version.file_id) if version is not None and version.file_id is not None else None
    file = its if its is not None and its.digest in digests else find_same(session, digests)
    return filed.naming(file) if file is not None else filed


def _known(session: Session, slugs: Sequence[str]) -> dict[str, tuple[Resource, ResourceVersion]]:
    found: dict[str, tuple[Resource, ResourceVersion]] = {}
    for start in range(0, len(slugs), AT_ONCE):
        rows = session.execute(
            select(Resource, ResourceVersion)
            .join(
                ResourceVersion,
                (ResourceVersion.resource_id == Resource.id) & (ResourceVersion.number == Resource.newest),
            )
            .where(Resource.slug.in_(slugs[start : start + AT_ONCE]))
        )
        found |= {resource.slug: (resource, version) for resource, version in rows}
    return found


def _same(resource: Resource, version: ResourceVersion, filed: Filed) -> bool:
    """Shown already, word for word, and read on the same day."""
    shown = resource.state is ResourceState.PUBLISHED and resource.version == version.number
    days = (filed.reviewed_on or resource.reviewed_on, filed.review_due or resource.review_due)
    return shown and days == (resource.reviewed_on, resource.review_due) and words_of_version(version) == filed.words


def carry_out_import(
    session: Session, planned: Iterable[Planned], *, now: datetime, tick: Callable[[], Any] = lambda: None
) -> None:
    """Write and show what is new or changed. What nobody says was read is due to be read at once, and not current.

    `tick()` is called for each; no upload may be left. Raises Invalid, NotFound, TranscriptMissing.
    """
    pieces: list[Piece] = []
    for each in sorted(planned, key=lambda one: one.filed.translates is not None):  # what is translated comes first
        tick()
        if each.change is Change.SAME:
            continue
        pieces.append(_write(session, each.filed, now))
        if len(pieces) == AT_ONCE:
            shelve(session, pieces)
            pieces = []
    if pieces:
        shelve(session, pieces)
    settle(session)


def _write(session: Session, filed: Filed, now: datetime) -> Piece:
    resource = session.scalars(select(Resource).where(Resource.slug == filed.slug)).one_or_none()
    if resource is None:
        resource, number = (
            new_resource(session, slug=filed.slug, language=filed.language, translates=filed.translates, now=now),
            1,
        )
    else:
        number = resource.newest + 1
    if resource.version is not None:
        session.get_one(ResourceVersion, (resource.id, resource.version)).state = VersionState.REPLACED
    version = write_version(session, resource, number, filed.words, by=None, now=now)
    refuse_unwritten(version)
    version.state, resource.state, resource.version = VersionState.PUBLISHED, ResourceState.PUBLISHED, number
    today = now.date()
    resource.published_on = filed.published or resource.published_on or today
    resource.reviewed_on = filed.reviewed_on
    lasts = CURRENT_FOR[version.kind]
    resource.review_due = filed.review_due or (filed.reviewed_on + lasts if filed.reviewed_on is not None else today)
    write_audit(
        session,
        actor_id=None,
        action="resource.imported",
        subject_kind="resource",
        subject_id=resource.id,
        now=now,
        data={"version": number},
    )
    session.flush()  # the shelf is filled from the database
    return Piece(resource, version)
