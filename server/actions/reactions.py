"""Answering a message with a sign instead of words."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import Conflict
from models.messages import Message, MessageState, Reaction, ReactionName
from models.people import Person
from models.policy import authorise
from models.streams import EventKind, record_event
from server.actions.sanction_refusals import refuse_sanctioned
from server.queries.messages import lock_seen_message


class MessageNotThere(Conflict):
    code = "message_not_there"
    user_message = "This message is not there any more."


def set_reaction(
    session: Session, actor: Person, message_id: str, *, name: ReactionName, on: bool, now: datetime
) -> Message:
    """Give or take back one reaction; doing so twice changes nothing. Raises NotFound, MessageNotThere, ReadOnly."""
    message, place = lock_seen_message(session, actor, message_id)
    authorise("message.react", actor, place.facts)
    if on and place.membership is not None and place.membership.read_only(now):
        refuse_sanctioned(session, actor, message.conversation_id, "", now=now)
    if message.state is not MessageState.VISIBLE:
        raise MessageNotThere
    given = session.get(Reaction, (message.id, actor.id, name))
    if (given is not None) is on:
        return message
    if given is None:
        session.add(Reaction(message_id=message.id, person_id=actor.id, name=name, created_at=now))
    else:
        session.delete(given)
    # The message's row is locked, so nobody counts at the same time.
    count = message.reactions.get(name.value, 0) + (1 if on else -1)
    others = {each: number for each, number in message.reactions.items() if each != name.value}
    message.reactions = {**others, name.value: count} if count > 0 else others
    record_event(
        session,
        message.conversation_id,
        EventKind.REACTION_CHANGED,
        message.id,
        now=now,
        data={"changed": {"person_id": actor.id, "name": name.value, "on": on}},
    )
    return message
