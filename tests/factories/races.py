"""Things that happen at the same moment, on real threads with a database connection each."""

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from models.errors import DomainError
from models.session import current_engine

PATIENCE_S = 10.0


class Racer(threading.Thread):
    """Runs a function in its own thread; `outcome()` is what it returned, or the code it was refused with."""

    def __init__(self, function: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._function = function
        self._result: Any = None
        self._error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self._result = self._function()
        except DomainError as refusal:
            self._result = refusal.code
        except Exception as error:  # noqa: BLE001 - raised again where the test waits for the outcome
            self._error = error

    def outcome(self) -> Any:
        self.join(PATIENCE_S)
        assert not self.is_alive(), "it never came to an end"
        if self._error is not None:
            raise self._error
        return self._result


def race(*functions: Callable[[], Any]) -> list[Any]:
    """All at once; what each returned, or the code it was refused with."""
    start = threading.Barrier(len(functions))

    def runner(function: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            start.wait(PATIENCE_S)
            return function()

        return run

    racers = [Racer(runner(function)) for function in functions]
    return [racer.outcome() for racer in racers]


def behind(blocked: Callable[[], Any]) -> Racer:
    """Start this while the caller's transaction holds what it needs; returns once it waits for that.

    PostgreSQL tells who waits. On SQLite one writer at a time is let in at all, so whoever comes second waits by itself.
    """
    racer = Racer(blocked)
    engine = current_engine()
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            while not connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                assert racer.is_alive(), "it did not have to wait"
                connection.rollback()
    return racer
