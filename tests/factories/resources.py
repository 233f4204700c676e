"""Pieces of the library, by the real actions."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from models.clock import clock
from models.people import Person
from models.resource_files import PIECE_BYTES, FileFacts, ResourceFile
from models.resources import Resource, ResourceKind, ResourceSuggestion, ResourceVersion
from models.roles import Role
from models.session import reading, transaction
from server.actions.library_import import Filed, carry_out_import, plan_import
from server.actions.resource_files import begin_file
from server.actions.resources import draft_resource, review_resource, submit_resource
from server.actions.shelf_use import suggest
from server.cleaning.clean import clean
from server.queries.resources import get_resource, get_version
from tests.factories.people import act, make_person
from tests.factories.photos import stores

WORDS: dict[str, Any] = {
    "kind": ResourceKind.ARTICLE,
    "title": "Asking for respite",
    "summary": "What respite is, and how to ask for it.",
    "body": "# What it is\n\nRespite is time off for you.",
    "categories": ["respite"],
    "audience": ["any"],
    "conditions": [],
    "regions": [],
    "keywords": [],
    "authors": [{"name": "Ann Writer", "role": "lived_experience_author"}],
    "sources": [],
    "licence": "CC BY 4.0",
    "composed": False,
    "pinned": None,
    **dict.fromkeys(("link", "file", "event", "service")),
}


def draft(
    by: Person, slug: str = "asking-for-respite", *, language: str = "en", translates: str | None = None, **words: Any
):
    facts = {"slug": slug, "language": language, "translates": translates}
    return act(draft_resource, by, **facts, words={**WORDS, **words})


def publish(slug: str = "asking-for-respite", **words: Any) -> Resource:
    """Written by a worker, read by another and by a coordinator."""
    draft(make_person(Role.CARER_PEER_WORKER), slug, **words)
    act(submit_resource, make_person(Role.COORDINATOR), slug, version=1)
    for role in (Role.CARER_PEER_WORKER, Role.COORDINATOR):
        act(review_resource, make_person(role), slug, version=1, agreed=True, note=None)
    return resource_now(slug)


def resource_now(slug: str = "asking-for-respite") -> Resource:
    with reading() as session:
        return get_resource(session, slug)


def version_now(slug: str = "asking-for-respite", number: int | None = None) -> ResourceVersion:
    with reading() as session:
        found = get_resource(session, slug)
        return get_version(session, found, number or found.newest)


def in_days(day: date, days: int) -> date:
    return date.fromordinal(day.toordinal() + days)


def put_on_shelf(slug: str = "asking-for-respite", **words: Any) -> Resource:
    """From a file, shown at once and read today."""
    put_all_on_shelf({slug: words})
    return resource_now(slug)


def put_all_on_shelf(pieces: Mapping[str, Mapping[str, Any]]) -> None:
    """By slug, with the words that are not everybody's: in one transaction."""
    day = clock.now().date()
    place = {"language": "en", "translates": None, "published": day, "reviewed_on": day, "review_due": None}
    with transaction() as session:
        filed = [Filed(**place, slug=slug, words={**WORDS, **words}) for slug, words in pieces.items()]
        carry_out_import(session, plan_import(session, filed), now=clock.now())


def store_file(data: bytes, by: Person | None = None) -> ResourceFile:
    """Cleaned, and in the store of the test's application, if it has one."""
    made = clean(data)
    facts = FileFacts(
        media_type=made.media_type,
        size=len(made.data),
        pages=made.pages,
        seconds=made.seconds,
        digest=hashlib.sha256(made.data).hexdigest(),
        removed=[asdict(each) for each in made.removed],
    )
    with transaction() as session:
        file = begin_file(session, facts, by=by.id if by else None, now=clock.now())
        file.stored = True
    for store in stores[-1:]:
        for piece in range(file.pieces):
            store.put(file.path(piece), file.seal(piece, made.data[piece * PIECE_BYTES : (piece + 1) * PIECE_BYTES]))
    return file


def suggest_one(by: Person) -> ResourceSuggestion:
    made: ResourceSuggestion = act(suggest, by, words="Something on sleep.", url=None, resource=None, problem=None)
    return made
