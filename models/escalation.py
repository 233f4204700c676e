"""Escalation: who is paged next for an alert, and when to look again. Pure: no database, no clock.

Invariants: every answer is either a page with a time to look again or the end; the end is reached after a bounded number
of pages; a step with nobody in it takes no time at all; whoever said no is not paged again.
"""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from models.rota import Layer

LONGEST_PAUSE_S, MOST_REPEATS, MOST_STEPS = 900, 50, 10


class PolicyError(Exception):
    """The escalation policy cannot be used; says why."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Page this layer `repeats` times, `every` apart."""

    layer: Layer
    repeats: int
    every: timedelta


@dataclass(frozen=True, kw_only=True)
class Policy:
    steps: tuple[Step, ...]
    contact_within: timedelta
    still_open_every: timedelta
    follow_up_at: time

    @property
    def longest_pause(self) -> timedelta:
        """No paging alert waits longer than this for its next step."""
        return max(step.every for step in self.steps)


@dataclass(frozen=True, kw_only=True)
class Position:
    """How far an alert is in the policy: its step, and how often that step has paged."""

    step: int = 0
    repeat: int = 0


@dataclass(frozen=True, kw_only=True)
class PagePeople:
    """Page these people now, and look again after `look_after`."""

    people: tuple[str, ...]
    layer: Layer
    position: Position
    look_after: timedelta


@dataclass(frozen=True, kw_only=True)
class Exhausted:
    """Nobody is left to page."""


def next_page(
    policy: Policy, position: Position, on_duty: Mapping[Layer, Sequence[str]], refused: Collection[str]
) -> PagePeople | Exhausted:
    """What comes after `position`. `on_duty`: who may be paged now, by layer; `refused`: who said no to this alert."""
    repeat = position.repeat
    for number in range(position.step, len(policy.steps)):
        step = policy.steps[number]
        people = tuple(person for person in on_duty.get(step.layer, ()) if person not in refused)
        if people and repeat < step.repeats:
            at = Position(step=number, repeat=repeat + 1)
            return PagePeople(people=people, layer=step.layer, position=at, look_after=step.every)
        repeat = 0
    return Exhausted()


def after_step(position: Position) -> Position:
    """Where the next step begins, for an alert that does not wait for the rest of this one."""
    return Position(step=position.step + 1)


def next_day(policy: Policy, now: datetime, timezone: str) -> datetime:
    """When a follow-up is offered: on the next day of the person's own calendar, at the policy's hour."""
    zone = ZoneInfo(timezone)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, policy.follow_up_at, tzinfo=zone)


def next_morning(policy: Policy, now: datetime, timezone: str) -> datetime:
    """When a call-back is owed: the first time after `now` that it is the policy's hour where the person is.

    Whoever asked at two at night and reached nobody is not left until the morning after the next.
    """
    zone = ZoneInfo(timezone)
    today = datetime.combine(now.astimezone(zone).date(), policy.follow_up_at, tzinfo=zone)
    return today if today.astimezone(UTC) > now else next_day(policy, now, timezone)


def read_policy(text: str) -> Policy:
    """A policy from TOML. Raises PolicyError."""
    try:
        raw = tomllib.loads(text)
        steps = tuple(_step(entry) for entry in raw["step"])
        policy = Policy(
            steps=steps,
            contact_within=timedelta(seconds=_within(raw["contact_within_seconds"], 3600)),
            still_open_every=timedelta(minutes=_within(raw["still_open_every_minutes"], 24 * 60)),
            follow_up_at=time.fromisoformat(raw["follow_up_at"]),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise PolicyError(f"the escalation policy cannot be read: {error}") from error
    if not 0 < len(steps) <= MOST_STEPS:
        raise PolicyError("the escalation policy has no steps, or very many")
    return policy


def _step(entry: Mapping[str, object]) -> Step:
    return Step(
        layer=Layer(str(entry["layer"])),
        repeats=_within(entry["repeats"], MOST_REPEATS),
        every=timedelta(seconds=_within(entry["every_seconds"], LONGEST_PAUSE_S)),
    )


def _within(value: object, most: int) -> int:
    if type(value) is not int or not 0 < value <= most:
        raise ValueError(f"{value!r} is not a whole number from 1 to {most}")
    return value


class _Process:
    policy: Policy | None = None


def load_policy(path: str | None) -> Policy:
    """The policy in this file; None: the one that comes with the service. Raises PolicyError."""
    try:
        text = Path(path).read_text(encoding="utf-8") if path else _own_text()
    except OSError as error:
        raise PolicyError(f"the escalation policy cannot be read: {error.strerror}") from error
    return read_policy(text)


def use_policy(path: str | None) -> None:
    """From now on this process pages by this file; None: as it comes with the service. Raises PolicyError."""
    _Process.policy = load_policy(path)


def current_policy() -> Policy:
    if _Process.policy is None:
        _Process.policy = load_policy(None)
    return _Process.policy


def _own_text() -> str:
    return files("models").joinpath("data/escalation.toml").read_text(encoding="utf-8")
