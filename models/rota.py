"""The crisis rota: versions of who is on when, one-off changes to it, leave, and what makes somebody fit to be on it.

Invariants: a version that was published is never changed again, only followed by another; a one-off change or a leave is
withdrawn, never deleted. Who is on at a moment is worked out from these rows by `models/rota_resolver.py`, and is written
down nowhere else.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime, enum_column
from models.roles import Role


class Layer(StrEnum):
    """Who is asked first, who next, and whom those two can turn to. In the order of asking."""

    PRIMARY = "primary"
    BACKUP = "backup"
    SUPERVISOR = "supervisor"


# Whose work each layer is.
LAYER_ROLES: Mapping[Layer, Role] = {
    Layer.PRIMARY: Role.CARER_PEER_WORKER,
    Layer.BACKUP: Role.CARER_PEER_WORKER,
    Layer.SUPERVISOR: Role.SUPERVISOR,
}

REST = timedelta(hours=11)  # between the end of one shift and the start of the next
WEEKLY_MOST = timedelta(hours=48)  # in any seven days
CHECKED_AHEAD = timedelta(days=28)  # how far a publication looks at who is fit
LONGEST_SHIFT = timedelta(hours=24)
MOST_RULES = 40  # of one version
MOST_PEOPLE = 30  # who take turns in one rule


class RotaKind(StrEnum):
    """`regular` holds from its start until the next regular one; `temporary` takes its place for a time."""

    REGULAR = "regular"
    TEMPORARY = "temporary"


class RotaState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    DISCARDED = "discarded"  # a draft that was never published


class Turn(StrEnum):
    """When the next of those who take turns is due."""

    OCCURRENCE = "occurrence"
    DAY = "day"
    WEEK = "week"


class RotaVersion(Base):
    __tablename__ = "rota_version"
    __table_args__ = (Index("ix_rota_version_state_starts_at", "state", "starts_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[RotaKind] = mapped_column(enum_column(RotaKind))
    state: Mapped[RotaState] = mapped_column(enum_column(RotaState))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Of a temporary one; a regular one ends where the next begins.
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class ShiftRule(Base):
    """Shifts of one layer that come again: a start on the clock of `zone`, a length on that clock, and an RRULE."""

    __tablename__ = "shift_rule"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    rota_id: Mapped[str] = mapped_column(Id, ForeignKey("rota_version.id"), index=True)
    place: Mapped[int]  # among the rules of its version
    layer: Mapped[Layer] = mapped_column(enum_column(Layer))
    zone: Mapped[str] = mapped_column(String(64))
    starts: Mapped[str] = mapped_column(String(16))  # wall clock, as 2026-11-02T18:00
    minutes: Mapped[int]
    rrule: Mapped[str] = mapped_column(String(200))
    turn: Mapped[Turn] = mapped_column(enum_column(Turn))


class ShiftRulePerson(Base):
    """Who takes turns in a rule, in order."""

    __tablename__ = "shift_rule_person"

    rule_id: Mapped[str] = mapped_column(Id, ForeignKey("shift_rule.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)


class OpeningRule(Base):
    """When a version means to have somebody there. Without any: always. Outside of it, nobody there is no gap."""

    __tablename__ = "opening_rule"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    rota_id: Mapped[str] = mapped_column(Id, ForeignKey("rota_version.id"), index=True)
    place: Mapped[int]
    zone: Mapped[str] = mapped_column(String(64))
    starts: Mapped[str] = mapped_column(String(16))
    minutes: Mapped[int]
    rrule: Mapped[str] = mapped_column(String(200))


class OverrideKind(StrEnum):
    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"


class RotaOverride(Base):
    """A one-off change for a stretch of time. `person_id` comes (add, replace) or goes (remove); `replaced_id` goes."""

    __tablename__ = "rota_override"
    __table_args__ = (Index("ix_rota_override_until_since", "until", "since"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[OverrideKind] = mapped_column(enum_column(OverrideKind))
    layer: Mapped[Layer] = mapped_column(enum_column(Layer))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    replaced_id: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    made_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Leave(Base):
    """A stretch in which somebody is never on, whatever else says so."""

    __tablename__ = "leave"
    __table_args__ = (Index("ix_leave_until_since", "until", "since"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ClearanceKind(StrEnum):
    TRAINING = "training"
    SUPERVISION = "supervision"


class Clearance(Base):
    """That somebody is trained, or under supervision, until a day. Rows are only added; the newest of a kind, and of
    training the newest of each training, counts.
    """

    __tablename__ = "clearance"
    # The newest of a kind is found without a look at the rows.
    __table_args__ = (
        Index(
            "ix_clearance_person_id_kind_recorded_at", "person_id", "kind", "recorded_at", "id", "training", "valid_until"
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    kind: Mapped[ClearanceKind] = mapped_column(enum_column(ClearanceKind))
    # Which one of `models/training.py`; None: the first there, and of supervision always.
    training: Mapped[str | None] = mapped_column(String(40))
    valid_until: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DutyPresence(Base):
    """When somebody on the rota last had the app open, kept for those who are on only. Never for a carer."""

    __tablename__ = "duty_presence"

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
