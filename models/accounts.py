"""What the service did to an account and why. Rows are only added, and the person they are about may read them.

Invariants: an account moves only along `ACCOUNT_MOVES`; a service never loses its last coordinator.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime, enum_column
from models.errors import Conflict
from models.people import PersonState
from models.roles import Role


class AccountChangeKind(StrEnum):
    APPROVED = "approved"
    DECLINED = "declined"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    ROLE_CHANGED = "role_changed"


# (state, what is done) -> the state afterwards. A pair that is not here is refused.
ACCOUNT_MOVES: Mapping[tuple[PersonState, AccountChangeKind], PersonState] = {
    (PersonState.PENDING, AccountChangeKind.APPROVED): PersonState.ACTIVE,
    (PersonState.PENDING, AccountChangeKind.DECLINED): PersonState.SUSPENDED,
    (PersonState.ACTIVE, AccountChangeKind.SUSPENDED): PersonState.SUSPENDED,
    (PersonState.SUSPENDED, AccountChangeKind.REINSTATED): PersonState.ACTIVE,
    (PersonState.ACTIVE, AccountChangeKind.ROLE_CHANGED): PersonState.ACTIVE,
    (PersonState.SUSPENDED, AccountChangeKind.ROLE_CHANGED): PersonState.SUSPENDED,
}


class AccountChangeNotPossible(Conflict):
    code = "account_change_not_possible"
    user_message = "That does not fit the account as it is now. Please look at it again."


class LastCoordinator(Conflict):
    code = "last_coordinator"
    user_message = "This is the only coordinator left. Please make somebody else a coordinator first."


class AccountChange(Base):
    __tablename__ = "account_change"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), index=True)
    kind: Mapped[AccountChangeKind] = mapped_column(enum_column(AccountChangeKind))
    role: Mapped[Role | None] = mapped_column(enum_column(Role))  # the new one, where the role changed
    by: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
    # In words for the person it is about, who may read it. A welcome needs none.
    reason: Mapped[str | None] = mapped_column(EncryptedText("account_change.reason"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def state_after(state: PersonState, kind: AccountChangeKind) -> PersonState:
    """Raises AccountChangeNotPossible where the table does not have the move."""
    after = ACCOUNT_MOVES.get((state, kind))
    if after is None:
        raise AccountChangeNotPossible
    return after
