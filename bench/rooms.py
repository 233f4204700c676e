"""`make bench`: a room of 200, 20 messages a second for 20 seconds, everything included.

Prints how long acks and deliveries took, the server's CPU per delivery and per message, and, measured in the same run on
the same machine, what a bare loop pays to write the same frame to as many sockets. Fails when anything was lost, doubled
or out of order.
"""

import argparse
import json
import socket
import statistics
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.fleet import Fleet
from bench.installation import Room, Running, environment, make_room, serving

TEXT = "I was up half the night again. Some days I wonder how others do it. Thank you all for being here. "


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def measure_room(running: Running, room: Room, *, rate: float, seconds: float) -> dict[str, Any]:
    """Play the load and return figures: times in milliseconds, CPU in microseconds."""
    fleet = Fleet(running.port, room.tokens)
    count = int(rate * seconds)
    sent_at: list[float] = []
    cpu = running.cpu_seconds()
    started = time.perf_counter()
    for number in range(count):
        due = started + number / rate
        while (left := due - time.perf_counter()) > 0:
            fleet.poll(left)
        sent_at.append(time.perf_counter())
        fleet.send(number % len(room.tokens), number, room.conversation_id, str(uuid4()), f"{TEXT}#{number}")
    everyone = range(len(room.tokens))
    fleet.until(lambda: all(len(fleet.members[index].events) >= count for index in everyone), "all deliveries")
    used = running.cpu_seconds() - cpu
    fleet.until(lambda: sum(len(member.acks) for member in fleet.members) == count, "all acks")
    figures = _figures(fleet, sent_at, used)
    fleet.close()
    return figures


def _figures(fleet: Fleet, sent_at: list[float], cpu: float) -> dict[str, Any]:
    count, members = len(sent_at), len(fleet.members)
    acks = [(when - sent_at[number]) * 1000 for member in fleet.members for number, (ok, when) in member.acks.items() if ok]
    deliveries: list[float] = []
    faults = {"lost": 0, "doubled": 0, "out_of_order": 0}
    orders = set()
    for member in fleet.members:
        seqs = [seq for seq, _, _ in member.events]
        numbers = [int(body.rpartition("#")[2]) for _, body, _ in member.events]
        faults["doubled"] += len(numbers) - len(set(numbers))
        faults["lost"] += count - len(set(numbers))
        faults["out_of_order"] += sum(1 for one, next_one in pairwise(seqs) if next_one <= one)
        orders.add(tuple(numbers))
        deliveries += [(when - sent_at[number]) * 1000 for number, (_, _, when) in zip(numbers, member.events, strict=True)]
    return {
        "members": members,
        "messages": count,
        "deliveries": len(deliveries),
        **faults,
        "different_orders": len(orders) - 1,
        "refused": count - len(acks),
        "ack_p50_ms": round(statistics.median(acks), 2),
        "ack_p99_ms": round(percentile(acks, 0.99), 2),
        "delivery_p50_ms": round(statistics.median(deliveries), 2),
        "delivery_p99_ms": round(percentile(deliveries, 0.99), 2),
        "cpu_us_per_delivery": round(cpu * 1e6 / len(deliveries), 2),
        "cpu_us_per_message": round(cpu * 1e6 / count, 1),
    }


def bare_write_us(sockets: int, frame: bytes, rounds: int = 200) -> float:
    """CPU microseconds a bare Python loop pays to write this frame to one of many loopback sockets."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        pairs = []
        for _ in range(sockets):
            near = socket.create_connection(door.getsockname())
            pairs.append((near, door.accept()[0]))
        used = 0.0
        for _ in range(rounds):
            before = time.process_time()
            for near, _far in pairs:
                near.send(frame)
            used += time.process_time() - before
            for _near, far in pairs:
                far.recv(262_144)
        for near, far in pairs:
            near.close()
            far.close()
    return used * 1e6 / (rounds * sockets)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--rate", type=float, default=20.0, help="messages a second")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    runs = []
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as name:
            environ = environment(Path(name))
            room = make_room(environ, options.members)
            with serving(environ, Path(name)) as running:
                runs.append(measure_room(running, room, rate=options.rate, seconds=options.seconds))
        runs[-1]["bare_write_us"] = round(bare_write_us(options.members, b"x" * 600), 2)
    middle = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    middle["ratio_to_bare_write"] = round(middle["cpu_us_per_delivery"] / middle["bare_write_us"], 1)
    for key, value in middle.items():
        print(f"{key:>22}  {value}")
    if options.json:
        options.json.write_text(json.dumps({"median": middle, "runs": runs}, indent=2))
    faults = ("lost", "doubled", "out_of_order", "different_orders", "refused")
    if any(run[fault] for run in runs for fault in faults):
        raise SystemExit("something was lost, doubled, out of order or refused")


if __name__ == "__main__":
    main()
