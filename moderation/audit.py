"""Writing the audit trail. One row for each change a person of the service answers for; ids and codes, never text."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.audit import AuditEntry, defer_audit
from models.ids import new_id


def write_audit(
    session: Session,
    *,
    actor_id: str | None,
    action: str,
    subject_kind: str,
    subject_id: str,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    defer_audit(
        session,
        AuditEntry(
            id=new_id(),
            at=now,
            actor_id=actor_id,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            data=dict(data or {}),
        ),
    )
