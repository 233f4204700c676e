"""The servers that are measured: ours, and two rivals. Each runs in a process of its own and is asked for its CPU time."""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.installation import Installation, Room, free_port

ROOT = Path(__file__).resolve().parents[1]
NODE_FILES = ROOT / "bench" / "rivals" / "node"
NODE_HOME = ROOT / "var" / "bench"  # installed once for each lock file, and not committed
NODE_HEADERS = Path("/usr/include/node/node_version.h")
READY_WITHIN_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Running:
    """A server at work. `token(person, room)` is what that person connects with."""

    port: int
    process: psutil.Process
    token: Callable[[int, Room | None], str]

    def cpu_seconds(self) -> float:
        """User and system time of all its threads so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def memory_bytes(self) -> int:
        return int(self.process.memory_info().rss)


Start = Callable[[], AbstractContextManager[Running]]


def ours(installation: Installation, folder: Path) -> Start:
    """`python wsgi.py` over the installation, as an operator runs it."""

    def token(person: int, _room: Room | None) -> str:
        return installation.token(person)

    return lambda: _running(
        [sys.executable, "wsgi.py"], int(installation.environ["PORT"]), token, folder, installation.environ
    )


def over(environ: dict[str, str], folder: Path) -> Start:
    """The same over a database of one's own, for who brings their own tokens."""
    return lambda: running_as([sys.executable, "wsgi.py"], folder, environ)


def running_as(command: Sequence[str], folder: Path, environ: dict[str, str]) -> AbstractContextManager[Running]:
    """The same, begun by this command."""
    return _running(command, int(environ["PORT"]), _room_id, folder, environ)


def flask_room(folder: Path) -> Start:
    """Rival (a): stock Flask-SocketIO of the same versions, nothing kept."""

    @contextmanager
    def start() -> Iterator[Running]:
        port = free_port()
        with _running([sys.executable, "-m", "bench.rivals.flask_room", str(port)], port, _room_id, folder) as running:
            yield running

    return start


def node_room(folder: Path) -> Start:
    """Rival (b): socket.io on Node, each message in SQLite before it is sent. Raises SkippedError where it cannot be had."""
    home = _install_node()

    @contextmanager
    def start() -> Iterator[Running]:
        port = free_port()
        with tempfile.TemporaryDirectory(dir=folder) as kept:
            command = ["node", "server.js", str(port), str(Path(kept) / "rival.sqlite")]
            with _running(command, port, _room_id, folder, cwd=home) as running:
                yield running

    return start


class SkippedError(Exception):
    """This rival cannot be measured here; says why."""


def _room_id(_person: int, room: Room | None) -> str:
    return room.conversation_id if room else "nowhere"


def _install_node() -> Path:
    if not shutil.which("node") or not shutil.which("npm"):
        raise SkippedError("Node is not installed")
    lock = (NODE_FILES / "package-lock.json").read_bytes()
    version = subprocess.check_output(["node", "--version"])
    home = NODE_HOME / ("node-" + hashlib.sha256(lock + version).hexdigest()[:16])
    if not (home / "ready").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(NODE_FILES / name, home)
        environ = {**os.environ, "npm_config_build_from_source": "true"}
        if NODE_HEADERS.exists():
            environ["npm_config_nodedir"] = "/usr"  # the SQLite binding is compiled against what is here
        print("installing the Node rival (a few minutes, once)", flush=True)
        try:
            done = subprocess.run(
                ["npm", "ci", "--no-audit", "--no-fund"],
                cwd=home,
                env=environ,
                capture_output=True,
                timeout=600,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise SkippedError("npm ci took too long") from error
        if done.returncode != 0:
            raise SkippedError("npm ci failed: " + done.stderr.decode(errors="replace").strip().splitlines()[-1][:200])
        (home / "ready").touch()
    shutil.copy(NODE_FILES / "server.js", home)
    return home


@contextmanager
def _running(
    command: Sequence[str],
    port: int,
    token: Callable[[int, Room | None], str],
    folder: Path,
    environ: dict[str, str] | None = None,
    cwd: Path = ROOT,
) -> Iterator[Running]:
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=cwd, env={**os.environ, **(environ or {})}, stdout=output, stderr=output)
    try:
        _wait_for(port, process, log)
        yield Running(port=port, process=psutil.Process(process.pid), token=token)
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"the server did not start:\n{log.read_text()[-3000:]}")
