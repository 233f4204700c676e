"""Whether somebody is fit to be on the rota: one pure function of their shifts and of what is on record about them.

Rest and weekly hours are not asked of the supervisor layer: it stands by behind two others.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.people import PersonState
from models.roles import Role
from models.rota import LAYER_ROLES, LONGEST_SHIFT, REST, WEEKLY_MOST, Layer
from models.rota_resolver import Absence, Gap, Span, clip, join

WEEK = timedelta(days=7)
CLOCK_CHANGE = timedelta(hours=1)  # by which the longest shift is longer when clocks go back


class Unfit(StrEnum):
    """What stands against somebody being on."""

    ROLE = "role_not_eligible"
    ACCOUNT = "account_not_active"
    TRAINING = "training_lapsed"
    SUPERVISION = "supervision_lapsed"
    PAGING = "paging_untested"
    REST = "rest_too_short"
    WEEKLY = "weekly_hours_exceeded"


WORDS: Mapping[Unfit, str] = {
    Unfit.ROLE: "Their role is not one that can be on this layer.",
    Unfit.ACCOUNT: "Their account is not in use right now.",
    Unfit.TRAINING: "Their training is not on record, or runs out before this shift ends.",
    Unfit.SUPERVISION: "Their supervision is not on record, or runs out before this shift ends.",
    Unfit.PAGING: "No device of theirs has answered a trial page lately.",
    Unfit.REST: "They would have less than 11 hours of rest around this shift.",
    Unfit.WEEKLY: "They would be on for more than 48 hours within seven days.",
}
# What keeps somebody from ever being on, whatever else the service decides.
NEVER = frozenset({Unfit.ROLE, Unfit.ACCOUNT})


@dataclass(frozen=True, kw_only=True)
class Record:
    """What is known of somebody now. `pageable`: a device of theirs answered a trial page lately."""

    role: Role
    state: PersonState
    trained_until: datetime | None = None
    supervised_until: datetime | None = None
    pageable: bool = False

    def cleared(self, at: datetime) -> bool:
        """In training and in supervision, as far as is on record."""
        return all(until is not None and at <= until for until in (self.trained_until, self.supervised_until))


@dataclass(frozen=True, kw_only=True)
class Problem:
    code: Unfit
    person_id: str
    layer: Layer
    since: datetime
    until: datetime

    @property
    def words(self) -> str:
        return WORDS[self.code]


def problems(spans: Sequence[Span], records: Mapping[str, Record], since: datetime) -> list[Problem]:
    """What stands against the shifts that end after `since`; the earlier ones count for rest and hours only."""
    by_person: dict[str, list[Span]] = {}
    for span in spans:
        by_person.setdefault(span.person_id, []).append(span)
    found = [
        Problem(code=code, person_id=span.person_id, layer=span.layer, since=span.since, until=span.until)
        for span in spans
        if span.until > since
        for code in _against(span, by_person[span.person_id], records[span.person_id])
    ]
    return sorted(found, key=lambda one: (one.since, one.person_id, one.code))


def could_fill(gap: Gap, spans: Sequence[Span], absences: Sequence[Absence], records: Mapping[str, Record]) -> list[str]:
    """Who of those on record could be on for the whole of a gap: not away, not on already, and nothing against it.

    `spans`: who is on, a week and more on either side of the gap.
    """
    held: list[Span | Absence] = [*spans, *absences]
    return [
        person_id
        for person_id, record in records.items()
        if not any(_in_the_way(each, gap) for each in held if each.person_id == person_id)
        and _fits(gap, [each for each in spans if each.person_id == person_id], person_id, record)
    ]


def _in_the_way(held: Span | Absence, gap: Gap) -> bool:
    concerns = isinstance(held, Span) or held.layer in (None, gap.layer)
    return concerns and held.since < gap.until and (held.until is None or held.until > gap.since)


def _fits(gap: Gap, theirs: Sequence[Span], person_id: str, record: Record) -> bool:
    """Also their rest and hours in shifts that follow must stay as they should."""
    filled = Span(layer=gap.layer, person_id=person_id, since=gap.since, until=gap.until)
    against = problems([*theirs, filled], {person_id: record}, gap.since)
    return not any(one.since == gap.since or one.code in (Unfit.REST, Unfit.WEEKLY) for one in against)


def _against(span: Span, theirs: Sequence[Span], record: Record) -> Iterator[Unfit]:
    if record.role is not LAYER_ROLES[span.layer]:
        yield Unfit.ROLE
    if record.state is not PersonState.ACTIVE:
        yield Unfit.ACCOUNT
    if record.trained_until is None or record.trained_until < span.until:
        yield Unfit.TRAINING
    if record.supervised_until is None or record.supervised_until < span.until:
        yield Unfit.SUPERVISION
    if not record.pageable:
        yield Unfit.PAGING
    if span.layer is Layer.SUPERVISOR:
        return
    served = join((each.since, each.until) for each in theirs if each.layer is not Layer.SUPERVISOR)
    if _too_little_rest(span, served):
        yield Unfit.REST
    if _too_much_in_a_week(span, served):
        yield Unfit.WEEKLY


def _too_little_rest(span: Span, served: Sequence[tuple[datetime, datetime]]) -> bool:
    """Shifts that touch are one stretch; one that is longer than any shift may be has no rest in it."""
    for number, (since, until) in enumerate(served):
        if since <= span.since < until:
            too_long = until - since > LONGEST_SHIFT + CLOCK_CHANGE
            return too_long or (number > 0 and since - served[number - 1][1] < REST)
    return False


def _too_much_in_a_week(span: Span, served: Sequence[tuple[datetime, datetime]]) -> bool:
    """In the seven days that end with this shift."""
    week = clip(served, span.until - WEEK, span.until)
    return sum((until - since for since, until in week), timedelta()) > WEEKLY_MOST
