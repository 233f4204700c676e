"""/rota/swaps, /rota/take-over, /rota/shift: handing a shift on, and what is said at its start and end."""

from typing import Any
from uuid import UUID

from models.clock import clock
from models.policy import Facts, authorise
from server.actions import shifts as records
from server.actions import swaps as actions
from server.http.door import Blueprint, acting, looking
from server.queries.rota import people_by_id
from server.queries.shifts import handover_notes
from server.queries.swaps import open_swaps
from server.schemas.rota import RotaOverrideSchema
from server.schemas.shifts import (
    EndShiftSchema,
    ShiftHandoversSchema,
    ShiftRecordSchema,
    StartShiftSchema,
    SwapArgsSchema,
    SwapSchema,
    SwapsSchema,
    TakeOverSchema,
    dump_handover,
)

blp = Blueprint("shifts", __name__, url_prefix="/api/v1/rota", description="Single shifts of the crisis rota")


@blp.get("/swaps")
@blp.signed_in
@blp.response(200, SwapsSchema)
def swaps() -> dict[str, Any]:
    with looking() as (session, actor):
        authorise("rota.read", actor, Facts())
        return {"items": open_swaps(session, now=clock.now()), "next_cursor": None}


@blp.post("/swaps")
@blp.signed_in
@blp.arguments(SwapArgsSchema)
@blp.response(201, SwapSchema)
def ask(data: dict[str, Any]) -> Any:
    with acting() as (session, actor):
        return actions.ask_swap(session, actor, **data, now=clock.now())


@blp.post("/swaps/<uuid:swap_id>/take")
@blp.signed_in
@blp.response(200, SwapSchema)
def take(swap_id: UUID) -> Any:
    with acting() as (session, actor):
        return actions.take_swap(session, actor, str(swap_id), now=clock.now())


@blp.post("/swaps/<uuid:swap_id>/approve")
@blp.signed_in
@blp.response(200, SwapSchema)
def approve(swap_id: UUID) -> Any:
    with acting() as (session, actor):
        return actions.approve_swap(session, actor, str(swap_id), now=clock.now())


@blp.post("/swaps/<uuid:swap_id>/cancel")
@blp.signed_in
@blp.response(200, SwapSchema)
def cancel(swap_id: UUID) -> Any:
    with acting() as (session, actor):
        return actions.cancel_swap(session, actor, str(swap_id), now=clock.now())


@blp.post("/take-over")
@blp.signed_in
@blp.arguments(TakeOverSchema)
@blp.response(201, RotaOverrideSchema)
def take_over(data: dict[str, Any]) -> Any:
    with acting() as (session, actor):
        return actions.take_over(session, actor, **data, now=clock.now())


@blp.post("/shift/start")
@blp.signed_in
@blp.arguments(StartShiftSchema)
@blp.response(200, ShiftRecordSchema)
def start(data: dict[str, Any]) -> Any:
    with acting() as (session, actor):
        return records.start_shift(session, actor, **data, now=clock.now())


@blp.post("/shift/end")
@blp.signed_in
@blp.arguments(EndShiftSchema)
@blp.response(200, ShiftRecordSchema)
def end(data: dict[str, Any]) -> Any:
    with acting() as (session, actor):
        return records.end_shift(session, actor, **data, now=clock.now())


@blp.get("/handovers")
@blp.signed_in
@blp.response(200, ShiftHandoversSchema)
def handovers() -> dict[str, Any]:
    with looking() as (session, actor):
        notes = handover_notes(session, actor, now=clock.now())
        people = people_by_id(session, (note.person_id for note in notes))
        return {"items": [dump_handover(note, people) for note in notes], "next_cursor": None}
