"""/messages: changing and taking back one's own, and answering with a sign."""

from typing import Any
from uuid import UUID

from flask import Response

from models.clock import clock
from models.errors import NotFound
from models.messages import ReactionName
from server.actions.edits import delete_message, edit_message
from server.actions.reactions import set_reaction
from server.http.door import Blueprint, acting, reply
from server.queries.messages import own_reactions
from server.schemas.messages import EditSchema, MessageSchema, SentSchema, dump_message, dump_sent

blp = Blueprint("messages", __name__, url_prefix="/api/v1/messages", description="One's own messages, and reactions")


@blp.patch("/<uuid:message_id>")
@blp.signed_in
@blp.arguments(EditSchema)
@blp.response(200, SentSchema)
def edit(data: dict[str, Any], message_id: UUID) -> Response:
    with acting() as (session, actor):
        return reply(dump_sent(edit_message(session, actor, str(message_id), **data, now=clock.now()), actor.id))


@blp.delete("/<uuid:message_id>")
@blp.signed_in
@blp.response(204)
def remove(message_id: UUID) -> None:
    with acting() as (session, actor):
        delete_message(session, actor, str(message_id), now=clock.now())


@blp.put("/<uuid:message_id>/reactions/<string:name>")
@blp.signed_in
@blp.response(200, MessageSchema)
def react(message_id: UUID, name: str) -> Response:
    return _react(message_id, name, on=True)


@blp.delete("/<uuid:message_id>/reactions/<string:name>")
@blp.signed_in
@blp.response(200, MessageSchema)
def take_back(message_id: UUID, name: str) -> Response:
    return _react(message_id, name, on=False)


def _react(message_id: UUID, name: str, *, on: bool) -> Response:
    if name not in list(ReactionName):
        raise NotFound
    with acting() as (session, actor):
        message = set_reaction(session, actor, str(message_id), name=ReactionName(name), on=on, now=clock.now())
        session.flush()  # what they gave just now is read back below
        mine = own_reactions(session, actor.id, [message]).get(message.id, ())
        return reply(dump_message(message, actor.id, mine))
