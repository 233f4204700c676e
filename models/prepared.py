"""Prepared statements, for what runs with every message: a statement is compiled once and sent straight to the driver.

Most of what a short query costs through the ORM is finding out again how to run it. A `Prepared` keeps the SQL text, how
each value is encoded and how each row is decoded. Invariants:

- It is the same statement: the columns' own types encode and decode (ids, times, encryption, enums, JSON), values are
  always bound, and it runs on the session's own connection inside the session's transaction.
- It sees what the session has changed: pending changes are flushed first.
- It fails as SQLAlchemy does: an error of the driver is raised as SQLAlchemy's of that name, without the parameters.
- What it reads cannot be changed by accident: a mapped class comes back as a snapshot (models/snapshots.py).
- Every value is given with every call: a default of the model does not apply, and one left out is a TypeError.
- A list (`column.in_(bindparam("ids"))`) has a form for each power of two it fits into: its last value fills it up. A list
  that the statement itself names (`column.in_(TAKEN)`) is part of its text.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import call, itemgetter
from typing import Any

from sqlalchemy import BindParameter, Delete, Engine, Insert, Select, Update
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

from models.snapshots import columns_of, decoder, snapshot_class

DRIVER = "driver"  # where a session keeps its Driver, in `session.info`

Statement = Select[*tuple[Any, ...]] | Insert | Update | Delete


class Driver:
    """The connection beneath a session, as the database's driver made it."""

    def __init__(self, connection: Any, engine: Engine) -> None:
        self.connection = connection
        self.cursor = connection.cursor()  # whatever is asked is read whole before anything else is asked
        self.dialect = engine.dialect
        self.kind = self.dialect.name
        self._dispatch: Any = engine.dispatch
        self.listeners: Sequence[Callable[..., Any]] = ()
        self.failures: type[Exception] = self.dialect.dbapi.Error  # type: ignore[union-attr]
        self.lost = False

    def look_for_listeners(self) -> None:
        """Whoever watches statements hears of prepared ones as well, from the next transaction on."""
        self.listeners = tuple(self._dispatch.before_cursor_execute)

    def error(self, error: Exception, sql: str) -> Exception:
        """SQLAlchemy's error for one of the driver's, without the parameters; what the driver quotes itself is in both."""
        about: Any = error
        self.lost = self.lost or self.dialect.is_disconnect(about, self.connection, None)
        kind: Any = self.failures
        translated: Exception = DBAPIError.instance(sql, None, about, kind, hide_parameters=True, dialect=self.dialect)
        return translated


def keeps_writers_out(session: Session) -> bool:
    """Whether a transaction here is the only one that writes, so that no row needs a lock: SQLite's is."""
    driver: Driver = session.info[DRIVER]
    return driver.kind == "sqlite"


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as one kind of database takes it."""

    sql: str
    # Of the values, those that are written otherwise than they are given, and how.
    encoded: Sequence[str]
    encoders: Sequence[Callable[[Any], Any]]
    fixed: Mapping[str, Any]  # what the statement itself names
    asked: int  # how many values each call gives
    lists: Mapping[str, Sequence[str]]  # the places of each list
    decode: Callable[[Sequence[Any]], tuple[Any, ...]] | None  # None: rows are right as the driver gives them

    def spread(self, values: dict[str, Any]) -> None:
        """Add what the statement itself names, and put each list into its places."""
        values.update(self.fixed)
        for name, places in self.lists.items():
            given = values.pop(name)
            values.update(zip(places, [*given, *given[-1:] * (len(places) - len(given))], strict=True))


class Prepared:
    """`statement` with named `bindparam`s, which each call gives. Selects mapped classes and single columns."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._lists = _lists_of(statement)
        self._forms: dict[Any, _Form] = {}  # by kind of database, and how much each list takes

    def rows(self, session: Session, **values: Any) -> list[tuple[Any, ...]]:
        """Every row: a snapshot for a mapped class (None where an outer join found none), a value for a column."""
        found: list[tuple[Any, ...]] = self._run(session, values, fetch=True)
        return found

    def row(self, session: Session, **values: Any) -> tuple[Any, ...] | None:
        """The one row there can be, or None."""
        found = self._run(session, values, fetch=True)
        return found[0] if found else None

    def run(self, session: Session, **values: Any) -> None:
        self._run(session, values, fetch=False)

    def run_many(self, session: Session, each: Sequence[dict[str, Any]]) -> None:
        """Once for each of these, in one go; they are changed in place. Of a statement without lists."""
        driver: Driver = session.info[DRIVER]
        form = self._forms.get(driver.kind) or self._prepare(driver, {})
        if form.fixed or form.encoders:
            for values in each:
                _encode(form, values)
        _send(session, driver, form, each, driver.cursor.executemany)

    def _run(self, session: Session, values: dict[str, Any], *, fetch: bool) -> Any:
        driver: Driver = session.info[DRIVER]
        if self._lists:
            room = {name: _room_for(len(values[name])) for name in self._lists}
            form = self._forms.get((driver.kind, *room.values())) or self._prepare(driver, room)
        else:
            form = self._forms.get(driver.kind) or self._prepare(driver, {})
        _encode(form, values)
        found = _send(session, driver, form, values, driver.cursor.execute, fetch=fetch)
        return found if form.decode is None else list(map(form.decode, found))

    def _prepare(self, driver: Driver, room: Mapping[str, int]) -> _Form:
        form = _form_of(self._statement, driver.dialect, room)
        self._forms[(driver.kind, *room.values()) if room else driver.kind] = form
        return form


def _encode(form: _Form, values: dict[str, Any]) -> None:
    """Make of the values what the driver binds."""
    if len(values) != form.asked:
        raise TypeError(f"{sorted(values)} given, {form.asked} asked for")
    if form.fixed or form.lists:
        form.spread(values)
    # Without a step of ours for each of them.
    values.update(zip(form.encoded, map(call, form.encoders, map(values.__getitem__, form.encoded)), strict=True))


def _send(
    session: Session, driver: Driver, form: _Form, given: Any, send: Callable[[str, Any], Any], *, fetch: bool = False
) -> list[Any]:
    if session.autoflush and session.in_transaction():
        session.flush()  # a prepared statement sees what the session did before it
    for listener in driver.listeners:
        listener(None, None, form.sql, given, None, not isinstance(given, dict))
    try:
        send(form.sql, given)
        return driver.cursor.fetchall() if fetch else []
    except driver.failures as error:
        raise driver.error(error, form.sql) from error


def _lists_of(statement: Statement) -> list[str]:
    """Names of the values that are lists, of those that each call gives."""
    parts = (part for part in visitors.iterate(statement) if isinstance(part, BindParameter))
    found = [part.key for part in parts if part.expanding and part.required]
    return list(dict.fromkeys(found))


def _room_for(size: int) -> int:
    """Rounded up, so that a list of any length is one of a few forms."""
    return 1 << (size - 1).bit_length() if size else 0


def _form_of(statement: Statement, dialect: Dialect, room: Mapping[str, int]) -> _Form:
    """`room`: how many values each list takes."""
    decode = _row_decoder(statement, dialect)
    if isinstance(statement, Select):
        # Every column by itself, in the order in which snapshots hold them.
        statement = statement.with_only_columns(*_flat(statement), maintain_column_froms=True)
    compiled: Any = statement.compile(dialect=dialect)
    binds = {name: parameter for parameter, name in compiled.bind_names.items()}
    fixed = {name: parameter.effective_value for name, parameter in binds.items() if not parameter.required}
    blank = {name: [None] * room[name] if name in room else None for name in binds if name not in fixed}
    spread = compiled.construct_expanded_state(blank)
    places: Mapping[str, Sequence[str]] = spread.parameter_expansion
    encoders: dict[str, Any] = {}
    for name, parameter in binds.items():
        encode = parameter.type.dialect_impl(dialect).bind_processor(dialect)
        encoders |= dict.fromkeys(places.get(name, [name]), encode)
    for name in fixed.keys() & places.keys():
        fixed.update(zip(places[name], fixed.pop(name), strict=True))
    encoded = [name for name, encode in encoders.items() if encode is not None and name not in fixed]
    return _Form(
        sql=spread.statement,
        encoded=encoded,
        encoders=[encoders[name] for name in encoded],
        fixed={name: encoders[name](value) if encoders[name] else value for name, value in fixed.items()},
        asked=len(blank),
        lists={name: places[name] for name in room},
        decode=decode,
    )


def _flat(statement: Select[*tuple[Any, ...]]) -> list[Any]:
    columns: list[Any] = []
    for part in statement.column_descriptions:
        columns += columns_of(part["entity"]) if _is_whole(part) else [part["expr"]]
    return columns


def _is_whole(part: Any) -> bool:
    return part["expr"] is part.get("entity")  # there is none for a column of a table without a class


def _row_decoder(statement: Statement, dialect: Dialect) -> Callable[[Sequence[Any]], tuple[Any, ...]] | None:
    if not isinstance(statement, Select):
        return None  # of RETURNING: plain numbers only
    parts: list[Callable[[Sequence[Any]], Any]] = []
    start = 0
    for part in statement.column_descriptions:
        whole = _is_whole(part)
        size = len(columns_of(part["entity"])) if whole else 1
        parts.append(_part(snapshot_class(part["entity"], dialect), start, size) if whole else _value(part, dialect, start))
        start += size
    if not any(_is_whole(part) or decoder(part["expr"], dialect) for part in statement.column_descriptions):
        return None  # of thousands of rows, most of what each would cost
    return lambda row: tuple([take(row) for take in parts])


def _part(maker: Callable[..., Any], start: int, size: int) -> Callable[[Sequence[Any]], Any]:
    # The first column is of the primary key: without it an outer join found no row.
    return lambda row: maker((*row[start : start + size], {})) if row[start] is not None else None


def _value(part: Any, dialect: Dialect, place: int) -> Callable[[Sequence[Any]], Any]:
    decode = decoder(part["expr"], dialect)
    return (lambda row: decode(row[place])) if decode is not None else itemgetter(place)
