"""Words that told of a risk at an hour nobody reads."""

from datetime import timedelta

from sqlalchemy import select

from models.clock import clock
from models.concerns import Concern
from models.ids import new_id
from models.messages import Message
from models.session import reading, transaction


def make_concern(conversation_id: str, message: Message) -> Concern:
    """One that stands for an hour, of whoever wrote the message."""
    now = clock.now()
    with transaction() as session:
        concern = Concern(
            id=new_id(),
            conversation_id=conversation_id,
            carer_id=message.author_id,
            message_id=message.id,
            raised_at=now,
            called_at=now,
            times=1,
            until=now + timedelta(hours=1),
        )
        session.add(concern)
    return concern


def concerns() -> list[Concern]:
    with reading() as session:
        return list(session.scalars(select(Concern).order_by(Concern.id)))
