"""Who is on the rota when: one pure function of a plan and a stretch of time, with no database and no clock.

What counts, in this order: the schedule that governs at that moment gives the shifts; one-off changes are made to them in
the order they were made; then whoever is away is taken out. Invariant: nobody is on twice at one moment. Shifts of one
person that overlap are one, and whoever is on in two layers is on in the one that is asked first. Shifts of different people
may overlap, which they do when clocks change. Shifts that only touch stay two, so that each keeps the start it is known by.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from models.recurrence import Occurrence, Recurrence, occurrences, step_of
from models.rota import Layer, OverrideKind, RotaKind, Turn

LAYERS = tuple(Layer)
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True)
class Rule:
    layer: Layer
    when: Recurrence
    people: tuple[str, ...]
    turn: Turn = Turn.OCCURRENCE


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Governs in [since, until); `until` None: until another does. Without `opening` it means to be staffed always."""

    kind: RotaKind
    since: datetime
    published_at: datetime
    until: datetime | None = None
    rules: tuple[Rule, ...] = ()
    opening: tuple[Recurrence, ...] = ()

    @property
    def layers(self) -> frozenset[Layer]:
        """Those it means to staff. Somebody to be asked first, always."""
        return frozenset({Layer.PRIMARY, *(rule.layer for rule in self.rules)})


@dataclass(frozen=True, kw_only=True)
class Change:
    kind: OverrideKind
    layer: Layer
    since: datetime
    until: datetime
    person_id: str
    replaced_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Absence:
    """`layer` None: from all of them. `until` None: for good."""

    person_id: str
    since: datetime
    until: datetime | None = None
    layer: Layer | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    schedules: Sequence[Schedule] = ()
    changes: Sequence[Change] = ()  # in the order they were made
    absences: Sequence[Absence] = ()


@dataclass(frozen=True, kw_only=True)
class Span:
    layer: Layer
    person_id: str
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Gap:
    layer: Layer
    since: datetime
    until: datetime


@dataclass
class _Board:
    """Who is on, per layer and person: stretches that may still overlap."""

    on: dict[tuple[Layer, str], list[Stretch]] = field(default_factory=dict)

    def add(self, layer: Layer, person_id: str, stretches: Iterable[Stretch]) -> None:
        self.on.setdefault((layer, person_id), []).extend(stretches)

    def take(self, layer: Layer, person_id: str, stretch: Stretch) -> list[Stretch]:
        """Take them off for a stretch; returns when in it they were on."""
        held = self.on.get((layer, person_id), [])
        self.on[layer, person_id] = subtract(held, [stretch])
        return clip(held, *stretch)


def resolve(plan: Plan, since: datetime, until: datetime) -> list[Span]:
    """Who is on in [since, until), clipped to it, ordered by start, layer and person."""
    board = _Board()
    for start, end, schedule in governing(plan.schedules, since, until):
        for rule in schedule.rules if schedule is not None else ():
            for found in occurrences(rule.when, start, end):
                board.add(rule.layer, whose_turn(rule, found), clip([(found.since, found.until)], start, end))
    for change in plan.changes:
        _make(board, change, since, until)
    for absence in plan.absences:
        for layer in LAYERS if absence.layer is None else (absence.layer,):
            board.take(layer, absence.person_id, (absence.since, absence.until or until))
    return sorted(_once(board), key=lambda span: (span.since, LAYERS.index(span.layer), span.person_id))


def gaps(plan: Plan, since: datetime, until: datetime) -> list[Gap]:
    """When a layer is meant to be staffed and nobody is there, ordered by start and layer."""
    spans = resolve(plan, since, until)
    meant: dict[Layer, list[Stretch]] = {layer: [] for layer in LAYERS}
    for start, end, schedule in governing(plan.schedules, since, until):
        for layer in schedule.layers if schedule is not None else (Layer.PRIMARY,):
            meant[layer].extend(opening(schedule, start, end))
    found = [
        Gap(layer=layer, since=start, until=end)
        for layer in LAYERS
        for start, end in subtract(join(meant[layer]), [(span.since, span.until) for span in spans if span.layer is layer])
    ]
    return sorted(found, key=lambda gap: (gap.since, LAYERS.index(gap.layer)))


def opening(schedule: Schedule | None, since: datetime, until: datetime) -> list[Stretch]:
    """When in [since, until) it means to be staffed."""
    if schedule is None or not schedule.opening:
        return [(since, until)]
    return join(
        stretch
        for when in schedule.opening
        for found in occurrences(when, since, until)
        for stretch in clip([(found.since, found.until)], since, until)
    )


def governing(
    schedules: Sequence[Schedule], since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime, Schedule | None]]:
    """[since, until) in pieces, each with the schedule that governs it, or None."""
    edges = {edge for each in schedules for edge in (each.since, each.until) if edge and since < edge < until}
    points = [since, *sorted(edges), until]
    pieces: list[tuple[datetime, datetime, Schedule | None]] = []
    for start, end in pairwise(points):
        schedule = governs_at(schedules, start)
        if pieces and pieces[-1][2] is schedule:
            start = pieces.pop()[0]  # noqa: PLW2901 - one piece, so that no shift is cut where nothing changes
        pieces.append((start, end, schedule))
    yield from pieces


def governs_at(schedules: Sequence[Schedule], at: datetime) -> Schedule | None:
    """A temporary schedule before a regular one; of regular ones the one that began last; then the one published last."""
    there = [each for each in schedules if each.since <= at and (each.until is None or at < each.until)]
    return max(
        there,
        key=lambda each: (
            each.kind is RotaKind.TEMPORARY,
            each.since if each.kind is RotaKind.REGULAR else each.published_at,
            each.published_at,
        ),
        default=None,
    )


def whose_turn(rule: Rule, found: Occurrence) -> str:
    """Turns by day and week go with the calendar of the place, so that rules with the same people stay in step."""
    first, day = rule.when.starts.date(), found.local.date()
    number = found.number
    if rule.turn is Turn.DAY:
        number = (day - first).days // step_of(rule.when, "DAILY")
    elif rule.turn is Turn.WEEK:
        monday = first - timedelta(days=first.weekday())
        number = (day - monday).days // 7 // step_of(rule.when, "WEEKLY")
    return rule.people[number % len(rule.people)]


def _make(board: _Board, change: Change, since: datetime, until: datetime) -> None:
    stretch = max(change.since, since), min(change.until, until)
    if stretch[0] >= stretch[1]:
        return
    if change.kind is OverrideKind.ADD:
        board.add(change.layer, change.person_id, [stretch])
    elif change.kind is OverrideKind.REMOVE:
        board.take(change.layer, change.person_id, stretch)
    elif change.replaced_id is not None:
        board.add(change.layer, change.person_id, board.take(change.layer, change.replaced_id, stretch))


def _once(board: _Board) -> Iterator[Span]:
    taken: dict[str, list[Stretch]] = {}
    for layer in LAYERS:
        for person_id, stretches in [(key[1], held) for key, held in board.on.items() if key[0] is layer]:
            before = taken.setdefault(person_id, [])
            free = subtract(stretches, before)
            before.extend(free)
            for since, until in free:
                yield Span(layer=layer, person_id=person_id, since=since, until=until)


def join(stretches: Iterable[Stretch]) -> list[Stretch]:
    """In order, those that touch or overlap made one."""
    return _one_where(stretches, lambda end, start: start <= end)


def merge(stretches: Iterable[Stretch]) -> list[Stretch]:
    """In order, those that overlap made one."""
    return _one_where(stretches, lambda end, start: start < end)


def _one_where(stretches: Iterable[Stretch], meets: Callable[[datetime, datetime], bool]) -> list[Stretch]:
    joined: list[Stretch] = []
    for since, until in sorted(stretches):
        if since >= until:
            continue
        if joined and meets(joined[-1][1], since):
            joined[-1] = joined[-1][0], max(joined[-1][1], until)
        else:
            joined.append((since, until))
    return joined


def clip(stretches: Iterable[Stretch], since: datetime, until: datetime) -> list[Stretch]:
    return [(max(a, since), min(b, until)) for a, b in stretches if a < until and b > since]


def subtract(stretches: Iterable[Stretch], away: Iterable[Stretch]) -> list[Stretch]:
    """What is left of the stretches, merged and in order."""
    left: list[Stretch] = []
    gone = join(away)
    for since, until in merge(stretches):
        start = since
        for a, b in gone:
            if b <= start or a >= until:
                continue
            if a > start:
                left.append((start, a))
            start = max(start, b)
        if start < until:
            left.append((start, until))
    return left
