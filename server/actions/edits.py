"""Changing and taking back one's own words. What was said before an edit is kept for those who moderate."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import Conflict, Forbidden, NotFound
from models.messages import Message, MessageRevision, MessageState
from models.people import Person
from models.policy import Facts, authorise
from models.streams import REVIEW_DESK, EventKind, record_event, record_to_desk
from moderation.outcomes import Outcome
from moderation.review import touch
from server.actions.after_hours import look_between, note_written
from server.actions.group_hours import tell_who_is_on
from server.actions.messages import Sent, flag_message, refuse_with_advice, screen_text, screened_text, support_told
from server.actions.sanction_refusals import refuse_sanctioned
from server.actions.tombstones import lay_tombstones
from server.queries.begun import refuse_until_begun
from server.queries.conversations import get_place
from server.queries.messages import lock_message, lock_seen_message
from server.queries.stretches import lock_open_cases
from server.queries.tightening import moderation_now


class MessageNotEditable(Conflict):
    code = "message_not_editable"
    user_message = "This message cannot be changed any more. You can write a new one."


def edit_message(
    session: Session,
    actor: Person,
    message_id: str,
    *,
    body: str,
    content_warning: str | None,
    acknowledged_advice: bool,
    now: datetime,
) -> Sent:
    """Give a message other words; they are screened like a new one's. The same words again change nothing.

    Where the group would hold such a text, the message leaves the room until a moderator has seen it. Raises NotFound,
    Forbidden, AgreementRequired, MessageNotEditable (hidden, removed or deleted), AdviceGiven (nothing changed), and as
    `refuse_sanctioned`.
    """
    message, place = lock_seen_message(session, actor, message_id)
    authorise("message.edit", actor, place.facts._replace(made_by=message.author_id))
    if message.state not in (MessageState.VISIBLE, MessageState.HELD):
        raise MessageNotEditable
    text = screened_text(body, content_warning, message.photos)
    if place.membership is not None and place.membership.read_only(now):
        refuse_sanctioned(session, actor, message.conversation_id, text, now=now)
    looked = moderation_now(session, place.group, now=now)
    verdict = screen_text(place, actor, text, looked, acknowledged=acknowledged_advice)
    support = support_told(actor, verdict.found, now=now)
    refuse_until_begun(session, place.conversation, support)
    if (message.body, message.content_warning) == (body, content_warning):
        return Sent(message=message, is_new=False, support=support)
    refuse_with_advice(verdict, support, place)
    session.add(
        MessageRevision(
            message_id=message.id,
            revision=message.revision,
            body=message.body,
            content_warning=message.content_warning,
            replaced_at=now,
        )
    )
    message.body, message.content_warning = body, content_warning
    message.advice = [label.value for label in verdict.advice] if acknowledged_advice else []
    message.revision += 1
    message.indexed = False
    message.edited_at = now
    if verdict.outcome in (Outcome.FLAG, Outcome.HOLD):
        flag_message(session, message, verdict, now=now)
    else:
        _tell_desk(session, message, now)
    if message.state is MessageState.VISIBLE:
        if verdict.outcome is Outcome.HOLD:
            message.state = MessageState.HIDDEN
        record_event(session, message.conversation_id, EventKind.MESSAGE_UPDATED, message.id, now=now)
    if verdict.calls_for_somebody:
        between = replace(look_between(session, actor, place.conversation, now), late=None)  # nothing new was written
        note_written(session, actor, message, between, risk=True, now=now)
        tell_who_is_on(session, actor, message, place.group, looked, now=now)
    return Sent(message=message, is_new=True, support=support)


def delete_message(session: Session, actor: Person, message_id: str, *, now: datetime) -> Message:
    """Take one's own message back: a tombstone stays in its place. Deleting twice is harmless.

    The text is gone at once, but for a case that is open about it: that one keeps it until it is closed. Raises NotFound,
    Forbidden for another's message.
    """
    message = lock_message(session, message_id)
    if message.author_id != actor.id:
        get_place(session, actor, message.conversation_id)  # or it may not be known
        if message.state is MessageState.HELD:
            raise NotFound
        raise Forbidden
    authorise("message.delete", actor, Facts(made_by=message.author_id))
    if message.state is MessageState.DELETED:
        return message
    if message.state is MessageState.REMOVED:
        raise MessageNotEditable
    lay_tombstones(session, [message.id], reason="deleted", now=now)
    return message


def _tell_desk(session: Session, message: Message, now: datetime) -> None:
    """Let whoever has an open case with it in hand, if there is one, see that the message changed under it."""
    for case in lock_open_cases(session, [message.id]).get(message.id, ()):
        touch(case)
        record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
