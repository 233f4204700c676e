"""Another worker for a contact: proposed, accepted, agreed to by the carer; and a colleague for who will be away."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from models.clock import clock
from models.policy import Facts, authorise
from server.actions import transfers as actions
from server.actions.covers import Covered, arrange_cover
from server.http.door import Blueprint, acting, looking
from server.queries.transfers import TransferView, get_transfer, list_transfers
from server.schemas.transfers import (
    AgreeToTransferSchema,
    CoveredSchema,
    CoverSchema,
    ProposeTransferSchema,
    TransferAnswerSchema,
    TransferArgsSchema,
    TransfersSchema,
    dump_transfer,
)

blp = Blueprint("transfers", __name__, url_prefix="/api/v1", description="Contacts handed to another worker")

Answer = dict[str, Any]


@blp.post("/contact-requests/<uuid:contact_id>/transfers")
@blp.signed_in
@blp.arguments(ProposeTransferSchema)
@blp.response(201, TransferAnswerSchema)
def propose(data: dict[str, Any], contact_id: UUID) -> Answer:
    with acting() as (session, actor):
        view = actions.propose_transfer(session, actor, str(contact_id), **data, now=clock.now())
        return {"transfer": dump_transfer(view)}


@blp.post("/covers")
@blp.signed_in
@blp.arguments(CoverSchema)
@blp.response(201, CoveredSchema)
def cover(data: dict[str, Any]) -> Covered:
    with acting() as (session, actor):
        return arrange_cover(session, actor, **data, now=clock.now())


@blp.get("/transfers")
@blp.signed_in
@blp.arguments(TransferArgsSchema, location="query")
@blp.response(200, TransfersSchema)
def transfers(args: dict[str, Any]) -> Answer:
    with looking() as (session, actor):
        authorise("transfer.list", actor, Facts())
        page = list_transfers(session, actor, **args)
        return {"items": [dump_transfer(view) for view in page.items], "next_cursor": page.next_cursor}


@blp.get("/transfers/<uuid:transfer_id>")
@blp.signed_in
@blp.response(200, TransferAnswerSchema)
def read(transfer_id: UUID) -> Answer:
    with looking() as (session, actor):
        return {"transfer": dump_transfer(get_transfer(session, actor, str(transfer_id)))}


@blp.post("/transfers/<uuid:transfer_id>/agree")
@blp.signed_in
@blp.arguments(AgreeToTransferSchema)
@blp.response(200, TransferAnswerSchema)
def agree(data: dict[str, Any], transfer_id: UUID) -> Answer:
    return _step(actions.agree_to_transfer, transfer_id, **data)


@blp.post("/transfers/<uuid:transfer_id>/accept")
@blp.signed_in
@blp.response(200, TransferAnswerSchema)
def accept(transfer_id: UUID) -> Answer:
    return _step(actions.accept_transfer, transfer_id)


@blp.post("/transfers/<uuid:transfer_id>/decline")
@blp.signed_in
@blp.response(200, TransferAnswerSchema)
def decline(transfer_id: UUID) -> Answer:
    return _step(actions.decline_transfer, transfer_id)


@blp.post("/transfers/<uuid:transfer_id>/withdraw")
@blp.signed_in
@blp.response(200, TransferAnswerSchema)
def withdraw(transfer_id: UUID) -> Answer:
    return _step(actions.withdraw_transfer, transfer_id)


def _step(action: Callable[..., TransferView], transfer_id: UUID, **data: Any) -> Answer:
    with acting() as (session, actor):
        return {"transfer": dump_transfer(action(session, actor, str(transfer_id), **data, now=clock.now()))}
