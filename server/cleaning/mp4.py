"""An MP4 with one kind of track, sound: what is said beside it is overwritten where it stands, so that nothing moves."""

from collections.abc import Iterator

from models.media_types import MediaType
from server.cleaning.kinds import Clean, Finding, RecordingNotOnlySound, RecordingUnreadable

DEEPEST = 8
# What stays of each box that holds others; the rest becomes free space. What is not named here holds no others.
KEPT: dict[bytes, frozenset[bytes]] = {
    b"": frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"moof", b"sidx", b"mfra", b"styp"}),
    b"moov": frozenset({b"mvhd", b"trak", b"mvex", b"iods", b"free", b"skip"}),
    b"trak": frozenset({b"tkhd", b"mdia", b"edts", b"free", b"skip"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf", b"free", b"skip"}),
}
SPACE = frozenset({b"free", b"skip", b"wide"})
DATED = frozenset({b"mvhd", b"tkhd", b"mdhd"})
SOUND = b"soun"


def clean_mp4(data: bytes) -> Clean:
    """Raises RecordingUnreadable, RecordingNotOnlySound."""
    made = bytearray(data)
    told = _Told(made)
    told.go_through(b"", 0, len(made), 0)
    if told.tracks != [SOUND]:
        raise RecordingNotOnlySound if told.tracks else RecordingUnreadable
    if not told.sound or told.seconds <= 0:
        raise RecordingUnreadable
    removed = [Finding(kind="details", text="")] if told.changed else []
    return Clean(
        media_type=MediaType.MP4, data=bytes(made), pages=None, seconds=max(1, round(told.seconds)), removed=removed
    )


class _Told:
    """Goes through the boxes of `made` and wipes what is not to stay; `changed` when there was something."""

    def __init__(self, made: bytearray) -> None:
        self._made = made
        self.tracks: list[bytes] = []
        self.sound = False
        self.seconds = 0.0
        self.changed = False

    def go_through(self, within: bytes, start: int, end: int, depth: int) -> None:
        if depth > DEEPEST:
            raise RecordingUnreadable
        for kind, at, body, after in self._boxes(start, end):
            if kind not in KEPT[within]:
                self._made[at + 4 : at + 8] = b"free"
                self._wipe(body, after)
            elif kind in SPACE:
                self._wipe(body, after)
            elif kind in KEPT:
                self.go_through(kind, body, after, depth + 1)
            elif kind == b"mdat":
                self.sound = self.sound or after > body
            elif kind in DATED:
                self._undate(kind, body, after)
            elif kind == b"hdlr":
                self.tracks.append(bytes(self._made[body + 8 : body + 12]))
                self._wipe(body + 24, after)  # its name, which says what wrote it

    def _boxes(self, start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
        """Kind, where it begins, where its content does, where it ends."""
        at = start
        while at < end:
            if at + 8 > end:
                raise RecordingUnreadable
            size, body = int.from_bytes(self._made[at : at + 4], "big"), at + 8
            if size == 1:
                size, body = int.from_bytes(self._made[at + 8 : at + 16], "big"), at + 16
            elif size == 0 and end == len(self._made):
                size = end - at
            if size < body - at or at + size > end:
                raise RecordingUnreadable
            yield bytes(self._made[at + 4 : at + 8]), at, body, at + size
            at += size

    def _undate(self, kind: bytes, body: int, after: int) -> None:
        """Take out when it was made. The head of all says how long it lasts."""
        long = self._made[body] == 1
        width = 8 if long else 4
        if after - body < 4 + 4 * width:
            raise RecordingUnreadable
        self._wipe(body + 4, body + 4 + 2 * width)
        if kind == b"mdhd":
            scale_at = body + 4 + 2 * width
            scale = int.from_bytes(self._made[scale_at : scale_at + 4], "big")
            length = int.from_bytes(self._made[scale_at + 4 : scale_at + 4 + width], "big")
            self.seconds = length / scale if scale else 0.0
            if self.seconds > 86_400:  # noqa: PLR2004 - a day
                raise RecordingUnreadable

    def _wipe(self, start: int, end: int) -> None:
        if any(self._made[start:end]):
            self.changed = True
            self._made[start:end] = bytes(max(0, end - start))
