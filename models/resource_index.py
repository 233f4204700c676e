"""The full text of the library: `resource_words`, an FTS5 table on SQLite, a table with a tsvector on PostgreSQL.

Both are given the same stems, so that the same words find the same pieces; no stemmer or stop list of theirs has a part
in it. A row's `rowid` is the `id` of its `resource_doc`. Not a mapped table: each kind of database has its own.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, bindparam, column, func, literal_column, select, table, text
from sqlalchemy.orm import Session

from models.prepared import Prepared
from models.resources import ResourceDoc

TABLE = "resource_words"
PARTS = ("title", "keywords", "summary", "body")
WORDS = table(TABLE, column("rowid", Integer), *(column(part, String) for part in PARTS))
TERMS: ColumnElement[Any] = literal_column(f"{TABLE}.terms")
HEAD = ("title", "keywords")  # what a piece says it is about
WEIGHTS: Mapping[str, float] = {"title": 8.0, "keywords": 6.0, "summary": 3.0, "body": 1.0}


def is_part_of_the_index(name: str | None) -> bool:
    """Whether a table belongs to the full text and not to the mapped tables: FTS5 keeps several."""
    return name is not None and name.startswith(TABLE)


@dataclass(frozen=True)
class Phrase:
    """Stems that stand side by side; with `prefix` the last may go on."""

    stems: tuple[str, ...]
    prefix: bool = False


Group = Sequence[Phrase]  # any of them will do
Narrow = Callable[..., Any]  # a query to the same with more conditions


def put(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows `{rowid, title, keywords, summary, body}`, each part as stems with a space between."""
    names = ("rowid", *PARTS)
    values = ", ".join(f":{name}" for name in names)
    session.execute(text(f"INSERT INTO {TABLE} ({', '.join(names)}) VALUES ({values})"), list(rows))


def take(session: Session, rowids: Iterable[int]) -> None:
    rows = [{"rowid": rowid} for rowid in rowids]
    if rows:
        session.execute(text(f"DELETE FROM {TABLE} WHERE rowid = :rowid"), rows)


def settle(session: Session) -> None:
    """After many were put at once: FTS5 keeps them in as many parts, and each search looks through every part."""
    if _is_sqlite(session):
        session.execute(text(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('optimize')"))


def _by_fts5(asked: Any) -> Select[*tuple[Any, ...]]:
    return select(WORDS.c.rowid).where(literal_column(TABLE).op("MATCH", is_comparison=True)(asked))


def _by_tsquery(asked: Any) -> Select[*tuple[Any, ...]]:
    query = func.to_tsquery(literal_column("'simple'::regconfig"), asked)
    return select(WORDS.c.rowid).where(TERMS.op("@@", is_comparison=True)(query))


ANYWHERE = {make: Prepared(make(bindparam("asked", type_=String))) for make in (_by_fts5, _by_tsquery)}
TEXTS = Prepared(select(WORDS.c.rowid, *(WORDS.c[part] for part in PARTS)).where(WORDS.c.rowid.in_(bindparam("rowids"))))


def matches(session: Session, groups: Sequence[Group], *, narrow: Narrow | None) -> list[int]:
    """The rowids of whatever has a phrase of every group, in no order. `narrow` adds conditions on `ResourceDoc`; None
    where there are none.

    Nothing is ranked here: for that either database would look at each match once more, at four times the cost, and each
    in a way of its own.
    """
    by, asked = (_by_fts5, _asked_of_fts5(groups)) if _is_sqlite(session) else (_by_tsquery, _asked_of_postgresql(groups))
    if narrow is None:
        return [rowid for (rowid,) in ANYWHERE[by].rows(session, asked=asked)]
    query = narrow(by(asked).join(ResourceDoc, ResourceDoc.id == WORDS.c.rowid))
    with session.connection().execute(query) as result:
        # Thousands of numbers that need no decoding: as the driver has them, for less than half of what rows cost.
        return [rowid for (rowid,) in result.cursor.fetchall()]


def heads_of(session: Session) -> Iterable[Any]:
    """`(rowid, title, keywords)` of every piece, in no order."""
    return session.execute(select(WORDS.c.rowid, *(WORDS.c[part] for part in HEAD)))


def texts_of(session: Session, rowids: Collection[int]) -> Sequence[Any]:
    """`(rowid, title, keywords, summary, body)` of these, in no order."""
    return TEXTS.rows(session, rowids=list(rowids)) if rowids else []


FACETS = (
    ResourceDoc.kind,
    ResourceDoc.language,
    ResourceDoc.categories,
    ResourceDoc.audience,
    ResourceDoc.conditions,
    ResourceDoc.regions,
)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _asked_of_fts5(groups: Sequence[Group]) -> str:
    return " AND ".join(f"({' OR '.join(map(_fts5, group))})" for group in groups)


def _asked_of_postgresql(groups: Sequence[Group]) -> str:
    return " & ".join(f"({' | '.join(map(_tsquery, group))})" for group in groups)


def _fts5(phrase: Phrase) -> str:
    quoted = '"' + " ".join(phrase.stems) + '"'
    return f"{quoted} *" if phrase.prefix else quoted


def _tsquery(phrase: Phrase) -> str:
    *first, last = (f"'{stem}'" for stem in phrase.stems)
    return " <-> ".join([*first, f"{last}:*" if phrase.prefix else last])
