"""The library: pieces that help carers, in versions that two people read before anybody is shown them.

Invariants: what is shown is a version that was published; a version that was published never changes; at most one newer
version is being written. Texts of the library are for everybody and name nobody: they are not encrypted.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import BY_KEY, Base, EncryptedText, Id, UtcDateTime, enum_column
from models.groups import Audience
from models.peer_vocabulary import Trait, labels

LONGEST_SLUG = 80


class ResourceKind(StrEnum):
    ARTICLE = "article"
    LINK = "link"
    FILE = "file"
    EVENT = "event"
    SERVICE = "service"
    STORY = "story"


class Category(StrEnum):
    """What carers ask for information about [Barr]."""

    CONDITION = "condition"
    SYSTEM = "system"
    COMMUNICATION = "communication"
    SELF_CARE = "self_care"
    RIGHTS = "rights"
    RESPITE = "respite"
    WORKSHOPS = "workshops"
    STORIES = "stories"
    CRISIS = "crisis"
    PEER_SUPPORT = "peer_support"


CATEGORY_LABELS: Mapping[Category, str] = {
    Category.CONDITION: "About the condition",
    Category.SYSTEM: "Finding your way in the system",
    Category.COMMUNICATION: "Talking with each other",
    Category.SELF_CARE: "Looking after yourself",
    Category.RIGHTS: "Your rights",
    Category.RESPITE: "Respite and time off",
    Category.WORKSHOPS: "Workshops and courses",
    Category.STORIES: "Stories of hope",
    Category.CRISIS: "In a crisis",
    Category.PEER_SUPPORT: "Peer support",
}


class Pin(StrEnum):
    """Why a piece goes into everybody's pack for when there is no network, in the order in which the pack is filled."""

    CRISIS = "crisis"
    FIRST_STEPS = "first_steps"


class AuthorRole(StrEnum):
    LIVED_EXPERIENCE_AUTHOR = "lived_experience_author"
    CLINICAL_REVIEWER = "clinical_reviewer"
    EDITOR = "editor"


class ResourceState(StrEnum):
    DRAFT = "draft"  # nothing of it was ever shown
    PUBLISHED = "published"
    ARCHIVED = "archived"


class VersionState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    REPLACED = "replaced"


class Reviewing(StrEnum):
    """As whom somebody reads a version before it is shown: one of each, and never who wrote it."""

    LIVED_EXPERIENCE = "lived_experience"
    OTHER = "other"


# How long what was read stays current, before somebody has to read it again. Services and events go out of date sooner.
CURRENT_FOR: Mapping[ResourceKind, timedelta] = {
    ResourceKind.ARTICLE: timedelta(days=365),
    ResourceKind.LINK: timedelta(days=182),
    ResourceKind.FILE: timedelta(days=365),
    ResourceKind.EVENT: timedelta(days=182),
    ResourceKind.SERVICE: timedelta(days=182),
    ResourceKind.STORY: timedelta(days=730),
}
# What a piece of each kind has beside its text.
DETAILS: Mapping[ResourceKind, str] = {
    ResourceKind.LINK: "link",
    ResourceKind.FILE: "file",
    ResourceKind.EVENT: "event",
    ResourceKind.SERVICE: "service",
}
Code = TypeVar("Code", bound=str)


def misfits(kind: ResourceKind, facts: Mapping[str, Any]) -> Mapping[str, str]:
    """Details that a piece of this kind lacks or should not have: name -> what is the matter."""
    found = {}
    for owner, name in DETAILS.items():
        if facts[name] is None and owner is kind:
            found[name] = "Is missing."
        elif facts[name] is not None and owner is not kind:
            found[name] = f"A piece of kind {kind.value} has none."
    return found


@cache
def conditions() -> tuple[str, ...]:
    return tuple(labels(Trait.CONDITION))


def as_mask(values: Iterable[str], of: Iterable[str]) -> int:
    """Which of the codes `of` are among the values, as bits: what lists are filtered and counted by."""
    places = {code: 1 << place for place, code in enumerate(of)}
    mask = 0
    for value in values:
        mask |= places[value]
    return mask


def from_mask(mask: int, of: Iterable[Code]) -> list[Code]:
    return [code for place, code in enumerate(of) if mask & 1 << place]


AUDIENCES = tuple(Audience)
CATEGORIES = tuple(Category)


class Resource(Base):
    """One piece in one language. `work_id` is shared by its translations: the id of the first of them."""

    __tablename__ = "resource"
    __table_args__ = (Index(None, "work_id", "language", unique=True), Index(None, "state", "review_due"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), unique=True)
    work_id: Mapped[str] = mapped_column(Id)
    language: Mapped[str] = mapped_column(String(20))
    state: Mapped[ResourceState] = mapped_column(enum_column(ResourceState))
    version: Mapped[int | None]  # that is shown
    newest: Mapped[int]
    published_on: Mapped[date | None]
    reviewed_on: Mapped[date | None]
    review_due: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def current(self, today: date) -> bool:
        """Shown, and read lately enough to be relied on."""
        return self.state is ResourceState.PUBLISHED and self.review_due is not None and today < self.review_due


class ResourceVersion(Base):
    """`facts` is everything but the texts, as it is on the wire; `html` and the rest below it follow from the body."""

    __tablename__ = "resource_version"

    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resource.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[VersionState] = mapped_column(enum_column(VersionState))
    kind: Mapped[ResourceKind] = mapped_column(enum_column(ResourceKind))
    title: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(400))
    body: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    html: Mapped[str] = mapped_column(Text)
    removed: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    reading_minutes: Mapped[int]
    reading_age: Mapped[float | None]
    # None: from a folder of files, by whoever runs the service.
    written_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The same as in `facts`, where the database holds it: what is shown, or may be restored, is not taken away.
    file_id: Mapped[str | None] = mapped_column(Id, ForeignKey("resource_file.id"), index=True)


class ResourceReview(Base):
    """Somebody read a version: `agreed`, or what should be different."""

    __tablename__ = "resource_review"

    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resource.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    reviewer_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    reading_as: Mapped[Reviewing] = mapped_column(enum_column(Reviewing))
    agreed: Mapped[bool]
    note: Mapped[str | None] = mapped_column(EncryptedText("resource_review.note"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ResourceDoc(Base):
    """What is shown of a piece in lists, and what they are filtered, counted and searched by: one row per published piece.

    Beside it stands `resource_words` (models/resource_index.py), the full text, with the same `id`.
    """

    __tablename__ = "resource_doc"
    __table_args__ = (Index(None, "sort_key", "id"), Index(None, "pinned"))

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resource.id"), unique=True)
    version: Mapped[int]
    sort_key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[ResourceKind] = mapped_column(enum_column(ResourceKind))
    language: Mapped[str] = mapped_column(String(20))
    categories: Mapped[int]  # bits, of CATEGORIES
    audience: Mapped[int]  # of AUDIENCES
    conditions: Mapped[int]  # of conditions()
    regions: Mapped[str] = mapped_column(String(80))  # " AU NZ "; empty: everywhere
    review_due: Mapped[date]
    pinned: Mapped[Pin | None] = mapped_column(enum_column(Pin))


class LibraryWord(Base):
    """Every word of what is published, and in how many pieces: for words written otherwise, and for how telling each is."""

    __tablename__ = "library_word"
    __table_args__ = (BY_KEY,)

    word: Mapped[str] = mapped_column(String(40), primary_key=True)
    stem: Mapped[str] = mapped_column(String(40))
    pieces: Mapped[int]


class Library(Base):
    """One row. `stamp` is another after every change to what is shown: what was made of it before is then made anew."""

    __tablename__ = "library"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stamp: Mapped[str] = mapped_column(Id)


class Bookmark(Base):
    __tablename__ = "bookmark"
    __table_args__ = (BY_KEY,)

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resource.id"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Helpful(Base):
    """Whether a piece helped somebody, with a word why; they may think otherwise later."""

    __tablename__ = "helpful"
    __table_args__ = (Index(None, "resource_id"),)

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resource.id"), primary_key=True)
    helpful: Mapped[bool]
    why: Mapped[str | None] = mapped_column(EncryptedText("helpful.why"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ResourceUse(Base):
    """How often a piece was opened in a month. Never by whom."""

    __tablename__ = "resource_use"
    __table_args__ = (BY_KEY,)

    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resource.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)  # 2026-11
    opened: Mapped[int]


class SuggestionState(StrEnum):
    OPEN = "open"
    TAKEN_UP = "taken_up"
    DECLINED = "declined"


class ProblemKind(StrEnum):
    """What a reader says is wrong with a piece."""

    BROKEN_LINK = "broken_link"
    OUT_OF_DATE = "out_of_date"
    WRONG = "wrong"
    HARD_TO_READ = "hard_to_read"


class ResourceSuggestion(Base):
    """What a reader would add (`resource_id` None), or what is wrong with a piece. The service answers each."""

    __tablename__ = "resource_suggestion"
    __table_args__ = (Index(None, "state", "created_at"), Index(None, "person_id"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    resource_id: Mapped[str | None] = mapped_column(Id, ForeignKey("resource.id"))
    problem: Mapped[ProblemKind | None] = mapped_column(enum_column(ProblemKind))
    url: Mapped[str | None] = mapped_column(EncryptedText("resource_suggestion.url"))
    words: Mapped[str] = mapped_column(EncryptedText("resource_suggestion.words"))
    state: Mapped[SuggestionState] = mapped_column(enum_column(SuggestionState))
    answer: Mapped[str | None] = mapped_column(EncryptedText("resource_suggestion.answer"))
    answered_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
