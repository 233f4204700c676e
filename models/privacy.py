"""Exports of everything about a person, and erasures: what was asked, how far it is, and what had to stay and why."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedBytes, Id, UtcDateTime, enum_column


class ExportState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


class Export(Base):
    __tablename__ = "export"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    state: Mapped[ExportState] = mapped_column(enum_column(ExportState))
    progress: Mapped[int] = mapped_column(default=0)  # per cent
    # The zip, encrypted like any text a person wrote. In the database, because any process may be asked for it.
    sealed: Mapped[bytes | None] = mapped_column(EncryptedBytes("export.sealed"), deferred=True)
    size: Mapped[int | None]  # bytes of the zip itself
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class ErasureState(StrEnum):
    RUNNING = "running"
    RESTRICTED = "restricted"  # done but for what law or an open case holds back
    DONE = "done"


class Erasure(Base):
    __tablename__ = "erasure"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), unique=True)
    state: Mapped[ErasureState] = mapped_column(enum_column(ErasureState))
    # What stays for now: [{kind, count, why, until}], as the person was told. Counts and codes, no text.
    kept: Mapped[dict[str, Any]]
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
