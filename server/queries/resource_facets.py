"""How many pieces there are of each kind, language, category and so on.

There are many pieces and few combinations of what they are: each process remembers which piece has which, and counting is
adding up numbers instead of reading thousands of rows again for every question.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.resource_index import FACETS
from models.resources import AUDIENCES, CATEGORIES, ResourceDoc, conditions, from_mask
from server.queries.resource_memory import Remembered

Combination = Any  # a row of FACETS
Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Shelf:
    """Everything published: the combinations there are, and which of them each piece has."""

    combinations: Sequence[Combination]
    of_piece: Mapping[int, int]  # id of a document -> place in `combinations`
    due: Mapping[int, date]  # id of a document -> when it is due to be read again
    pieces: Mapping[int, int]  # place -> how many
    resources: Mapping[int, str]  # id of a document -> id of its piece


def _read(session: Session) -> Shelf:
    places: dict[Combination, int] = {}
    of_piece: dict[int, int] = {}
    due: dict[int, date] = {}
    resources: dict[int, str] = {}
    rows = session.execute(select(ResourceDoc.id, ResourceDoc.resource_id, ResourceDoc.review_due, *FACETS))
    for doc_id, resource_id, review_due, *combination in rows:
        of_piece[doc_id] = places.setdefault(tuple(combination), len(places))
        due[doc_id] = review_due
        resources[doc_id] = resource_id
    return Shelf(list(places), of_piece, due, Counter(of_piece.values()), resources)


SHELF = Remembered(_read)


def count(
    known: Shelf, ids: AbstractSet[int] | None, *, fits: Callable[[Combination], bool], current_on: date | None
) -> tuple[Counts, int]:
    """Of these pieces, or of all, those that fit, by code; and how many they are together.

    `current_on`: only what is not due by that day. What is not published any more counts for nothing.
    """
    if ids is None and current_on is None:
        return _add_up(known, known.pieces, fits)
    asked: Iterable[int] = known.of_piece if ids is None else ids
    if current_on is not None:
        asked = (doc_id for doc_id in asked if doc_id in known.due and known.due[doc_id] > current_on)
    pieces = Counter(map(known.of_piece.get, asked))
    return _add_up(known, {place: number for place, number in pieces.items() if place is not None}, fits)


def _add_up(known: Shelf, pieces: Mapping[int, int], fits: Callable[[Combination], bool]) -> tuple[Counts, int]:
    """Each code with how many there are, those with most first; and all together."""
    found: dict[str, Counter[str]] = {
        name: Counter() for name in ("kind", "language", "category", "audience", "condition", "region")
    }
    total = 0
    for place, number in pieces.items():
        combination = known.combinations[place]
        if not fits(combination):
            continue
        kind, language, categories, audience, condition, regions = combination
        total += number
        found["kind"][kind.value] += number
        found["language"][language] += number
        for name, codes in (
            ("category", _codes(categories, CATEGORIES)),
            ("audience", _codes(audience, AUDIENCES)),
            ("condition", _codes(condition, conditions())),
            ("region", tuple(regions.split())),
        ):
            for code in codes:
                found[name][code] += number
    return {name: dict(sorted(codes.items(), key=lambda pair: (-pair[1], pair[0]))) for name, codes in found.items()}, total


@lru_cache(maxsize=4096)
def _codes(mask: int, of: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(code) for code in from_mask(mask, of))
