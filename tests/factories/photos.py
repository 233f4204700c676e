"""Pictures, and photos in the store the application uses."""

import io
from typing import Any

from PIL import Image

from models.groups import Group
from models.people import Person
from models.photos import VARIANTS, Photo
from models.session import transaction
from server.actions.photos import begin_photo
from server.storage import DiskStorage, Storage
from tests.factories.people import act

stores: list[Storage] = []  # the last is where the application of the test looks


def photos_url() -> str:
    """The setting under which what the application of the test stores is found."""
    return f"file:{stores[-1].folder}" if stores and isinstance(stores[-1], DiskStorage) else "file:nowhere"


def make_picture(size: tuple[int, int] = (60, 40), *, kind: str = "JPEG", mode: str = "RGB", **more: Any) -> bytes:
    """A picture that is red on its left half and blue on its right."""
    image = Image.new(mode, size, "red")
    image.paste(Image.new(mode, (size[0] // 2, size[1]), "blue"), (size[0] // 2, 0))
    written = io.BytesIO()
    image.save(written, kind, **more)
    return written.getvalue()


def make_photo(person: Person, group: Group) -> Photo:
    """An uploaded photo that no message carries yet."""
    photo: Photo = act(begin_photo, person, group.conversation_id, width=60, height=40)
    for variant in VARIANTS if stores else ():
        stores[-1].put(photo.path(variant), photo.seal(variant, make_picture()))
    with transaction() as session:
        stored = session.get(Photo, photo.id)
        assert stored is not None
        stored.stored = True
    return photo
