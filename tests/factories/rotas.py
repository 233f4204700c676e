"""Plans for the resolver, and an oracle that says who is on at one moment without any of its arithmetic."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models.recurrence import Recurrence, recurrence
from models.rota import Layer, OverrideKind, RotaKind, Turn
from models.rota_resolver import Plan, Rule, Schedule, Span

ZONES = ("Australia/Sydney", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def every(
    zone: str = ZONES[0], starts: str = "2026-01-05T09:00", minutes: int = 480, rule: str = "FREQ=DAILY"
) -> Recurrence:
    return recurrence(zone=zone, starts=datetime.fromisoformat(starts), minutes=minutes, rule=rule)


def shifts(*people: str, layer: Layer = Layer.PRIMARY, turn: Turn = Turn.OCCURRENCE, **when: Any) -> Rule:
    return Rule(layer=layer, when=every(**when), people=people, turn=turn)


def schedule(*rules: Rule, **changes: Any) -> Schedule:
    return Schedule(**{"kind": RotaKind.REGULAR, "since": LONG_AGO, "published_at": LONG_AGO, "rules": rules, **changes})


def plan(*rules: Rule, **changes: Any) -> Plan:
    return Plan(schedules=[schedule(*rules)], **changes)


def clock_changes(zone: str, since: datetime, until: datetime) -> Iterator[datetime]:
    """The hours in which this place's clocks are moved, found by looking at every hour."""
    there, at = ZoneInfo(zone), since
    while at < until:
        if at.astimezone(there).utcoffset() != (at + timedelta(hours=1)).astimezone(there).utcoffset():
            yield at
        at += timedelta(hours=1)


def on_by_the_clock(rule: Rule, at: datetime) -> set[str]:
    """Who is on by the wall clock of the place alone: what anybody with the rota on paper and a watch would say.

    For FREQ=DAILY and FREQ=WEEKLY without BYDAY, and turns by occurrence.
    """
    when = rule.when
    watch = at.astimezone(ZoneInfo(when.zone)).replace(tzinfo=None)
    step = 7 if "WEEKLY" in when.rule else 1
    passed = (watch - when.starts) // DAY
    return {
        rule.people[days // step % len(rule.people)]
        for days in range(max(passed - 2, 0), passed + 1)
        if days % step == 0
        and when.starts + days * DAY <= watch < when.starts + days * DAY + timedelta(minutes=when.minutes)
    }


def said_at(spans: list[Span], at: datetime) -> list[tuple[Layer, str]]:
    return [(span.layer, span.person_id) for span in spans if span.since <= at < span.until]


def once(on: set[tuple[Layer, str]]) -> set[tuple[Layer, str]]:
    """Whoever is on in two layers, only in the one asked first."""
    order = list(Layer)
    return {(layer, who) for layer, who in on if not any((above, who) in on for above in order[: order.index(layer)])}


def who_is_on(plan: Plan, at: datetime, rules_say: Any) -> set[tuple[Layer, str]]:
    """The meaning of a plan at one moment. `rules_say(rule, at)`: whom a rule alone would have on."""
    there = [each for each in plan.schedules if each.since <= at and (each.until is None or at < each.until)]
    temporary = [each for each in there if each.kind is RotaKind.TEMPORARY]
    if temporary:
        there = [max(temporary, key=lambda each: each.published_at)]
    there.sort(key=lambda each: (each.since, each.published_at))
    on = {(rule.layer, who) for rule in (there[-1].rules if there else ()) for who in rules_say(rule, at)}
    for change in plan.changes:
        if change.since <= at < change.until:
            person, replaced = (change.layer, change.person_id), (change.layer, change.replaced_id)
            if change.kind is OverrideKind.ADD:
                on.add(person)
            elif change.kind is OverrideKind.REMOVE:
                on.discard(person)
            elif replaced in on:
                on.remove(replaced)
                on.add(person)
    for absence in plan.absences:
        if absence.since <= at and (absence.until is None or at < absence.until):
            on = {(layer, who) for layer, who in on if who != absence.person_id or absence.layer not in (None, layer)}
    return once(on)
