"""Handing a shift on: asked, taken, approved or cancelled; and taking over one that runs. Until it is settled the one who
was on stays on.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import utc_text, whole_second
from models.errors import Conflict, Forbidden
from models.ids import new_id
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.roles import Role
from models.rota import LAYER_ROLES, Layer, OverrideKind, RotaOverride
from models.rota_resolver import Change, Plan, resolve, subtract
from models.shifts import Swap, SwapState
from models.streams import EventKind, record_to_inboxes
from moderation.audit import write_audit
from server.actions.rota_changes import LONGEST_CHANGE, NotOnShift, apply_change, from_now, refuse_change
from server.queries.rota import load_plan, shift_at
from server.queries.swaps import get_swap

MOST_TOLD = 200


class SwapSettled(Conflict):
    code = "swap_settled"
    user_message = "This has been settled already, or its time is over."


class SwapTaken(Conflict):
    code = "swap_taken"
    user_message = "Somebody else has offered to take this shift."


class SwapNotTaken(Conflict):
    code = "swap_not_taken"
    user_message = "Nobody has offered to take this shift yet."


def ask_swap(
    session: Session, actor: Person, *, layer: Layer, since: datetime, until: datetime, person_id: str, now: datetime
) -> Swap:
    """Ask that another be on in their place, for any part of their shifts. Raises NotOnShift, Invalid."""
    authorise("rota.offer", actor, Facts(about=person_id))
    since = from_now(since, until, now, LONGEST_CHANGE)
    plan = load_plan(session, since, until, now=None)
    if not _on(plan, layer, person_id, since, until):
        raise NotOnShift
    swap = Swap(
        id=new_id(),
        state=SwapState.ASKED,
        layer=layer,
        since=since,
        until=until,
        person_id=person_id,
        asked_by=actor.id,
        asked_at=now,
    )
    session.add(swap)
    _tell(session, swap, [*_people(session, LAYER_ROLES[layer]), *_planners(session)], now)
    _audit(session, actor, "swap.asked", swap, now)
    return swap


def take_swap(session: Session, actor: Person, swap_id: str, *, now: datetime) -> Swap:
    """Offer to be on instead. Raises SwapSettled, SwapTaken, RotaUnfit, AwayThen, Forbidden for one's own."""
    authorise("rota.take", actor, Facts())
    swap = get_swap(session, swap_id)
    _refuse_settled(swap, now)
    if swap.person_id == actor.id:
        raise Forbidden
    if swap.state is SwapState.TAKEN:
        raise SwapTaken
    refuse_change(session, _change(swap, actor.id, now), now=now)
    swap.state, swap.taken_by, swap.taken_at = SwapState.TAKEN, actor.id, now
    _tell(session, swap, _planners(session), now)
    _audit(session, actor, "swap.taken", swap, now)
    return swap


def approve_swap(session: Session, actor: Person, swap_id: str, *, now: datetime) -> Swap:
    """Now the other is on. Raises SwapNotTaken, SwapSettled, and what may stand against it by now."""
    swap = get_swap(session, swap_id)
    authorise("rota.approve", actor, Facts(made_by=swap.taken_by or ""))
    _refuse_settled(swap, now)
    if swap.taken_by is None:
        raise SwapNotTaken
    override = apply_change(session, actor, _change(swap, swap.taken_by, now), now=now)
    swap.override_id = override.id
    _settle(session, actor, swap, SwapState.APPROVED, now)
    return swap


def cancel_swap(session: Session, actor: Person, swap_id: str, *, now: datetime) -> Swap:
    """By whoever asked, whose shift it is, or who plans the rota: all stays as it was. Raises SwapSettled."""
    swap = get_swap(session, swap_id)
    if actor.id not in (swap.asked_by, swap.person_id):
        authorise("rota.edit", actor, Facts())
    _refuse_settled(swap, now)
    _settle(session, actor, swap, SwapState.CANCELLED, now)
    return swap


def take_over(session: Session, actor: Person, *, layer: Layer, person_id: str, now: datetime) -> RotaOverride:
    """Be on for the rest of a shift that runs, at once: somebody must be there. Who plans the rota is told.

    Raises NotOnShift, RotaUnfit, AwayThen.
    """
    authorise("rota.take", actor, Facts())
    shift = shift_at(session, layer, person_id, now)
    if shift is None or person_id == actor.id:
        raise NotOnShift
    change = Change(
        kind=OverrideKind.REPLACE,
        layer=layer,
        since=whole_second(now),
        until=shift.until,
        person_id=actor.id,
        replaced_id=person_id,
    )
    row = apply_change(session, actor, change, now=now)
    data = {"change": "taken_over", "layer": layer.value, "since": utc_text(now), "until": utc_text(shift.until)}
    planners = sorted(set(_planners(session)) - {actor.id, person_id})
    record_to_inboxes(session, planners, EventKind.SHIFT_CHANGED, row.id, now=now, data=data)
    return row


def _refuse_settled(swap: Swap, now: datetime) -> None:
    if swap.state not in (SwapState.ASKED, SwapState.TAKEN) or swap.until <= now:
        raise SwapSettled


def _change(swap: Swap, taker: str, now: datetime) -> Change:
    return Change(
        kind=OverrideKind.REPLACE,
        layer=swap.layer,
        since=max(swap.since, whole_second(now)),
        until=swap.until,
        person_id=taker,
        replaced_id=swap.person_id,
    )


def _on(plan: Plan, layer: Layer, person_id: str, since: datetime, until: datetime) -> bool:
    """Whether the stretch begins and ends on a shift of theirs; in between may be hours that are not."""
    theirs = [
        (span.since, span.until)
        for span in resolve(plan, since, until)
        if (span.layer, span.person_id) == (layer, person_id)
    ]
    off = subtract([(since, until)], theirs)
    return bool(theirs) and not any(start == since or end == until for start, end in off)


def _settle(session: Session, actor: Person, swap: Swap, state: SwapState, now: datetime) -> None:
    swap.state, swap.settled_by, swap.settled_at = state, actor.id, now
    _tell(session, swap, [], now)
    _audit(session, actor, f"swap.{state.value}", swap, now)


def _people(session: Session, *roles: Role) -> list[str]:
    there = select(Person.id).where(Person.role.in_(roles), Person.state == PersonState.ACTIVE)
    return list(session.scalars(there.order_by(Person.id).limit(MOST_TOLD)))


def _planners(session: Session) -> list[str]:
    return _people(session, Role.COORDINATOR, Role.SUPERVISOR)


def _tell(session: Session, swap: Swap, others: Iterable[str], now: datetime) -> None:
    data = {
        "state": swap.state.value,
        "layer": swap.layer.value,
        "since": utc_text(swap.since),
        "until": utc_text(swap.until),
    }
    told = {swap.person_id, swap.asked_by, *others, *([swap.taken_by] if swap.taken_by else [])}
    record_to_inboxes(session, sorted(told), EventKind.SHIFT_SWAP, swap.id, now=now, data=data)


def _audit(session: Session, actor: Person, action: str, swap: Swap, now: datetime) -> None:
    write_audit(session, actor_id=actor.id, action=action, subject_kind="swap", subject_id=swap.id, now=now)
