"""What came of going through the audit trail: kept, so that whoever may read the trail also sees whether it holds.

A trail is gone through a stretch at a time, and a flaw does not end it: what follows one is still told apart from what does
not. Where the last walk ended is the anchor of the next, which finds what was cut off together with the head.

Invariant: what is kept carries a keyed digest of itself, so that nobody without the key can write that the trail is whole.
What does not carry a good one counts as if it were not there. Whoever has the whole database may still put back an older
result: that is what an anchor written down elsewhere is for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import orjson
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.audit import BEGINNING, Anchor, AuditEntry, Flaw, flaw_of
from models.base import Base, UtcDateTime, enum_column
from models.crypto import current_keyring

CHECKED_EVERY = timedelta(days=1)
OVERDUE_AFTER = timedelta(days=2)  # by then nobody does the service's background work, or it fails


class Stage(StrEnum):
    UNDER_WAY = "under_way"
    ENDED = "ended"


class AuditCheck(Base):
    """Two rows: the walk that is under way, and the last one that came to the end of the trail."""

    __tablename__ = "audit_check"

    stage: Mapped[Stage] = mapped_column(enum_column(Stage), primary_key=True)
    seq: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    anchor_seq: Mapped[int | None]
    anchor_digest: Mapped[str | None] = mapped_column(String(64))
    flaws: Mapped[int]
    broken_seq: Mapped[int | None]
    flaw: Mapped[Flaw | None] = mapped_column(enum_column(Flaw))
    broken_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    seal: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, kw_only=True)
class Walk:
    """How far the trail was gone through, and what was found.

    `anchor`: where an earlier walk ended and this one has not been yet. `broken_seq`: the first entry not to be trusted.
    """

    last: Anchor = BEGINNING
    anchor: Anchor | None = None
    flaws: int = 0
    broken_seq: int | None = None
    flaw: Flaw | None = None
    ended: bool = False

    def over(self, entries: Sequence[AuditEntry]) -> "Walk":
        """On over the entries that follow."""
        walk = self
        for entry in entries:
            found = flaw_of(entry, walk.last, walk.anchor)
            # From a broken row on by what it says of itself: the rows behind it hang together, or do not, by themselves.
            here = Anchor(seq=entry.seq, digest=entry.digest)
            walk = replace(walk.with_flaw(found), last=here, anchor=None if here == walk.anchor else walk.anchor)
        return walk

    def with_flaw(self, flaw: Flaw | None, seq: int | None = None) -> "Walk":
        """The first one is remembered with its place: `seq`, or what should have come next."""
        if flaw is None:
            return self
        if self.flaw is not None:
            return replace(self, flaws=self.flaws + 1)
        return replace(self, flaws=1, flaw=flaw, broken_seq=self.last.seq + 1 if seq is None else seq)

    def next_anchor(self) -> Anchor | None:
        """What the next walk must come by. One that this walk did not find stays: its loss must not be forgotten by then."""
        return self.anchor or (self.last if self.last != BEGINNING else None)


def seal_of(check: AuditCheck) -> str:
    facts = [
        "audit check",
        check.stage,
        check.seq,
        check.digest,
        check.anchor_seq,
        check.anchor_digest,
        check.flaws,
        check.broken_seq,
        check.flaw,
        check.broken_since.timestamp() if check.broken_since else None,
        check.at.timestamp(),
    ]
    return current_keyring().chain_digest(orjson.dumps(facts))
