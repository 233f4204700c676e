"""Messages on the wire. A body leaves the house only while its message is visible, or held and the reader is its author."""

from typing import Any

from marshmallow import fields, validate

from models.messages import Message, MessageState
from moderation.outcomes import ADVICE
from moderation.screening import Label
from server.actions.messages import Sent
from server.queries.messages import History
from server.schemas.fields import IdField, Moment, QueryWhole, Text, Truth, Whole, WireSchema, wire_time
from server.schemas.people import PersonRefSchema, person_ref

LONGEST_BODY = 4000


class SendSchema(WireSchema):
    """A message to send. The same `client_id` again answers with the first result."""

    client_id = fields.String(
        required=True, validate=validate.Regexp(r"[A-Za-z0-9_.:-]{1,64}\Z"), metadata={"pattern": "^[A-Za-z0-9_.:-]{1,64}$"}
    )
    body = Text(most=LONGEST_BODY, required=True)
    reply_to = IdField(allow_none=True, load_default=None)
    content_warning = Text(most=100, one_line=True, allow_none=True, load_default=None)
    acknowledged_advice = Truth(load_default=False)


class SocketSendSchema(SendSchema):
    conversation_id = IdField(required=True)


class AdviceSchema(WireSchema):
    label = fields.String()
    text = fields.String()


class MessageSchema(WireSchema):
    """As CONTRACT: `seq` is null while held; `client_id` and `advice` are for the author only."""

    id = IdField()
    conversation_id = IdField()
    seq = Whole(allow_none=True)
    client_id = fields.String()
    author = fields.Nested(PersonRefSchema)
    body = fields.String()
    content_warning = fields.String(allow_none=True)
    reply_to = IdField(allow_none=True)
    state = fields.Enum(MessageState, by_value=True)
    created_at = Moment()
    edited_at = Moment(allow_none=True)
    reactions = fields.Dict(keys=fields.String(), values=fields.Dict())
    advice = fields.List(fields.Nested(AdviceSchema))


class SentSchema(WireSchema):
    """The answer to a send; `support` is there whenever the text tells of risk."""

    message = fields.Nested(MessageSchema)
    support = fields.Dict()


class HistoryArgsSchema(WireSchema):
    before = QueryWhole(least=1, load_default=None)
    after = QueryWhole(load_default=None)
    limit = QueryWhole(least=1, most=100, load_default=50)


class HistorySchema(WireSchema):
    """A page of messages by `seq`; `held` are the reader's own that still wait (newest page only)."""

    items = fields.List(fields.Nested(MessageSchema))
    held = fields.List(fields.Nested(MessageSchema))
    next_cursor = fields.String(allow_none=True)


def advice_words(labels: list[str]) -> list[dict[str, str]]:
    return [{"label": label, "text": ADVICE[Label(label)]} for label in labels if label in ADVICE]


def dump_message(message: Message, viewer_id: str | None) -> dict[str, Any]:
    """A message as `viewer_id` may see it; None is the room: no one in particular.

    Built by hand because it runs once for every message of every page; `MessageSchema` documents it and a test holds the
    two together.
    """
    own = viewer_id is not None and viewer_id == message.author_id
    shown = message.state is MessageState.VISIBLE or (own and message.state is MessageState.HELD)
    dumped: dict[str, Any] = {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "seq": message.seq,
        "author": person_ref(message.author, message.author_role),
        "body": message.body if shown else "",
        "content_warning": message.content_warning if shown else None,
        "reply_to": message.reply_to,
        "state": message.state.value,
        "created_at": wire_time(message.created_at),
        "edited_at": wire_time(message.edited_at) if message.edited_at else None,
        "reactions": {},
        "advice": [],
    }
    if own:
        dumped["client_id"] = message.client_id
        dumped["advice"] = advice_words(message.advice)
    return dumped


def dump_sent(sent: Sent, viewer_id: str) -> dict[str, Any]:
    """The answer to a send, at both doors: `{message, support?}`."""
    answer: dict[str, Any] = {"message": dump_message(sent.message, viewer_id)}
    if sent.support is not None:
        answer["support"] = sent.support
    return answer


def dump_history(page: History, viewer_id: str) -> dict[str, Any]:
    """A page of history. The cursor is the last seq as text: page on with it as `before` or `after`."""
    items = [dump_message(message, viewer_id) for message in page.items]
    return {
        "items": items,
        "held": [dump_message(message, viewer_id) for message in page.held],
        "next_cursor": str(items[-1]["seq"]) if page.more else None,
    }
