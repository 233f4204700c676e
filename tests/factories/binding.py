"""One binding to the run's database for many tests: an engine keeps what it has compiled, and that is most of the time."""

from typing import Any

from sqlalchemy import Engine, event, make_url

from models.session import bind, current_engine, normalise_url
from models.tables import metadata
from tests.factories import database


def bind_empty(url: str) -> Engine:
    """Bound to this database, whose tables are empty; an engine already bound to it is kept."""
    engine = _bound_to(url) or _bind_quick(url)
    database.empty_tables(engine, metadata)
    return engine


def _bind_quick(url: str) -> Engine:
    """No test in this process cuts the machine's power: SQLite need not wait for the disk at every commit."""
    engine = bind(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _without_waiting)
    return engine


def _without_waiting(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def _bound_to(url: str) -> Engine | None:
    try:
        engine = current_engine()
    except RuntimeError:
        return None
    return engine if engine.url == make_url(normalise_url(url)) else None
