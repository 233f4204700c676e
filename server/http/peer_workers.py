"""/peer-workers: the directory, whom it suggests to a carer and why, and the words it is written in."""

from typing import Any
from uuid import UUID

from flask import Response

from models.clock import clock
from models.policy import Facts, authorise
from server.http.door import Blueprint, looking, reply
from server.queries.peer_workers import get_peer_worker, list_peer_workers, suggest_peer_workers
from server.schemas.peer_workers import (
    DirectoryArgsSchema,
    PeerWorkerAnswerSchema,
    PeerWorkersSchema,
    SuggestionArgsSchema,
    SuggestionsSchema,
    VocabularySchema,
    dump_peer_worker,
    dump_suggestions,
    dump_vocabulary,
    looked_for,
)

blp = Blueprint("peer_workers", __name__, url_prefix="/api/v1/peer-workers", description="Whom carers can turn to")


@blp.get("")
@blp.signed_in
@blp.arguments(DirectoryArgsSchema, location="query")
@blp.response(200, PeerWorkersSchema)
def directory(args: dict[str, Any]) -> Response:
    limit, cursor = args.pop("limit"), args.pop("cursor")
    with looking() as (session, actor):
        page = list_peer_workers(session, actor, looked_for(args), limit=limit, cursor=cursor, now=clock.now())
    return reply({"items": [dump_peer_worker(each) for each in page.items], "next_cursor": page.next_cursor})


@blp.get("/suggestions")
@blp.signed_in
@blp.arguments(SuggestionArgsSchema, location="query")
@blp.response(200, SuggestionsSchema)
def suggestions(args: dict[str, Any]) -> Response:
    with looking() as (session, actor):
        found = suggest_peer_workers(session, actor, **args, now=clock.now())
    return reply(dump_suggestions(found))


@blp.get("/vocabulary")
@blp.signed_in
@blp.response(200, VocabularySchema)
def vocabulary() -> Response:
    with looking() as (_, actor):
        authorise("peer_worker.list", actor, Facts())
    return reply(dump_vocabulary())


@blp.get("/<uuid:worker_id>")
@blp.signed_in
@blp.response(200, PeerWorkerAnswerSchema)
def peer_worker(worker_id: UUID) -> Response:
    with looking() as (session, actor):
        found = get_peer_worker(session, actor, str(worker_id), now=clock.now())
    return reply({"peer_worker": dump_peer_worker(found)})
