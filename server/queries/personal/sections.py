"""What a section of somebody's export is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from models.people import Person

Other = aliased(Person)


@dataclass(frozen=True, kw_only=True)
class Section:
    """One kind of data. `query(person_id)` selects labelled columns; `key` orders the rows and tells them apart."""

    name: str
    title: str
    about: str
    covers: tuple[str, ...]
    query: Callable[[str], Select[*tuple[Any, ...]]]
    key: Any


def own(*columns: Any, of: Any) -> Callable[[str], Select[*tuple[Any, ...]]]:
    """These columns of the rows whose column `of` is the person."""
    return lambda person_id: select(*columns).where(of == person_id)


def all_but(table: Any, *left_out: str) -> list[Any]:
    columns = {attribute.key: attribute.columns[0].name for attribute in table.__mapper__.column_attrs}
    return [getattr(table, key).label(f"{name}") for key, name in columns.items() if name not in left_out]
