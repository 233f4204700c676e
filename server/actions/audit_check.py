"""Keeping what came of going through the audit trail, and telling coordinators when it is not what was written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.audit import Flaw
from models.audit_check import AuditCheck, Stage, Walk, seal_of
from models.ids import new_id
from models.people import Person, PersonState
from models.roles import Role
from models.streams import EventKind, record_to_inboxes
from moderation.audit import write_audit
from server.queries.audit_check import find_check

log = structlog.get_logger("hearthside.audit")

MOST_TOLD = 200


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the trail is to say of itself."""

    action: str
    data: Mapping[str, Any]


def keep_walk(session: Session, walk: Walk, *, now: datetime) -> Finding | None:
    """Keep how far it came; of one that ended, what it found. A flaw that no earlier walk found is told to coordinators.

    Returns what `record_finding` is to put into the trail itself: apart from this, because a trail whose head was meddled
    with takes no further row, and that it is broken must be kept all the same.
    """
    if not walk.ended:
        _keep(session, Stage.UNDER_WAY, walk, None, now)
        return None
    before = find_check(session, Stage.ENDED, lock=True)
    walk = _as_first_seen(walk, before)
    since = None if walk.flaw is None else (before and before.broken_since) or now
    told = before.flaws if before is not None else 0
    _keep(session, Stage.ENDED, replace(walk, anchor=walk.next_anchor()), since, now)
    session.execute(delete(AuditCheck).where(AuditCheck.stage == Stage.UNDER_WAY))
    if walk.flaw is not None and walk.flaws > told:
        return _tell(session, walk, walk.flaw, now)
    if walk.flaw is None and told:
        log.warning("audit trail holds again", seq=walk.last.seq)
        return Finding(action="audit.whole_again", data={"seq": walk.last.seq})
    return None


def record_finding(session: Session, finding: Finding, *, now: datetime) -> None:
    """Behind what is broken the trail goes on, and says that it was seen."""
    write_audit(
        session,
        actor_id=None,
        action=finding.action,
        subject_kind="audit",
        subject_id=new_id(),
        now=now,
        data=finding.data,
    )


def _as_first_seen(walk: Walk, before: AuditCheck | None) -> Walk:
    """Where the end is missing, new rows take its place day by day: it still broke where it was first found to."""
    if before is None or before.flaw is not Flaw.CUT_OFF or walk.anchor is None:
        return walk
    if before.broken_seq is None or walk.broken_seq is None or walk.broken_seq < before.broken_seq:
        return walk
    return replace(walk, broken_seq=before.broken_seq, flaw=Flaw.CUT_OFF)


def _keep(session: Session, stage: Stage, walk: Walk, broken_since: datetime | None, now: datetime) -> None:
    check = session.get(AuditCheck, stage) or AuditCheck(stage=stage)
    check.seq, check.digest = walk.last.seq, walk.last.digest
    check.anchor_seq = walk.anchor.seq if walk.anchor else None
    check.anchor_digest = walk.anchor.digest if walk.anchor else None
    check.flaws, check.broken_seq, check.flaw = walk.flaws, walk.broken_seq, walk.flaw
    check.broken_since, check.at = broken_since, now
    check.seal = seal_of(check)
    session.add(check)


def _tell(session: Session, walk: Walk, flaw: Flaw, now: datetime) -> Finding:
    data = {"seq": walk.broken_seq, "flaw": flaw.value, "flaws": walk.flaws}
    log.error("audit trail is broken", **data)
    query = select(Person.id).where(Person.role == Role.COORDINATOR, Person.state == PersonState.ACTIVE)
    for person_id in session.scalars(query.order_by(Person.id).limit(MOST_TOLD)).all():
        record_to_inboxes(session, [person_id], EventKind.NOTICE_AUDIT, person_id, now=now, data=data)
    return Finding(action="audit.broken", data=data)
