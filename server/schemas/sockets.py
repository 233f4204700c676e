"""Every event of the Socket.IO door with its schemas: what handlers parse by, and what the AsyncAPI document is made of."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.schemas.alerts import AlertAnswerSchema, AlertIdSchema
from server.schemas.auth import RenewAskedSchema, RenewSchema, SessionEndedSchema
from server.schemas.conversations import ReadStateSchema, SocketReadSchema, TypingSchema, TypingSetSchema
from server.schemas.fields import WireSchema
from server.schemas.messages import SentSchema, SocketSendSchema
from server.schemas.review import ClaimedSchema, ClaimSchema
from server.schemas.streams import DrainingSchema, EventSchema, HeadsSchema, SyncArgsSchema, SyncSchema


@dataclass(frozen=True)
class ClientEvent:
    """What a client sends, and what its ack carries besides `ok`."""

    payload: type[WireSchema]
    ack: type[WireSchema] | None
    summary: str


CLIENT_EVENTS: Mapping[str, ClientEvent] = {
    "message:send": ClientEvent(SocketSendSchema, SentSchema, "Send a message; acknowledged once it is durable"),
    "sync": ClientEvent(SyncArgsSchema, SyncSchema, "Ask for what came after the positions given"),
    "read:mark": ClientEvent(SocketReadSchema, ReadStateSchema, "Say how far one has read"),
    "typing:set": ClientEvent(TypingSetSchema, None, "Say that one is writing, or not any more; over by itself after 6 s"),
    "case:claim": ClientEvent(ClaimSchema, ClaimedSchema, "Take a case in hand"),
    "alert:acknowledge": ClientEvent(AlertIdSchema, AlertAnswerSchema, "Take a crisis alert: the first one does"),
    "token:renew": ClientEvent(RenewSchema, None, "Give a fresh access token for this socket"),
}

SERVER_EVENTS: Mapping[str, tuple[type[WireSchema], str]] = {
    "event": (EventSchema, "Something happened in a stream the client may read"),
    "heads": (HeadsSchema, "Where the streams stand: compare, and ask for what is missing"),
    "typing": (TypingSchema, "Somebody in a conversation is writing, or not any more; need not arrive"),
    "session:ended": (SessionEndedSchema, "This sign-in is over; the socket closes"),
    "token:expiring": (RenewAskedSchema, "The token of this socket is about to run out"),
    "server:draining": (DrainingSchema, "This process is going away; connect again within the time given"),
}
