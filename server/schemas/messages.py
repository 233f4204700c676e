"""Messages on the wire. A body leaves the house only while its message is visible, or held and the reader is its author."""

from collections.abc import Collection
from typing import Any

from marshmallow import fields, validate

from models.messages import Message, MessageState, ReactionName
from models.phrases import Phrase
from moderation.outcomes import ADVICE
from moderation.screening import Label
from server.actions.messages import Sent
from server.queries.messages import History
from server.schemas.fields import IdField, Moment, QueryWhole, Text, Truth, Whole, WireSchema, wire_time
from server.schemas.people import PersonRefSchema, person_ref
from server.schemas.photos import PhotoSchema, SendPhotoSchema
from server.schemas.reading_hours import ReadingNowSchema, dump_later, dump_reading
from server.schemas.resource_cards import ResourceCardSchema, slug_field

LONGEST_BODY = 4000
MOST_MENTIONS = 10
MOST_PHOTOS = 4


class SendSchema(WireSchema):
    """A message to send. The same `client_id` again answers with the first result.

    `resource`: the slug of a piece of the library; the message carries its card.
    """

    client_id = fields.String(
        required=True, validate=validate.Regexp(r"[A-Za-z0-9_.:-]{1,64}\Z"), metadata={"pattern": "^[A-Za-z0-9_.:-]{1,64}$"}
    )
    body = Text(most=LONGEST_BODY, required=True)
    reply_to = IdField(allow_none=True, load_default=None)
    content_warning = Text(most=100, one_line=True, allow_none=True, load_default=None)
    mentions = fields.List(IdField(), load_default=list, validate=validate.Length(max=MOST_MENTIONS))
    photos = fields.List(fields.Nested(SendPhotoSchema), load_default=list, validate=validate.Length(max=MOST_PHOTOS))
    resource = slug_field(allow_none=True, load_default=None)
    acknowledged_advice = Truth(load_default=False)


class EditSchema(WireSchema):
    """Other words for a message. `content_warning` left out takes a warning away."""

    body = Text(most=LONGEST_BODY, required=True)
    content_warning = Text(most=100, one_line=True, allow_none=True, load_default=None)
    acknowledged_advice = Truth(load_default=False)


class SocketSendSchema(SendSchema):
    conversation_id = IdField(required=True)


class AdviceSchema(WireSchema):
    label = fields.String()
    text = fields.String()


class ReactionCountSchema(WireSchema):
    """`mine` is left out where the frame goes to a whole room."""

    count = Whole()
    mine = fields.Boolean()


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
    mentions = fields.List(IdField())
    photos = fields.List(fields.Nested(PhotoSchema))
    resource = fields.Nested(ResourceCardSchema, allow_none=True)
    reactions = fields.Dict(
        keys=fields.String(validate=validate.OneOf(list(ReactionName))), values=fields.Nested(ReactionCountSchema)
    )
    advice = fields.List(fields.Nested(AdviceSchema))


class SentSchema(WireSchema):
    """The answer to a send; `support` is there whenever the text tells of risk.

    The rest is for a carer whose worker does not read just now: when they do, in the carer's own time too and in words, and
    where to turn until then. The message is sent all the same.
    """

    message = fields.Nested(MessageSchema)
    support = fields.Dict()
    read_from = Moment()
    read_from_local = fields.String()
    user_message = fields.String()
    turn_to = fields.Dict()


class HistoryArgsSchema(WireSchema):
    before = QueryWhole(least=1, load_default=None)
    after = QueryWhole(load_default=None)
    limit = QueryWhole(least=1, most=100, load_default=50)


class HistorySchema(WireSchema):
    """A page of messages by `seq`; `held` are the reader's own that still wait (newest page only)."""

    items = fields.List(fields.Nested(MessageSchema))
    held = fields.List(fields.Nested(MessageSchema))
    next_cursor = fields.String(allow_none=True)
    reading = fields.Nested(
        ReadingNowSchema, metadata={"description": "with the newest page, to a carer in a one-to-one with contact windows"}
    )


def advice_words(labels: list[str]) -> list[dict[str, str]]:
    return [{"label": label, "text": Phrase(ADVICE[Label(label)])} for label in labels if label in ADVICE]


def dump_reactions(message: Message, viewer_id: str | None, mine: Collection[str] = ()) -> dict[str, Any]:
    """`{name: {count, mine}}`; to a room without `mine`.

    Also of a message that is out of sight: should it come back, a phone still knows which of them are its own.
    """
    if viewer_id is None:
        return {name: {"count": count} for name, count in message.reactions.items()}
    return {name: {"count": count, "mine": name in mine} for name, count in message.reactions.items()}


def dump_message(message: Message, viewer_id: str | None, mine: Collection[str] = ()) -> dict[str, Any]:
    """A message as `viewer_id` may see it, with their own reactions `mine`; None is the room: no one in particular.

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
        "mentions": message.mentions if shown else [],
        "photos": message.photos if shown else [],
        "resource": message.resource if shown else None,
        # Of what its author took back nothing is left, also while a case keeps its text.
        "reactions": {} if message.state is MessageState.DELETED else dump_reactions(message, viewer_id, mine),
        "advice": [],
    }
    if own:
        dumped["client_id"] = message.client_id
        dumped["advice"] = advice_words(message.advice)
    return dumped


def dump_sent(sent: Sent, viewer_id: str) -> dict[str, Any]:
    """The answer to a send, at both doors: `{message, support?}`, and to a carer who is read later when."""
    answer: dict[str, Any] = {"message": dump_message(sent.message, viewer_id)}
    if sent.support is not None:
        answer["support"] = sent.support
    if sent.reading is not None and sent.turn_to is not None:
        when = dump_reading(sent.reading)
        answer |= {name: when[name] for name in ("read_from", "read_from_local")} | dump_later(sent.reading, sent.turn_to)
    return answer


def dump_history(page: History, viewer_id: str) -> dict[str, Any]:
    """A page of history. The cursor is the last seq as text: page on with it as `before` or `after`."""
    items = [dump_message(message, viewer_id, page.mine.get(message.id, ())) for message in page.items]
    answer: dict[str, Any] = {
        "items": items,
        "held": [dump_message(message, viewer_id) for message in page.held],
        "next_cursor": str(items[-1]["seq"]) if page.more else None,
    }
    if page.reading is not None:
        later = dump_later(page.reading, page.turn_to) if page.turn_to is not None else {}
        answer["reading"] = dump_reading(page.reading) | later
    return answer
