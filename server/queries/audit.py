"""The audit trail, for a coordinator to read."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.audit import AuditEntry
from server.queries.paging import Page, as_seq, decode_cursor, encode_cursor


def list_audit(
    session: Session, *, subject_id: str | None, actor_id: str | None, limit: int, cursor: str | None
) -> Page[AuditEntry]:
    """Newest first; about one thing or by one person where asked."""
    query = select(AuditEntry).order_by(AuditEntry.seq.desc())
    if subject_id is not None:
        query = query.where(AuditEntry.subject_id == subject_id)
    if actor_id is not None:
        query = query.where(AuditEntry.actor_id == actor_id)
    before = decode_cursor(cursor, as_seq)
    if before is not None:
        query = query.where(AuditEntry.seq < before[0])
    rows = session.scalars(query.limit(limit + 1)).all()
    more = len(rows) > limit
    return Page(items=rows[:limit], next_cursor=encode_cursor(rows[limit - 1].seq) if more else None)
