"""One binding to the run's database for many tests: an engine keeps what it has compiled, and that is most of the time."""

from sqlalchemy import Engine, make_url

from models.session import bind, current_engine, normalise_url
from models.tables import metadata
from tests.factories import database


def bind_empty(url: str) -> Engine:
    """Bound to this database, whose tables are empty; an engine already bound to it is kept."""
    engine = _bound_to(url) or bind(url)
    database.empty_tables(engine, metadata)
    return engine


def _bound_to(url: str) -> Engine | None:
    try:
        engine = current_engine()
    except RuntimeError:
        return None
    return engine if engine.url == make_url(normalise_url(url)) else None
