"""A group outside its opening hours, and one that nobody looks after just now.

A closed group is closed for everybody, also for who facilitates it: an evening off is an evening off, and nobody has to
answer. Two things stay open at any hour: the numbers to call, and a human for words that tell of a risk. Those are never
simply refused; they wait in the group, the desk sees them at once, and whoever is on duty for crises may offer to talk.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models.clock import utc_text
from models.concerns import LASTS
from models.contact_windows import zone_of
from models.errors import Forbidden
from models.groups import Group
from models.messages import Message
from models.people import Person
from models.phrases import WEEKDAYS, Phrase
from models.roles import Role
from moderation.outcomes import Verdict, while_closed
from server.actions.concerns import raise_concern
from server.queries.crisis import where_to_turn
from server.queries.tightening import Moderation


class GroupClosed(Forbidden):
    """Nothing was kept: the same words can be sent later. `opens_at` is UTC, `when` is on the reader's clock."""

    code = "group_closed"
    user_message = (
        "This group is closed right now. It opens again on {when}. You can keep what you wrote and send it then. "
        "If it cannot wait, the numbers here are answered now."
    )
    public = ("opens_at", "support")


def at_the_door(verdict: Verdict, actor: Person, group: Group | None, *, now: datetime) -> Verdict:
    """The verdict on a new message as the group's hours leave it. Raises GroupClosed, but for words that tell of a risk."""
    opens_at = group.opens_at(now) if group is not None else None
    if opens_at is None:
        return verdict
    if verdict.tells_of_risk:
        return while_closed(verdict)
    raise GroupClosed(
        opens_at=utc_text(opens_at),
        when=in_words(opens_at, zone_of(actor.timezone)),
        support=where_to_turn(actor, now=now),
    )


OPENS = "{weekday} at {time} ({city} time)"


def in_words(moment: datetime, zone: ZoneInfo) -> Phrase:
    there = moment.astimezone(zone)
    city = zone.key.rpartition("/")[2].replace("_", " ")
    return Phrase(OPENS, weekday=Phrase(WEEKDAYS[there.weekday()]), time=f"{there.hour}:{there:%M}", city=city)


def tell_who_is_on(
    session: Session, actor: Person, message: Message, group: Group | None, looked: Moderation, *, now: datetime
) -> None:
    """Of such words only: somebody on duty for crises learns that a carer told of a risk where nobody reads just now.

    They learn neither whose they are nor what they say, and the carer is not called unless they want it.
    """
    if group is None or actor.role is not Role.CARER:
        return
    opens_at = group.opens_at(now)
    if opens_at is not None or looked.tightened:
        raise_concern(session, message, until=opens_at or now + LASTS, now=now)
