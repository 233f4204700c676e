"""`python -m bench.crisis`: what one look at the crisis page costs the server.

Requests over a kept connection against `python wsgi.py`, its own CPU time (user and system, all threads) before and after;
for each form of the page, whole (200) and already there (304). `/healthz` through Flask stands beside them. Fails when an
answer costs more than its bound.
"""

import argparse
import json
import os
import socket
import tempfile
from pathlib import Path

from bench.installation import environment
from bench.servers import Running, over
from models import migrations
from models.session import bind, unbind

BOUND_MS = 0.7
COUNT = 3_000
WARM_UP = 300
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
# As a browser asks.
HEADERS = (
    "User-Agent: Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36\r\n"
    "Accept: */*\r\nAccept-Encoding: gzip, deflate, br\r\nAccept-Language: en-AU,en;q=0.9\r\n"
)
PAGES = {
    "data": "/api/v1/crisis",
    "data of a region and case": "/api/v1/crisis?region=NZ&whose=child",
    "page": "/crisis.html",
}
BESIDE = {"health check, through Flask": "/healthz"}


def cpu_seconds(pid: int) -> float:
    """User and system time of the process, from /proc/PID/stat."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


class Line:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self._host = f"127.0.0.1:{port}"
        self._sock = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def written(self, path: str, tag: str | None) -> bytes:
        condition = f"If-None-Match: {tag}\r\n" if tag else ""
        return f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n{HEADERS}{condition}\r\n".encode()

    def ask(self, request: bytes) -> tuple[int, str | None]:
        """The status, and the tag if there is one."""
        self._sock.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._sock.recv(65_536)
        head, _, body = answer.partition(b"\r\n\r\n")
        named = {name.lower(): value for name, _, value in (row.partition(b": ") for row in head.split(b"\r\n")[1:])}
        length = int(named.get(b"content-length", b"0"))
        while len(body) < length:
            body += self._sock.recv(65_536)
        tag = named.get(b"etag")
        return int(head.split(b" ", 2)[1]), tag.decode() if tag else None


def measure(running: Running, path: str, count: int, *, again: bool) -> float:
    """CPU milliseconds of the server for one request. `again`: whoever asks has it already."""
    line = Line(running.port)
    _, tag = line.ask(line.written(path, None))
    statuses = {304, 200} if again else {200}  # once a minute there is something new

    def ask(times: int) -> None:
        nonlocal tag
        for _ in range(times):
            status, found = line.ask(line.written(path, tag if again else None))
            tag = found or tag
            if status not in statuses:
                raise SystemExit(f"{path} was answered with {status}")

    ask(WARM_UP)
    before = cpu_seconds(running.process.pid)
    ask(count)
    return (cpu_seconds(running.process.pid) - before) / count * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        environ = environment(Path(name))
        migrations.upgrade(bind(environ["DATABASE_URL"]))
        unbind()
        with over(environ, Path(name))() as running:
            figures = {
                f"{what}, {status}": round(measure(running, path, chosen.count, again=status == "304"), 3)
                for what, path in PAGES.items()
                for status in ("200", "304")
            }
            beside = {what: round(measure(running, path, chosen.count, again=False), 3) for what, path in BESIDE.items()}
    print(json.dumps({"cpu_ms_a_request": {**figures, **beside}, "bound_ms": BOUND_MS}, indent=2))
    if max(figures.values()) > BOUND_MS:
        raise SystemExit("a look at the crisis page costs the server too much")


if __name__ == "__main__":
    main()
