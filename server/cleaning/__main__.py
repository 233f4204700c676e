"""The process in which one file is cleaned: `python -m server.cleaning IN OUT`, with the findings on its standard output.

It begins by giving up what it does not need, before it has read a byte of the file.
"""

import hashlib
import logging
import os
import resource
import sys
from pathlib import Path

import orjson

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20
WRITTEN_BYTES = 64_000_000
NICE = 10


def main(source: Path, target: Path) -> None:
    os.nice(NICE)
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, WRITTEN_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, most = resource.getrlimit(what)
        allowed = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(what, (allowed, allowed))
    logging.disable(logging.CRITICAL)  # what a document makes the library say is nobody's news
    from models.errors import DomainError  # noqa: PLC0415 - under the limits
    from server.cleaning.clean import clean  # noqa: PLC0415

    try:
        found = clean(source.read_bytes())
    except DomainError as refusal:
        said = {"code": refusal.code}
        sys.stdout.buffer.write(orjson.dumps(said))
        return
    target.write_bytes(found.data)
    facts = {
        "digest": hashlib.sha256(found.data).hexdigest(),  # here, where it holds up nobody
        "media_type": found.media_type.value,
        "pages": found.pages,
        "seconds": found.seconds,
        "removed": [{"kind": each.kind, "text": each.text} for each in found.removed],
    }
    sys.stdout.buffer.write(orjson.dumps(facts))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
