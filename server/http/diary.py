"""/me/diary: a peer worker's reflective diary."""

from typing import Any
from uuid import UUID

from models.clock import clock
from models.diary import QUESTIONS
from models.policy import Facts, authorise
from server.actions import diary as actions
from server.http.door import Blueprint, acting, looking
from server.queries.diary import get_entry, list_entries
from server.schemas.diary import (
    DiaryAnswerSchema,
    DiaryAnswersSchema,
    DiaryChangeSchema,
    DiarySchema,
    DiaryShareSchema,
    dump_entry,
)
from server.schemas.groups import PageArgsSchema

blp = Blueprint("diary", __name__, url_prefix="/api/v1/me/diary", description="The reflective diary")

Answer = dict[str, Any]


@blp.get("")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, DiarySchema)
def diary(args: dict[str, Any]) -> Answer:
    with looking() as (session, actor):
        authorise("diary.keep", actor, Facts())
        page = list_entries(session, actor, **args)
        items = [dump_entry(entry) for entry in page.items]
        return {"questions": QUESTIONS, "items": items, "next_cursor": page.next_cursor}


@blp.post("")
@blp.signed_in
@blp.arguments(DiaryAnswersSchema)
@blp.response(201, DiaryAnswerSchema)
def write(data: dict[str, Any]) -> Answer:
    with acting() as (session, actor):
        return {"entry": dump_entry(actions.write_entry(session, actor, answers=data, now=clock.now()))}


@blp.get("/<uuid:entry_id>")
@blp.signed_in
@blp.response(200, DiaryAnswerSchema)
def read(entry_id: UUID) -> Answer:
    with looking() as (session, actor):
        authorise("diary.keep", actor, Facts())
        return {"entry": dump_entry(get_entry(session, actor, str(entry_id)))}


@blp.put("/<uuid:entry_id>")
@blp.signed_in
@blp.arguments(DiaryChangeSchema)
@blp.response(200, DiaryAnswerSchema)
def change(data: dict[str, Any], entry_id: UUID) -> Answer:
    version = data.pop("version")
    with acting() as (session, actor):
        entry = actions.change_entry(session, actor, str(entry_id), answers=data, version=version, now=clock.now())
        return {"entry": dump_entry(entry)}


@blp.delete("/<uuid:entry_id>")
@blp.signed_in
@blp.response(204)
def delete(entry_id: UUID) -> None:
    with acting() as (session, actor):
        actions.delete_entry(session, actor, str(entry_id))


@blp.post("/<uuid:entry_id>/share")
@blp.signed_in
@blp.arguments(DiaryShareSchema)
@blp.response(200, DiaryAnswerSchema)
def share(data: dict[str, Any], entry_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"entry": dump_entry(actions.share_entry(session, actor, str(entry_id), **data, now=clock.now()))}


@blp.post("/<uuid:entry_id>/unshare")
@blp.signed_in
@blp.response(200, DiaryAnswerSchema)
def unshare(entry_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"entry": dump_entry(actions.unshare_entry(session, actor, str(entry_id)))}
