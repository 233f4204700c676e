"""Rooms that talk, and sockets that only wait: the same load on ours and on each rival, turn by turn."""

import resource
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.client import Compiled, Plan
from bench.installation import Room
from bench.servers import Running

FAULTS = ("lost", "doubled", "out_of_order", "different_orders", "refused", "unanswered", "strangers", "closed")


@dataclass(frozen=True, kw_only=True)
class Talk:
    """`groups` rooms of `size` people each, talking at `rate` messages a second in all."""

    name: str
    groups: int
    size: int
    rate: float
    seconds: float


# So that a server is at work, and none is at its limit. What a message costs a server that mostly sleeps, each of them and
# the bare write too, is up to twice as much: the processor's caches hold other things each time.
TALKS = (
    Talk(name="room of 20", groups=1, size=20, rate=100, seconds=5),
    Talk(name="room of 200", groups=1, size=200, rate=60, seconds=5),
    Talk(name="room of 500", groups=1, size=500, rate=50, seconds=5),
    Talk(name="50 rooms of 20", groups=50, size=20, rate=100, seconds=5),
)
PING_INTERVAL_S = 25.0  # of ours and of both rivals
FEW = 1_000  # up to so many the wait is short: what they cost while they wait does not show
DESCRIPTORS_BESIDE = 200


def measure_talk(compiled: Compiled, running: Running, talk: Talk, rooms: Sequence[Room]) -> dict[str, Any]:
    """Figures of one run: times in milliseconds, CPU in microseconds."""
    members = [(number, running.token(person, room)) for number, room in enumerate(rooms) for person in room.members]
    plan = Plan(
        port=running.port,
        rooms=[room.conversation_id for room in rooms],
        members=members,
        rate=talk.rate,
        count=int(talk.rate * talk.seconds),
    )
    with compiled.client(plan) as client:
        before = running.cpu_seconds()
        client.send()
        used = running.cpu_seconds() - before
        figures = client.figures()
    refuse_faults(talk.name, figures)
    figures["cpu_us_per_delivery"] = used * 1e6 / figures["deliveries"]
    figures["cpu_us_per_message"] = used * 1e6 / figures["messages"]
    return figures


def measure_idle(compiled: Compiled, running: Running, sockets: int, room: Room) -> dict[str, Any]:
    """So many sockets that say nothing, and among them one room of twenty that talks a little."""
    talking = [(0, running.token(person, room)) for person in room.members]
    waiting = [(-1, running.token(person, None)) for person in range(len(talking), sockets)]
    plan = Plan(port=running.port, rooms=[room.conversation_id], members=talking + waiting, rate=10, count=50)
    memory, cpu = running.memory_bytes(), running.cpu_seconds()
    with compiled.client(plan) as client:
        attaching = running.cpu_seconds() - cpu
        cpu = running.cpu_seconds()
        window = PING_INTERVAL_S + 1 if sockets > FEW else 2.0
        client.idle(window)
        idling = running.cpu_seconds() - cpu
        grown = running.memory_bytes() - memory
        client.send()
        figures = client.figures()
    refuse_faults(f"{sockets} idle sockets", figures)
    return {
        "sockets": sockets,
        "attach_cpu_us": attaching * 1e6 / sockets,
        "idle_cpu_percent": idling * 100 / window if sockets > FEW else None,
        "memory_kb": grown / 1024 / sockets,
        "ack_p50_ms": figures["ack_p50_ms"],
        "ack_p99_ms": figures["ack_p99_ms"],
    }


def too_many(sockets: int) -> str | None:
    """Why so many sockets cannot be had here, or None; raises this process's own limit as far as it goes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < sockets + DESCRIPTORS_BESIDE:
        return f"{sockets:,} sockets were left out: this machine allows a process {hard:,} open files."
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # servers started from here inherit it
    return None


def refuse_faults(what: str, figures: dict[str, Any]) -> None:
    wrong = {name: figures[name] for name in FAULTS if figures.get(name)}
    if wrong:
        raise SystemExit(f"{what}: {wrong}")
