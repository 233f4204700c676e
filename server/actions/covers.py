"""A colleague for all carers of a worker who will be away. Each carer decides for themselves, as with any transfer."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.contacts import WorkerUnavailable
from models.errors import DomainError
from models.people import Person
from models.policy import Facts, authorise
from models.transfers import TransferKind
from server.actions.transfers import add_transfer, check_times, lock_pair
from server.queries.transfers import contacts_to_cover


@dataclass(frozen=True, kw_only=True)
class Covered:
    """For how many carers a colleague was proposed, and for how many that was not possible."""

    proposed: int
    skipped: int


def arrange_cover(
    session: Session,
    actor: Person,
    *,
    worker_id: str,
    colleague_id: str,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> Covered:
    """A colleague for all carers of a worker who will be away: named by themselves or a coordinator, who learns of no carer.

    Where it is not possible (a wall, a transfer that is open) that contact is left as it is. Raises Forbidden, Invalid, and
    WorkerUnavailable where the colleague cannot do it for anybody.
    """
    authorise("cover.arrange", actor, Facts(about=worker_id))
    check_times(TransferKind.COVER, starts_at, ends_at, now)
    contacts, possible, proposed = contacts_to_cover(session, worker_id), [], 0
    for contact in contacts:  # people are locked before any contact
        with suppress(DomainError):
            lock_pair(session, contact, colleague_id, at=starts_at)
            possible.append(contact)
    for contact in sorted(possible, key=lambda contact: contact.id):
        with suppress(DomainError):  # refused before anything was changed
            add_transfer(session, actor, contact, TransferKind.COVER, colleague_id, None, starts_at, ends_at, now)
            proposed += 1
    if contacts and not proposed:
        raise WorkerUnavailable
    return Covered(proposed=proposed, skipped=len(contacts) - proposed)
