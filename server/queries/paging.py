"""Opaque cursors: where a list goes on. A cursor that was tampered with is refused, never followed."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import Select
from sqlalchemy.orm import Session

from models.errors import Invalid

LARGEST_SEQ = 2**53 - 1

Item = TypeVar("Item")
Reader = Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Item]):
    """One page of a list; `next_cursor` is None on the last."""

    items: Sequence[Item]
    next_cursor: str | None


def encode_cursor(*parts: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(parts)).rstrip(b"=").decode()


def decode_cursor(cursor: str | None, *readers: Reader) -> tuple[Any, ...] | None:
    """The parts of a cursor made by `encode_cursor`, one reader each; None for the first page. Raises Invalid."""
    if cursor is None:
        return None
    try:
        parts = orjson.loads(base64.b64decode(cursor.encode("ascii") + b"===", altchars=b"-_"))
        if not isinstance(parts, list):
            raise TypeError("not a list")
        return tuple(reader(part) for reader, part in zip(readers, parts, strict=True))
    except (binascii.Error, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise Invalid(errors={"cursor": ["Not a cursor of this list."]}) from error


def page_by_id(
    session: Session,
    query: Select[*tuple[Any, ...]],
    of: Any,
    show: Callable[..., Item],
    *,
    limit: int,
    cursor: str | None,
    oldest_first: bool = False,
) -> Page[Item]:
    """A page of a query whose first part is the mapped class `of`, the newest first: ids are sortable by time.

    Each row is shown by `show(*row)`.
    """
    after = decode_cursor(cursor, as_id)
    if after is not None:
        query = query.where(of.id > after[0] if oldest_first else of.id < after[0])
    rows = session.execute(query.order_by(of.id if oldest_first else of.id.desc()).limit(limit + 1)).all()
    last = rows[limit - 1][0].id if len(rows) > limit else None
    items = [show(*row) for row in rows[:limit]]
    return Page(items=items, next_cursor=encode_cursor(last) if last is not None else None)


def itself(found: Item) -> Item:
    """How a row is shown that is one object and nothing more."""
    return found


def as_text(part: Any) -> str:
    if not isinstance(part, str) or "\x00" in part:
        raise TypeError("not a text")
    return part


def as_id(part: Any) -> str:
    return str(UUID(part))


def as_rank(part: Any) -> int:
    if not isinstance(part, int) or not 0 <= part <= 100:  # noqa: PLR2004 - ranks count the entries of an enum
        raise TypeError("not a rank")
    return part


def as_moment(part: Any) -> datetime:
    moment = datetime.fromisoformat(part)
    if moment.tzinfo is None:
        raise ValueError("no zone")
    return moment.astimezone(UTC)  # here, where a time past the calendar's end is a bad cursor and not a failed query


def as_seq(part: Any) -> int:
    if type(part) is not int or not 0 <= part <= LARGEST_SEQ:
        raise TypeError("not a seq")
    return part
