"""Whether the audit trail holds, as the last walk through it found; and where the next stretch begins."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.audit import Anchor, AuditEntry, Flaw, flaw_at_beginning, flaw_at_end, read_page
from models.audit_check import OVERDUE_AFTER, AuditCheck, Stage, Walk, seal_of
from models.people import Person
from models.policy import Facts, authorise

log = structlog.get_logger("hearthside.audit")

STRETCH = 200  # rows: a few milliseconds


class AuditState(StrEnum):
    UNCHECKED = "unchecked"
    WHOLE = "whole"
    BROKEN = "broken"


@dataclass(frozen=True, kw_only=True)
class AuditStanding:
    """`checked_at`: when the whole trail was last gone through, up to the entry `seq`. `overdue`: not for too long."""

    state: AuditState
    checked_at: datetime | None = None
    seq: int | None = None
    anchor: Anchor | None = None
    broken_seq: int | None = None
    flaw: Flaw | None = None
    flaws: int = 0
    broken_since: datetime | None = None
    overdue: bool = False


def find_check(session: Session, stage: Stage, *, lock: bool = False) -> AuditCheck | None:
    """What is kept, unless somebody changed it: then it says nothing."""
    found = session.get(AuditCheck, stage, with_for_update=lock or None)
    if found is not None and found.seal != seal_of(found):
        log.error("what was kept of checking the audit trail was changed", stage=stage.value)
        return None
    return found


def walk_to_go_on(session: Session) -> Walk:
    """The walk that is under way, or a new one."""
    found = find_check(session, Stage.UNDER_WAY)
    if found is not None:
        return Walk(
            last=Anchor(seq=found.seq, digest=found.digest),
            anchor=_anchor(found),
            flaws=found.flaws,
            broken_seq=found.broken_seq,
            flaw=found.flaw,
        )
    ended = find_check(session, Stage.ENDED)
    flaw = flaw_at_beginning(session)
    return Walk(anchor=None if ended is None else _anchor(ended)).with_flaw(flaw, seq=0)


def walk_on(session: Session, walk: Walk) -> Walk:
    """One stretch further; at the end of the trail it is compared with its head, in the same view of the database."""
    entries = read_page(session, walk.last.seq, most=STRETCH)
    walk = walk.over(entries)
    if len(entries) == STRETCH:
        return walk
    return replace(walk.with_flaw(flaw_at_end(session, walk.last, walk.anchor)), ended=True)


def audit_standing(session: Session, actor: Person, *, now: datetime) -> AuditStanding:
    """Whether the trail holds, for whoever may read it. Raises Forbidden."""
    authorise("audit.read", actor, Facts())
    found = find_check(session, Stage.ENDED)
    if found is None:
        first = session.scalars(select(AuditEntry.at).order_by(AuditEntry.seq).limit(1)).first()
        return AuditStanding(state=AuditState.UNCHECKED, overdue=first is not None and first <= now - OVERDUE_AFTER)
    return AuditStanding(
        state=AuditState.WHOLE if found.flaw is None else AuditState.BROKEN,
        checked_at=found.at,
        seq=found.seq,
        anchor=Anchor(seq=found.seq, digest=found.digest) if found.flaw is None else None,
        broken_seq=found.broken_seq,
        flaw=found.flaw,
        flaws=found.flaws,
        broken_since=found.broken_since,
        overdue=found.at <= now - OVERDUE_AFTER,
    )


def audit_is_broken(session: Session) -> bool:
    """For whoever runs the service."""
    found = find_check(session, Stage.ENDED)
    return found is not None and found.flaw is not None


def _anchor(check: AuditCheck) -> Anchor | None:
    if check.anchor_seq is None or check.anchor_digest is None:
        return None
    return Anchor(seq=check.anchor_seq, digest=check.anchor_digest)
