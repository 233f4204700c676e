"""Reading back: history, sync and the list of conversations, where a conversation holds few messages and where many."""

import http.client
import json
import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import make_url

from bench.client import TEXT
from bench.installation import Installation
from bench.servers import Running
from models.clock import clock
from models.crypto import current_keyring
from models.ids import new_id
from models.session import transaction
from server.actions.messages import post_message

ROWS_AT_ONCE = 20_000
REQUESTS = 100
BODY_PLACE = b"message.body"


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A conversation with `size` messages."""

    name: str
    conversation_id: str
    size: int
    head_seq: int


def fill(installation: Installation, conversation_id: str, size: int, *, name: str) -> Shelf:
    """Post one message as anybody would, then lay `size` - 1 rows like it straight into the database's file.

    Ids, seqs, client ids and encrypted bodies are each their own; through the service a million would take hours.
    """
    author = installation.people[0][0]
    with transaction() as session:
        sent = post_message(
            session, author, conversation_id=conversation_id, client_id=str(uuid4()), body=TEXT, now=clock.now()
        )
    path = Path(make_url(installation.environ["DATABASE_URL"]).database or "")
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA synchronous=OFF")
    message = dict(connection.execute("SELECT * FROM message WHERE id = ?", (sent.message.id,)).fetchone())
    event = dict(connection.execute("SELECT * FROM event WHERE subject_id = ?", (sent.message.id,)).fetchone())
    last = event["seq"] + size - 1
    for first in range(event["seq"] + 1, last + 1, ROWS_AT_ONCE):
        _lay(connection, message, event, range(first, min(last + 1, first + ROWS_AT_ONCE)))
    connection.execute("UPDATE stream SET head_seq = ? WHERE id = ?", (last, conversation_id))
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return Shelf(name=name, conversation_id=conversation_id, size=size, head_seq=last)


def _lay(connection: sqlite3.Connection, message: dict[str, Any], event: dict[str, Any], seqs: range) -> None:
    encrypt = current_keyring().encrypt
    conversation_id = message["conversation_id"]
    messages, events = [], []
    for seq in seqs:
        message_id = new_id()
        body = encrypt(f"{TEXT} {seq}", BODY_PLACE)
        messages.append(
            tuple(
                {
                    **message,
                    "id": message_id,
                    "seq": seq,
                    "client_id": f"{conversation_id[-8:]}-{seq:09}",
                    "body": body,
                }.values()
            )
        )
        events.append(tuple({**event, "seq": seq, "subject_id": message_id}.values()))
    for table, columns, rows in (("message", message, messages), ("event", event, events)):
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
    connection.commit()


class Reader:
    """One person's phone on one kept-open connection."""

    def __init__(self, running: Running, person: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
        self._headers = {"Authorization": f"Bearer {running.token(person, None)}", "Content-Type": "application/json"}

    def get(self, path: str) -> Any:
        return self._ask("GET", path)

    def post(self, path: str, body: Any) -> Any:
        return self._ask("POST", path, json.dumps(body))

    def _ask(self, method: str, path: str, body: str | None = None) -> Any:
        self._connection.request(method, f"/api/v1{path}", body, self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{method} {path}: {answer.status} {text[:300]!r}")
        return json.loads(text)


def readings(reader: Reader, shelf: Shelf) -> dict[str, Callable[[], None]]:
    """What is asked of a conversation; each checks that the answer is what it should be."""
    base = f"/conversations/{shelf.conversation_id}/messages"
    behind = shelf.head_seq - 100

    def page(query: str, newest: int) -> None:
        items = reader.get(f"{base}?limit=50{query}")["items"]
        assert len(items) == 50, len(items)
        assert items[0]["seq"] == newest, items[0]["seq"]

    def sync(after: int, events: int) -> None:
        answer = reader.post("/sync", {"streams": {shelf.conversation_id: after}})["streams"][shelf.conversation_id]
        assert len(answer["events"]) == events, len(answer["events"])
        assert answer["head_seq"] == shelf.head_seq

    middle = shelf.head_seq - shelf.size // 2
    return {
        "the newest 50 messages": lambda: page("", shelf.head_seq),
        "50 messages from the middle": lambda: page(f"&before={middle}", middle - 1),
        "sync, 100 events behind": lambda: sync(behind, 100),
        "sync, nothing new": lambda: sync(shelf.head_seq, 0),
        "sync, hopelessly behind": lambda: sync(1, 0),
    }


def measure_readings(running: Running, shelves: Sequence[Shelf], *, conversations: int) -> list[dict[str, Any]]:
    """One run over every question of every conversation."""
    reader = Reader(running, 0)
    rows = []
    for shelf in shelves:
        for name, ask in readings(reader, shelf).items():
            rows.append({"what": name, "size": shelf.size, **_timed(running, ask)})

    def listing() -> None:
        assert len(reader.get("/conversations?limit=100")["items"]) == conversations

    rows.append(
        {
            "what": f"the list of {conversations} conversations",
            "size": max(s.size for s in shelves),
            **_timed(running, listing),
        }
    )
    return rows


def _timed(running: Running, ask: Callable[[], None]) -> dict[str, float]:
    ask()  # the first fills caches that the service has in everyday life, too
    took, cpu = [], running.cpu_seconds()
    for _ in range(REQUESTS):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    used = running.cpu_seconds() - cpu
    took.sort()
    return {"p50_ms": statistics.median(took), "p99_ms": took[int(len(took) * 0.99)], "cpu_us": used * 1e6 / REQUESTS}
