"""`python -m bench.sign_ins`: twenty people sign in at once, and everybody else notices nothing.

Measures how late the server answers a bare request while it hashes passwords (the lag of its hub: nobody's message is
quicker than that), and whether a wrong password takes longer for an address that has an account than for one that has none.
Fails when the lag is over its bound or the two can be told apart.
"""

import argparse
import json
import random
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson

from bench.installation import environment, make_people
from bench.servers import Running, over

AT_ONCE = 20
PROBE_EVERY_S = 0.005
LAG_BOUND_MS = 20.0
PASSWORD = "seven herons by the lake"
SURE = 3.29  # a difference this many standard errors wide comes by chance once in a thousand runs


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Line:
    """One kept connection; `post` and `get` return the status and the milliseconds until the answer had come."""

    def __init__(self, port: int) -> None:
        self._asked = 0
        self._host = f"127.0.0.1:{port}"
        self._sock = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str) -> tuple[int, float]:
        return self._ask(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, float]:
        dumped = orjson.dumps(body)
        # From another address each time, or the limits of one would be what is measured.
        self._asked += 1
        place = f"10.{self._asked >> 16 & 255}.{self._asked >> 8 & 255}.{self._asked & 255}"
        head = f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\nX-Forwarded-For: {place}\r\n"
        head += "Content-Type: application/json\r\nContent-Length: "
        return self._ask(f"{head}{len(dumped)}\r\n\r\n".encode() + dumped)

    def close(self) -> None:
        self._sock.close()

    def _ask(self, request: bytes) -> tuple[int, float]:
        began = time.perf_counter()
        self._sock.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._sock.recv(65_536)
        took = (time.perf_counter() - began) * 1000
        head, _, body = answer.partition(b"\r\n\r\n")
        length = next(int(row.split(b":")[1]) for row in head.split(b"\r\n") if row.lower().startswith(b"content-length"))
        while len(body) < length:
            body += self._sock.recv(65_536)
        return int(head.split(b" ", 2)[1]), took


def sign_in(line: Line, email: str, password: str = PASSWORD) -> tuple[int, float]:
    return line.post("/api/v1/auth/login", {"email": email, "password": password})


def lag_while(running: Running, work: Callable[[], None]) -> list[float]:
    """How late bare requests were answered while `work` ran."""
    line, lags, over = Line(running.port), [], threading.Event()

    def probe() -> None:
        while not over.is_set():
            lags.append(line.get("/healthz")[1])
            time.sleep(PROBE_EVERY_S)

    prober = threading.Thread(target=probe)
    prober.start()
    work()
    over.set()
    prober.join()
    line.close()
    return lags


def all_at_once(running: Running, emails: list[str], rounds: int) -> list[float]:
    """Everybody signs in at the same moment, several times over; milliseconds of each."""
    lines = [Line(running.port) for _ in emails]
    took: list[float] = []
    for _ in range(rounds):
        begin = threading.Barrier(len(emails))

        def one(line: Line, email: str, begin: threading.Barrier = begin) -> None:
            begin.wait()
            status, milliseconds = sign_in(line, email)
            if status != 200:
                raise SystemExit(f"signing in was answered with {status}")
            took.append(milliseconds)

        threads = [threading.Thread(target=one, args=pair) for pair in zip(lines, emails, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for line in lines:
        line.close()
    return took


def tell_apart(running: Running, tries: int) -> dict[str, Any]:
    """Wrong passwords for known addresses and unknown ones, in a random order; the rank test of Mann and Whitney."""
    line = Line(running.port)
    took: dict[str, list[float]] = {"known": [], "nobody": []}
    turns = [(name, number) for name in took for number in range(tries)]
    random.shuffle(turns)
    for name, number in turns:
        took[name].append(sign_in(line, f"{name}{number % AT_ONCE}@bench.invalid", "wrong")[1])
    line.close()
    known, unknown = took["known"], took["nobody"]
    ranked = sorted([(value, 0) for value in known] + [(value, 1) for value in unknown])
    ranks = sum(rank for rank, (_, which) in enumerate(ranked, start=1) if which == 0)
    size = len(known)
    expected, error = size * (2 * size + 1) / 2, (size * size * (2 * size + 1) / 12) ** 0.5
    return {
        "known_p50_ms": round(statistics.median(known), 2),
        "unknown_p50_ms": round(statistics.median(unknown), 2),
        "standard_errors_apart": round(abs(ranks - expected) / error, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tries", type=int, default=90)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        environ = {**environment(Path(name)), "TRUSTED_PROXIES": "1"}
        emails = [f"known{number}@bench.invalid" for number in range(AT_ONCE)]
        make_people(environ, emails, PASSWORD)
        with over(environ, Path(name))() as running:
            all_at_once(running, emails[:1], 1)  # the first one builds what all others use
            idle = lag_while(running, lambda: time.sleep(2))
            took: list[float] = []
            busy = lag_while(running, lambda: took.extend(all_at_once(running, emails, chosen.rounds)))
            apart = tell_apart(running, chosen.tries)
    figures = {
        "at_once": AT_ONCE,
        "sign_in_p50_ms": round(statistics.median(took), 1),
        "sign_in_max_ms": round(max(took), 1),
        "lag_idle_p99_ms": round(percentile(idle, 0.99), 2),
        "lag_p50_ms": round(statistics.median(busy), 2),
        "lag_p99_ms": round(percentile(busy, 0.99), 2),
        "lag_max_ms": round(max(busy), 2),
        **apart,
    }
    print(json.dumps(figures, indent=2))
    if figures["lag_p99_ms"] > LAG_BOUND_MS:
        raise SystemExit("others waited too long while people signed in")
    if apart["standard_errors_apart"] > SURE:
        raise SystemExit("who has an account can be told from how long a wrong password takes")


if __name__ == "__main__":
    main()
