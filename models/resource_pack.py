"""What a phone keeps of the library for when there is no network: how much fits, and what of it a phone has already.

Pure. A pack's version tells which pieces are in it and how each of them reads, so that nobody need remember what was sent
to whom: a phone hands back the version it has, and what changed since follows from that alone.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

LARGEST_PACK = 200_000  # bytes, as it is sent
MOST_PINNED, MOST_BOOKMARKS = 60, 100
_KEY, _DIGEST = 6, 6  # bytes of each: two of some hundred are the same once in a thousand million packs
_ENTRY = _KEY + _DIGEST
LONGEST_VERSION = (MOST_PINNED + MOST_BOOKMARKS + 1) * _ENTRY * 4 // 3 + 4
HELP = "0" * _KEY * 2  # the key of the numbers to call, beside those of pieces
Named = TypeVar("Named")


@dataclass(frozen=True, kw_only=True)
class Weighed(Generic[Named]):
    """Something that may go in: how many bytes it takes, and how many it takes only to name it."""

    what: Named
    whole: int
    named: int


def fill(room: int, offered: Sequence[Weighed[Named]]) -> tuple[list[Named], list[Named]]:
    """(what goes in, what is only named), each in the order offered: all are named, and each that still fits goes in."""
    left = room - sum(each.named for each in offered)
    taken, out = [], []
    for each in offered:
        if each.whole - each.named <= left:
            left -= each.whole - each.named
            taken.append(each.what)
        else:
            out.append(each.what)
    return taken, out


def key_of(resource_id: str) -> str:
    """A piece's short name within packs: the part of its id that was drawn at random."""
    return resource_id[-2 * _KEY :]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).digest()[:_DIGEST].hex()


def write_pack_version(holds: Mapping[str, str]) -> str:
    """Key -> digest, as one opaque text."""
    raw = b"".join(bytes.fromhex(key + content) for key, content in holds.items())
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read_pack_version(version: str) -> Mapping[str, str] | None:
    """None: not one of ours, and whoever has it has nothing that is known of."""
    try:
        raw = base64.b64decode(version + "=" * (-len(version) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if not raw or len(raw) % _ENTRY:
        return None
    entries = [raw[place : place + _ENTRY].hex() for place in range(0, len(raw), _ENTRY)]
    return {entry[: _KEY * 2]: entry[_KEY * 2 :] for entry in entries}
