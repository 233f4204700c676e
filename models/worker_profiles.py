"""What a peer worker says of themselves to carers, version by version, each agreed by a coordinator before anybody sees it.

Invariants: what a version says is never changed, so what was agreed is what is shown; of one worker at most one version is
agreed and at most one waits or was sent back; a version that another took the place of is emptied of its words.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.errors import Conflict
from models.roles import Role

# Every field of a profile, and what it holds where a worker would rather not say.
EMPTY: dict[str, Any] = {
    "relationships": [],
    "conditions": [],
    "languages": [],
    "cultures": [],
    "topics": [],
    "gender": None,
    "age_band": None,
    "years_as_carer": None,
    "approach": None,
}
MOST_OF_ONE = 20  # values of one field
LONGEST_APPROACH = 2000
MOST_YEARS = 90


class ProfileState(StrEnum):
    WAITING = "waiting"  # for a coordinator
    AGREED = "agreed"  # what carers see
    SENT_BACK = "sent_back"  # with a word why
    REPLACED = "replaced"  # by a later version
    WITHDRAWN = "withdrawn"  # by the worker


class ProfileNotWaiting(Conflict):
    code = "profile_not_waiting"
    user_message = "This version of the profile does not wait for an answer any more. Please look at the newest one."


class WorkerProfile(Base):
    __tablename__ = "worker_profile"
    __table_args__ = (
        UniqueConstraint("worker_id", "version"),
        Index(
            "uq_worker_profile_worker_id_agreed",
            "worker_id",
            unique=True,
            sqlite_where=text("state = 'agreed'"),
            postgresql_where=text("state = 'agreed'"),
        ),
        Index(None, "state", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    worker_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    version: Mapped[int]
    # In which of the two peer roles it was written: it counts for no other.
    role: Mapped[Role] = mapped_column(enum_column(Role))
    state: Mapped[ProfileState] = mapped_column(enum_column(ProfileState))
    # The fields of `EMPTY` as one text: who somebody is and what their family lives with is nobody's to search a disk for.
    content: Mapped[str | None] = mapped_column(EncryptedText("worker_profile.content"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(EncryptedText("worker_profile.answer"))  # why it was sent back

    @property
    def says(self) -> dict[str, Any]:
        return read_content(self.content)

    def close(self, state: ProfileState) -> None:
        """No longer what counts: its words go."""
        self.state, self.content, self.answer = state, None, None


def read_content(content: str | None) -> dict[str, Any]:
    return {**EMPTY, **(orjson.loads(content) if content else {})}


def write_content(fields: dict[str, Any]) -> str:
    return orjson.dumps({name: fields[name] for name in EMPTY}).decode()
