"""/resources: the library. Lists and pieces are conditional: a phone asks again and mostly hears that nothing changed."""

import hashlib
from typing import Any

import orjson
from flask import Response, request
from sqlalchemy.orm import Session

from models.clock import clock
from models.policy import Facts, authorise
from models.resources import Resource, ResourceVersion
from models.session import transaction
from server.actions import resources as actions
from server.actions.shelf_use import count_opening
from server.http.door import Blueprint, acting, looking, reply
from server.library_files import as_file
from server.queries.resources import (
    Narrowed,
    get_resource,
    get_version,
    list_resources,
    reviews_of,
    search_resources,
    show_resource,
    translations_of,
    versions_of,
)
from server.queries.shelf_use import own_use
from server.schemas.groups import PageArgsSchema
from server.schemas.resources import (
    ChangeResourceSchema,
    DiffArgsSchema,
    DiffSchema,
    EditedResourceSchema,
    NarrowArgsSchema,
    ResourceSchema,
    ResourcesSchema,
    RestoreVersionSchema,
    ReviewResourceSchema,
    VersionedSchema,
    VersionsSchema,
    WriteResourceSchema,
    as_words,
    dump_edited,
    dump_line,
    dump_listing,
    dump_resource,
)

blp = Blueprint("resources", __name__, url_prefix="/api/v1/resources", description="The library")


def conditional(dumped: dict[str, Any]) -> Response:
    """200 with a strong ETag, or 304 to who has it already."""
    body = orjson.dumps(dumped)
    response = Response(body, content_type="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.make_conditional(request.environ)
    return response


@blp.get("")
@blp.signed_in
@blp.arguments(NarrowArgsSchema, location="query")
@blp.response(200, ResourcesSchema)
def resources(args: dict[str, Any]) -> Response:
    """Everything shown, by title; with `q` what answers to it, the best first. Facets count all of it."""
    today = clock.now().date()
    text, current = args.pop("q"), args.pop("current")
    page = {"limit": args.pop("limit"), "cursor": args.pop("cursor"), "today": today}
    with looking() as (session, actor):
        authorise("resource.read", actor, Facts())
        narrowed = Narrowed(**args, current_on=today if current else None)
        if text is None:
            listing = list_resources(session, narrowed, **page)
        else:
            listing = search_resources(session, text, narrowed, **page)
        return conditional(dump_listing(listing))


@blp.post("")
@blp.signed_in
@blp.arguments(WriteResourceSchema)
@blp.response(201, EditedResourceSchema)
def draft(data: dict[str, Any]) -> Response:
    place = {name: data.pop(name) for name in ("slug", "language", "translates")}
    with acting() as (session, actor):
        made = actions.draft_resource(session, actor, **place, words=as_words(data), now=clock.now())
        return _edited(session, *made, status=201)


@blp.get("/<string:slug>")
@blp.signed_in
@blp.response(200, ResourceSchema)
def resource(slug: str) -> Response:
    now = clock.now()
    with looking() as (session, actor):
        authorise("resource.read", actor, Facts())
        shown = show_resource(session, slug, today=now.date())
        resource_id = shown.resource.id
        piece = dump_resource(shown, translations_of(session, shown.resource))
        answer = conditional({**piece, "mine": own_use(session, actor.id, resource_id)})
    if answer.status_code == 200:  # noqa: PLR2004 - who had it already has not opened it anew
        with transaction() as session:
            count_opening(session, resource_id, now=now)
    return answer


@blp.patch("/<string:slug>")
@blp.signed_in
@blp.arguments(ChangeResourceSchema)
@blp.response(200, EditedResourceSchema)
def revise(data: dict[str, Any], slug: str) -> Response:
    version = data.pop("version")
    with acting() as (session, actor):
        made = actions.revise_resource(session, actor, slug, version=version, words=as_words(data), now=clock.now())
        return _edited(session, *made)


@blp.get("/<string:slug>/draft")
@blp.signed_in
@blp.response(200, EditedResourceSchema)
def newest(slug: str) -> Response:
    """The newest version, shown or not, for those who write the library."""
    with looking() as (session, actor):
        authorise("resource.write", actor, Facts())
        found = get_resource(session, slug)
        return _edited(session, found, get_version(session, found, found.newest))


@blp.get("/<string:slug>/versions")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, VersionsSchema)
def versions(args: dict[str, Any], slug: str) -> Response:
    with looking() as (session, actor):
        authorise("resource.write", actor, Facts())
        page = versions_of(session, get_resource(session, slug), **args)
        return reply({"items": [dump_line(version) for version in page.items], "next_cursor": page.next_cursor})


@blp.get("/<string:slug>/versions/<int:number>")
@blp.signed_in
@blp.response(200, EditedResourceSchema)
def version(slug: str, number: int) -> Response:
    with looking() as (session, actor):
        authorise("resource.write", actor, Facts())
        found = get_resource(session, slug)
        return _edited(session, found, get_version(session, found, number))


@blp.get("/<string:slug>/versions/<int:number>/diff")
@blp.signed_in
@blp.arguments(DiffArgsSchema, location="query")
@blp.response(200, DiffSchema)
def diff(args: dict[str, Any], slug: str, number: int) -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("resource.write", actor, Facts())
        found = get_resource(session, slug)
        before, after = (as_file(found, get_version(session, found, each)) for each in (args["against"], number))
        return {"lines": actions.lines_changed(before, after)}


@blp.post("/<string:slug>/restore")
@blp.signed_in
@blp.arguments(RestoreVersionSchema)
@blp.response(200, EditedResourceSchema)
def restore(data: dict[str, Any], slug: str) -> Response:
    with acting() as (session, actor):
        return _edited(session, *actions.restore_version(session, actor, slug, **data, now=clock.now()))


@blp.post("/<string:slug>/submit")
@blp.signed_in
@blp.arguments(VersionedSchema)
@blp.response(200, EditedResourceSchema)
def submit(data: dict[str, Any], slug: str) -> Response:
    with acting() as (session, actor):
        return _edited(session, *actions.submit_resource(session, actor, slug, **data, now=clock.now()))


@blp.post("/<string:slug>/review")
@blp.signed_in
@blp.arguments(ReviewResourceSchema)
@blp.response(200, EditedResourceSchema)
def review(data: dict[str, Any], slug: str) -> Response:
    with acting() as (session, actor):
        return _edited(session, *actions.review_resource(session, actor, slug, **data, now=clock.now()))


@blp.post("/<string:slug>/confirm")
@blp.signed_in
@blp.arguments(VersionedSchema)
@blp.response(200, EditedResourceSchema)
def confirm(data: dict[str, Any], slug: str) -> Response:
    with acting() as (session, actor):
        return _edited(session, *actions.confirm_resource(session, actor, slug, **data, now=clock.now()))


@blp.post("/<string:slug>/archive")
@blp.signed_in
@blp.arguments(VersionedSchema)
@blp.response(200, EditedResourceSchema)
def archive(data: dict[str, Any], slug: str) -> Response:
    with acting() as (session, actor):
        return _edited(session, *actions.archive_resource(session, actor, slug, **data, now=clock.now()))


@blp.post("/<string:slug>/unarchive")
@blp.signed_in
@blp.arguments(VersionedSchema)
@blp.response(200, EditedResourceSchema)
def unarchive(data: dict[str, Any], slug: str) -> Response:
    with acting() as (session, actor):
        return _edited(session, *actions.unarchive_resource(session, actor, slug, **data, now=clock.now()))


def _edited(session: Session, found: Resource, version: ResourceVersion, *, status: int = 200) -> Response:
    return reply(dump_edited(found, version, list(reviews_of(session, found.id, version.number))), status)
