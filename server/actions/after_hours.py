"""A one-to-one outside the worker's contact windows: the carer is told when they will be read, the worker is asked whether
it can wait, and words that tell of a risk reach whoever is on duty. Nothing of it keeps a message from being sent.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from models.contact_windows import zone_of
from models.conversations import Conversation, ConversationKind
from models.messages import Message
from models.openings import AFTER_HOURS, AfterHours
from models.people import Person
from models.phrases import Phrase
from server.actions.concerns import raise_concern
from server.queries.crisis import Support, where_to_turn
from server.queries.reading_hours import Hours, Reading, hours_in, reading_for

OUTSIDE = (
    "This is outside the times you said you are there. They know when you read them again, so it may be able to "
    "wait until then. If it cannot, send it as it is."
)
ASKED = {"label": AFTER_HOURS, "text": Phrase(OUTSIDE)}


@dataclass(frozen=True, kw_only=True)
class Between:
    """How a one-to-one stands at a moment. `late`: the author's own windows, none of which is open. `reading`: a carer's."""

    late: Hours | None = None
    reading: Reading | None = None
    turn_to: Support | None = None  # where to turn until it is read


NO_HOURS = Between()


def look_between(session: Session, actor: Person, conversation: Conversation, now: datetime) -> Between:
    """One query in a one-to-one, and none in any other conversation."""
    if conversation.kind is not ConversationKind.ONE_TO_ONE:
        return NO_HOURS
    hours = hours_in(session, conversation.id, now)
    own = hours.get(actor.id)
    reading = reading_for(actor, hours, now)
    return Between(
        late=own if own is not None and own.open_from(now) > now else None,
        reading=reading,
        turn_to=where_to_turn(actor, now=now) if reading is not None and not reading.open_now else None,
    )


def note_written(session: Session, actor: Person, message: Message, between: Between, *, risk: bool, now: datetime) -> None:
    """What follows from a message that was written, and not only tried."""
    if between.late is not None:
        _count(session, actor.id, between.late, now)
    if risk and between.reading is not None and not between.reading.open_now:
        raise_concern(session, message, until=between.reading.read_from, now=now)


def _count(session: Session, worker_id: str, hours: Hours, now: datetime) -> None:
    day = now.astimezone(zone_of(hours.zone)).date()
    mine = (AfterHours.person_id == worker_id) & (AfterHours.day == day)
    counted = update(AfterHours).where(mine).values(messages=AfterHours.messages + 1)
    found = session.execute(counted.execution_options(synchronize_session=False))
    if found.rowcount == 0:  # type: ignore[attr-defined]
        session.add(AfterHours(person_id=worker_id, day=day, messages=1))
