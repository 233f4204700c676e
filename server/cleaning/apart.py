"""Cleaning a file in a process of its own: given the file, a few seconds and no secrets, and ended when it takes longer."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from models.errors import Unavailable
from models.media_types import MediaType
from models.resource_files import FileFacts
from server.cleaning.kinds import REFUSALS, PdfTooMuch, RecordingUnreadable

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 40.0
QUEUE_S = 60.0
BEAT_S = 0.02
_turn = threading.BoundedSemaphore(1)  # one at a time: what is large is slow, and whoever waits is told


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """What a file became. `path` is there as long as the block lasts in which it was cleaned."""

    path: Path
    facts: FileFacts


@contextmanager
def cleaned(source: Path, kind: MediaType) -> Iterator[Cleaned]:
    """Raises any of server.cleaning.kinds.REFUSALS, and Unavailable when too many wait."""
    with tempfile.TemporaryDirectory(prefix="hearthside-") as folder:
        target = Path(folder) / "made"
        if not _turn.acquire(timeout=QUEUE_S):
            raise Unavailable(retry_after=10)
        try:
            said = _run(source, target, Path(folder) / "said")
        finally:
            _turn.release()
        if said is None:  # it took too long, or more than it may have
            raise PdfTooMuch if kind is MediaType.PDF else RecordingUnreadable
        if "code" in said:
            raise REFUSALS[said["code"]]
        facts = FileFacts(
            media_type=MediaType(said["media_type"]),
            size=target.stat().st_size,
            pages=said["pages"],
            seconds=said["seconds"],
            digest=said["digest"],
            removed=said["removed"],
        )
        yield Cleaned(path=target, facts=facts)


def _run(source: Path, target: Path, answer: Path) -> dict[str, Any] | None:
    """What the process said; None when it ended otherwise."""
    # Nothing of the service's environment: there are keys in it.
    environment = {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]), "LANG": "C.UTF-8"}
    with answer.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - this program and two paths of ours
            [sys.executable, "-B", "-P", "-m", "server.cleaning", str(source), str(target)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=answer.parent,
        )
        try:
            # Asked now and then, as waiting would hold up whoever else this process serves.
            until = time.monotonic() + PATIENCE_S
            while process.poll() is None and time.monotonic() < until:
                time.sleep(BEAT_S)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait(timeout=5)
    if process.returncode != 0:
        return None
    said: dict[str, Any] = orjson.loads(answer.read_bytes())
    return said
