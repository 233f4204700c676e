"""The audit trail: who did what to which thing, and when. Rows are only ever added; no message text goes in here.

Invariant: every row carries a keyed digest of itself and of the row before it, and the head says how many there are. A row
that was edited, deleted, reordered or cut off at the end is found by `verify`, also when whoever did it had the whole
database but not the key. An anchor (seq and digest) written down elsewhere finds a trail that was rewritten with the key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
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


BEGINNING = Anchor(seq=0, digest=GENESIS)


class Flaw(StrEnum):
    """In what way a trail is not what was written."""

    MISSING = "missing"
    ALTERED = "altered"
    REWRITTEN = "rewritten"
    CUT_OFF = "cut_off"


FLAW_WORDS: Mapping[Flaw, str] = {
    Flaw.MISSING: "missing",
    Flaw.ALTERED: "altered, or out of its place",
    Flaw.REWRITTEN: "not what the anchor says",
    Flaw.CUT_OFF: "missing at the end",
}


class AuditBroken(Exception):
    """The trail is not what was written. `seq` is the first row that cannot be trusted."""

    def __init__(self, seq: int, flaw: Flaw) -> None:
        super().__init__(f"row {seq}: {FLAW_WORDS[flaw]}")
        self.seq = seq
        self.flaw = flaw


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


def read_page(session: Session, after: int, *, most: int = PAGE) -> Sequence[AuditEntry]:
    """The entries after this one, in order."""
    return session.scalars(select(AuditEntry).where(AuditEntry.seq > after).order_by(AuditEntry.seq).limit(most)).all()


def flaw_at_beginning(session: Session) -> Flaw | None:
    """Whether the trail begins with its first entry: what was put before that is read with the rest, and in no digest."""
    before = select(AuditEntry.seq).where(AuditEntry.seq <= BEGINNING.seq).limit(1)
    return None if session.scalars(before).first() is None else Flaw.ALTERED


def flaw_of(entry: AuditEntry, before: Anchor, anchor: Anchor | None = None) -> Flaw | None:
    """What is wrong with the entry that was found after `before`; `anchor` is what was known of the trail earlier."""
    if entry.seq > before.seq + 1:
        return Flaw.MISSING
    if entry.digest != digest_of(entry, before.digest):
        return Flaw.ALTERED
    if anchor is not None and anchor.seq == entry.seq and anchor.digest != entry.digest:
        return Flaw.REWRITTEN
    return None


def flaw_at_end(session: Session, last: Anchor, anchor: Anchor | None = None) -> Flaw | None:
    """Whether the trail ends with `last`. Asked in the same view of the database in which no further entry was found."""
    head = session.get(AuditHead, THE_HEAD)
    whole = head is not None and (head.seq, head.digest) == (last.seq, last.digest)
    return None if whole and (anchor is None or anchor.seq <= last.seq) else Flaw.CUT_OFF


def verify(session: Session, anchor: Anchor | None = None) -> Anchor:
    """Check the whole trail against its digests, its head and, if given, an earlier anchor. Raises AuditBroken."""
    last, flaw = BEGINNING, flaw_at_beginning(session)
    if flaw is not None:
        raise AuditBroken(BEGINNING.seq, flaw)
    while entries := read_page(session, last.seq):
        for entry in entries:
            flaw = flaw_of(entry, last, anchor)
            if flaw is not None:
                raise AuditBroken(last.seq + 1, flaw)
            last = Anchor(seq=entry.seq, digest=entry.digest)
        session.expunge_all()
    flaw = flaw_at_end(session, last, anchor)
    if flaw is not None:
        raise AuditBroken(last.seq + 1, flaw)
    return last
