"""/people: the people desk; and what the service did to one's own account."""

from typing import Any
from uuid import UUID

from flask import current_app

from models.accounts import AccountChange
from models.clock import clock
from models.people import Person
from models.policy import Facts, authorise
from server.actions import accounts as actions
from server.http.door import Blueprint, acting, looking
from server.queries.accounts import AccountView, get_account, list_account_changes, list_accounts
from server.queries.paging import Page
from server.schemas.accounts import (
    AccountChangesSchema,
    AccountDetailSchema,
    AccountsArgsSchema,
    AccountSchema,
    AccountsSchema,
    ReasonSchema,
)
from server.schemas.groups import PageArgsSchema

blp = Blueprint("accounts", __name__, url_prefix="/api/v1", description="The people desk")


@blp.get("/people")
@blp.signed_in
@blp.arguments(AccountsArgsSchema, location="query")
@blp.response(200, AccountsSchema)
def accounts(args: dict[str, Any]) -> Page[Person]:
    with looking() as (session, actor):
        authorise("person.list", actor, Facts())
        return list_accounts(session, actor, **args)


@blp.get("/people/<uuid:person_id>")
@blp.signed_in
@blp.response(200, AccountDetailSchema)
def account(person_id: UUID) -> AccountView:
    with looking() as (session, actor):
        authorise("person.read", actor, Facts())
        return get_account(session, str(person_id))


@blp.post("/people/<uuid:person_id>/approve")
@blp.signed_in
@blp.response(200, AccountSchema)
def approve(person_id: UUID) -> Person:
    mail = current_app.extensions["settings"].smtp_url is not None
    with acting() as (session, actor):
        return actions.approve_account(session, actor, str(person_id), mail=mail, now=clock.now())


@blp.post("/people/<uuid:person_id>/decline")
@blp.signed_in
@blp.arguments(ReasonSchema)
@blp.response(200, AccountSchema)
def decline(data: dict[str, Any], person_id: UUID) -> Person:
    with acting() as (session, actor):
        return actions.decline_account(session, actor, str(person_id), **data, now=clock.now())


@blp.post("/people/<uuid:person_id>/suspend")
@blp.signed_in
@blp.arguments(ReasonSchema)
@blp.response(200, AccountSchema)
def suspend(data: dict[str, Any], person_id: UUID) -> Person:
    with acting() as (session, actor):
        return actions.suspend_account(session, actor, str(person_id), **data, now=clock.now())


@blp.post("/people/<uuid:person_id>/reinstate")
@blp.signed_in
@blp.arguments(ReasonSchema)
@blp.response(200, AccountSchema)
def reinstate(data: dict[str, Any], person_id: UUID) -> Person:
    with acting() as (session, actor):
        return actions.reinstate_account(session, actor, str(person_id), **data, now=clock.now())


@blp.delete("/people/<uuid:person_id>/sessions")
@blp.signed_in
@blp.response(204)
def sign_out(person_id: UUID) -> None:
    with acting() as (session, actor):
        actions.sign_out_everywhere(session, actor, str(person_id), now=clock.now())


@blp.get("/me/account-changes")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, AccountChangesSchema)
def own_changes(args: dict[str, Any]) -> Page[AccountChange]:
    # Also for somebody suspended: they have a right to know why.
    with looking(set_up=False) as (session, actor):
        return list_account_changes(session, actor, **args)
