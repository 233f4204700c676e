"""A PDF as bytes: how much its streams would be once unpacked, photographs without what their camera wrote, and the whole.

They are handed on as they are packed. What a small file would swell to is what a phone has to bear that opens it.
"""

import hashlib
import io
import zlib
from collections.abc import Iterator, Sequence

from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject, StreamObject

from server.cleaning.kinds import PdfTooMuch, PdfUnreadable
from server.cleaning.pdf_look import resolved

ONE_BYTES = 120_000_000
ALL_BYTES = 600_000_000
MOST_PIXELS = 100_000_000
STEP = 1 << 20
FLATE = frozenset({"/FlateDecode", "/Fl"})
# Formats of pictures: what they unpack to is told by the picture's size.
PICTURES = frozenset({"/DCTDecode", "/DCT", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode", "/CCF"})
MOST_FILTERS = 4
START, STOP = 0xD8, 0xDA
APPLICATION = range(0xE1, 0xF0)
ADOBE, COMMENT = 0xEE, 0xFE  # the first says how colours are meant, and stays
PROFILE = b"ICC_PROFILE\x00"


class Measure:
    """Adds up what the streams of one document unpack to. Raises PdfTooMuch, PdfUnreadable."""

    def __init__(self) -> None:
        self._all = 0

    def take(self, stream: StreamObject) -> None:
        width, height = (resolved(stream.get(key)) for key in ("/Width", "/Height"))
        if isinstance(width, int) and isinstance(height, int) and width * height > MOST_PIXELS:
            raise PdfTooMuch
        self._all += self._unpacked(stream)
        if self._all > ALL_BYTES:
            raise PdfTooMuch

    def _unpacked(self, stream: StreamObject) -> int:
        filters = list(_filters(stream))
        if len(filters) > MOST_FILTERS:
            raise PdfTooMuch
        data: bytes = stream._data  # noqa: SLF001 - the library gives it unpacked alone
        if not set(filters) <= FLATE | PICTURES:
            return len(stream.get_data())  # rare ones; within the limits that the library was given
        for place, name in enumerate(filters):
            if name not in FLATE:
                break
            more = place + 1 < len(filters)
            data, size = _inflated(data, keep=more)
            if not more:
                return size
        return len(data)


def _filters(stream: DictionaryObject) -> Iterator[str]:
    found = resolved(stream.get("/Filter"))
    for each in found if isinstance(found, ArrayObject) else [found]:
        name = resolved(each)
        if isinstance(name, NameObject):
            yield str(name)


def _inflated(data: bytes, *, keep: bool) -> tuple[bytes, int]:
    """The bytes if they are to be kept, and how many they are."""
    machine, kept, size = zlib.decompressobj(), [], 0
    rest = data
    try:
        while rest and not machine.eof:
            part = machine.decompress(rest, STEP)
            size += len(part)
            if size > ONE_BYTES:
                raise PdfTooMuch
            if keep:
                kept.append(part)
            rest = machine.unconsumed_tail
    except zlib.error as error:
        if not size:
            raise PdfUnreadable from error
        # Damaged further on: viewers show what comes before, and so it stays.
    return b"".join(kept), size


def plain_jpeg(data: bytes) -> bytes:
    """Without places, times, cameras and comments; as it is where it is none that can be followed."""
    if data[:2] != bytes([0xFF, START]):
        return data
    kept, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at] == 0xFF:  # noqa: PLR2004 - the mark of every part
        kind, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if kind == STOP:
            return b"".join([*kept, data[at:]])
        part = data[at : at + 2 + size]
        told = kind == COMMENT or (kind in APPLICATION and kind != ADOBE and not part[4:].startswith(PROFILE))
        if not told:
            kept.append(part)
        at += 2 + size
    return data


def write_pdf(objects: Sequence[tuple[PdfObject, bytes | None]], *, info: IndirectObject | None) -> bytes:
    """A file of these objects in the order of their numbers, each with its stream, if any. The first is the catalogue."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    starts = []
    for number, (made, stream) in enumerate(objects, start=1):
        starts.append(out.tell())
        out.write(b"%d 0 obj\n" % number)
        made.write_to_stream(out)
        if stream is not None:
            out.write(b"\nstream\n" + stream + b"\nendstream")
        out.write(b"\nendobj\n")
    at, name = out.tell(), hashlib.sha256(out.getbuffer()).hexdigest()[:32].encode()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(starts) + 1))
    out.writelines(b"%010d 00000 n \n" % start for start in starts)
    title = b" /Info %d 0 R" % info.idnum if info is not None else b""
    out.write(b"trailer\n<< /Size %d /Root 1 0 R%s" % (len(starts) + 1, title))
    out.write(b" /ID [<%s> <%s>] >>\nstartxref\n%d\n%%%%EOF\n" % (name, name, at))
    return out.getvalue()
