"""The library on the wire, and in its files: one schema for what is written, whichever way it comes in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from models.peer_vocabulary import Trait, label
from models.people import Person
from models.resource_text import LONGEST_BODY
from models.resources import (
    AUDIENCES,
    CATEGORIES,
    CATEGORY_LABELS,
    AuthorRole,
    Category,
    Pin,
    Resource,
    ResourceKind,
    ResourceReview,
    ResourceState,
    ResourceVersion,
    Reviewing,
    VersionState,
    conditions,
    misfits,
)
from server.queries.resources import Listing, Shown
from server.schemas.fields import (
    LONGEST_CURSOR,
    Moment,
    QueryWhole,
    Region,
    Text,
    Truth,
    Whole,
    WireSchema,
    unique,
    wire_time,
)
from server.schemas.groups import PageArgsSchema
from server.schemas.people import PersonRefSchema, person_ref
from server.schemas.resource_cards import slug_field
from server.schemas.resource_details import (
    ResourceEventSchema,
    ResourceFileSchema,
    ResourceLinkSchema,
    ResourceServiceSchema,
    ShownFileSchema,
    https,
)
from server.schemas.worker_profiles import NamedSchema, language_field

YES = "true"


def several(values: Any, *, most: int, **more: Any) -> fields.List[Any]:
    valid: list[Any] = [validate.Length(max=most), unique]
    return fields.List(values, validate=valid, metadata={"uniqueItems": True, **more.pop("metadata", {})}, **more)


class AuthorSchema(WireSchema):
    name = Text(least=2, most=80, one_line=True, required=True)
    role = fields.Enum(AuthorRole, by_value=True, required=True)


class SourceSchema(WireSchema):
    title = Text(least=2, most=200, one_line=True, required=True)
    url = https(allow_none=True, load_default=None)


class WordsSchema(WireSchema):
    """Everything a version of a piece has."""

    kind = fields.Enum(ResourceKind, by_value=True, required=True)
    title = Text(least=3, most=120, one_line=True, required=True)
    summary = Text(least=10, most=400, one_line=True, required=True)
    body = Text(most=LONGEST_BODY, required=True)
    categories = fields.List(
        fields.String(validate=validate.OneOf(list(CATEGORIES))),
        required=True,
        validate=[validate.Length(min=1, max=4), unique],
        metadata={"uniqueItems": True},
    )
    audience = several(
        fields.String(validate=validate.OneOf(list(AUDIENCES))), most=len(AUDIENCES), load_default=lambda: ["any"]
    )
    conditions = several(fields.String(validate=validate.OneOf(conditions())), most=10, load_default=list)
    regions = several(Region(), most=20, load_default=list, metadata={"description": "empty: everywhere"})
    keywords = several(Text(least=2, most=60, one_line=True), most=20, load_default=list)
    authors = fields.List(fields.Nested(AuthorSchema), required=True, validate=validate.Length(min=1, max=8))
    sources = fields.List(fields.Nested(SourceSchema), load_default=list, validate=validate.Length(max=20))
    licence = Text(most=80, one_line=True, required=True)
    composed = Truth(load_default=False, metadata={"description": "a story put together from several people's"})
    pinned = fields.Enum(Pin, by_value=True, allow_none=True, load_default=None)
    link = fields.Nested(ResourceLinkSchema, allow_none=True, load_default=None)
    file = fields.Nested(ResourceFileSchema, allow_none=True, load_default=None)
    event = fields.Nested(ResourceEventSchema, allow_none=True, load_default=None)
    service = fields.Nested(ResourceServiceSchema, allow_none=True, load_default=None)

    @validates_schema
    def details_fit(self, data: Any, **_: Any) -> None:
        """A piece has the details of its kind, and of no other."""
        if not self.partial:  # of a part of a piece it is said when it is put together
            for name, problem in misfits(data["kind"], data).items():
                raise ValidationError(problem, name)


class ChangeResourceSchema(WordsSchema):
    """Some of what a version has, and the newest version that was looked at. The rest stays as it is there."""

    version = Whole(least=1, most=100_000, required=True)

    def __init__(self, **more: Any) -> None:
        names = [name for name in self._declared_fields if name != "version"]
        super().__init__(partial=names, **more)


class WriteResourceSchema(WordsSchema):
    slug = slug_field(required=True)
    language = language_field(required=True)
    translates = slug_field(allow_none=True, load_default=None)


class VersionedSchema(WireSchema):
    """`version`: the newest that was looked at."""

    version = Whole(least=1, most=100_000, required=True)


class RestoreVersionSchema(VersionedSchema):
    number = Whole(least=1, most=100_000, required=True)


class ReviewResourceSchema(VersionedSchema):
    agreed = Truth(required=True)
    note = Text(most=2000, allow_none=True, load_default=None)

    @validates_schema
    def says_why_not(self, data: Any, **_: Any) -> None:
        if not data["agreed"] and not data["note"]:
            raise ValidationError("Please say what should be different.", "note")


class NarrowArgsSchema(WireSchema):
    q = Text(most=200, one_line=True, load_default=None)
    category = fields.Enum(Category, by_value=True, load_default=None)
    audience = fields.String(validate=validate.OneOf(list(AUDIENCES)), load_default=None)
    condition = fields.String(validate=validate.OneOf(conditions()), load_default=None)
    region = Region(load_default=None)
    language = language_field(load_default=None)
    kind = fields.Enum(ResourceKind, by_value=True, load_default=None)
    current = fields.String(validate=validate.OneOf([YES]), load_default=None)
    limit = QueryWhole(least=1, most=100, load_default=20)
    cursor = fields.String(load_default=None, validate=validate.Length(min=1, max=LONGEST_CURSOR))


class DueArgsSchema(PageArgsSchema):
    days = QueryWhole(least=0, most=366, load_default=30)


class ResourceSummarySchema(WireSchema):
    """A piece in a list. `current` false: it is due to be read again, and may be out of date."""

    slug = fields.String()
    kind = fields.Enum(ResourceKind, by_value=True)
    language = fields.String()
    title = fields.String()
    summary = fields.String()
    categories = fields.List(fields.Nested(NamedSchema))
    audience = fields.List(fields.String())
    conditions = fields.List(fields.Nested(NamedSchema))
    regions = fields.List(fields.String())
    reading_minutes = Whole()
    published_on = fields.Date()
    reviewed_on = fields.Date()
    review_due = fields.Date()
    current = fields.Boolean()
    composed = fields.Boolean()


class FacetsSchema(WireSchema):
    kind = fields.Dict(keys=fields.String(), values=Whole())
    language = fields.Dict(keys=fields.String(), values=Whole())
    category = fields.Dict(keys=fields.String(), values=Whole())
    audience = fields.Dict(keys=fields.String(), values=Whole())
    condition = fields.Dict(keys=fields.String(), values=Whole())
    region = fields.Dict(keys=fields.String(), values=Whole())


class SnippetSchema(WireSchema):
    """Texts in turn: what is not to be marked, what is, what is not, and so on."""

    title = fields.List(fields.String())
    text = fields.List(fields.String(), metadata={"description": "of the summary, or else of the text"})


class FoundResourceSchema(ResourceSummarySchema):
    snippet = fields.Nested(SnippetSchema, allow_none=True, metadata={"description": "null in a list without `q`"})


class ResourcesSchema(WireSchema):
    items = fields.List(fields.Nested(FoundResourceSchema))
    next_cursor = fields.String(allow_none=True)
    facets = fields.Nested(FacetsSchema)
    total = Whole()
    corrected = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    every = fields.Boolean(metadata={"description": "each has everything that was asked for; else the likeliest"})


class OwnUseSchema(WireSchema):
    """What the person who asks made of a piece. `helpful` None: they have not said."""

    bookmarked = fields.Boolean()
    helpful = fields.Boolean(allow_none=True)


class ResourceSchema(ResourceSummarySchema):
    html = fields.String()
    reading_age = fields.Float(allow_none=True)
    authors = fields.List(fields.Nested(AuthorSchema))
    sources = fields.List(fields.Nested(SourceSchema))
    licence = fields.String()
    translations = fields.Dict(keys=fields.String(), values=fields.String())
    link = fields.Nested(ResourceLinkSchema, allow_none=True)
    file = fields.Nested(ShownFileSchema, allow_none=True)
    event = fields.Nested(ResourceEventSchema, allow_none=True)
    service = fields.Nested(ResourceServiceSchema, allow_none=True)
    mine = fields.Nested(OwnUseSchema)


class RemovedSchema(WireSchema):
    kind = fields.String()
    line = Whole(allow_none=True)
    text = fields.String()


class ReviewViewSchema(WireSchema):
    reviewer = fields.Nested(PersonRefSchema)
    reading_as = fields.Enum(Reviewing, by_value=True)
    agreed = fields.Boolean()
    note = fields.String(allow_none=True)
    created_at = Moment()


class EditedResourceSchema(WordsSchema):
    """A piece as those see it who write the library. `removed`: what of the text is shown otherwise or not at all."""

    file = fields.Nested(ShownFileSchema, allow_none=True)
    slug = fields.String()
    language = fields.String()
    version = Whole()
    version_state = fields.Enum(VersionState, by_value=True)
    state = fields.Enum(ResourceState, by_value=True)
    shown_version = Whole(allow_none=True)
    html = fields.String()
    removed = fields.List(fields.Nested(RemovedSchema))
    reading_minutes = Whole()
    reading_age = fields.Float(allow_none=True)
    written_at = Moment()
    review_due = fields.Date(allow_none=True)
    reviews = fields.List(fields.Nested(ReviewViewSchema))


class VersionLineSchema(WireSchema):
    version = Whole()
    version_state = fields.Enum(VersionState, by_value=True)
    title = fields.String()
    written_at = Moment()


class VersionsSchema(WireSchema):
    items = fields.List(fields.Nested(VersionLineSchema))
    next_cursor = fields.String(allow_none=True)


class DiffArgsSchema(WireSchema):
    against = QueryWhole(least=1, most=100_000, required=True)


class DiffSchema(WireSchema):
    """Lines of a unified diff of the whole piece as a file, from `against` to the version named."""

    lines = fields.List(fields.String())


class MakingSchema(WireSchema):
    slug = fields.String()
    title = fields.String()
    kind = fields.Enum(ResourceKind, by_value=True)
    version = Whole()
    version_state = fields.Enum(VersionState, by_value=True)
    written_at = Moment()


class MakingsSchema(WireSchema):
    items = fields.List(fields.Nested(MakingSchema))
    next_cursor = fields.String(allow_none=True)


class DuesSchema(WireSchema):
    items = fields.List(fields.Nested(ResourceSummarySchema))
    next_cursor = fields.String(allow_none=True)


def as_words(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was parsed, ready to be kept: dates and codes as they are on the wire, but for the kind."""
    return {name: value if name == "kind" else _plain(value) for name, value in data.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return wire_time(value)
    return getattr(value, "value", value)


def dump_summary(shown: Shown) -> dict[str, Any]:
    resource, version, facts = shown.resource, shown.version, shown.version.facts
    return {
        "slug": resource.slug,
        "kind": version.kind.value,
        "language": resource.language,
        "title": version.title,
        "summary": version.summary,
        "categories": [{"code": code, "label": CATEGORY_LABELS[Category(code)]} for code in facts["categories"]],
        "audience": facts["audience"],
        "conditions": [{"code": code, "label": label(Trait.CONDITION, code)} for code in facts["conditions"]],
        "regions": facts["regions"],
        "reading_minutes": version.reading_minutes,
        "published_on": _day(resource.published_on),
        "reviewed_on": _day(resource.reviewed_on),
        "review_due": _day(resource.review_due),
        "current": shown.current,
        "composed": facts["composed"],
    }


def dump_resource(shown: Shown, translations: Mapping[str, str]) -> dict[str, Any]:
    facts = shown.version.facts
    more = ("authors", "sources", "licence", "link", "file", "event", "service")
    return {
        **dump_summary(shown),
        "html": shown.version.html,
        "reading_age": shown.version.reading_age,
        "translations": dict(translations),
        **{name: facts[name] for name in more},
    }


def dump_listing(listing: Listing) -> dict[str, Any]:
    return {
        "items": [{**dump_summary(shown), "snippet": shown.snippet} for shown in listing.items],
        "next_cursor": listing.next_cursor,
        "facets": listing.facets,
        "total": listing.total,
        "corrected": listing.corrected,
        "every": listing.every,
    }


def dump_edited(
    resource: Resource, version: ResourceVersion, reviews: list[tuple[ResourceReview, Person]]
) -> dict[str, Any]:
    """Made by hand: what is written is dumped as it was written."""
    return {
        **version.facts,
        "kind": version.kind.value,
        "title": version.title,
        "summary": version.summary,
        "body": version.body,
        "slug": resource.slug,
        "language": resource.language,
        "version": version.number,
        "version_state": version.state.value,
        "state": resource.state.value,
        "shown_version": resource.version,
        "html": version.html,
        "removed": version.removed,
        "reading_minutes": version.reading_minutes,
        "reading_age": version.reading_age,
        "written_at": wire_time(version.written_at),
        "review_due": _day(resource.review_due),
        "reviews": [
            {
                "reviewer": person_ref(person),
                "reading_as": review.reading_as.value,
                "agreed": review.agreed,
                "note": review.note,
                "created_at": wire_time(review.created_at),
            }
            for review, person in reviews
        ],
    }


def _day(value: Any) -> str | None:
    return value.isoformat() if value is not None else None


def dump_line(version: ResourceVersion) -> dict[str, Any]:
    return {
        "version": version.number,
        "version_state": version.state.value,
        "title": version.title,
        "written_at": wire_time(version.written_at),
    }
