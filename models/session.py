"""The database session: how the process reaches its database, and the one way to commit.

Invariants: a transaction is opened and committed by a door only; what it recorded in streams is announced right after the
commit and never before. On SQLite there is one writer at a time in the process, and nothing inside `transaction()` may
yield to another greenthread (no emit, no sleep, no network), or that one would wait on the file lock with the whole hub.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from models.audit import append_audit
from models.errors import Conflict, DomainError, Unavailable
from models.prepared import DRIVER, Driver
from models.streams import append_deferred

log = logging.getLogger("hearthside.session")

STATEMENT_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 3_000
SQLITE_BUSY_MS = 2_000
POOL_WAIT_S = 5
AWAY = (OperationalError, InterfaceError, PoolTimeoutError)

Listener = Callable[[Sequence[tuple[str, int]], Mapping[tuple[str, int], Any]], None]
Result = TypeVar("Result")


@dataclass
class _Bound:
    engine: Engine
    reader: Engine
    gate: AbstractContextManager[Any]
    # How a transaction begins, for changes and for reads; None where the driver begins by itself.
    begin: tuple[str, str] | None
    # Units of work that are done, kept with their connections for the next. None where the pool has the connections: it
    # asks whether the server is still there.
    idle: "list[_Unit] | None"


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


def _as_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def make_engine(url: str) -> Engine:
    """An engine for SQLite (WAL, every commit synced) or PostgreSQL (bounded statements, locks and pool)."""
    parsed = make_url(normalise_url(url))
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed,
            hide_parameters=True,
            paramstyle="named",  # as PostgreSQL's driver takes them
            json_serializer=_as_json,
            json_deserializer=orjson.loads,
            connect_args={"timeout": SQLITE_BUSY_MS / 1000, "check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    options = f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS}"
    engine = create_engine(
        parsed,
        hide_parameters=True,  # an error report must not carry what somebody wrote
        json_serializer=_as_json,
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
    if connection.connection.in_transaction:
        return  # `_Unit` has begun it
    read_only = connection.get_execution_options().get("hearthside_read")
    connection.exec_driver_sql("BEGIN DEFERRED" if read_only else "BEGIN IMMEDIATE")


def bind(url: str) -> Engine:
    """Bind this process to a database; an earlier binding is closed. Returns the engine (for migrations)."""
    unbind()
    engine = make_engine(url)
    if engine.dialect.name == "sqlite":
        _Process.bound = _Bound(
            engine=engine,
            reader=engine,
            gate=threading.Lock(),
            begin=("BEGIN IMMEDIATE", "BEGIN DEFERRED"),
            idle=[],
        )
    else:
        # One snapshot for all the queries of a read: a sync answer must not mix two moments.
        reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        _Process.bound = _Bound(engine=engine, reader=reader, gate=nullcontext(), begin=None, idle=None)
    return engine


def unbind() -> None:
    if _Process.bound is not None:
        for unit in _Process.bound.idle or ():
            unit.give_back()
        _Process.bound.engine.dispose()
        _Process.bound = None


def _bound() -> _Bound:
    if _Process.bound is None:
        raise RuntimeError("no database: the application has not been configured")
    return _Process.bound


def current_engine() -> Engine:
    return _bound().engine


def on_commit(listener: Listener) -> Callable[[], None]:
    """Hear of every (stream id, seq) committed by this process, after the commit, and of what was `kept_at_hand` for them.
    Returns how to stop hearing.
    """
    _Process.listeners.append(listener)
    return lambda: _Process.listeners.remove(listener)


class _Unit(Session):
    """A session over one connection, which prepared statements use as well (models/prepared.py).

    Its transaction is the connection's: what the ORM and prepared statements change is committed or undone together,
    whichever of the two was used. Closed, it is as new, and serves again.
    """

    def __init__(self, bound: _Bound, *, read_only: bool) -> None:
        self._idle = bound.idle
        engine = bound.reader if read_only else bound.engine
        self._held = engine.connect()
        self._driver = Driver(self._held.connection.dbapi_connection, engine)
        super().__init__(self._held, expire_on_commit=False)

    def start(self, bound: _Bound, *, read_only: bool) -> None:
        self.autoflush = not read_only
        self.info[DRIVER] = self._driver
        self._driver.look_for_listeners()
        if bound.begin is not None:
            try:
                self._ask(self._driver.connection.execute, bound.begin[read_only])
            except BaseException:
                self.close()
                raise

    def commit(self) -> None:
        if self.in_transaction():
            super().commit()
        self._ask(self._driver.connection.commit)  # nothing, where the line above did it

    def close(self) -> None:
        """Undo what was not committed and give the connection back; what was loaded stays readable."""
        kept = False
        try:
            if self.in_transaction() or self.identity_map:
                super().close()
            self.info.clear()
            if self._driver.lost:
                self._held.invalidate()
            elif self._idle is not None:
                self._ask(self._driver.connection.rollback)
                self._idle.append(self)
                kept = True
        finally:
            if not kept:
                self.give_back()

    def give_back(self) -> None:
        """Let go of the connection; the pool rolls it back."""
        with suppress(self._driver.failures):  # of a connection that is lost already
            self._driver.cursor.close()
        self._held.close()

    def _ask(self, what: Callable[..., Any], *words: str) -> None:
        try:
            what(*words)
        except self._driver.failures as error:
            raise self._driver.error(error, "".join(words)) from error


def _open(bound: _Bound, *, read_only: bool) -> _Unit:
    try:
        unit = (bound.idle or []).pop()
    except IndexError:  # asked this way round, because other threads take from it too
        unit = _Unit(bound, read_only=read_only)
    unit.start(bound, read_only=read_only)
    return unit


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of change: commits when the block ends, rolls back when it raises, then announces what was recorded.

    A refusal that `keeps` what was noted beside it (that somebody may be in danger) goes on its way after that is committed.
    Raises Conflict when another change took the same unique place, Unavailable when the database was too busy or away: in
    both cases nothing was changed and the caller may try again.
    """
    bound, refusal = _bound(), None
    with bound.gate:
        try:
            session = _open(bound, read_only=False)
            try:
                try:
                    yield session
                except DomainError as error:
                    if not error.keeps:
                        raise
                    refusal = error
                append_deferred(session)
                append_audit(session)
                recorded, at_hand = session.info.get("recorded", ()), session.info.get("at_hand", {})
                session.commit()
            finally:
                session.close()
        except IntegrityError as error:
            raise Conflict from error
        except AWAY as error:
            raise _away(error) from error
    _announce(recorded, at_hand)
    if refusal is not None:
        raise refusal


def again_after_race(work: Callable[[], Result]) -> Result:
    """Run a unit of change, and once more when another took the same unique place at that moment: now it finds that place
    taken, and can say what that means. `work` opens its own transaction.
    """
    try:
        return work()
    except Conflict as error:
        if type(error) is not Conflict:  # a refusal that says already what it means
            raise
    return work()


def _away(error: Exception) -> Unavailable:
    """Note what kind of trouble it was, for an operator; its words may hold values and stay out of the log."""
    cause = getattr(error, "orig", None) or error
    code = getattr(cause, "pgcode", None) or getattr(cause, "sqlite_errorname", None)
    log.warning("database refused error=%s code=%s", type(cause).__name__, code)
    return Unavailable(retry_after=1)


def _announce(recorded: Sequence[tuple[str, int]], at_hand: Mapping[tuple[str, int], Any]) -> None:
    if not recorded:
        return
    for listener in _Process.listeners:
        try:
            listener(recorded, at_hand)
        except Exception:
            # The change is durable and must be acknowledged; whoever missed the hint finds it by comparing heads.
            log.exception("a commit listener failed")


@contextmanager
def reading() -> Iterator[Session]:
    """One consistent view for a read. Raises Unavailable when the database is away."""
    bound = _bound()
    try:
        session = _open(bound, read_only=True)
        try:
            yield session
        finally:
            session.close()
    except AWAY as error:
        raise _away(error) from error


def fold_log() -> bool:
    """Fold SQLite's log into its file, so that what was erased leaves the log too. False while somebody reads from it.

    PostgreSQL recycles its log by itself.
    """
    bound = _bound()
    if bound.engine.dialect.name != "sqlite":
        return True
    with bound.gate:
        connection = bound.engine.raw_connection()
        try:
            busy, _, _ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.close()
    return not busy


def ping() -> None:
    """Raise Unavailable unless the database answers."""
    with reading() as session:
        session.execute(text("SELECT 1"))
