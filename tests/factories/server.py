"""Real server processes for the tests: started as an operator would, stopped or killed as life would."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.factories import settings as keys

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 60.0  # a second or two, but where many tests share few cores
UNLIMITED = 1000  # what is tried here often is not what limits are for


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """One server process on its own port, with the demo's people in its database."""

    def __init__(
        self,
        database_url: str,
        folder: Path,
        *,
        redis_url: str | None = None,
        port: int | None = None,
        limit_factor: int = UNLIMITED,
        environ: dict[str, str] | None = None,
        command: Sequence[str] = ("wsgi.py",),
    ) -> None:
        """`environ` adds settings; `command` is what Python runs, for a server with other timers."""
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database_url = database_url
        self.log = folder / f"server-{self.port}.log"
        self.environ = {
            **os.environ,
            "DEMO": "1",
            "PORT": str(self.port),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url or "",
            "PHOTOS_URL": f"file:{folder / 'photos'}",
            "RATE_LIMIT_FACTOR": str(limit_factor),
            "SECRET_KEY": keys.SECRET_KEY,
            "JWT_SECRET_KEY": keys.JWT_SECRET_KEY,
            "ENCRYPTION_KEYS": keys.ENCRYPTION_KEYS,
            **(environ or {}),
        }
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> "Server":
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self._command], cwd=ROOT, env=self.environ, stdout=log, stderr=log
            )
        deadline = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                if requests.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return self
            except (requests.ConnectionError, requests.Timeout):
                time.sleep(0.05)
        raise AssertionError(f"server did not start:\n{self.log_text()[-4000:]}")

    def kill(self) -> None:
        """kill -9: no chance to finish anything."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM, and wait; returns the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(how)
        try:
            code = self._process.wait(timeout=15)
        finally:
            if self._process.poll() is None:
                self._process.kill()
            self._process = None
        return code

    def log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""


@contextmanager
def running_server(
    database_url: str,
    folder: Path,
    *,
    redis_url: str | None = None,
    port: int | None = None,
    limit_factor: int = UNLIMITED,
) -> Iterator[Server]:
    server = Server(database_url, folder, redis_url=redis_url, port=port, limit_factor=limit_factor).start()
    try:
        yield server
    finally:
        server.stop()
