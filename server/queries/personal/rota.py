"""The crisis rota: turns, changes, shifts, and what is on record for it, in somebody's export."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, String, case, cast, or_, select

from models.desk_duty import DeskDuty
from models.rota import Clearance, DutyPresence, Leave, RotaOverride, RotaVersion, ShiftRule, ShiftRulePerson
from models.shifts import CalendarFeed, ShiftCheck, ShiftRecord, Swap
from server.queries.personal.sections import Section, all_but, own


def _rota_turns(person_id: str) -> Select[*tuple[Any, ...]]:
    return (
        select(
            ShiftRulePerson.rule_id,
            ShiftRule.layer,
            ShiftRule.zone,
            ShiftRule.starts,
            ShiftRule.minutes,
            ShiftRule.rrule,
            RotaVersion.published_at,
        )
        .join(ShiftRule, ShiftRule.id == ShiftRulePerson.rule_id)
        .join(RotaVersion, RotaVersion.id == ShiftRule.rota_id)
        .where(ShiftRulePerson.person_id == person_id)
        .distinct()
    )


def _rota_overrides(person_id: str) -> Select[*tuple[Any, ...]]:
    part = case((RotaOverride.replaced_id == person_id, "replaced"), else_=cast(RotaOverride.kind, String))
    mine = or_(RotaOverride.person_id == person_id, RotaOverride.replaced_id == person_id)
    columns = (RotaOverride.id, part.label("you"), RotaOverride.layer, RotaOverride.since, RotaOverride.until)
    return select(*columns, RotaOverride.withdrawn_at).where(mine)


def _swaps(person_id: str) -> Select[*tuple[Any, ...]]:
    part = case(
        (Swap.person_id == person_id, "handed it on"), (Swap.taken_by == person_id, "took it"), else_="asked for another"
    )
    mine = or_(Swap.person_id == person_id, Swap.taken_by == person_id, Swap.asked_by == person_id)
    return select(Swap.id, part.label("you"), Swap.state, Swap.layer, Swap.since, Swap.until).where(mine)


SECTIONS: Sequence[Section] = (
    Section(
        name="rota_turns",
        title="Your turns on the crisis rota",
        about="Shifts that come again in which you take turns, on the clock of the place named.",
        covers=("shift_rule_person.person_id",),
        query=_rota_turns,
        key=ShiftRulePerson.rule_id,
    ),
    Section(
        name="rota_changes",
        title="One-off changes to your shifts",
        about="When you were put on, taken off, or somebody was on in place of another, and you were one of them.",
        covers=("rota_override.person_id", "rota_override.replaced_id"),
        query=_rota_overrides,
        key=RotaOverride.id,
    ),
    Section(
        name="swaps",
        title="Shifts handed on",
        about="Shifts that were to go from one person to another, and your part in it.",
        covers=("swap.person_id", "swap.taken_by", "swap.asked_by"),
        query=_swaps,
        key=Swap.id,
    ),
    Section(
        name="shifts",
        title="Shifts you were on",
        about="When you said that you were there and that you were done, and what you wrote for whoever came next.",
        covers=("shift_record.person_id",),
        query=own(*all_but(ShiftRecord, "person_id"), of=ShiftRecord.person_id),
        key=ShiftRecord.id,
    ),
    Section(
        name="shift_checks",
        title="Whether you could be on",
        about="What we looked at before shifts of yours, as short codes: training, supervision, devices, rest.",
        covers=("shift_check.person_id",),
        query=own(*all_but(ShiftCheck, "person_id"), of=ShiftCheck.person_id),
        key=ShiftCheck.id,
    ),
    Section(
        name="leave",
        title="Your leave",
        about="When you are away and on no shift.",
        covers=("leave.person_id",),
        query=own(Leave.id, Leave.since, Leave.until, Leave.made_at, Leave.withdrawn_at, of=Leave.person_id),
        key=Leave.id,
    ),
    Section(
        name="clearances",
        title="Your training and supervision",
        about="Until when each is in date.",
        covers=("clearance.person_id",),
        query=own(
            Clearance.id,
            Clearance.kind,
            Clearance.training,
            Clearance.valid_until,
            Clearance.recorded_at,
            of=Clearance.person_id,
        ),
        key=Clearance.id,
    ),
    Section(
        name="calendar_feeds",
        title="Links to the rota for calendars",
        about="When you made each and took it back. The links themselves are not kept.",
        covers=("calendar_feed.person_id",),
        query=own(*all_but(CalendarFeed, "person_id", "token_index"), of=CalendarFeed.person_id),
        key=CalendarFeed.id,
    ),
    Section(
        name="duty_presence",
        title="When you were last seen on duty",
        about="While you are on the rota: when your app was last open.",
        covers=("duty_presence.person_id",),
        query=own(DutyPresence.seen_at, of=DutyPresence.person_id),
        key=DutyPresence.person_id,
    ),
    Section(
        name="desk_duty",
        title="When you were at the desk",
        about="From when until when you last said that you look after what is flagged.",
        covers=("desk_duty.person_id",),
        query=own(*all_but(DeskDuty, "person_id"), of=DeskDuty.person_id),
        key=DeskDuty.person_id,
    ),
)
