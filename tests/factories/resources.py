"""Pieces of the library, by the real actions."""

from datetime import date
from typing import Any

from models.people import Person
from models.resources import Resource, ResourceKind, ResourceVersion
from models.roles import Role
from models.session import reading
from server.actions.resources import draft_resource, review_resource, submit_resource
from server.queries.resources import get_resource, get_version
from tests.factories.people import act, make_person

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
