"""The AsyncAPI 3 document of the Socket.IO door, made from the same schemas the handlers parse by."""

from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from server.schemas.fields import WireSchema
from server.schemas.sockets import CLIENT_EVENTS, SERVER_EVENTS

CONNECTING = (
    "Connect with `auth: {token, streams?, language?}`: an access token, the place of each stream that is known already "
    "(`{id: seq}`), and in which language to be answered (a BCP 47 tag; else as `Accept-Language` says). Who is refused "
    "gets `{code, user_message}` as the error's data."
)


@cache
def asyncapi_document() -> dict[str, Any]:
    """Channels are event names on namespace `/`; an ack is the operation's reply."""
    plugin = MarshmallowPlugin()
    spec = APISpec("Hearthside sockets", "v1", "3.1.0", plugins=[plugin])
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}

    def payload(schema: type[WireSchema]) -> Any:
        return plugin.resolver.resolve_schema_dict(schema)  # type: ignore[union-attr]

    for name, (schema, summary) in SERVER_EVENTS.items():
        channels[name] = _channel(name, {"sent": payload(schema)})
        operations[f"send:{name}"] = _operation("send", name, "sent", summary)
    for name, event in CLIENT_EVENTS.items():
        messages = {
            "received": payload(event.payload),
            "ack": _ack(payload(event.ack) if event.ack else None),
        }
        channels[name] = _channel(name, messages)
        operation = _operation("receive", name, "received", event.summary)
        operation["reply"] = {"messages": [_message_ref(name, "ack")]}
        operations[f"receive:{name}"] = operation
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Hearthside sockets", "version": "v1", "description": CONNECTING},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"schemas": spec.to_dict()["components"]["schemas"]},
    }


def _channel(name: str, messages: dict[str, Any]) -> dict[str, Any]:
    return {"address": name, "messages": {key: {"payload": schema} for key, schema in messages.items()}}


def _operation(action: str, channel: str, message: str, summary: str) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{_escape(channel)}"},
        "messages": [_message_ref(channel, message)],
        "summary": summary,
    }


def _message_ref(channel: str, message: str) -> dict[str, str]:
    return {"$ref": f"#/channels/{_escape(channel)}/messages/{message}"}


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _ack(result: Any) -> dict[str, Any]:
    done: dict[str, Any] = {"type": "object", "required": ["ok"], "properties": {"ok": {"const": True}}}
    error = {
        "type": "object",
        "required": ["code", "status", "user_message"],
        "properties": {
            "code": {"type": "string"},
            "status": {"type": "integer"},
            "user_message": {"type": "string"},
            "retry_after": {"type": "integer"},
        },
    }
    refused = {
        "type": "object",
        "required": ["ok", "error"],
        "properties": {"ok": {"const": False}, "error": error},
    }
    return {"oneOf": [{"allOf": [done, result]} if result else done, refused]}
