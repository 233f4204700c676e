"""The code of conduct as it stands now and stood before, and what a person agreed to."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.code_of_conduct import STARTER_VERSION, Acceptance, CodeOfConduct, StarterCode, starter_code
from models.errors import NotFound
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.prepared import Prepared
from server.queries.paging import Page, as_seq, decode_cursor, encode_cursor, itself, page_by_id

# Part of the query that loads whoever acts: whether they have agreed is asked with every request.
CURRENT_VERSION = select(func.coalesce(func.max(CodeOfConduct.version), STARTER_VERSION)).scalar_subquery()


CURRENT = Prepared(select(CURRENT_VERSION))


def current_version(session: Session) -> int:
    ((version,),) = CURRENT.rows(session)  # asked every other second, in every process
    return int(version)


def current_code(session: Session) -> CodeOfConduct | StarterCode:
    """The newest version the service wrote, or the starter."""
    newest = select(CodeOfConduct).order_by(CodeOfConduct.version.desc()).limit(1)
    return session.scalars(newest).one_or_none() or starter_code()


def get_code(session: Session, version: int) -> CodeOfConduct | StarterCode:
    """One version, old or new. Raises NotFound for one that was never written."""
    if version == STARTER_VERSION:
        return starter_code()
    # Compared as the database keeps it: a number too large for the column is no version either.
    found = session.get(CodeOfConduct, version) if version <= current_version(session) else None
    if found is None:
        raise NotFound
    return found


def list_codes(session: Session, *, limit: int, cursor: str | None) -> Page[CodeOfConduct | StarterCode]:
    """Newest first; the starter, which is in no table, comes last."""
    query = select(CodeOfConduct).order_by(CodeOfConduct.version.desc())
    before = decode_cursor(cursor, as_seq)
    if before is not None:
        query = query.where(CodeOfConduct.version < min(before[0], current_version(session) + 1))
    rows: list[CodeOfConduct | StarterCode] = list(session.scalars(query.limit(limit + 1)))
    if len(rows) <= limit and (before is None or before[0] > STARTER_VERSION):
        rows.append(starter_code())
    more = len(rows) > limit
    return Page(items=rows[:limit], next_cursor=encode_cursor(rows[limit - 1].version) if more else None)


def list_acceptances(session: Session, actor: Person, *, limit: int, cursor: str | None) -> Page[Acceptance]:
    """What the actor agreed to and when, newest version first."""
    query = select(Acceptance).where(Acceptance.person_id == actor.id).order_by(Acceptance.version.desc())
    before = decode_cursor(cursor, as_seq)
    if before is not None:
        query = query.where(Acceptance.version < min(before[0], current_version(session) + 1))
    rows = session.scalars(query.limit(limit + 1)).all()
    more = len(rows) > limit
    return Page(items=rows[:limit], next_cursor=encode_cursor(rows[limit - 1].version) if more else None)


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How many of those whose account is in use (`active`) agreed to the newest version, and a page of who did not yet."""

    version: int
    active: int
    agreed: int
    awaited: Page[Person]


def agreement(session: Session, actor: Person, *, limit: int, cursor: str | None) -> Agreement:
    """Of those who are awaited, whoever came last to the service comes first. Raises Forbidden."""
    authorise("code_of_conduct.awaited", actor, Facts())
    version = current_version(session)
    query = select(Person).where(_awaited(version))
    counted = select(func.count(), func.count().filter(_awaited(version))).select_from(Person)
    active, awaited = session.execute(counted.where(Person.state == PersonState.ACTIVE)).one()
    page = page_by_id(session, query, Person, itself, limit=limit, cursor=cursor)
    return Agreement(version=version, active=active, agreed=active - awaited, awaited=page)


def _awaited(version: int) -> ColumnElement[bool]:
    return (Person.state == PersonState.ACTIVE) & (Person.accepted_code_version < version)
