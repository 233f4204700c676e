"""What the review desk asks of those who read there: what is covered, what was looked at, and when it is enough.

A *shift* begins with the first thing somebody does at the desk after four hours without any; moderators have no rota.
Invariants: a severe case counts once a shift for whoever looked at it; after each step of the cap comes a pause, and at
twice the cap the shift is over for what is severe; what may be about a life is never kept from the only one there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime, enum_column
from models.errors import Conflict
from models.review import Case, Flag, FlagSource, TargetKind, Urgency

SHIFT_GAP = timedelta(hours=4)
PAUSE = timedelta(minutes=15)
AFTER_PAUSE = 2  # severe cases between one pause and the next
# Whoever did something at the desk so lately is there. Shorter than a safety case's target: a case refused to one because
# another is there can still be looked at in time when that other turns out to be gone.
THERE = timedelta(minutes=10)
LONG_SHIFT = timedelta(hours=3)
DEFAULT_CAP, MOST_CAP = 6, 50  # severe cases in a shift before the first pause

HARD_WORDS = frozenset({"risk_to_self", "risk_to_other", "hostility"})  # at their gravest
HARD_REPORTS = frozenset({"risk_to_self", "risk_to_other", "abuse"})  # whatever their urgency: a member was hurt or afraid
OWN_RISK = "risk_to_self"

# What a covered case says of itself, so that one can choose whether to look.
IN_SHORT = {
    "risk_to_self": "tells of a risk to themselves",
    "risk_to_other": "tells of a danger to somebody",
    "hostility": "has hostile words",
    "abuse": "was reported as hurtful",
    "stigma": "has words that can hurt people who live with an illness",
    "misinformation": "may be wrong about health",
    "spam": "looks like something for sale",
    "contact_details": "may hold a number or an address",
    "third_party_privacy": "may name somebody who is not here",
    "privacy": "was reported for somebody's privacy",
    "awaiting_review": "waits to be read before it appears",
    "other": "was reported for another reason",
}
SUBJECT = {
    TargetKind.MESSAGE: "A message",
    TargetKind.PERSON: "How somebody behaves",
    TargetKind.CONVERSATION: "Part of a one-to-one",
}

_cap = [DEFAULT_CAP]


def use_cap(cap: int) -> None:
    """Severe cases in a shift before the first pause. Set at start-up."""
    _cap[0] = cap


def current_cap() -> int:
    return _cap[0]


class Blur(StrEnum):
    """What is covered until it is asked for. Nothing less than severe cases."""

    SEVERE = "severe"
    ALL = "all"


class CareKind(StrEnum):
    PAUSE = "pause"
    ENOUGH = "enough"
    BEYOND = "beyond"  # they went on, because nobody else was there
    DEBRIEF_OFFERED = "debrief_offered"


class TimeForAPause(Conflict):
    """`may_look_anyway`: somebody may be in danger and nobody else is at the desk; asked for so, it is shown."""

    code = "time_for_a_pause"
    user_message = (
        "You have looked at a lot that is hard. Please leave it for a quarter of an hour; lighter cases can go on. If you "
        "would like to talk about any of it, a supervisor will make time for you. Nobody thinks less of a pause."
    )
    public = ("paused_until", "may_look_anyway", "debrief_offered")


class EnoughForToday(Conflict):
    code = "enough_for_today"
    user_message = (
        "That was a lot for one evening, and others look after the hard cases now. Thank you. If you would like to talk "
        "about any of it, a supervisor will make time for you."
    )
    public = ("debrief_offered",)


class RevealFirst(Conflict):
    code = "reveal_first"
    user_message = "This picture is covered. You can choose to look at the whole case first, and you can decide without it."


class AtDesk(Base):
    """Somebody who works at the review desk: when they were there last, and what they want covered."""

    __tablename__ = "at_desk"

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    blur: Mapped[Blur] = mapped_column(enum_column(Blur), default=Blur.SEVERE)
    began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the shift
    active_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    # When they last looked at something severe in this shift, or decided it: a pause counts from there.
    hard_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def in_shift(self, now: datetime) -> bool:
        return self.active_at is not None and now - self.active_at < SHIFT_GAP

    def come(self, now: datetime) -> datetime:
        """They do something at the desk. When their shift began."""
        if self.began_at is None or not self.in_shift(now):
            self.began_at, self.hard_at = now, None
        self.active_at = now
        return self.began_at


class Exposure(Base):
    """That somebody looked at a case with its text, once a shift. `beyond`: more than the cap, as nobody else was there."""

    __tablename__ = "exposure"
    __table_args__ = (
        UniqueConstraint("moderator_id", "shift_at", "case_id"),
        Index(None, "moderator_id", "seen_at"),
        Index(None, "seen_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    moderator_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    case_id: Mapped[str] = mapped_column(Id, ForeignKey("case.id"), index=True)
    shift_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when the shift began
    severity: Mapped[int]  # the case's urgency then
    severe: Mapped[bool]
    beyond: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeskCare(Base):
    """What was done for somebody at the desk: a pause, a debrief offered. Never what they passed on to others."""

    __tablename__ = "desk_care"
    __table_args__ = (Index(None, "moderator_id", "at"), Index(None, "at"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    moderator_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    kind: Mapped[CareKind] = mapped_column(enum_column(CareKind))
    case_id: Mapped[str | None] = mapped_column(Id, ForeignKey("case.id"), index=True)
    shift_at: Mapped[datetime] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def is_severe(flags: Iterable[Flag]) -> bool:
    """Whether reading it may hurt the reader: the gravest words of risk or hostility, or a report of abuse or of risk."""
    return any(
        (flag.label in HARD_WORDS and flag.severity >= Urgency.HIGH)
        or (flag.source is FlagSource.REPORT and flag.label in HARD_REPORTS)
        for flag in flags
    )


def tells_of_own_risk(flags: Iterable[Flag]) -> bool:
    """Somebody may not want to live on: what stays with whoever decides it."""
    return any(flag.label == OWN_RISK and flag.severity >= Urgency.HIGH for flag in flags)


def is_covered(blur: Blur, *, severe: bool) -> bool:
    return severe or blur is Blur.ALL


def in_short(case: Case, labels: Sequence[str], photos: int) -> str:
    """A covered case in plain words, none of them its own."""
    subject = SUBJECT[case.target_kind]
    if photos:
        subject += " with a photo" if photos == 1 else f" with {photos} photos"
    told = list(dict.fromkeys(IN_SHORT[label] for label in labels if label in IN_SHORT))
    if not told:
        return f"{subject}."
    return f"{subject}: {' and '.join(filter(None, [', '.join(told[:-1]), told[-1]]))}."


class May(StrEnum):
    LOOK = "look"
    PAUSE = "pause"
    ENOUGH = "enough"


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Severe cases somebody has looked at since they came; `hard_at` as in `AtDesk`."""

    began_at: datetime | None = None
    seen: int = 0
    beyond: int = 0
    hard_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """Whether another severe case is for them now, and how many before it is time for a pause."""

    may: May
    left: int = 0
    paused_until: datetime | None = None


def step_reached(shift: Shift, cap: int) -> May:
    """What follows from the last case that counted: nothing, a pause, or the end of what is severe in this shift."""
    if shift.seen + shift.beyond >= 2 * cap:
        return May.ENOUGH
    pause = shift.seen >= cap and (shift.seen - cap) % AFTER_PAUSE == 0
    return May.PAUSE if pause else May.LOOK


def allowance(shift: Shift, *, cap: int, now: datetime) -> Allowance:
    """A pause that was taken unasked counts: it runs from the last severe thing they had to do with."""
    step = step_reached(shift, cap)
    if step is May.ENOUGH:
        return Allowance(may=step)
    if step is May.PAUSE and shift.hard_at is not None and now < shift.hard_at + PAUSE:
        return Allowance(may=step, paused_until=shift.hard_at + PAUSE)
    if shift.seen < cap:
        return Allowance(may=May.LOOK, left=cap - shift.seen)
    until_pause = AFTER_PAUSE - (shift.seen - cap) % AFTER_PAUSE
    return Allowance(may=May.LOOK, left=min(until_pause, 2 * cap - shift.seen - shift.beyond))


def rest_suggested(shift: Shift, *, cap: int, now: datetime) -> bool:
    """Before it is asked for: one severe case short of the cap, and after three hours at the desk."""
    near = shift.seen >= max(cap - 1, 1)
    return near or (shift.began_at is not None and now - shift.began_at >= LONG_SHIFT)
