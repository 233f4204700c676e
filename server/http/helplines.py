"""/crisis/helplines: where coordinators keep the helplines right."""

from collections.abc import Iterable
from typing import Any

from models.clock import clock
from models.helpline_changes import Listing
from models.policy import Facts, authorise
from server.actions import helplines as actions
from server.crisis_watch import refresh
from server.http.door import Blueprint, acting, looking
from server.queries.helplines import list_helplines
from server.schemas.helplines import (
    ChangeHelplineSchema,
    HelplineAnswerSchema,
    HelplinesSchema,
    VersionSchema,
    WriteHelplineSchema,
    as_entry,
    dump_listing,
)

blp = Blueprint("helplines", __name__, url_prefix="/api/v1/crisis/helplines", description="Keeping the helplines right")


@blp.get("")
@blp.signed_in
@blp.response(200, HelplinesSchema)
def helplines() -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("helpline.list", actor, Facts())
        return {"items": list(_dumped(list_helplines(session))), "next_cursor": None}


@blp.post("")
@blp.signed_in
@blp.arguments(WriteHelplineSchema)
@blp.response(201, HelplineAnswerSchema)
def add(data: dict[str, Any]) -> dict[str, Any]:
    with acting() as (session, actor):
        listing = actions.add_helpline(session, actor, entry=as_entry(data), now=clock.now())
    return _shown(listing)


@blp.put("/<string:line_id>")
@blp.signed_in
@blp.arguments(ChangeHelplineSchema)
@blp.response(200, HelplineAnswerSchema)
def change(data: dict[str, Any], line_id: str) -> dict[str, Any]:
    version = data.pop("version")
    with acting() as (session, actor):
        listing = actions.change_helpline(session, actor, line_id, entry=as_entry(data), version=version, now=clock.now())
    return _shown(listing)


@blp.post("/<string:line_id>/verify")
@blp.signed_in
@blp.arguments(VersionSchema)
@blp.response(200, HelplineAnswerSchema)
def verify(data: dict[str, Any], line_id: str) -> dict[str, Any]:
    """You called the line today, or read its own page: what is shown of it is right."""
    with acting() as (session, actor):
        listing = actions.verify_helpline(session, actor, line_id, **data, now=clock.now())
    return _shown(listing)


@blp.post("/<string:line_id>/withdraw")
@blp.signed_in
@blp.arguments(VersionSchema)
@blp.response(200, HelplineAnswerSchema)
def withdraw(data: dict[str, Any], line_id: str) -> dict[str, Any]:
    with acting() as (session, actor):
        listing = actions.withdraw_helpline(session, actor, line_id, **data, now=clock.now())
    return _shown(listing)


@blp.post("/<string:line_id>/restore")
@blp.signed_in
@blp.arguments(VersionSchema)
@blp.response(200, HelplineAnswerSchema)
def restore(data: dict[str, Any], line_id: str) -> dict[str, Any]:
    with acting() as (session, actor):
        listing = actions.restore_helpline(session, actor, line_id, **data, now=clock.now())
    return _shown(listing)


def _shown(listing: Listing) -> dict[str, Any]:
    """The change is durable: from now on this process shows it too."""
    refresh()
    (dumped,) = _dumped([listing])
    return {"helpline": dumped}


def _dumped(listings: Iterable[Listing]) -> Iterable[dict[str, Any]]:
    today = clock.now().date()
    return (dump_listing(listing, today) for listing in listings)
