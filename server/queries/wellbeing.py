"""Check-ins, as whoever made them sees them, and as their supervisor sees those that are shared."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.people import Person
from models.wellbeing import CheckIn
from server.queries.paging import Page, as_id, decode_cursor, encode_cursor
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
    query = select(CheckIn).where(CheckIn.person_id == actor.id).order_by(CheckIn.id.desc())
    before = decode_cursor(cursor, as_id)
    if before is not None:
        query = query.where(CheckIn.id < before[0])
    found = session.scalars(query.limit(limit + 1)).all()
    return Page(items=found[:limit], next_cursor=encode_cursor(found[limit - 1].id) if len(found) > limit else None)


def list_shared_check_ins(
    session: Session, actor: Person, *, limit: int, cursor: str | None
) -> Page[tuple[CheckIn, Person]]:
    """Of those whom this supervisor supervises and who share theirs with them, the newest first."""
    query = (
        select(CheckIn, Person)
        .join(Person, Person.id == CheckIn.person_id)
        .where(CheckIn.shared_with == actor.id, supervises(actor.id, CheckIn.person_id))
        .order_by(CheckIn.id.desc())
    )
    before = decode_cursor(cursor, as_id)
    if before is not None:
        query = query.where(CheckIn.id < before[0])
    rows = [(row[0], row[1]) for row in session.execute(query.limit(limit + 1))]
    return Page(items=rows[:limit], next_cursor=encode_cursor(rows[limit - 1][0].id) if len(rows) > limit else None)
