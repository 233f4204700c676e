"""What is shown of the library: a published version goes onto the shelf, where lists and searches find it, or off it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models.ids import new_id
from models.peer_vocabulary import Trait, labels
from models.resource_index import put, take
from models.resource_text import render
from models.resources import (
    AUDIENCES,
    CATEGORIES,
    CATEGORY_LABELS,
    Library,
    LibraryWord,
    Pin,
    Resource,
    ResourceDoc,
    ResourceVersion,
    as_mask,
    conditions,
)
from moderation.words import words_of

AT_ONCE = 500  # rows asked for together


@dataclass(frozen=True)
class Piece:
    resource: Resource
    version: ResourceVersion


def shelve(session: Session, pieces: Sequence[Piece]) -> None:
    """Show these versions from now on, in place of what was shown of their pieces before."""
    _take_off(session, [piece.resource.id for piece in pieces])
    docs = [_doc(piece) for piece in pieces]
    session.add_all(docs)
    session.flush()  # the full text goes by the ids they get
    counts: Counter[tuple[str, str]] = Counter()
    rows = []
    for piece, doc in zip(pieces, docs, strict=True):
        parts = {name: words_of(text) for name, text in _texts(piece).items()}
        rows.append({"rowid": doc.id, **{name: " ".join(stem for _, stem in words) for name, words in parts.items()}})
        counts.update({pair for words in parts.values() for pair in words})
    put(session, rows)
    _count(session, counts)
    _stamp(session)


def unshelve(session: Session, resources: Iterable[Resource]) -> None:
    """Show nothing of these pieces any more."""
    _take_off(session, [resource.id for resource in resources])
    _stamp(session)


def _texts(piece: Piece) -> dict[str, str]:
    version, facts = piece.version, piece.version.facts
    details = [text for name in ("service", "event") for text in _words_in(facts.get(name) or {})]
    details += filter(None, [(facts.get("file") or {}).get("transcript")])
    categories = [CATEGORY_LABELS[code] for code in CATEGORIES if code in facts["categories"]]
    return {
        "title": version.title,
        "keywords": " . ".join([*facts["keywords"], *categories, *_conditions(facts)]),
        "summary": version.summary,
        "body": "\n".join([render(version.body).plain, *details]),
    }


def _conditions(facts: dict[str, Any]) -> list[str]:
    names = labels(Trait.CONDITION)
    return [names[code] for code in facts["conditions"]]


def _words_in(details: dict[str, Any]) -> list[str]:
    return [value for value in details.values() if isinstance(value, str) and not value.startswith("https://")]


def _doc(piece: Piece) -> ResourceDoc:
    resource, version, facts = piece.resource, piece.version, piece.version.facts
    return ResourceDoc(
        resource_id=resource.id,
        version=version.number,
        sort_key=version.title.casefold()[:120],
        kind=version.kind,
        language=resource.language,
        categories=as_mask(facts["categories"], CATEGORIES),
        audience=as_mask(facts["audience"], AUDIENCES),
        conditions=as_mask(facts["conditions"], conditions()),
        regions="".join(f" {region} " for region in sorted(facts["regions"])),
        review_due=resource.review_due or date.min,
        pinned=Pin(facts["pinned"]) if facts["pinned"] is not None else None,
    )


def _take_off(session: Session, resource_ids: Sequence[str]) -> None:
    """The words of what is taken off are counted off too, from the stems' own texts."""
    for start in range(0, len(resource_ids), AT_ONCE):
        some = resource_ids[start : start + AT_ONCE]
        rows = session.execute(
            select(ResourceDoc.id, Resource, ResourceVersion)
            .join(Resource, Resource.id == ResourceDoc.resource_id)
            .join(
                ResourceVersion,
                (ResourceVersion.resource_id == Resource.id) & (ResourceVersion.number == ResourceDoc.version),
            )
            .where(ResourceDoc.resource_id.in_(some))
        ).all()
        counts: Counter[tuple[str, str]] = Counter()
        for _, resource, version in rows:
            texts = _texts(Piece(resource, version)).values()
            counts.subtract({pair for text in texts for pair in words_of(text)})
        _count(session, counts)
        take(session, [row[0] for row in rows])
        session.execute(delete(ResourceDoc).where(ResourceDoc.resource_id.in_(some)))


def _count(session: Session, counts: Counter[tuple[str, str]]) -> None:
    """Add to (or take from) in how many pieces each word stands."""
    pairs = sorted(pair for pair, count in counts.items() if count)
    for start in range(0, len(pairs), AT_ONCE):
        some = dict(pairs[start : start + AT_ONCE])
        known = session.scalars(select(LibraryWord).where(LibraryWord.word.in_(some))).all()
        for row in known:
            row.pieces += counts[row.word, some[row.word]]
        new = some.keys() - {row.word for row in known}
        session.add_all(LibraryWord(word=word, stem=some[word], pieces=counts[word, some[word]]) for word in sorted(new))
        session.flush()
    session.execute(delete(LibraryWord).where(LibraryWord.pieces <= 0))


def _stamp(session: Session) -> None:
    session.execute(update(Library).values(stamp=new_id()))
