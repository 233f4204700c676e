"""Durable background work. The row is the truth: whoever is alive claims what is due, and what was lost is claimed again.

Invariants: a job is added in the same transaction as the change it follows from, so neither exists without the other; one
process at a time holds it, by a lease that runs out; tries are bounded; its payload is encrypted, and gone once it is done.
A job may run twice (a process that dies at the end of it), so what it does must bear that.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.ids import new_id

MOST_ATTEMPTS = 8
LEASE = timedelta(minutes=2)  # a holder that is at it for longer renews it
FIRST_RETRY = timedelta(seconds=20)  # then twice as long each time


class JobKind(StrEnum):
    MAIL = "mail"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a kind of job, not a secret
    EXPORT = "export"
    ERASURE = "erasure"
    RETENTION = "retention"
    BREAK_GLASS_END = "break_glass_end"
    PUSH = "push"
    DIGEST = "digest"
    AUDIT_CHECK = "audit_check"


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    __tablename__ = "job"
    __table_args__ = (Index(None, "state", "due_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[JobKind] = mapped_column(enum_column(JobKind))
    # What it is about, by id; None for what concerns the whole service.
    subject_id: Mapped[str | None] = mapped_column(String(64), index=True)
    payload: Mapped[str] = mapped_column(EncryptedText("job.payload"))
    state: Mapped[JobState] = mapped_column(enum_column(JobState))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_id: Mapped[str | None] = mapped_column(Id)
    error: Mapped[str | None] = mapped_column(String(80))  # the last error's name, never its words
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def enqueue(
    session: Session,
    kind: JobKind,
    *,
    now: datetime,
    subject_id: str | None = None,
    payload: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
) -> Job:
    """Add a job to this transaction; it runs soon after the commit, or at `due_at`."""
    job = Job(
        id=new_id(),
        kind=kind,
        subject_id=subject_id,
        payload=orjson.dumps(dict(payload or {})).decode(),
        state=JobState.WAITING,
        due_at=due_at or now,
        created_at=now,
    )
    session.add(job)
    return job
