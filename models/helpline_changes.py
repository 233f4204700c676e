"""What coordinators said of helplines: verified, changed, withdrawn, added. Versions are kept; a line's newest counts.

Invariants: the data file is the base, and a line nobody changed follows it from release to release; a verification is of
the very details that were verified and of no others; whatever is withdrawn, every case has a line in every region.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id, UtcDateTime, enum_column
from models.helpline_file import HelplineDataError, read_line
from models.helplines import INTERNATIONAL, Directory, Helpline, Whose

log = logging.getLogger("hearthside.helplines")

MOST_LINES = 100  # of the whole directory, withdrawn ones too


class HelplineChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    VERIFIED = "verified"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"


class HelplineChange(Base):
    """One version of a line. Rows are only added."""

    __tablename__ = "helpline_change"
    __table_args__ = (UniqueConstraint("line_id", "version"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    line_id: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    kind: Mapped[HelplineChangeKind] = mapped_column(enum_column(HelplineChangeKind))
    # The line as it then stood, written as in the file, without the day it was verified.
    entry: Mapped[dict[str, Any]]
    # Whether `entry` counts in place of the file's. False: it only says what was verified or withdrawn.
    own: Mapped[bool]
    withdrawn: Mapped[bool]
    last_verified_on: Mapped[date | None]
    changed_by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A line as coordinators see it. `version` 0: as the file has it; `own`: somebody here wrote it."""

    line: Helpline
    version: int = 0
    own: bool = False
    withdrawn: bool = False
    changed_at: datetime | None = None


def list_all(base: Directory, newest: Iterable[HelplineChange]) -> list[Listing]:
    """Every line in the order of the file, then those added here. `newest`: the newest version of each changed line."""
    changes = {change.line_id: change for change in newest}
    listings = [_listed(line, changes.pop(line.id, None)) for line in base.lines]
    for change in sorted(changes.values(), key=lambda one: one.line_id):
        line = _own_line(change) if change.own else None  # else the file no longer has what was verified
        if line is not None:
            listings.append(_listing(line, change))
    return listings


def compose(base: Directory, listings: Iterable[Listing]) -> Directory:
    """What people are shown. Where nothing is left for a case anywhere, the file's international lines are."""
    lines = tuple(listing.line for listing in listings if not listing.withdrawn)
    missing = without_line(lines)
    back = (line for line in base.lines if line.region == INTERNATIONAL and missing.intersection(line.whose))
    return replace(base, lines=(*lines, *back))


def without_line(lines: Iterable[Helpline]) -> frozenset[Whose]:
    """Cases for which there is no international line, which every region falls back to."""
    there = {kind for line in lines if line.region == INTERNATIONAL for kind in line.whose}
    return frozenset(Whose) - there


def _listed(line: Helpline, change: HelplineChange | None) -> Listing:
    if change is None:
        return Listing(line=line)
    if change.own:
        return _listing(_own_line(change) or line, change)
    verified = same_entry(change.entry, line.entry) and change.last_verified_on
    return _listing(replace(line, last_verified_on=verified) if verified else line, change)


def _listing(line: Helpline, change: HelplineChange) -> Listing:
    return Listing(
        line=line, version=change.version, own=change.own, withdrawn=change.withdrawn, changed_at=change.changed_at
    )


def _own_line(change: HelplineChange) -> Helpline | None:
    try:
        return read_line(change.entry, last_verified_on=change.last_verified_on)
    except HelplineDataError:  # rules became stricter since: better the file's than none of it
        log.warning("a changed helpline cannot be read line=%s version=%s", change.line_id, change.version)
        return None


def same_entry(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return dict(one) == dict(other)
