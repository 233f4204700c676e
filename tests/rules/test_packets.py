"""Socket.IO packets: the short way to read an event says what the library's packets say, and refuses in the same words."""

from typing import Any

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st
from socketio import packet as sio_packet

from realtime.json_codec import JsonCodec
from realtime.packets import PacketRefused, read_event, read_packet


class Packet(sio_packet.Packet):
    uses_binary_events = False
    json = JsonCodec


PIECES = st.sampled_from(
    [
        "2",
        "3",
        "0",
        "1",
        "5",
        "-",
        "1-",
        "/",
        "/,",
        "/other,",
        "?",
        "007",
        "9" * 15,
        "9" * 16,
        "9" * 101,
        "²",
        "٣",
        " ",
        "\n",
    ]
)
DATA = st.sampled_from(
    [
        '["echo"]',
        '["echo",{"a":"1-2"}]',
        '["a-b","/,"]',
        "[]",
        "[1]",
        '[["a"]]',
        '["connect"]',
        '["__x"]',
        '["*",1]',
        "[",
        "]",
        "{}",
    ]
)
TEXTS = st.builds("".join, st.lists(PIECES | DATA | st.text(max_size=3), max_size=5))
EVENTS = st.builds("2{}{}{}".format, st.just("") | st.integers(0, 10**18), DATA, st.just("") | PIECES)


def said(read, text: str) -> tuple[Any, ...] | None:
    try:
        return read(Packet, text)
    except PacketRefused as refused:
        return ("refused", refused.code)


def by_the_library(packet_class, text: str) -> tuple[Any, ...]:
    pkt = read_packet(packet_class, text)
    return (pkt.id, pkt.data) if pkt.packet_type == sio_packet.EVENT else ("another", pkt.packet_type)


@settings(max_examples=2_000, deadline=None)
@given(TEXTS | EVENTS)
@example("2" + "[" * 5_000)
@example('2["\\ud800"]')
@example("21" + '["echo"]')
def test_an_event_is_read_as_the_library_reads_it_or_left_to_it(text):
    short = said(read_event, text)
    event("left to it" if short is None else str(short[0])[:7])
    assert short in (None, said(by_the_library, text))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('2["echo",{"a":1}]', (None, ["echo", {"a": 1}])),
        ('20["echo"]', (0, ["echo"])),
        ('2017["echo","1-2"]', (17, ["echo", "1-2"])),
        ('2/,1["echo"]', None),
        ('2/other,["echo"]', None),
        ('21-["echo"]', None),
        (f'2{"9" * 16}["echo"]', None),
        ('2²["echo"]', None),
        ("0{}", None),
        ('31["echo"]', None),
        ("", None),
    ],
)
def test_only_the_usual_form_is_read_the_short_way(text, read):
    assert read_event(Packet, text) == read
