"""Files for the library, harmless and not: made byte by byte, so that what is in them is there to be seen."""

import zlib
from collections.abc import Sequence

WORDS = "Good evening"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
SHOWN = b"BT /F1 24 Tf 72 720 Td (Good evening) Tj ET"


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (more, len(data), data)


def packed(*objects: tuple[int, bytes]) -> bytes:
    """A stream of objects: (number, text) each."""
    places, body = b"", b""
    for number, text in objects:
        places += b"%d %d " % (number, len(body))
        body += text + b" "
    data = zlib.compress(places + body)
    return stream(data, b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(objects), len(places)))


def make_pdf(
    *more: bytes,
    catalogue: bytes = b"",
    page: bytes = b"",
    shown: bytes | None = None,
    names: bytes = b"",
    trailer: bytes = b"",
) -> bytes:
    """One page that says good evening. `more`: objects from number 6 on; the rest goes into what it is named for."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s %s >>" % (catalogue, names),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> %s >>" % page,
        shown or stream(SHOWN),
        FONT,
        *more,
    ]
    return written(objects, trailer)


def written(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    out, starts = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    return out + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, at)


def pdf_with_hidden(*objects: tuple[int, bytes], catalogue: bytes = b"", page: bytes = b"") -> bytes:
    """As `make_pdf`, with these objects inside a stream of objects, which a table in another stream leads to."""
    plain = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> %s >>" % page,
        stream(SHOWN),
        FONT,
        packed(*objects),
    ]
    out, rows = b"%PDF-1.7\n", [b"\x00\x00\x00\x00\xff"]
    for number, each in enumerate(plain, start=1):
        rows.append(b"\x01" + len(out).to_bytes(3, "big") + b"\x00")
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    rows += [b"\x02" + len(plain).to_bytes(3, "big") + bytes([place]) for place, _ in enumerate(objects)]
    assert [number for number, _ in objects] == list(range(len(plain) + 1, len(plain) + 1 + len(objects)))
    at, last = len(out), len(rows)
    rows.append(b"\x01" + at.to_bytes(3, "big") + b"\x00")
    table = stream(b"".join(rows), b"/Type /XRef /Size %d /W [1 3 1] /Root 1 0 R" % len(rows))
    return out + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (last, table, at)


def make_mp3(frames: int = 40, *, before: bytes = b"", behind: bytes = b"") -> bytes:
    """Silence: 128 kbit/s, 44.1 kHz, 417 bytes and 26 ms each."""
    return before + (b"\xff\xfb\x90\x00" + bytes(413)) * frames + behind


def id3(words: bytes) -> bytes:
    body = b"TIT2" + len(words).to_bytes(4, "big") + b"\x00\x00" + words
    size = len(body)
    return b"ID3\x03\x00\x00" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127]) + body


def _sum(data: bytes) -> int:
    """Ogg's checksum, bit by bit."""
    crc = 0
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc


def ogg_page(number: int, packets: Sequence[bytes], *, flags: int = 0, position: int = 0, serial: bytes = b"hear") -> bytes:
    laces = b"".join(bytes([255]) * (len(each) // 255) + bytes([len(each) % 255]) for each in packets)
    head = b"OggS\x00" + bytes([flags]) + position.to_bytes(8, "little") + serial + number.to_bytes(4, "little")
    rest = bytes([len(laces)]) + laces + b"".join(packets)
    return head + _sum(head + bytes(4) + rest).to_bytes(4, "little") + rest


OPUS = b"OpusHead\x01\x01" + (312).to_bytes(2, "little") + (48_000).to_bytes(4, "little") + b"\x00\x00\x00"


def counted(words: bytes) -> bytes:
    return len(words).to_bytes(4, "little") + words


def make_ogg(note: bytes = b"LOCATION=12 Secret Street", packets: int = 50) -> bytes:
    """Silence in Opus, 20 ms a packet."""
    tags = (
        b"OpusTags" + (2).to_bytes(4, "little") + b"me" + (1).to_bytes(4, "little") + len(note).to_bytes(4, "little") + note
    )
    sound = ogg_page(2, [b"\xf8\xff\xfe"] * packets, flags=4, position=packets * 960 + 312)
    return ogg_page(0, [OPUS], flags=2) + ogg_page(1, [tags]) + sound


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def make_mp4(*tracks: bytes, seconds: int = 3) -> bytes:
    """Of the form alone: there is no sound in it that could be heard."""
    whole = lambda *numbers: b"".join(number.to_bytes(4, "big") for number in numbers)  # noqa: E731
    made = (0xDEADBEEF, 0xDEADBEEF)
    heads = [
        box(
            b"trak",
            box(b"tkhd", whole(7, *made, 1, 0, seconds * 1000), bytes(60)),
            box(
                b"mdia",
                box(b"mdhd", whole(0, *made, 1000, seconds * 1000, 0)),
                box(b"hdlr", whole(0, 0), track, bytes(12), b"Secret Phone\x00"),
                box(b"minf", box(b"smhd", bytes(8))),
            ),
            box(b"udta", box(b"name", b"Secret Street")),
        )
        for track in tracks or (b"soun",)
    ]
    notes = box(b"udta", box(b"meta", bytes(4), box(b"ilst", box(b"\xa9xyz", b"-33.9+151.2 Secret Street"))))
    moov = box(b"moov", box(b"mvhd", whole(0, *made, 1000, seconds * 1000), bytes(80)), *heads, notes)
    return box(b"ftyp", b"M4A \x00\x00\x00\x00M4A ") + moov + box(b"mdat", bytes(600)) + box(b"uuid", b"Secret Street")
