"""Streams on the wire: events, and asking for what was missed.

Invariant: an event's words are looked up when it is shown, for the one it is shown to: what was hidden or removed since is
shown without its text.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from models.streams import Event
from server.queries.streams import Missed, Subjects
from server.schemas.alerts import dump_alert_event
from server.schemas.fields import Moment, StreamPositions, Whole, WireSchema, wire_time
from server.schemas.messages import dump_message, dump_reactions
from server.schemas.notices import notice_words
from server.schemas.people import person_ref
from server.schemas.review import dump_case

NEXT_POLL_SECONDS = 20  # for a client without a live socket


class SyncArgsSchema(WireSchema):
    streams = StreamPositions(required=True)


class EventSchema(WireSchema):
    """`data` depends on `kind`; a client takes events in `seq` order and asks again when one is missing."""

    stream_id = fields.String()
    seq = Whole()
    kind = fields.String()
    at = Moment()
    data = fields.Dict()


class StreamAnswerSchema(WireSchema):
    """`limited`: too much was missed; drop the copy, page the history, go on from `head_seq`."""

    events = fields.List(fields.Nested(EventSchema))
    head_seq = Whole()
    limited = fields.Boolean()


class SyncSchema(WireSchema):
    streams = fields.Dict(keys=fields.String(), values=fields.Nested(StreamAnswerSchema))
    next_poll_seconds = Whole()


class HeadsSchema(WireSchema):
    streams = fields.Dict(keys=fields.String(), values=Whole())


class DrainingSchema(WireSchema):
    reconnect_within_ms = Whole()


def dump_veiled(event: Event) -> dict[str, Any]:
    """An event about a message from before its viewer may read: that something happened to it, and nothing of it."""
    data = {"message_id": event.subject_id}
    return {
        "stream_id": event.stream_id,
        "seq": event.seq,
        "kind": event.kind,
        "at": wire_time(event.created_at),
        "data": data,
    }


def about_message(event: Event) -> bool:
    return event.kind.startswith(("message.", "reaction."))


def dump_event(event: Event, subjects: Subjects, viewer_id: str | None) -> dict[str, Any]:
    """An event as it goes to `viewer_id`, or to the whole room when that is None."""
    if about_message(event) and event.subject_id not in subjects.messages:
        return dump_veiled(event)
    return {
        "stream_id": event.stream_id,
        "seq": event.seq,
        "kind": event.kind,
        "at": wire_time(event.created_at),
        "data": {**event.data, **_words(event, subjects, viewer_id)},
    }


def _words(event: Event, subjects: Subjects, viewer_id: str | None) -> dict[str, Any]:
    family = event.kind.partition(".")[0]
    if event.kind == "message.removed":
        return {"message_id": event.subject_id}
    if family == "message":
        message = subjects.messages[event.subject_id]
        return {"message": dump_message(message, viewer_id, subjects.mine.get(message.id, ()))}
    if family == "reaction":
        message = subjects.messages[event.subject_id]
        return {
            "message_id": message.id,
            "reactions": dump_reactions(message, viewer_id, subjects.mine.get(message.id, ())),
        }
    if family == "alert":
        return {"alert": dump_alert_event(subjects.alerts[event.subject_id], event.stream_id)}
    if family == "case":
        return {"case": dump_case(subjects.cases[event.subject_id])}
    if family == "member":
        return {"person": person_ref(subjects.people[event.subject_id])}
    if family == "session":
        return {"session_id": event.subject_id}
    return notice_words(event)


def dump_sync(missed: Mapping[str, Missed], subjects: Subjects, viewer_id: str) -> dict[str, Any]:
    return {
        "streams": {
            stream_id: {
                "events": [dump_event(event, subjects, viewer_id) for event in answer.events],
                "head_seq": answer.head_seq,
                "limited": answer.limited,
            }
            for stream_id, answer in missed.items()
        },
        "next_poll_seconds": NEXT_POLL_SECONDS,
    }
