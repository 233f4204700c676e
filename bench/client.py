"""The load client, in C so that it is never what is measured: compiled for the run, driven over its standard input."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bench.fleet import Fleet

SOURCES = Path(__file__).resolve().parent / "load"
TEXT = "I was up half the night again. Some days I wonder how others do it. Thank you all for being here."
HANDSHAKES_AT_ONCE = 64


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Who connects, and what is said: `count` messages at `rate` a second, the rooms and their members taking turns."""

    port: int
    rooms: Sequence[str]
    members: Sequence[tuple[int, str]]  # (which room, or -1 for none; token)
    rate: float = 1.0
    count: int = 0


class Client(Protocol):
    """Everybody of a plan, attached."""

    def idle(self, seconds: float) -> None:
        """Sit still and answer pings. Fails if a connection was closed."""

    def send(self) -> None:
        """Play the load and come back when all of it was delivered."""

    def figures(self) -> dict[str, Any]:
        """What was seen of it: counts of faults, times in milliseconds."""


class Compiled:
    """Where the compiled programs are; without a compiler a fleet in Python stands in, and `bare_write_us` is None."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        compiler = shutil.which("cc")
        self.there = compiler is not None
        if compiler is None:
            return
        for name in ("load", "bare"):
            subprocess.run([compiler, "-O2", "-o", str(folder / name), str(SOURCES / f"{name}.c")], check=True)

    @contextmanager
    def client(self, plan: Plan) -> Iterator[Client]:
        if not self.there:
            fleet = Fleet(plan.port, plan.members, plan.rooms, rate=plan.rate, count=plan.count, text=TEXT)
            yield fleet
            fleet.close()
            return
        path = self._folder / "plan"
        path.write_text(_written(plan))
        command = [str(self._folder / "load"), str(path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            try:
                driver = _Driver(process)
                driver.expect("attached")
                yield driver
                driver.say("end")
            finally:
                if process.stdin:
                    process.stdin.close()
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    process.kill()

    def bare_write_us(self, sockets: int, frame_bytes: int, *, rate: float, rounds: int = 200) -> float | None:
        """CPU microseconds a loop in C pays to write such a frame to one of so many sockets, `rate` times a second."""
        if not self.there:
            return None
        answer = subprocess.check_output(
            [str(self._folder / "bare"), str(sockets), str(frame_bytes), str(rounds), str(rate)]
        )
        return float(answer)


class _Driver:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def say(self, command: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline().strip()
        if not line:
            raise SystemExit("the load client gave up")
        return line

    def expect(self, word: str) -> None:
        line = self.hear()
        if line != word:
            raise SystemExit(f"the load client said {line!r} instead of {word!r}")

    def idle(self, seconds: float) -> None:
        self.say(f"idle {seconds}")
        self.expect("idled 0")

    def send(self) -> None:
        self.say("send")
        self.expect("done")

    def figures(self) -> dict[str, Any]:
        figures: dict[str, Any] = json.loads(self.hear())
        return figures


def _written(plan: Plan) -> str:
    head = (
        f"port {plan.port} rate {plan.rate} count {plan.count} window {HANDSHAKES_AT_ONCE} "
        f"rooms {len(plan.rooms)} members {len(plan.members)}"
    )
    members = [f"{room} {token}" for room, token in plan.members]
    return "\n".join([head, TEXT, *plan.rooms, *members]) + "\n"
