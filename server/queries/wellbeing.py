"""Check-ins, as whoever made them sees them, and as their supervisor sees those that are shared."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.people import Person
from models.wellbeing import CheckIn
from server.queries.paging import Page, itself, page_by_id
from server.queries.supervision import supervises


def get_check_in(session: Session, actor: Person, check_in_id: str, *, lock: bool = False) -> CheckIn:
    """One's own. Raises NotFound."""
    query = select(CheckIn).where(CheckIn.id == check_in_id, CheckIn.person_id == actor.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_check_ins(session: Session, actor: Person, *, limit: int, cursor: str | None) -> Page[CheckIn]:
    """One's own, the newest first."""
    query = select(CheckIn).where(CheckIn.person_id == actor.id)
    return page_by_id(session, query, CheckIn, itself, limit=limit, cursor=cursor)


def list_shared_check_ins(
    session: Session, actor: Person, *, limit: int, cursor: str | None
) -> Page[tuple[CheckIn, Person]]:
    """Of those whom this supervisor supervises and who share theirs with them, the newest first."""
    query = (
        select(CheckIn, Person)
        .join(Person, Person.id == CheckIn.person_id)
        .where(CheckIn.shared_with == actor.id, supervises(actor.id, CheckIn.person_id))
    )
    return page_by_id(session, query, CheckIn, lambda *row: row, limit=limit, cursor=cursor)
