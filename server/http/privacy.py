"""/me/export: everything about oneself. DELETE /me: leaving for good."""

from typing import Any

from flask import Response, request

from models.clock import clock
from models.privacy import Export
from server.actions import privacy as actions
from server.http.door import Blueprint, acting, reply
from server.http.reauthentication import require_presence
from server.schemas.privacy import EraseSchema, ErasureSchema, ExportSchema, dump_export

blp = Blueprint("privacy", __name__, url_prefix="/api/v1", description="All of one's data, and erasure")

FILE_NAME = "my-data.zip"  # says nothing to whoever else holds this phone


@blp.get("/me/export")
@blp.signed_in
@blp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
@blp.alt_response(202, schema=ExportSchema)
def export() -> Response:
    with acting(set_up=False) as (session, actor):
        return _export_reply(actions.get_export(session, actor, now=clock.now()))


@blp.post("/me/export")
@blp.signed_in
@blp.response(202, ExportSchema)
def begin_export() -> Response:
    with acting(set_up=False) as (session, actor):
        return reply(dump_export(actions.begin_export(session, actor, now=clock.now())), 202)


@blp.delete("/me/export")
@blp.signed_in
@blp.response(204)
def remove_export() -> None:
    with acting(set_up=False) as (session, actor):
        actions.remove_export(session, actor, now=clock.now())


@blp.delete("/me")
@blp.signed_in
@blp.doc(requestBody={"required": False, "content": {"application/json": {"schema": EraseSchema}}})
@blp.response(202, ErasureSchema)
def erase() -> dict[str, Any]:
    # The body may be left out as a whole. The web server gives such a request a content type of its own making.
    sent = bool(request.get_data(cache=True)) or request.is_json
    password = Blueprint.ARGUMENTS_PARSER.parse(EraseSchema, request)["password"] if sent else None
    require_presence(password, if_given=True)
    with acting(set_up=False) as (session, actor):
        left = actions.erase_oneself(session, actor, now=clock.now())
    return {"state": left.state.value, "kept": left.kept}


def _export_reply(export: Export) -> Response:
    if export.sealed is None:
        return reply(dump_export(export), 202)
    return Response(
        export.sealed,
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{FILE_NAME}"', "Cache-Control": "no-store"},
    )
