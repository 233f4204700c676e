"""/resource-files: putting a file into the library, and reading or hearing one."""

import tempfile
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from flask import Response, current_app, request
from werkzeug.exceptions import UnsupportedMediaType

from models.clock import clock
from models.media_types import ENDINGS, LARGEST, MediaType
from models.resource_files import PIECE_BYTES, ResourceFile
from server.actions import resource_files as actions
from server.cleaning.apart import Cleaned, cleaned
from server.cleaning.kinds import HEAD_BYTES, FileTooLarge, media_type_of
from server.file_store import Opened, put_pieces
from server.http.door import Blueprint, acting, identify, limits, looking, reply
from server.queries.resource_files import get_file
from server.schemas.resource_files import UploadedFileSchema, dump_file
from server.storage import Storage

blp = Blueprint("resource_files", __name__, url_prefix="/api/v1/resource-files", description="Files of the library")

# What somebody's device calls it is not asked any further: the file itself says what it is.
CALLED = ("application/octet-stream", *(kind.value for kind in MediaType))
BINARY = {"schema": {"type": "string", "format": "binary"}}
UPLOAD = {"required": True, "content": dict.fromkeys(CALLED, BINARY)}
CONTENT = {kind.value: BINARY for kind in MediaType}
SHOWN = {
    200: {"description": "All of it", "content": CONTENT},
    206: {"description": "The part that was asked for with Range", "content": CONTENT},
    416: {"description": "There is no such part"},
}
# Should a browser ever show one as a page: nothing in it loads, runs, or is of this place.
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
KEPT_S = 86_400  # by who may read it; a file is never another, but a piece may be taken out of the library


@blp.post("")
@blp.signed_in
@blp.doc(requestBody=UPLOAD)
@blp.response(201, UploadedFileSchema)
def upload() -> Response:
    """What is kept is cleaned: nothing in it runs or says who made it. `removed` names what was taken out."""
    person_id = identify().person_id
    with looking() as (_, actor):
        actions.may_upload(actor)
    limits().spend("resource_file.person", person_id)
    with tempfile.TemporaryDirectory(prefix="hearthside-") as folder:
        source = Path(folder) / "came"
        kind = _receive(source)
        with cleaned(source, kind) as made:
            return reply(dump_file(_keep(made)), 201)


def _receive(source: Path) -> MediaType:
    """Write what comes to a file, a piece at a time, as long as it is not too large for what its beginning says it is."""
    if request.mimetype not in CALLED:
        raise UnsupportedMediaType
    request.max_content_length = max(LARGEST.values())
    if (request.content_length or 0) > request.max_content_length:
        raise FileTooLarge
    head = request.stream.read(HEAD_BYTES)
    kind = media_type_of(head)
    if (request.content_length or 0) > LARGEST[kind]:
        raise FileTooLarge
    with source.open("wb") as out:
        out.write(head)
        while part := request.stream.read(PIECE_BYTES):
            out.write(part)
    return kind


def _keep(made: Cleaned) -> ResourceFile:
    with acting() as (session, actor):
        actions.may_upload(actor)
        file = actions.begin_file(session, made.facts, by=actor.id, now=clock.now())
    # Outside any transaction, as it may take long. A file that got no further is swept away with its row.
    put_pieces(_storage(), file, made.path)
    with acting() as (session, _):
        stored = session.get_one(ResourceFile, file.id)
        stored.stored = True
        return stored


@blp.get("/<uuid:file_id>")
@blp.signed_in
@blp.doc(responses=SHOWN)
def content(file_id: UUID) -> Response:
    """A part of it when Range asks for one, as a player of sound does."""
    with looking() as (session, actor):
        file = get_file(session, actor, str(file_id))
    response = Response(cast("Any", Opened(_storage(), file)), content_type=file.media_type.value)
    named = f'filename="hearthside-{file.id[-12:]}.{ENDINGS[file.media_type]}"'
    how = "attachment" if file.media_type is MediaType.PDF else "inline"
    response.headers["Content-Disposition"] = f"{how}; {named}"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = f"private, max-age={KEPT_S}, immutable"
    response.vary.add("Authorization")
    response.content_length = file.size
    response.set_etag(file.digest[:32])
    response.make_conditional(request, accept_ranges=True, complete_length=file.size)
    return response


def _storage() -> Storage:
    found: Any = current_app.extensions["storage"]
    return cast("Storage", found)
