"""The audit trail: who did what to which thing, and when. Rows are only ever added; no message text goes in here.

Invariant: every row carries a keyed digest of itself and of the row before it, and the head says how many there are. A row
that was edited, deleted, reordered or cut off at the end is found by `verify`, also when whoever did it had the whole
database but not the key. An anchor (seq and digest) written down elsewhere finds a trail that was rewritten with the key.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcDateTime
from models.crypto import current_keyring

GENESIS = "0" * 64
THE_HEAD = 1
PAGE = 500


class AuditEntry(Base):
    __tablename__ = "audit_entry"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(Id, unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[str | None] = mapped_column(Id, index=True)
    action: Mapped[str] = mapped_column(String(64))
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[str] = mapped_column(Id, index=True)
    data: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """One row: how long the trail is and the digest it ends with. Its lock gives the trail its order."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """A point of the trail, to be written down where nobody with access to the database can change it."""

    seq: int
    digest: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.digest}"


class AuditBroken(Exception):
    """The trail is not what was written. `seq` is the first row that cannot be trusted."""

    def __init__(self, seq: int, what: str) -> None:
        super().__init__(f"row {seq}: {what}")
        self.seq = seq


def defer_audit(session: Session, entry: AuditEntry) -> None:
    """Add the entry when the transaction ends; its seq and digest are set then."""
    session.info.setdefault("audit", []).append(entry)


def append_audit(session: Session) -> None:
    """Append what waits for the end of the transaction. Last of all: everybody's entries pass through one head."""
    waiting: list[AuditEntry] = session.info.pop("audit", [])
    if not waiting:
        return
    head = session.scalars(select(AuditHead).where(AuditHead.id == THE_HEAD).with_for_update()).one()
    for entry in waiting:
        head.seq += 1
        entry.seq = head.seq
        entry.digest = head.digest = digest_of(entry, head.digest)
        session.add(entry)


def digest_of(entry: AuditEntry, previous: str) -> str:
    """The keyed digest of an entry that follows one with digest `previous`."""
    facts = [
        previous,
        entry.seq,
        entry.id,
        entry.at.timestamp(),
        entry.actor_id,
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.data,
    ]
    return current_keyring().chain_digest(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS))


def read_trail(session: Session) -> Iterator[AuditEntry]:
    """Every entry in order, a page at a time."""
    after = 0
    while True:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.seq > after).order_by(AuditEntry.seq).limit(PAGE)).all()
        yield from rows
        if len(rows) < PAGE:
            return
        after = rows[-1].seq
        session.expunge_all()


def verify(session: Session, anchor: Anchor | None = None) -> Anchor:
    """Check the whole trail against its digests, its head and, if given, an earlier anchor. Raises AuditBroken."""
    seq, digest = 0, GENESIS
    for entry in read_trail(session):
        if entry.seq != seq + 1:
            raise AuditBroken(seq + 1, "missing")
        digest = digest_of(entry, digest)
        seq = entry.seq
        if entry.digest != digest:
            raise AuditBroken(seq, "altered, or out of its place")
        if anchor is not None and anchor.seq == seq and anchor.digest != digest:
            raise AuditBroken(seq, "not what the anchor says")
    head = session.get(AuditHead, THE_HEAD)
    if head is None or (head.seq, head.digest) != (seq, digest):
        raise AuditBroken(seq + 1, "missing at the end")
    if anchor is not None and anchor.seq > seq:
        raise AuditBroken(seq + 1, "missing: the anchor is further")
    return Anchor(seq=seq, digest=digest)
