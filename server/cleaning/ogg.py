"""An Ogg file of one recording, Opus or Vorbis, with its comments emptied and its pages numbered and summed anew."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.media_types import MediaType
from server.cleaning.kinds import Clean, Finding, RecordingNotOnlySound, RecordingUnreadable

HEAD = 27
LONGEST_LACE = 255
BEGINS, CONTINUES, ENDS = 2, 1, 4
NOTHING_ENDS = (1 << 64) - 1  # where a page's position says that no packet ends on it
OPUS, VORBIS = b"OpusHead", b"\x01vorbis"
OPUS_RATE = 48_000
# Comments with nothing in them, and the bit without which Vorbis's are none.
EMPTY = {OPUS: b"OpusTags" + bytes(8), VORBIS: b"\x03vorbis" + bytes(8) + b"\x01"}
HEADERS = {OPUS: 2, VORBIS: 3}
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True)
class _Page:
    flags: int
    position: int
    serial: bytes
    laces: bytes
    body: bytes

    def written(self, number: int) -> bytes:
        head = b"OggS\x00" + bytes([self.flags]) + self.position.to_bytes(8, "little") + self.serial
        head += number.to_bytes(4, "little")
        rest = bytes([len(self.laces)]) + self.laces + self.body
        return head + checksum(head + bytes(4) + rest).to_bytes(4, "little") + rest


def checksum(data: bytes) -> int:
    """Ogg's CRC: zlib's polynomial with the bits the other way round, begun at nothing."""
    backwards = zlib.crc32(data.translate(REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{backwards:032b}"[::-1], 2)


def clean_ogg(data: bytes) -> Clean:
    """Raises RecordingUnreadable, RecordingNotOnlySound."""
    pages = list(_pages(data))
    kind = next((kind for kind in (OPUS, VORBIS) if pages and pages[0].body.startswith(kind)), None)
    if kind is None or not pages[0].flags & BEGINS:
        raise RecordingNotOnlySound if pages and pages[0].flags & BEGINS else RecordingUnreadable
    if any(page.serial != pages[0].serial or (place > 0 and page.flags & BEGINS) for place, page in enumerate(pages)):
        raise RecordingNotOnlySound
    packets, used = _headers(pages[1:], HEADERS[kind] - 1)
    comments = packets[0]
    # Behind the comments there may be a picture of the cover: all of it goes.
    fresh = _paged([EMPTY[kind], *packets[1:]], pages[0].serial)
    sound = pages[1 + used :]
    if not sound:
        raise RecordingUnreadable
    written = b"".join(page.written(number) for number, page in enumerate([pages[0], *fresh, *sound]))
    removed = [Finding(kind="details", text="")] if comments != EMPTY[kind] else []
    seconds = _seconds(kind, pages[0].body, sound)
    return Clean(media_type=MediaType.OGG, data=written, pages=None, seconds=seconds, removed=removed)


def _pages(data: bytes) -> Iterator[_Page]:
    """All of them, each whole. What is no page in between is somebody's damage, or another file."""
    at = 0
    while at < len(data):
        laces_at = at + HEAD
        if data[at : at + 5] != b"OggS\x00" or laces_at > len(data):
            raise RecordingUnreadable
        laces = data[laces_at : laces_at + data[at + 26]]
        body_at = laces_at + len(laces)
        end = body_at + sum(laces)
        if end > len(data):
            raise RecordingUnreadable
        if checksum(data[at : at + 22] + bytes(4) + data[at + 26 : end]) != int.from_bytes(
            data[at + 22 : at + 26], "little"
        ):
            raise RecordingUnreadable
        position = int.from_bytes(data[at + 6 : at + 14], "little")
        yield _Page(data[at + 5], position, data[at + 14 : at + 18], laces, data[body_at:end])
        at = end


def _headers(pages: Sequence[_Page], wanted: int) -> tuple[list[bytes], int]:
    """The packets that stand before the sound, which begins on a page of its own, and how many pages they take."""
    packets: list[bytes] = []
    packet = b""
    for number, page in enumerate(pages, start=1):
        at = 0
        for lace in page.laces:
            packet += page.body[at : at + lace]
            at += lace
            if lace < LONGEST_LACE:
                packets.append(packet)
                packet = b""
        if len(packets) >= wanted:
            if len(packets) > wanted or packet:
                raise RecordingUnreadable
            return packets, number
    raise RecordingUnreadable


def _paged(packets: Sequence[bytes], serial: bytes) -> list[_Page]:
    laces = b"".join(
        bytes([LONGEST_LACE]) * (len(each) // LONGEST_LACE) + bytes([len(each) % LONGEST_LACE]) for each in packets
    )
    body, at, pages = b"".join(packets), 0, []
    for start in range(0, len(laces), LONGEST_LACE):
        some = laces[start : start + LONGEST_LACE]
        goes_on = start > 0 and laces[start - 1] == LONGEST_LACE
        position = 0 if any(lace < LONGEST_LACE for lace in some) else NOTHING_ENDS
        pages.append(_Page(CONTINUES if goes_on else 0, position, serial, some, body[at : at + sum(some)]))
        at += sum(some)
    return pages


def _seconds(kind: bytes, head: bytes, sound: Sequence[_Page]) -> int:
    last = max((page.position for page in sound if page.position != NOTHING_ENDS), default=0)
    skipped, rate = 0, int.from_bytes(head[12:16], "little")
    if kind == OPUS:
        skipped, rate = int.from_bytes(head[10:12], "little"), OPUS_RATE
    if not 0 < rate <= 192_000 or last > rate * 86_400:  # noqa: PLR2004 - a day
        raise RecordingUnreadable
    return max(1, round((last - skipped) / rate))
