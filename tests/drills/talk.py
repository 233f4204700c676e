"""A room in which people keep talking while a drill goes on around them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import eventlet

from tests.drills.writers import Writer
from tests.factories.clients import Phone


class Talk:
    """Writers at work, and the acknowledgements as they come."""

    def __init__(self, stream: str, phones: Sequence[Phone], *, urls: Sequence[str] = (), pause_s: float = 0.0) -> None:
        self.stream = stream
        self.acks: eventlet.Queue = eventlet.Queue()
        self.stood = phones[0].heads[stream]
        self.writers = [Writer(phone, stream, self.acks.put, urls=urls, pause_s=pause_s) for phone in phones]

    def wait_acks(self, count: int) -> None:
        for _ in range(count):
            self.acks.get(timeout=60)

    def wait_ack_of(self, writer: Writer, *, beyond: int) -> None:
        """Until the writer has more acknowledgements than `beyond`."""
        while len(writer.acknowledged) <= beyond:
            self.acks.get(timeout=60)

    @contextmanager
    def going_on(self) -> Iterator["Talk"]:
        over = eventlet.Event()
        tasks = [eventlet.spawn(writer.write, over.ready) for writer in self.writers]
        try:
            yield self
        except BaseException:
            for task in tasks:
                task.kill()
            raise
        over.send()
        for task in tasks:
            task.wait()
