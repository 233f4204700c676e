"""The table and the file: medians of the runs, and each server's cost as a multiple of the others'."""

import os
import platform
import shutil
import statistics
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from bench import rooms

LIBRARIES = ("flask", "flask-socketio", "python-socketio", "eventlet", "sqlalchemy")
NAMES = {"ours": "Hearthside", "flask": "(a) Flask-SocketIO, nothing kept", "node": "(b) socket.io on Node, SQLite"}


def median_of(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The median of every number, over runs of the same thing."""
    return {
        key: round(statistics.median(run[key] for run in runs), 3) if isinstance(value, int | float) else value
        for key, value in runs[0].items()
    }


def machine() -> dict[str, Any]:
    node = shutil.which("node")
    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "node": subprocess.check_output([node, "--version"], text=True).strip() if node else None,
        "load_average_before": round(os.getloadavg()[0], 2),
        **{name: version(name) for name in LIBRARIES},
    }


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "|".join(["---"] * len(heads)) + "|"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


PACES = ", ".join(f"{talk.name}: {talk.rate:g}" for talk in rooms.TALKS)
TALKS = """\
Medians of {rounds} interleaved runs. Ours does everything: sign-in, screening, encryption, a synced commit, delivery in
the log's order. CPU is user and system time of all the server's threads. *Bare write* is a loop in C that writes the
same frame to as many loopback sockets as a room has, in the same run and at the same pace. Messages a second:
{paces}. Each delivery was checked: none lost, doubled or out of order,
and one order for everybody in a room. Times depend on what else the machine does; CPU far less."""
IDLE = """\
One room of twenty talks among them (ack times are its). Memory is what the process grew by, for each socket. CPU while
waiting is measured over a whole ping interval, in percent of one core; that row is of one run."""
READINGS = """\
Ours, over HTTP on one kept-open connection; each answer was checked. *Sync, hopelessly behind* is told to
page the history."""


def render(results: Mapping[str, Any]) -> str:
    """The whole page."""
    about = results["machine"]
    versions = ", ".join(f"{name} {about[name]}" for name in LIBRARIES)
    where = (
        f"`make bench`, {about['at']}, {about['cores']} virtual cores with the load client on them too, {about['system']}, "
        f"Python {about['python']}, Node {about['node'] or 'absent'}; {versions}. "
        f"Load average before it began: {about['load_average_before']}."
    )
    parts = ["# Measured", where, *results["notes"]]
    parts += ["## Rooms that talk", TALKS.format(rounds=results["rounds"], paces=PACES), _talks(results["talks"])]
    if results["idle"]:
        parts += ["## Sockets that wait", IDLE, _idle(results["idle"])]
    if "readings" in results:
        parts += ["## Reading back", READINGS, _readings(results["readings"])]
    return "\n\n".join(parts) + "\n"


def _talks(talks: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    heads = ["", "server", "ack p50 / p99 ms", "delivery p50 / p99 ms", "CPU per message µs", "CPU per delivery µs"]
    heads += ["bare write µs", "times the bare write", "ours, times this"]
    rows = []
    for name, by_server in talks.items():
        for server, one in by_server.items():
            bare = one.get("bare_write_us")
            rows.append(
                [
                    name,
                    NAMES[server],
                    f"{one['ack_p50_ms']:.1f} / {one['ack_p99_ms']:.1f}",
                    f"{one['delivery_p50_ms']:.1f} / {one['delivery_p99_ms']:.1f}",
                    f"{one['cpu_us_per_message']:.0f}",
                    f"{one['cpu_us_per_delivery']:.1f}",
                    f"{bare:.2f}" if bare else "not measured",
                    f"{one['cpu_us_per_delivery'] / bare:.1f}" if bare else "",
                    f"{by_server['ours']['cpu_us_per_delivery'] / one['cpu_us_per_delivery']:.2f}",
                ]
            )
    return table(heads, rows)


def _idle(idle: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    heads = ["sockets", "server", "CPU to attach one µs", "memory of one KB", "CPU while waiting %", "ack p50 / p99 ms"]
    rows = [
        [
            name,
            NAMES[server],
            f"{one['attach_cpu_us']:.0f}",
            f"{one['memory_kb']:.0f}",
            "" if one["idle_cpu_percent"] is None else f"{one['idle_cpu_percent']:.1f}",
            f"{one['ack_p50_ms']:.1f} / {one['ack_p99_ms']:.1f}",
        ]
        for name, by_server in idle.items()
        for server, one in by_server.items()
    ]
    return table(heads, rows)


def _readings(readings: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [one["what"], f"{one['size']:,}", f"{one['p50_ms']:.1f} / {one['p99_ms']:.1f}", f"{one['cpu_us']:.0f}"]
        for one in readings
    ]
    return table(["", "messages in the conversation", "p50 / p99 ms", "server CPU µs"], rows)
