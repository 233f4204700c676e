"""The database session: how the process reaches its database, and the one way to commit.

Invariants: a transaction is opened and committed by a door only; what it recorded in streams is announced right after the
commit and never before. On SQLite there is one writer at a time in the process, and nothing inside `transaction()` may
yield to another greenthread (no emit, no sleep, no network), or that one would wait on the file lock with the whole hub.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from models.audit import append_audit
from models.errors import Conflict, Unavailable
from models.streams import append_deferred

log = logging.getLogger("hearthside.session")

STATEMENT_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 3_000
SQLITE_BUSY_MS = 2_000
POOL_WAIT_S = 5
AWAY = (OperationalError, InterfaceError, PoolTimeoutError)

Listener = Callable[[Sequence[tuple[str, int]]], None]


@dataclass
class _Bound:
    engine: Engine
    write: sessionmaker[Session]
    read: sessionmaker[Session]
    gate: AbstractContextManager[Any]


class _Process:
    """What this process is bound to, and who wants to hear of commits."""

    bound: _Bound | None = None
    listeners: list[Listener] = []  # noqa: RUF012 - process-wide on purpose


def normalise_url(url: str) -> str:
    """Bare PostgreSQL addresses get the driver that runs green; any other choice blocks the whole server."""
    for bare in ("postgresql://", "postgres://"):
        if url.startswith(bare):
            return "postgresql+psycopg2://" + url.removeprefix(bare)
    return url


def make_engine(url: str) -> Engine:
    """An engine for SQLite (WAL, every commit synced) or PostgreSQL (bounded statements, locks and pool)."""
    parsed = make_url(normalise_url(url))
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed, hide_parameters=True, connect_args={"timeout": SQLITE_BUSY_MS / 1000, "check_same_thread": False}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    options = f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS}"
    engine = create_engine(
        parsed,
        hide_parameters=True,  # an error report must not carry what somebody wrote
        pool_size=10,
        max_overflow=10,
        pool_timeout=POOL_WAIT_S,
        pool_pre_ping=True,
        connect_args={"options": f"{options} -c timezone=UTC", "connect_timeout": 5},
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """An acknowledged message survives the crash of a server that was set to be quick; stronger settings stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
    connection.commit()  # a setting made in a transaction goes when that is rolled back


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not open transactions by itself; `_begin_sqlite` does
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # an acknowledged message survives a power cut
        "foreign_keys=ON",
        "secure_delete=ON",  # what was erased leaves the file too
        "cache_size=-32000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("hearthside_read")
    connection.exec_driver_sql("BEGIN DEFERRED" if read_only else "BEGIN IMMEDIATE")


def bind(url: str) -> Engine:
    """Bind this process to a database; an earlier binding is closed. Returns the engine (for migrations)."""
    unbind()
    engine = make_engine(url)
    if engine.dialect.name == "sqlite":
        reader = engine.execution_options(hearthside_read=True)
        gate: AbstractContextManager[Any] = threading.BoundedSemaphore(1)
    else:
        # One snapshot for all the queries of a read: a sync answer must not mix two moments.
        reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        gate = nullcontext()
    _Process.bound = _Bound(
        engine=engine,
        write=sessionmaker(engine, expire_on_commit=False),
        read=sessionmaker(reader, expire_on_commit=False, autoflush=False),
        gate=gate,
    )
    return engine


def unbind() -> None:
    if _Process.bound is not None:
        _Process.bound.engine.dispose()
        _Process.bound = None


def _bound() -> _Bound:
    if _Process.bound is None:
        raise RuntimeError("no database: the application has not been configured")
    return _Process.bound


def current_engine() -> Engine:
    return _bound().engine


def on_commit(listener: Listener) -> Callable[[], None]:
    """Hear of every (stream id, seq) committed by this process, after the commit. Returns how to stop hearing."""
    _Process.listeners.append(listener)
    return lambda: _Process.listeners.remove(listener)


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of change: commits when the block ends, rolls back when it raises, then announces what was recorded.

    Raises Conflict when another change took the same unique place, Unavailable when the database was too busy or away:
    in both cases nothing was changed and the caller may try again.
    """
    bound = _bound()
    with bound.gate:
        session = bound.write()
        try:
            yield session
            append_deferred(session)
            append_audit(session)
            session.commit()
        except IntegrityError as error:
            session.rollback()
            raise Conflict from error
        except AWAY as error:
            session.rollback()
            raise _away(error) from error
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()
    _announce(session.info.get("recorded", ()))


def _away(error: Exception) -> Unavailable:
    """Note what kind of trouble it was, for an operator; its words may hold values and stay out of the log."""
    cause = getattr(error, "orig", None) or error
    code = getattr(cause, "pgcode", None) or getattr(cause, "sqlite_errorname", None)
    log.warning("database refused error=%s code=%s", type(cause).__name__, code)
    return Unavailable(retry_after=1)


def _announce(recorded: Sequence[tuple[str, int]]) -> None:
    if not recorded:
        return
    for listener in _Process.listeners:
        try:
            listener(recorded)
        except Exception:
            # The change is durable and must be acknowledged; whoever missed the hint finds it by comparing heads.
            log.exception("a commit listener failed")


@contextmanager
def reading() -> Iterator[Session]:
    """One consistent view for a read. Raises Unavailable when the database is away."""
    session = _bound().read()
    try:
        yield session
    except AWAY as error:
        raise _away(error) from error
    finally:
        session.close()  # rolls back; what was loaded stays readable


def ping() -> None:
    """Raise Unavailable unless the database answers."""
    with reading() as session:
        session.execute(text("SELECT 1"))
