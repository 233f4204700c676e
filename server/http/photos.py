"""/photos: putting a picture into a conversation, and seeing one."""

from typing import Any, cast
from uuid import UUID

from flask import Response, current_app, request
from werkzeug.exceptions import UnsupportedMediaType

from models.clock import clock
from models.errors import NotFound
from models.photos import Photo
from models.policy import Facts, authorise
from models.sealing import Unreadable
from server.actions import photos as actions
from server.http.door import Blueprint, acting, identify, limits, looking, reply
from server.images import LARGEST_FILE, PictureTooLarge, prepare_picture
from server.passwords import off_hub
from server.queries.photos import get_photo
from server.schemas.photos import PhotoSchema, dump_photo
from server.storage import Storage

blp = Blueprint("photos", __name__, url_prefix="/api/v1", description="Photos in conversations")

KINDS = ("image/jpeg", "image/png", "image/webp")
UPLOAD = {"required": True, "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS}}
SHOWN = {200: {"description": "A JPEG", "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}}


@blp.post("/conversations/<uuid:conversation_id>/photos")
@blp.signed_in
@blp.doc(requestBody=UPLOAD)
@blp.response(201, PhotoSchema)
def upload(conversation_id: UUID) -> Response:
    place = str(conversation_id)
    limits().spend("photo.person", identify().person_id)
    with looking() as (session, actor):
        actions.may_send_photos(session, actor, place)
    picture = off_hub(prepare_picture, _body())
    now = clock.now()
    with acting() as (session, actor):
        photo = actions.begin_photo(session, actor, place, width=picture.width, height=picture.height, now=now)
    # Outside any transaction, as it may take long. A picture that got no further is swept away with its row.
    for variant, data in (("full", picture.full), ("thumbnail", picture.thumbnail)):
        _storage().put(photo.path(variant), photo.seal(variant, data))
    with acting() as (session, actor):
        stored = cast("Photo", session.get(Photo, photo.id))
        stored.stored = True
        return reply(dump_photo(stored), 201)


@blp.get("/photos/<uuid:photo_id>")
@blp.signed_in
@blp.doc(responses=SHOWN)
def full(photo_id: UUID) -> Response:
    return _show(str(photo_id), "full")


@blp.get("/photos/<uuid:photo_id>/thumbnail")
@blp.signed_in
@blp.doc(responses=SHOWN)
def thumbnail(photo_id: UUID) -> Response:
    return _show(str(photo_id), "thumbnail")


@blp.get("/review/cases/<uuid:case_id>/photos/<uuid:photo_id>")
@blp.signed_in
@blp.doc(responses=SHOWN)
def in_case(case_id: UUID, photo_id: UUID) -> Response:
    # Not a mere read: that somebody of the service looked is recorded before the picture is shown.
    with acting() as (session, actor):
        authorise("review.read", actor, Facts())
        photo = actions.open_case_photo(session, actor, str(case_id), str(photo_id), now=clock.now())
    return _picture(photo, "full")


def _show(photo_id: str, variant: str) -> Response:
    with looking() as (session, actor):
        photo = get_photo(session, actor, photo_id)
    return _picture(photo, variant)


def _picture(photo: Photo, variant: str) -> Response:
    try:
        data = photo.unseal(variant, _storage().get(photo.path(variant)))
    except Unreadable as error:
        raise NotFound from error
    response = Response(data, content_type="image/jpeg")
    # A phone may keep it, and asks each time whether it may still show it.
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(f"{photo.id}.{variant}")
    response.make_conditional(request)
    return response


def _body() -> bytes:
    if request.mimetype not in KINDS:
        raise UnsupportedMediaType
    request.max_content_length = LARGEST_FILE
    if (request.content_length or 0) > LARGEST_FILE:
        raise PictureTooLarge
    return request.get_data(cache=False)


def _storage() -> Storage:
    found: Any = current_app.extensions["storage"]
    return cast("Storage", found)
