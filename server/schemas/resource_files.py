"""Files of the library on the wire."""

from typing import Any

from marshmallow import fields

from models.media_types import TAKEN_OUT, MediaType
from models.resource_files import ResourceFile
from server.schemas.fields import IdField, Whole, WireSchema


class FileRemovedSchema(WireSchema):
    """`kind`, and in plain words what it was; `text` says which, where there is something to say."""

    kind = fields.String()
    text = fields.String()
    words = fields.String()


class UploadedFileSchema(WireSchema):
    """A file that a piece may name by its id. `pages` of a PDF, `seconds` of a recording."""

    id = IdField()
    kind = fields.String()
    media_type = fields.Enum(MediaType, by_value=True)
    bytes = Whole()
    pages = Whole(allow_none=True)
    seconds = Whole(allow_none=True)
    removed = fields.List(fields.Nested(FileRemovedSchema))


def dump_file(file: ResourceFile) -> dict[str, Any]:
    return {
        "id": file.id,
        "kind": "pdf" if file.media_type is MediaType.PDF else "audio",
        "media_type": file.media_type.value,
        "bytes": file.size,
        "pages": file.pages,
        "seconds": file.seconds,
        "removed": [{**each, "words": TAKEN_OUT[each["kind"]]} for each in file.removed],
    }
