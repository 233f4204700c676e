"""/contact-requests, and ending a one-to-one conversation: who asks whom, who agrees, who ends it."""

from typing import Any
from uuid import UUID

from models.clock import clock
from models.policy import Facts, authorise
from server.actions import contacts as actions
from server.http.door import Blueprint, acting, identify, limits, looking, settings
from server.queries.contacts import get_contact, list_contacts, list_unmet
from server.schemas.contacts import (
    ChangedWorkerSchema,
    ChangeWorkerSchema,
    ContactAnswerSchema,
    ContactArgsSchema,
    ContactRequestSchema,
    ContactsSchema,
    DeclineSchema,
    dump_contact,
)
from server.schemas.groups import PageArgsSchema

blp = Blueprint("contacts", __name__, url_prefix="/api/v1", description="One-to-one contacts")

Answer = dict[str, Any]


@blp.get("/contact-requests")
@blp.signed_in
@blp.arguments(ContactArgsSchema, location="query")
@blp.response(200, ContactsSchema)
def contacts(args: dict[str, Any]) -> Answer:
    with looking() as (session, actor):
        authorise("contact.list", actor, Facts())
        page = list_contacts(session, actor, **args)
        return {"items": [dump_contact(view) for view in page.items], "next_cursor": page.next_cursor}


@blp.post("/contact-requests")
@blp.signed_in
@blp.arguments(ContactRequestSchema)
@blp.response(201, ContactAnswerSchema)
@blp.alt_response(200, schema=ContactAnswerSchema, description="The two have an open contact already: that one")
def request_contact(data: dict[str, Any]) -> tuple[Answer, int]:
    limits().spend("contact_request.person", identify().person_id)
    with acting() as (session, actor):
        asked = actions.request_contact(session, actor, **data, lasts=settings().contact_requests_last, now=clock.now())
        return {"contact": dump_contact(asked.view)}, 201 if asked.is_new else 200


@blp.get("/contact-requests/unmet")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, ContactsSchema)
def unmet_contacts(args: dict[str, Any]) -> Answer:
    """Requests that were declined, or not answered in time, with what the worker told the service of why."""
    with looking() as (session, actor):
        authorise("contact.unmet", actor, Facts())
        page = list_unmet(session, actor, **args)
        return {"items": [dump_contact(view) for view in page.items], "next_cursor": page.next_cursor}


@blp.get("/contact-requests/<uuid:contact_id>")
@blp.signed_in
@blp.response(200, ContactAnswerSchema)
def read_contact(contact_id: UUID) -> Answer:
    with looking() as (session, actor):
        return {"contact": dump_contact(get_contact(session, actor, str(contact_id)))}


@blp.post("/contact-requests/<uuid:contact_id>/accept")
@blp.signed_in
@blp.response(200, ContactAnswerSchema)
def accept(contact_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"contact": dump_contact(actions.accept_contact(session, actor, str(contact_id), now=clock.now()))}


@blp.post("/contact-requests/<uuid:contact_id>/agree")
@blp.signed_in
@blp.response(200, ContactAnswerSchema)
def agree(contact_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"contact": dump_contact(actions.agree_to_contact(session, actor, str(contact_id), now=clock.now()))}


@blp.post("/contact-requests/<uuid:contact_id>/decline")
@blp.signed_in
@blp.arguments(DeclineSchema)
@blp.response(200, ContactAnswerSchema)
def decline(data: dict[str, Any], contact_id: UUID) -> Answer:
    with acting() as (session, actor):
        view = actions.decline_contact(session, actor, str(contact_id), **data, now=clock.now())
        return {"contact": dump_contact(view)}


@blp.post("/contact-requests/<uuid:contact_id>/withdraw")
@blp.signed_in
@blp.response(200, ContactAnswerSchema)
def withdraw(contact_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"contact": dump_contact(actions.withdraw_contact(session, actor, str(contact_id), now=clock.now()))}


@blp.post("/conversations/<uuid:conversation_id>/end")
@blp.signed_in
@blp.response(200, ContactAnswerSchema)
def end(conversation_id: UUID) -> Answer:
    with acting() as (session, actor):
        view = actions.end_conversation(session, actor, str(conversation_id), now=clock.now())
        return {"contact": dump_contact(view)}


@blp.post("/conversations/<uuid:conversation_id>/change-worker")
@blp.signed_in
@blp.arguments(ChangeWorkerSchema)
@blp.response(200, ChangedWorkerSchema)
def change_worker(data: dict[str, Any], conversation_id: UUID) -> Answer:
    limits().spend("contact_request.person", identify().person_id)
    with acting() as (session, actor):
        lasts = settings().contact_requests_last
        changed = actions.change_worker(session, actor, str(conversation_id), **data, lasts=lasts, now=clock.now())
        asked = dump_contact(changed.asked) if changed.asked is not None else None
        return {"ended": dump_contact(changed.ended), "contact": asked}
