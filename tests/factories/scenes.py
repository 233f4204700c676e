"""Scenes that many tests begin with: made once by the real actions, remembered, and put back row by row for the next test,
which takes a hundredth of the time.

What was made is handed to several tests: they may change the database, never the objects.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Engine

from models import resource_index
from models.session import current_engine
from models.tables import metadata
from tests.factories import database

Made = TypeVar("Made")

# A scene is about now: somebody asked for help a moment ago, somebody is on duty for hours. After a minute it is made anew.
FRESH_FOR_S = 60
COLUMNS = {
    **{table.name: tuple(column.name for column in table.columns) for table in metadata.sorted_tables},
    resource_index.TABLE: ("rowid", *resource_index.PARTS),  # not a mapped table
}


@dataclass(frozen=True)
class _Scene:
    engine: Engine
    made_at: float
    made: Any
    put_back: Callable[[Any], None]

    def is_fresh(self) -> bool:
        return self.engine is current_engine() and time.monotonic() < self.made_at + FRESH_FOR_S


_scenes: dict[tuple[Any, ...], _Scene] = {}


def scene(make: Callable[..., Made], *given: Any) -> Made:
    """What `make(*given)` makes in an empty database, and a database with that in it and nothing else."""
    engine, kept = current_engine(), _scenes.get((make, *given))
    database.empty_tables(engine, metadata)
    if kept is None or not kept.is_fresh():
        made_at, made = time.monotonic(), make(*given)
        kept = _scenes[make, *given] = _Scene(engine, made_at, made, _remember(engine, f"scene_{make.__name__}"))
    else:
        with engine.begin() as connection:
            kept.put_back(connection.connection.driver_connection)
    made: Made = kept.made
    return made


def _remember(engine: Engine, name: str) -> Callable[[Any], None]:
    """How to put all rows of today back into tables that are empty."""
    with engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        return _remember_there(driver.cursor(), name) if engine.dialect.name == "postgresql" else _remember_here(driver)


def _remember_here(driver: Any) -> Callable[[Any], None]:
    rows = []
    for table, columns in COLUMNS.items():
        names, places = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
        if found := driver.execute(f'SELECT {names} FROM "{table}"').fetchall():
            rows.append((f'INSERT INTO "{table}" ({names}) VALUES ({places})', found))

    def put_back(driver: Any) -> None:
        driver.execute("PRAGMA defer_foreign_keys = ON")
        for table in database.NEVER_EMPTY:
            driver.execute(f"DELETE FROM {table}")
        for insert, values in rows:
            driver.executemany(insert, values)

    return put_back


def _remember_there(cursor: Any, schema: str) -> Callable[[Any], None]:
    """In copies of the tables, in a schema of their own: the server puts everything back in one go."""
    cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")
    statements = ["SET LOCAL session_replication_role = replica"]  # no references are looked up, row by row
    statements += [f"DELETE FROM {table}" for table in database.NEVER_EMPTY]
    for table, columns in COLUMNS.items():
        names = ", ".join(f'"{name}"' for name in columns)
        cursor.execute(f'CREATE TABLE {schema}."{table}" AS SELECT {names} FROM "{table}"')
        if cursor.rowcount:
            statements.append(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM {schema}."{table}"')
    script = "; ".join(statements)
    return lambda driver: driver.cursor().execute(script)
