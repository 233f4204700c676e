"""What streams and the audit trail hold."""

from sqlalchemy import select

from models.audit import AuditEntry
from models.people import Person
from models.session import reading
from models.streams import Event, events_after, heads


def events_of(stream_id: str, *, after: int = 0) -> list[Event]:
    with reading() as session:
        return list(events_after(session, stream_id, after, limit=1000))


def kinds_of(stream_id: str, *, after: int = 0) -> list[str]:
    return [event.kind for event in events_of(stream_id, after=after)]


def head_of(stream_id: str) -> int:
    with reading() as session:
        return heads(session, [stream_id])[stream_id]


def notices_to(person: Person) -> list[tuple[str, str | None]]:
    """(kind, outcome) of what came into this person's inbox about messages and reports."""
    notices = [event for event in events_of(person.id) if event.kind in {"notice.message", "notice.report"}]
    return [(event.kind, event.data.get("outcome")) for event in notices]


def audited(subject_id: str) -> list[str]:
    """Actions in the audit trail on this subject, in order."""
    with reading() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.subject_id == subject_id).order_by(AuditEntry.id))
        return [row.action for row in rows]
