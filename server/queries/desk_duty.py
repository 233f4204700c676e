"""Who is at the desk now, for those who share the work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from models.conversations import Membership, MemberState, Standing
from models.desk_duty import DeskDuty
from models.people import Person, PersonState
from models.policy import JUDGES, Facts, authorise
from server.queries.paging import Page, as_id, decode_cursor, encode_cursor


@dataclass(frozen=True, kw_only=True)
class AtDesk:
    """`every_group`: they may decide in any group; else they are there for those they facilitate."""

    person: Person
    since: datetime
    until: datetime

    @property
    def every_group(self) -> bool:
        return self.person.role in JUDGES


FACILITATES = (Membership.state == MemberState.MEMBER, Membership.standing == Standing.FACILITATOR)


def facts_of(session: Session, actor: Person) -> Facts:
    """With a membership in which the actor facilitates a group, if there is one."""
    mine = select(Membership).where(Membership.person_id == actor.id, *FACILITATES)
    return Facts(membership=session.scalars(mine.limit(1)).one_or_none())


def list_at_desk(session: Session, actor: Person, *, limit: int, cursor: str | None, now: datetime) -> Page[AtDesk]:
    """Those who said so and are still there, by id."""
    authorise("desk_duty.list", actor, facts_of(session, actor))
    facilitating = exists().where(Membership.person_id == Person.id, *FACILITATES)
    query = (
        select(DeskDuty, Person)
        .join(Person, Person.id == DeskDuty.person_id)
        .where(
            DeskDuty.until > now,
            Person.state == PersonState.ACTIVE,
            or_(Person.role.in_(JUDGES), facilitating),
        )
        .order_by(DeskDuty.person_id)
    )
    after = decode_cursor(cursor, as_id)
    if after is not None:
        query = query.where(DeskDuty.person_id > after[0])
    rows: Sequence[tuple[DeskDuty, Person]] = [(duty, person) for duty, person in session.execute(query.limit(limit + 1))]
    items = [AtDesk(person=person, since=duty.since, until=duty.until) for duty, person in rows[:limit]]
    more = len(rows) > limit
    return Page(items=items, next_cursor=encode_cursor(items[-1].person.id) if more else None)
