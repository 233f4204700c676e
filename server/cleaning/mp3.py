"""An MP3 with nothing but its sound: the frames one after another, without what was put before, between and behind them."""

from collections.abc import Iterator

from models.media_types import MediaType
from server.cleaning.kinds import Clean, Finding, RecordingUnreadable

ID3_HEAD, ID3_FOOT = 10, 0x10
LEAST_FRAMES = 10  # a quarter of a second: less is somebody's accident, or no recording at all
LEAST_SOUND = 0.9  # of the file but its tags: the rest is a cut-off frame, not another file
# By MPEG version (3 is the first, 2 the second, 0 what is called 2.5), of layer III.
RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
FIRST = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
LATER = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
SAMPLES = {3: 1152, 2: 576, 0: 576}
LAYER_3 = 1


def clean_mp3(data: bytes) -> Clean:
    """Raises RecordingUnreadable."""
    start = _after_tags(data)
    frames = list(_frames(data, start))
    sound = sum(size for _, size, _ in frames)
    end = _before_tags(data)
    if len(frames) < LEAST_FRAMES or sound < LEAST_SOUND * (end - start):
        raise RecordingUnreadable
    kept = b"".join(data[at : at + size] for at, size, _ in frames)
    removed = []
    if start > 0 or end < len(data):
        removed.append(Finding(kind="details", text=""))
    if sound < end - start:
        removed.append(Finding(kind="junk", text=""))
    seconds = round(sum(length for _, _, length in frames))
    return Clean(media_type=MediaType.MP3, data=kept, pages=None, seconds=max(1, seconds), removed=removed)


def _after_tags(data: bytes) -> int:
    at = 0
    while data[at : at + 3] == b"ID3" and len(data) >= at + ID3_HEAD:
        size = 0
        for byte in data[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        at += ID3_HEAD + size + (ID3_HEAD if data[at + 5] & ID3_FOOT else 0)
    return min(at, len(data))


def _before_tags(data: bytes) -> int:
    """Where the sound ends: before ID3v1's 128 bytes, and an APE tag before them."""
    end = len(data)
    if data[-128:-125] == b"TAG":
        end -= 128
    foot = data[max(0, end - 32) : end]
    if foot.startswith(b"APETAGEX"):
        head = 32 if int.from_bytes(foot[20:24], "little") >> 31 else 0
        end = max(0, end - int.from_bytes(foot[12:16], "little") - head)
    return end


def _frames(data: bytes, at: int) -> Iterator[tuple[int, int, float]]:
    """Where each begins, its bytes, its seconds; all of one version and rate, as those of one recording are."""
    kind: tuple[int, int] | None = None
    while 0 <= at < len(data) - 4:
        frame = _frame(data[at : at + 4])
        whole = frame is not None and at + frame[1] <= len(data)
        if frame is not None and whole and kind in (None, frame[0]):
            # The first is one only where the next follows: two bytes of anything may look like a beginning.
            follows = _frame(data[at + frame[1] : at + frame[1] + 4])
            if kind is not None or (follows is not None and follows[0] == frame[0]):
                kind = frame[0]
                yield at, frame[1], frame[2]
                at += frame[1]
                continue
        at = data.find(b"\xff", at + 1)


def _frame(head: bytes) -> tuple[tuple[int, int], int, float] | None:
    """Version and rate, bytes and seconds of the frame that begins so; None where none does."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004 - eleven bits of ones
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if version not in RATES or layer != LAYER_3:
        return None
    pick, rate = head[2] >> 4, head[2] >> 2 & 3
    if not 0 < pick < len(FIRST) or rate >= len(RATES[version]):
        return None
    samples, hertz = SAMPLES[version], RATES[version][rate]
    kilobits = (FIRST if version == 3 else LATER)[pick]  # noqa: PLR2004 - MPEG 1
    size = samples // 8 * kilobits * 1000 // hertz + (head[2] >> 1 & 1)
    return (version, hertz), size, samples / hertz
