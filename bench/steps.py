"""What a message costs in steps of Python: bytecodes the server executes from its bytes to the last delivery, and where.

Times vary from one machine and minute to the next, by more than most changes save; this count hardly does, and says where to
look. C (the database, the sockets, encryption) is not in it. `python -m bench.steps [functions]`.
"""

import json
import os
import runpy
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

MESSAGES = 200
SIZE = 20
RATE = 40.0  # a second; counting slows the server down some ten times
SETTLED_S = 2.5  # after which what follows a message (its index) was done for those before
READY_S = 1.0
COUNTED_AT = "BENCH_STEPS"  # the environment's name for where the server leaves its count


def main() -> None:
    from bench.client import Compiled, Plan  # noqa: PLC0415 - the server under count needs none of it
    from bench.installation import make_installation  # noqa: PLC0415
    from bench.servers import running_as  # noqa: PLC0415

    most = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    with tempfile.TemporaryDirectory() as name:
        folder, found = Path(name), Path(name) / "steps.json"
        compiled = Compiled(folder)
        installation = make_installation(folder, people=SIZE, rooms={"room": (1, SIZE)})
        room = installation.rooms["room"][0]
        members = [(0, installation.token(person)) for person in room.members]
        environ = {**installation.environ, COUNTED_AT: str(found)}
        with running_as([sys.executable, "-m", "bench.steps"], folder, environ) as running:

            def play(count: int) -> None:
                plan = Plan(port=running.port, rooms=[room.conversation_id], members=members, rate=RATE, count=count)
                with compiled.client(plan) as client:
                    time.sleep(READY_S)
                    running.process.send_signal(signal.SIGUSR1)
                    client.send()
                    running.process.send_signal(signal.SIGUSR1)
                    client.figures()

            play(MESSAGES // 4)  # what is found out once for each process
            time.sleep(SETTLED_S)
            play(MESSAGES)
            time.sleep(READY_S)
        rows = json.loads(found.read_text())
    print(f"{sum(row[-1] for row in rows) / MESSAGES:,.0f} bytecodes a message in a room of {SIZE}")
    by_file: Counter[str] = Counter()
    for place, _line, _function, _calls, steps in rows:
        by_file[place] += steps
    for place, steps in by_file.most_common(most):
        print(f"{steps / MESSAGES:9.1f}  {place}")
    print("    calls    steps")
    for place, line, function, calls, steps in rows[:most]:
        print(f"{calls / MESSAGES:9.1f}{steps / MESSAGES:9.1f}  {place}:{line} {function}")


class _StepCount:
    """Counts in every greenlet that begins after it was put in place, between one SIGUSR1 and the next."""

    def __init__(self, kept_at: Path) -> None:
        self._kept_at = kept_at
        self._counting = False
        self._steps: Counter[CodeType] = Counter()
        self._calls: Counter[CodeType] = Counter()

    def turn(self, *_signal: Any) -> None:
        self._counting = not self._counting
        if self._counting:
            self._steps.clear()
            self._calls.clear()
            return
        rows = [
            (_place(code.co_filename), code.co_firstlineno, code.co_name, self._calls[code], steps)
            for code, steps in self._steps.most_common()
        ]
        self._kept_at.write_text(json.dumps(rows))

    def enter(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        if not self._counting:
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        self._calls[frame.f_code] += 1
        return self.step

    def step(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "opcode" and self._counting:
            self._steps[frame.f_code] += 1
        return self.step


def _place(path: str) -> str:
    return path.rpartition("site-packages/")[2].removeprefix(f"{Path.cwd()}/")


def _serve(kept_at: Path) -> None:
    """`python wsgi.py`, counted: a trace is each greenlet's own, so it is set where one begins."""
    from eventlet import greenthread  # noqa: PLC0415 - before anything of the server's
    from eventlet.hubs import hub  # noqa: PLC0415

    counter = _StepCount(kept_at)
    for owner, name in ((greenthread.GreenThread, "main"), (hub.BaseHub, "run")):
        setattr(owner, name, _traced(getattr(owner, name), counter))
    signal.signal(signal.SIGUSR1, counter.turn)
    sys.argv = ["wsgi.py"]
    runpy.run_path("wsgi.py", run_name="__main__")


def _traced(begin: Any, counter: _StepCount) -> Any:
    def traced(*args: Any, **kwargs: Any) -> Any:
        sys.settrace(counter.enter)
        return begin(*args, **kwargs)

    return traced


if __name__ == "__main__":
    if COUNTED_AT in os.environ:
        _serve(Path(os.environ[COUNTED_AT]))
    else:
        main()
