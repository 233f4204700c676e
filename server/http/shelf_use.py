"""What readers make of the library: bookmarks, whether a piece helped, and what they would add."""

from typing import Any
from uuid import UUID

from flask import Response

from models.clock import clock
from models.policy import Facts, authorise
from server.actions import shelf_use as actions
from server.http.door import Blueprint, acting, identify, limits, looking, reply
from server.queries.resources import get_resource, list_bookmarks
from server.queries.shelf_use import list_suggestions, use_of
from server.schemas.groups import PageArgsSchema
from server.schemas.resources import DuesSchema, dump_summary
from server.schemas.shelf_use import (
    AnswerSuggestionSchema,
    BookmarkedSchema,
    HelpfulSchema,
    SuggestionsArgsSchema,
    SuggestionsViewSchema,
    SuggestionViewSchema,
    SuggestResourceSchema,
    UseSchema,
    dump_suggestion,
)

blp = Blueprint("shelf_use", __name__, url_prefix="/api/v1", description="What readers make of the library")


@blp.get("/me/bookmarks")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, DuesSchema)
def bookmarks(args: dict[str, Any]) -> Response:
    with looking() as (session, actor):
        authorise("resource.read", actor, Facts())
        page = list_bookmarks(session, actor.id, **args, today=clock.now().date())
        return reply({"items": [dump_summary(shown) for shown in page.items], "next_cursor": page.next_cursor})


@blp.put("/me/bookmarks/<string:slug>")
@blp.signed_in
@blp.response(200, BookmarkedSchema)
def keep(slug: str) -> dict[str, Any]:
    with acting() as (session, actor):
        return {"bookmarked": actions.set_bookmark(session, actor, slug, kept=True, now=clock.now())}


@blp.delete("/me/bookmarks/<string:slug>")
@blp.signed_in
@blp.response(200, BookmarkedSchema)
def forget(slug: str) -> dict[str, Any]:
    with acting() as (session, actor):
        return {"bookmarked": actions.set_bookmark(session, actor, slug, kept=False, now=clock.now())}


@blp.post("/resources/<string:slug>/helpful")
@blp.signed_in
@blp.arguments(HelpfulSchema)
@blp.response(200, HelpfulSchema)
def helpful(data: dict[str, Any], slug: str) -> dict[str, Any]:
    with acting() as (session, actor):
        actions.say_whether_helpful(session, actor, slug, **data, now=clock.now())
        return data


@blp.get("/resources/<string:slug>/use")
@blp.signed_in
@blp.response(200, UseSchema)
def use(slug: str) -> dict[str, Any]:
    """How often it was opened and whether it helped, for those who write the library. Never who."""
    with looking() as (session, actor):
        authorise("resource.write", actor, Facts())
        return use_of(session, get_resource(session, slug).id)


@blp.post("/resource-suggestions")
@blp.signed_in
@blp.arguments(SuggestResourceSchema)
@blp.response(201, SuggestionViewSchema)
def suggest(data: dict[str, Any]) -> dict[str, Any]:
    limits().spend("suggestion.person", identify().person_id)
    with acting() as (session, actor):
        made = actions.suggest(session, actor, **data, now=clock.now())
        return dump_suggestion(made, data["resource"])


@blp.get("/resource-suggestions")
@blp.signed_in
@blp.arguments(SuggestionsArgsSchema, location="query")
@blp.response(200, SuggestionsViewSchema)
def suggestions(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("resource.write", actor, Facts())
        page = list_suggestions(session, person_id=None, **args)
        return {"items": [dump_suggestion(*each) for each in page.items], "next_cursor": page.next_cursor}


@blp.get("/me/resource-suggestions")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, SuggestionsViewSchema)
def my_suggestions(args: dict[str, Any]) -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("resource.suggest", actor, Facts())
        page = list_suggestions(session, person_id=actor.id, state=None, **args)
        return {"items": [dump_suggestion(*each) for each in page.items], "next_cursor": page.next_cursor}


@blp.post("/resource-suggestions/<uuid:suggestion_id>/answer")
@blp.signed_in
@blp.arguments(AnswerSuggestionSchema)
@blp.response(200, SuggestionViewSchema)
def answer(data: dict[str, Any], suggestion_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        return dump_suggestion(*actions.answer_suggestion(session, actor, str(suggestion_id), **data, now=clock.now()))
