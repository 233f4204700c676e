"""Reading websocket frames: whole, in pieces, and wrong ones."""

import os
import struct
import time

import pytest

from realtime.frames import Frame, FrameRefused, take_frame, unmask

LIMIT = 70_000


def masked(payload, first=0x81, *, mask=b"\x01\x02\x03\x04", claims=None):
    size = len(payload) if claims is None else claims
    if size < 126:
        head = struct.pack("!BB", first, 0x80 | size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", first, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", first, 0x80 | 127, size)
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


@pytest.mark.parametrize("size", [0, 1, 3, 4, 125, 126, 65_535, 65_536, LIMIT])
def test_a_frame_is_taken_as_it_was_sent_and_what_follows_it_stays(size):
    payload = os.urandom(size)
    buffer = bytearray(masked(payload, 0x82) + b"more")
    assert take_frame(buffer, limit=LIMIT) == Frame(2, True, payload)
    assert buffer == b"more"


@pytest.mark.parametrize("size", [5, 300, 66_000])
def test_a_frame_that_is_not_all_there_waits_for_the_rest(size):
    whole = masked(b"x" * size)
    for end in {*range(min(15, len(whole))), size // 2, len(whole) - 1}:
        buffer = bytearray(whole[:end])
        assert take_frame(buffer, limit=LIMIT) is None
        assert buffer == whole[:end]


def test_a_fragment_says_that_it_is_not_the_last():
    assert take_frame(bytearray(masked(b"ab", 0x01)), limit=LIMIT) == Frame(1, False, b"ab")


@pytest.mark.parametrize(
    ("frame", "status"),
    [
        (b"\x81\x01", 1002),  # not masked
        (masked(b"", 0x83), 1002),  # an opcode that does not exist
        (masked(b"", 0xC1), 1002),  # as if compressed
        (masked(b"", 0xA1), 1002),
        (masked(b"", 0x91), 1002),
        (masked(b"", 0x09), 1002),  # a ping in fragments
        (masked(b"x" * 126, 0x89), 1002),  # a ping too long
        (masked(b"", claims=LIMIT + 1), 1009),
        (masked(b"", claims=2**63), 1009),
    ],
)
def test_a_wrong_frame_is_refused_before_the_rest_of_it_comes(frame, status):
    with pytest.raises(FrameRefused) as refused:
        take_frame(bytearray(frame), limit=LIMIT)
    assert refused.value.status == status


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 125, 1001])
def test_unmasking_gives_what_was_masked(size):
    data, mask = os.urandom(size), os.urandom(4)
    assert unmask(data, mask) == bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))


def test_unmasking_a_megabyte_does_not_hold_the_hub():
    data = bytes(1_000_000)

    def took():
        begun = time.perf_counter()
        unmask(data, b"\x01\x02\x03\x04")
        return time.perf_counter() - begun

    assert min(took() for _ in range(5)) < 0.03  # byte by byte it is ten times as long
