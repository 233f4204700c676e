"""Kinds of training, which of them a peer worker must have on record, and how long before one lapses people are told.

The records themselves are clearances (`models/rota.py`): training and supervision are put on record once, for the crisis
rota and for one-to-one contacts alike.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime
from models.errors import Conflict

TOLD_BEFORE = (timedelta(days=7), timedelta(days=30))  # the nearest first: who is told a week ahead needs no other notice
CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
MOST_KINDS = 30


class TrainingFileError(Exception):
    """The file of training kinds cannot be used."""


class TrainingMissing(Conflict):
    """To a coordinator who would publish a worker's profile."""

    code = "training_missing"
    user_message = "A training this worker must have is not on record, or has run out. Please put it on record first."


class TrainingLapsed(Conflict):
    """To the worker themselves; anybody else is told only that the contact cannot begin."""

    code = "training_lapsed"
    user_message = (
        "A training you need for new contacts is not on record, or has run out. Nothing is lost: this request waits for "
        "you. Please talk to your coordinator."
    )


class TrainingState(StrEnum):
    CURRENT = "current"
    LAPSES_SOON = "lapses_soon"
    LAPSED = "lapsed"
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class TrainingKind:
    code: str
    label: str
    required: bool


class TrainingNotice(Base):
    """That people were told that a record runs out so many days ahead. Rows are only added."""

    __tablename__ = "training_notice"

    clearance_id: Mapped[str] = mapped_column(Id, ForeignKey("clearance.id"), primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)


def state_of(valid_until: datetime | None, now: datetime) -> TrainingState:
    """Of the newest record; None: there is none."""
    if valid_until is None:
        return TrainingState.MISSING
    if valid_until < now:
        return TrainingState.LAPSED
    return TrainingState.LAPSES_SOON if valid_until - now <= max(TOLD_BEFORE) else TrainingState.CURRENT


def notice_due(valid_until: datetime, now: datetime) -> timedelta | None:
    """Which notice is due now for a record that runs out then; None: it has run out, or there is time."""
    left = valid_until - now
    return next((ahead for ahead in TOLD_BEFORE if timedelta(0) <= left <= ahead), None)


def read_kinds(text: str) -> Sequence[TrainingKind]:
    """Raises TrainingFileError."""
    try:
        kinds = [_kind(entry) for entry in tomllib.loads(text)["training"]]
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise TrainingFileError(f"the kinds of training cannot be read: {error}") from error
    if not 0 < len(kinds) <= MOST_KINDS or len({kind.code for kind in kinds}) < len(kinds):
        raise TrainingFileError("there is no kind of training, or very many, or one twice")
    return tuple(kinds)


def _kind(entry: Mapping[str, object]) -> TrainingKind:
    if set(entry) != {"code", "label", "required"}:
        raise ValueError("a kind of training has a code, a label and whether it is required")
    code, label, required = entry["code"], entry["label"], entry["required"]
    if not isinstance(code, str) or not CODE.fullmatch(code):
        raise ValueError(f"{code!r} is not a code of a-z, 0-9 and _")
    if not isinstance(label, str) or not label.strip() or not isinstance(required, bool):
        raise ValueError(f"{code} needs a label, and required as true or false")
    return TrainingKind(code=code, label=label, required=required)


class _Process:
    kinds: Sequence[TrainingKind] = ()


def load_kinds(path: str | None) -> Sequence[TrainingKind]:
    """The kinds in this file; None: those that come with the service. Raises TrainingFileError."""
    try:
        text = Path(path).read_text(encoding="utf-8") if path else _own_text()
    except OSError as error:
        raise TrainingFileError(f"the kinds of training cannot be read: {error.strerror}") from error
    return read_kinds(text)


def use_kinds(path: str | None) -> None:
    """Set at start-up. Raises TrainingFileError."""
    _Process.kinds = load_kinds(path)


def training_kinds() -> Sequence[TrainingKind]:
    if not _Process.kinds:
        _Process.kinds = load_kinds(None)
    return _Process.kinds


def required_kinds() -> Sequence[str]:
    return [kind.code for kind in training_kinds() if kind.required]


def usual_kind() -> str:
    """What a record of training means that names no kind: the first."""
    return training_kinds()[0].code


def _own_text() -> str:
    return files("models").joinpath("data/training.toml").read_text(encoding="utf-8")
