"""Snapshots: rows as they were read, for paths that only look.

Invariant: a snapshot has every column of its table and the properties and methods of its class, and nothing in it can be
set: who means to change something loads the object itself. A column is decoded when it is asked for, so one that nobody
looks at (an address, a text) costs nothing and is not in the clear.

They pass for the class they were taken of in signatures, because what reads one reads the other; assigning to one raises
AttributeError, and so does whatever SQLAlchemy would do with it.
"""

from collections.abc import Callable, Mapping
from operator import itemgetter
from types import FunctionType
from typing import Any, ClassVar

from sqlalchemy import Column, Float, inspect
from sqlalchemy.engine import Dialect

from models.base import Base

Decode = Callable[[Any], Any]


class Snapshot(tuple[Any, ...]):
    """The row as it was read, and last what its relationships lead to: a column is read without a call of ours."""

    __slots__ = ()
    keys: ClassVar[tuple[str, ...]]  # of the columns, in the order of the row

    # As of any object, and not of what is in it: two of the same row are two.
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__
    __repr__ = object.__repr__  # what a person wrote does not get into a log


def columns_of(mapped: type[Base]) -> list[Column[Any]]:
    """In the order in which a snapshot's row holds them."""
    return list(inspect(mapped).local_table.c)  # type: ignore[arg-type]


def snapshot_class(mapped: type[Base], dialect: Dialect | None) -> type[Snapshot]:
    """Makes snapshots of `mapped` from a database row, or from the values themselves where `dialect` is None.

    `related` gives what its relationships lead to; one that was not given raises AttributeError.
    """
    mapper = inspect(mapped)
    members: dict[str, Any] = {
        name: member
        for name, member in vars(mapped).items()
        if isinstance(member, (property, FunctionType)) and not name.startswith("_")
    }
    members["__slots__"] = ()
    members["keys"] = tuple(mapper.get_property_by_column(column).key for column in columns_of(mapped))
    for place, column in enumerate(columns_of(mapped)):
        members[members["keys"][place]] = property(_reader(place, decoder(column, dialect) if dialect is not None else None))
    for name in mapper.relationships.keys():  # noqa: SIM118 - not a mapping
        members[name] = property(_leader(name))
    return type(f"{mapped.__name__}Snapshot", (Snapshot,), members)


def snapshot_of_values(maker: type[Snapshot], values: Mapping[str, Any], **related: Any) -> Any:
    """A snapshot of what has just been written. KeyError where a column was left to a default."""
    return maker((*itemgetter(*maker.keys)(values), related))


def leading_to(snapshot: Any, **related: Any) -> Any:
    """The same snapshot, whose relationships lead to these."""
    return type(snapshot)((*snapshot[:-1], related))


def given(thing: Any, name: str) -> Any:
    """What a snapshot was led to by that name, if anything; None for a loaded object."""
    return thing[-1].get(name) if isinstance(thing, Snapshot) else None


def decoder(column: Any, dialect: Dialect) -> Decode | None:
    """What turns a stored value of this column into its own type; None where it is that already."""
    if isinstance(column.type, Float):
        return None  # as both drivers give it; PostgreSQL's processor could only be had for a result that is there
    return column.type.dialect_impl(dialect).result_processor(dialect, None)  # type: ignore[no-any-return]


def _reader(place: int, decode: Decode | None) -> Callable[[Any], Any]:
    if decode is None:
        return itemgetter(place)
    return lambda snapshot: decode(snapshot[place])


def _leader(name: str) -> Callable[[Any], Any]:
    def lead(snapshot: Any) -> Any:
        try:
            return snapshot[-1][name]
        except KeyError:
            raise AttributeError(f"{name} was not loaded with this snapshot") from None

    return lead
