"""Changing the key under which text is encrypted, while the service runs.

Invariant: a value is replaced only while the stored bytes are still those that were read, so nothing written meanwhile is
lost. What is under the first key already is passed over, so whoever was stopped in the middle goes on by starting again.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, LargeBinary, Select, Table, and_, func, literal, select, tuple_, type_coerce, update

from models.base import EncryptedBytes, EncryptedText
from models.crypto import LONGEST_KEY_ID, KeyringError, current_keyring, key_id_of
from models.errors import Unavailable
from models.session import reading, transaction
from models.tables import metadata

BATCH = 100  # values changed in one transaction
STATUS_BATCH = 5_000
PASSES = 3  # over a column: what others wrote meanwhile under an older key is found by the next
TRIES = 5
PAUSE_S = 0.01  # between batches: others want to write too


@dataclass(frozen=True)
class Place:
    """A column whose values are encrypted."""

    table: Table
    column: Column[Any]

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name}"

    @property
    def aad(self) -> bytes:
        found: EncryptedText | EncryptedBytes = self.column.type  # type: ignore[assignment]
        return found.place.encode()

    @property
    def raw(self) -> Any:
        return type_coerce(self.column, LargeBinary)

    @property
    def key(self) -> list[Column[Any]]:
        return list(self.table.primary_key.columns)


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one batch did. `failed`: keys of rows whose value does not open."""

    place: Place
    done: int
    failed: Sequence[tuple[Any, ...]]


def encrypted_places() -> list[Place]:
    """Every encrypted column of every table, found by its type."""
    return [
        Place(table, column)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, EncryptedText | EncryptedBytes)
    ]


def key_status() -> Mapping[str, Counter[str]]:
    """table.column -> how many values lie under which key id."""
    return {place.name: Counter(key_id_of(head) for head in _heads(place)) for place in encrypted_places()}


def _heads(place: Place) -> Iterator[bytes]:
    after = None
    while True:
        head = func.substr(place.raw, 1, LONGEST_KEY_ID + 1, type_=LargeBinary)
        with reading() as session:
            rows = session.execute(_page(place, select(head, *place.key), after, STATUS_BATCH)).all()
        yield from (bytes(row[0]) for row in rows)
        if len(rows) < STATUS_BATCH:
            return
        after = tuple(rows[-1][1:])


def count_left(place: Place) -> int:
    """How many values are not under the first key."""
    with reading() as session:
        return session.scalar(select(func.count()).select_from(place.table).where(_stale(place))) or 0


def rotate(place: Place, *, batch: int = BATCH) -> Iterator[Step]:
    """Put every value of a column under the first key, a batch at a time, each in a transaction of its own."""
    given_up: set[tuple[Any, ...]] = set()
    for _ in range(PASSES):
        after = None
        while True:
            seen, step = _patiently(place, after, batch)
            fresh = [key for key in step.failed if key not in given_up]
            given_up.update(fresh)
            yield Step(place=place, done=step.done, failed=fresh)
            if len(seen) < batch:
                break
            after = seen[-1]
            time.sleep(PAUSE_S)
        if count_left(place) <= len(given_up):
            return


def _patiently(place: Place, after: tuple[Any, ...] | None, batch: int) -> tuple[list[tuple[Any, ...]], Step]:
    for wait in range(TRIES):
        try:
            return _rotate_batch(place, after, batch)
        except Unavailable:
            time.sleep(2**wait / 4)
    return _rotate_batch(place, after, batch)


def _rotate_batch(place: Place, after: tuple[Any, ...] | None, batch: int) -> tuple[list[tuple[Any, ...]], Step]:
    keyring, aad = current_keyring(), place.aad
    seen, done, failed = [], 0, []
    with transaction() as session:
        for stored, *key in session.execute(_page(place, select(place.raw, *place.key).where(_stale(place)), after, batch)):
            seen.append(tuple(key))
            old = bytes(stored)
            try:
                new = keyring.encrypt_bytes(keyring.decrypt_bytes(old, aad), aad)
            except KeyringError:
                failed.append(tuple(key))
                continue
            same = and_(*(column == value for column, value in zip(place.key, key, strict=True)), place.raw == old)
            changed = session.execute(
                update(place.table).where(same).values({place.column: type_coerce(literal(new, LargeBinary), LargeBinary)})
            )
            done += changed.rowcount  # type: ignore[attr-defined]
    return seen, Step(place=place, done=done, failed=failed)


def _stale(place: Place) -> Any:
    prefix = current_keyring().prefix
    head = func.substr(place.raw, 1, len(prefix), type_=LargeBinary)
    return and_(place.column.is_not(None), head != literal(prefix, LargeBinary))


def _page(
    place: Place, query: Select[*tuple[Any, ...]], after: tuple[Any, ...] | None, size: int
) -> Select[*tuple[Any, ...]]:
    query = query.where(place.column.is_not(None)).order_by(*place.key).limit(size)
    if after is None:
        return query
    bounds = [literal(value, column.type) for value, column in zip(after, place.key, strict=True)]
    return query.where(tuple_(*place.key) > tuple_(*bounds))
