"""Photos a person may see: those of messages they may see, and their own that are not sent yet."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.messages import Message, MessageState
from models.people import Person
from models.photos import Photo
from models.policy import authorise
from server.queries.conversations import get_place
from server.queries.review import case_facts, get_case
from server.queries.stretches import shown_messages


def get_photo(session: Session, actor: Person, photo_id: str) -> Photo:
    """Raises NotFound also for one that is there and not for this person."""
    row = session.execute(
        select(Photo, Message).outerjoin(Message, Message.id == Photo.message_id).where(Photo.id == photo_id)
    ).one_or_none()
    if row is None or not row.Photo.stored or row.Photo.wiped:
        raise NotFound
    photo: Photo = row.Photo
    message: Message | None = row.Message
    place = get_place(session, actor, photo.conversation_id)
    own = photo.uploaded_by == actor.id
    for_owner = message is None or message.state is MessageState.HELD
    if not (own and for_owner) and (message is None or message.state is not MessageState.VISIBLE):
        raise NotFound
    if message is not None and not place.shows(message.seq):
        raise NotFound
    return photo


def find_case_photo(session: Session, actor: Person, case_id: str, photo_id: str) -> Photo:
    """A photo of what a case is about: its message, or those of a reported stretch. Raises NotFound, Forbidden."""
    case = get_case(session, case_id)
    authorise("review.open", actor, case_facts(session, case))
    photo = session.scalars(
        select(Photo)
        .join(Message, Message.id == Photo.message_id)
        .where(Photo.id == photo_id, Photo.wiped.is_(False))
        .where(or_(Message.id == case.message_id, shown_messages(case_id)))
    ).one_or_none()
    if photo is None:
        raise NotFound
    return photo
