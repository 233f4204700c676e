"""The professionals a carer knows here: who referred them, or whom they named with a code of theirs."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.notes import CareLink
from models.people import Person, PersonState
from models.roles import Role

MOST_LINKS = 20  # of one carer


def find_link(session: Session, carer_id: str, professional_id: str, *, lock: bool = False) -> CareLink | None:
    query = select(CareLink).where(CareLink.carer_id == carer_id, CareLink.professional_id == professional_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def list_care_team(session: Session, carer_id: str) -> Sequence[tuple[CareLink, Person]]:
    """Links that stand, with the professional, by name; at most MOST_LINKS."""
    rows = session.execute(
        select(CareLink, Person)
        .join(Person, Person.id == CareLink.professional_id)
        .where(
            CareLink.carer_id == carer_id,
            CareLink.ended_at.is_(None),
            Person.role == Role.PROFESSIONAL,
            Person.state == PersonState.ACTIVE,
        )
        .order_by(Person.display_name, Person.id)
        .limit(MOST_LINKS)
    )
    return [(link, person) for link, person in rows]


def links_of(session: Session, person_id: str) -> Sequence[CareLink]:
    """Links that stand, of this person on either side."""
    mine = or_(CareLink.carer_id == person_id, CareLink.professional_id == person_id)
    return session.scalars(select(CareLink).where(mine, CareLink.ended_at.is_(None)).order_by(CareLink.id)).all()
