"""`python -m bench.suggestions`: what it costs the server to suggest workers to a carer, of 2,000 and by 20 preferences.

Requests of several carers in turn over a kept connection against `python wsgi.py`, its own CPU time (user and system, all
threads) before and after: for the whole request, from the token to the answer. Workers have profiles, windows in several
time zones, contacts that go on, leave, and training that was renewed. Fails when a request costs more than its bound.
"""

import argparse
import json
import random
import socket
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import update

from bench.crisis import cpu_seconds
from bench.installation import Installation, make_installation
from bench.servers import Running, ours
from models.clock import clock
from models.contact_windows import Window, windows_text
from models.contacts import Contact, ContactState
from models.ids import new_id
from models.openings import ContactTerms
from models.pairings import Pairing
from models.peer_vocabulary import Trait, labels
from models.people import Person
from models.preferences import MOST_PREFERENCES, CarerPreferences, Preference, Weight, write_preferences
from models.roles import Role
from models.rota import Clearance, ClearanceKind, Leave
from models.session import transaction, unbind
from models.worker_profiles import ProfileState, WorkerProfile, write_content

BOUND_MS = 20.0
WORKERS = 2_000
CARERS = 100  # who talk with the workers
ASKING = 20  # who are suggested some
COUNT = 300
WARM_UP = 40
ZONES = ("Australia/Sydney", "Australia/Perth", "Pacific/Auckland", "Europe/Dublin")
AT_ONCE = 200


def fill(installation: Installation, chance: random.Random) -> None:
    """The first people become workers, the last the carers who ask."""
    people = [person.id for person, _ in installation.people]
    workers, carers, asking = people[:WORKERS], people[WORKERS : WORKERS + CARERS], people[-ASKING:]
    for start in range(0, WORKERS, AT_ONCE):
        some = workers[start : start + AT_ONCE]
        with transaction() as session:
            session.execute(update(Person).where(Person.id.in_(some)).values(role=Role.CARER_PEER_WORKER))
            for worker_id in some:
                session.add_all(_worker_rows(worker_id, carers, chance, clock.now()))
    with transaction() as session:
        for carer_id in asking:
            content = write_preferences(_preferences(chance))
            session.add(CarerPreferences(person_id=carer_id, content=content, changed_at=clock.now()))


def _worker_rows(worker_id: str, carers: list[str], chance: random.Random, now: datetime) -> Iterator[Any]:
    def some(trait: Trait, most: int) -> list[str]:
        return chance.sample(list(labels(trait)), chance.randint(0, most))

    says = {
        "relationships": some(Trait.RELATIONSHIP, 2),
        "conditions": some(Trait.CONDITION, 4),
        "languages": ["en", *(code for code in some(Trait.LANGUAGE, 2) if code != "en")],
        "cultures": some(Trait.CULTURE, 2),
        "topics": some(Trait.TOPIC, 8),
        "gender": chance.choice([None, *labels(Trait.GENDER)]),
        "age_band": chance.choice([None, *labels(Trait.AGE_BAND)]),
        "years_as_carer": chance.choice([None, *range(40)]),
        "approach": "I listen first, and we see together what helps. " * 10,
    }
    yield WorkerProfile(
        id=new_id(),
        worker_id=worker_id,
        version=1,
        role=Role.CARER_PEER_WORKER,
        state=ProfileState.AGREED,
        content=write_content(says),
        written_at=now,
    )
    opens = [(day, chance.randrange(8, 20) * 60) for day in chance.sample(range(7), 3)]
    windows = windows_text(Window(day, minute, minute + 180) for day, minute in opens)
    capacity = chance.choice([None, 4, 6])
    yield ContactTerms(
        person_id=worker_id, zone=chance.choice(ZONES), windows_text=windows, capacity=capacity, changed_at=now
    )
    for kind in ClearanceKind:
        for days in (90, 0):  # renewed once
            yield Clearance(
                id=new_id(),
                person_id=worker_id,
                kind=kind,
                valid_until=now + timedelta(days=400 - days),
                recorded_by=worker_id,
                recorded_at=now - timedelta(days=days),
            )
    if chance.random() < 0.05:
        times = {"since": now - timedelta(days=2), "until": now + timedelta(days=5), "made_at": now}
        yield Leave(id=new_id(), person_id=worker_id, made_by=worker_id, **times)
    for carer_id in chance.sample(carers, chance.randint(0, 6)):
        contact = {"pairing": Pairing.USUAL, "state": ContactState.ACCEPTED, "created_at": now, "answered_at": now}
        yield Contact(id=new_id(), carer_id=carer_id, worker_id=worker_id, **contact)


def _preferences(chance: random.Random) -> list[Preference]:
    """Twenty, of every kind, half of which matter a lot."""
    pairs = [(trait, value) for trait in Trait for value in chance.sample(list(labels(trait)), 3)][:MOST_PREFERENCES]
    return [Preference(kind=kind, value=value, weight=chance.choice(list(Weight))) for kind, value in pairs]


class Line:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self._host = f"127.0.0.1:{port}"
        self._sock = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str, token: str) -> dict[str, Any]:
        head = f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\nAuthorization: Bearer {token}\r\n\r\n"
        self._sock.sendall(head.encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._sock.recv(65_536)
        head_, _, body = answer.partition(b"\r\n\r\n")
        rows = (row.lower() for row in head_.split(b"\r\n"))
        length = next(int(row.split(b":")[1]) for row in rows if row.startswith(b"content-length"))
        while len(body) < length:
            body += self._sock.recv(65_536)
        if not head_.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"{path} was answered with {head_.splitlines()[0].decode()}: {body[:500].decode()}")
        found: dict[str, Any] = orjson.loads(body)
        return found


def measure(running: Running, tokens: list[str], limit: int, count: int) -> dict[str, float]:
    """CPU milliseconds of the server for one request, and for the very first."""
    line, path = Line(running.port), f"/api/v1/peer-workers/suggestions?limit={limit}"

    def ask(times: int) -> float:
        before = cpu_seconds(running.process.pid)
        for number in range(times):
            found = line.get(path, tokens[number % len(tokens)])
            if len(found["items"]) != limit or not all(each["reasons"] for each in found["items"]):
                raise SystemExit("somebody was suggested for no reason")
        return (cpu_seconds(running.process.pid) - before) / times * 1000

    first = ask(1)
    ask(WARM_UP)
    return {"cpu_ms_a_request": round(ask(count), 2), "cpu_ms_first": round(first, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        installation = make_installation(folder, people=WORKERS + CARERS + ASKING, rooms={})
        fill(installation, random.Random(7))
        tokens = [installation.token(len(installation.people) - 1 - number) for number in range(ASKING)]
        unbind()
        with ours(installation, folder)() as running:
            figures = {f"{limit} of {WORKERS}": measure(running, tokens, limit, chosen.count) for limit in (10, 20)}
    print(json.dumps({**figures, "preferences": MOST_PREFERENCES, "bound_ms": BOUND_MS}, indent=2))
    if max(each["cpu_ms_a_request"] for each in figures.values()) > BOUND_MS:
        raise SystemExit("suggesting workers costs the server too much")


if __name__ == "__main__":
    main()
