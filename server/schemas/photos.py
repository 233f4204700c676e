"""Photos on the wire."""

from typing import Any

from marshmallow import fields

from models.photos import Photo
from server.schemas.fields import IdField, Text, Whole, WireSchema

LONGEST_DESCRIPTION = 300


class PhotoSchema(WireSchema):
    """A photo of a message. Its pictures are at `/photos/{id}` and `/photos/{id}/thumbnail`, for who may see it."""

    id = IdField()
    width = Whole()
    height = Whole()
    description = fields.String(allow_none=True, metadata={"description": "in words, for who cannot see it"})


class SendPhotoSchema(WireSchema):
    id = IdField(required=True)
    description = Text(most=LONGEST_DESCRIPTION, one_line=True, allow_none=True, load_default=None)


def dump_photo(photo: Photo) -> dict[str, Any]:
    return {"id": photo.id, "width": photo.width, "height": photo.height, "description": None}
