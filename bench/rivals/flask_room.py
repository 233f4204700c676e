"""A room server as the Flask-SocketIO documentation teaches it: no sign-in, no screening, nothing kept.

It sends events of the same shape and size as ours, numbered by a counter in memory. Here a client's token is the id of
the room it wants. Usage: python -m bench.rivals.flask_room PORT
"""

import warnings

warnings.filterwarnings("ignore", message="\nEventlet is deprecated")

import eventlet  # noqa: E402 - monkey-patching comes before every other import

eventlet.monkey_patch()

import sys  # noqa: E402
from collections import Counter  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from typing import Any  # noqa: E402
from uuid import uuid4  # noqa: E402

from flask import Flask, request  # noqa: E402
from flask_socketio import SocketIO, join_room  # noqa: E402

app = Flask(__name__)
socketio = SocketIO(app, async_mode="eventlet")
heads: Counter[str] = Counter()
people: dict[str, str] = {}


@socketio.on("connect")
def connect(auth: dict[str, str]) -> None:
    people[request.sid] = str(uuid4())  # type: ignore[attr-defined]
    join_room(auth["token"])
    socketio.emit("heads", {"streams": {auth["token"]: heads[auth["token"]]}}, to=request.sid)  # type: ignore[attr-defined]


@socketio.on("disconnect")
def disconnect(*_reason: object) -> None:
    people.pop(request.sid, None)  # type: ignore[attr-defined]


@socketio.on("message:send")
def send(data: dict[str, Any]) -> dict[str, Any]:
    room = data["conversation_id"]
    heads[room] += 1
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    author = {"id": people[request.sid], "display_name": "Person 1", "role": "carer", "role_label": "Carer"}  # type: ignore[attr-defined]
    message = {
        "id": str(uuid4()),
        "conversation_id": room,
        "seq": heads[room],
        "author": author,
        "body": data["body"],
        "content_warning": None,
        "reply_to": None,
        "state": "visible",
        "created_at": at,
        "edited_at": None,
        "reactions": {},
        "mentions": [],
    }
    event = {"stream_id": room, "seq": heads[room], "kind": "message.created", "at": at, "data": {"message": message}}
    socketio.emit("event", event, to=room)
    return {"ok": True, "message": {**message, "client_id": data["client_id"]}}


if __name__ == "__main__":
    # eventlet lets in 1,024 connections unless told otherwise.
    socketio.run(app, host="127.0.0.1", port=int(sys.argv[1]), max_size=20_000)
