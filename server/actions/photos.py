"""Photos: a place for one that is being uploaded, and what a message carries."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import Conflict, Forbidden, Invalid
from models.ids import new_id
from models.people import Person
from models.photos import Photo
from models.policy import allows, authorise
from models.sealing import new_key
from moderation.audit import write_audit
from server.actions.exposure import refuse_covered
from server.queries.conversations import Place, get_place
from server.queries.photos import find_case_photo


class PhotosNotHere(Forbidden):
    code = "photos_not_here"
    user_message = "This group has no photos. You can tell it in words."


class PhotoSent(Conflict):
    code = "photo_sent"
    user_message = "This photo was sent already. Please choose it again."


def may_send_photos(session: Session, actor: Person, conversation_id: str) -> Place:
    """The place, where this person may post and photos are welcome. Raises NotFound, Forbidden, PhotosNotHere."""
    place = get_place(session, actor, conversation_id)
    authorise("message.post", actor, place.facts)
    if not allows("message.photo", actor, place.facts):
        raise PhotosNotHere
    return place


def begin_photo(session: Session, actor: Person, conversation_id: str, *, width: int, height: int, now: datetime) -> Photo:
    """A row with the key under which the picture is to be stored. Raises as `may_send_photos`."""
    may_send_photos(session, actor, conversation_id)
    photo = Photo(
        id=new_id(),
        conversation_id=conversation_id,
        uploaded_by=actor.id,
        key=new_key(),
        width=width,
        height=height,
        stored=False,
        wiped=False,
        created_at=now,
    )
    session.add(photo)
    return photo


def claim_photos(session: Session, actor: Person, place: Place, wanted: Sequence[Mapping[str, Any]]) -> Mapping[str, Photo]:
    """The photos `{id, description}` that a message is to carry: the actor's own, stored, for this place, not sent yet.

    They stay the actor's to send until the transaction ends. Raises PhotosNotHere, Invalid, PhotoSent.
    """
    if not wanted:
        return {}
    if not allows("message.photo", actor, place.facts):
        raise PhotosNotHere
    ids = [each["id"] for each in wanted]
    rows = session.scalars(
        select(Photo)
        .where(
            Photo.id.in_(ids),
            Photo.uploaded_by == actor.id,
            Photo.conversation_id == place.conversation.id,
            Photo.stored.is_(True),
            Photo.wiped.is_(False),
        )
        .order_by(Photo.id)
        .with_for_update()
    )
    photos = {photo.id: photo for photo in rows}
    if len(photos) != len(ids):
        raise Invalid(errors={"photos": ["One of these photos is not here. Please choose it again."]})
    if any(photo.message_id is not None for photo in photos.values()):
        raise PhotoSent
    return photos


def photos_carried(photos: Mapping[str, Photo], wanted: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the message keeps of them, in the order they were sent."""
    return [
        {"id": each["id"], "width": photo.width, "height": photo.height, "description": each["description"]}
        for each in wanted
        for photo in [photos[each["id"]]]
    ]


def open_case_photo(session: Session, actor: Person, case_id: str, photo_id: str, *, now: datetime) -> Photo:
    """A photo of a message under review, for whoever may open the case; that they looked is in the audit trail.

    Raises NotFound, Forbidden, RevealFirst.
    """
    photo = find_case_photo(session, actor, case_id, photo_id)
    refuse_covered(session, actor, case_id, now=now)
    write_audit(
        session,
        actor_id=actor.id,
        action="case.photo_read",
        subject_kind="case",
        subject_id=case_id,
        now=now,
        data={"photo_id": photo_id},
    )
    return photo


def wipe_photos(session: Session, message_id: str) -> None:
    """Take the keys of a message's photos away: from here on nobody opens them. The files follow."""
    for photo in session.scalars(select(Photo).where(Photo.message_id == message_id).with_for_update()):
        photo.key, photo.wiped = "", True
