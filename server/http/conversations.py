"""/conversations, and /sync: what one belongs to, what is in it, and what was missed."""

from typing import Any
from uuid import UUID

from flask import Response

from models.clock import clock
from models.session import again_after_race
from server.actions import messages as actions
from server.actions.messages import Sent, mark_read, post_message
from server.http.door import Blueprint, acting, identify, limits, looking, reply
from server.message_limits import count_sent, refuse_flood
from server.queries.conversations import list_conversations
from server.queries.messages import page_history
from server.queries.snapshot import take_snapshot
from server.queries.streams import load_subjects, missed
from server.schemas.conversations import (
    ConversationsSchema,
    MuteSchema,
    ReadSchema,
    ReadStateSchema,
    dump_conversations,
)
from server.schemas.groups import PageArgsSchema
from server.schemas.messages import (
    HistoryArgsSchema,
    HistorySchema,
    SendSchema,
    SentSchema,
    dump_history,
    dump_sent,
)
from server.schemas.snapshot import SnapshotArgsSchema, SnapshotSchema, dump_snapshot
from server.schemas.streams import SyncArgsSchema, SyncSchema, dump_sync

blp = Blueprint("conversations", __name__, url_prefix="/api/v1", description="Conversations, messages and sync")


@blp.get("/conversations")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, ConversationsSchema)
def conversations(args: dict[str, Any]) -> Response:
    with looking() as (session, actor):
        return reply(dump_conversations(list_conversations(session, actor, **args, now=clock.now())))


@blp.get("/conversations/<uuid:conversation_id>/messages")
@blp.signed_in
@blp.arguments(HistoryArgsSchema, location="query")
@blp.response(200, HistorySchema)
def history(args: dict[str, Any], conversation_id: UUID) -> Response:
    with looking() as (session, actor):
        page = page_history(session, actor, str(conversation_id), **args, now=clock.now())
        return reply(dump_history(page, actor.id))


@blp.post("/conversations/<uuid:conversation_id>/messages")
@blp.signed_in
@blp.arguments(SendSchema)
@blp.response(201, SentSchema)
@blp.alt_response(200, schema=SentSchema, description="The same client_id again: the first result")
def send(data: dict[str, Any], conversation_id: UUID) -> Response:
    place = str(conversation_id)
    author_id = identify().person_id
    refuse_flood(limits(), looking, author_id=author_id, conversation_id=place, client_id=data["client_id"])

    def post() -> Sent:
        with acting() as (session, actor):
            return post_message(session, actor, conversation_id=place, **data, now=clock.now())

    sent = again_after_race(post)
    count_sent(limits(), sent)
    return reply(dump_sent(sent, author_id), 201 if sent.is_new else 200)


@blp.put("/conversations/<uuid:conversation_id>/read")
@blp.signed_in
@blp.arguments(ReadSchema)
@blp.response(200, ReadStateSchema)
def read(data: dict[str, Any], conversation_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        stands = mark_read(session, actor, conversation_id=str(conversation_id), seq=data["seq"], now=clock.now())
        return {"read_seq": stands}


@blp.put("/conversations/<uuid:conversation_id>/mute")
@blp.signed_in
@blp.arguments(MuteSchema)
@blp.response(200, MuteSchema)
def mute(data: dict[str, Any], conversation_id: UUID) -> dict[str, Any]:
    with acting() as (session, actor):
        muted = actions.mute(session, actor, conversation_id=str(conversation_id), muted=data["muted"], now=clock.now())
        return {"muted": muted}


@blp.get("/snapshot")
@blp.signed_in
@blp.arguments(SnapshotArgsSchema, location="query")
@blp.response(200, SnapshotSchema)
def snapshot(args: dict[str, Any]) -> Response:
    with looking() as (session, actor):
        return reply(dump_snapshot(take_snapshot(session, actor, **args, now=clock.now()), actor.id))


@blp.post("/sync")
@blp.signed_in
@blp.arguments(SyncArgsSchema)
@blp.response(200, SyncSchema)
def sync(data: dict[str, Any]) -> Response:
    with looking() as (session, actor):
        answer = missed(session, actor, data["streams"])
        subjects = load_subjects(session, answer.values(), at=clock.now(), viewer_id=actor.id)
        return reply(dump_sync(answer, subjects, actor.id))
