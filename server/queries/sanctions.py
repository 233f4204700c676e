"""Sanctions: whose, which hold, and the locks under which they change.

Lock order: the person concerned first of all (`lock_concerned`), so that everything done to one person's sanctions and
appeals comes one after the other; then message, case, groups, conversation streams by id.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import utc_text
from models.conversations import Membership
from models.errors import Forbidden, Invalid, NotFound
from models.groups import Group
from models.people import Person, PersonState
from models.phrases import Phrase, joined
from models.review import Decision
from models.sanctions import OUT_OF_GROUPS, Sanction
from models.streams import lock_stream
from moderation.sanctions import REFUSALS, hindrance, read_only_until, tell
from server.queries.paging import Page, itself, page_by_id

MOST_SHOWN = 50


def lock_concerned(session: Session, person_id: str) -> Person:
    """Whom it is about, kept from other sanctions and appeals until the transaction ends. Raises NotFound for one gone."""
    person = session.scalars(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if person is None or person.state is PersonState.ERASED:
        raise NotFound
    return person


def get_sanction(session: Session, sanction_id: str) -> Sanction:
    """Raises NotFound. As it is now: the caller holds the person concerned, or only looks."""
    found = session.get(Sanction, sanction_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def find_sanction_of(session: Session, decision_id: str) -> Sanction | None:
    """What came with this decision on a case."""
    return session.scalars(select(Sanction).where(Sanction.decision_id == decision_id)).one_or_none()


def find_standing_of_case(session: Session, case_id: str, *, at: datetime) -> Sanction | None:
    """What came with a decision on this case and still limits: the newest, and in practice the only one."""
    query = select(Sanction).join(Decision, Decision.id == Sanction.decision_id).where(Decision.case_id == case_id)
    found = session.scalars(query.where(Sanction.ended_at.is_(None)).order_by(Sanction.id.desc()))
    return next((each for each in found if each.limits(at)), None)


def standing_sanctions(session: Session, person_id: str, *, at: datetime) -> Sequence[Sanction]:
    """Those that limit the person at that moment, the oldest first."""
    query = select(Sanction).where(Sanction.person_id == person_id, Sanction.ended_at.is_(None)).order_by(Sanction.id)
    return [each for each in session.scalars(query) if each.limits(at)]


def newest_sanctions(session: Session, person_id: str) -> Sequence[Sanction]:
    """All there were, the newest first; at most 50."""
    query = select(Sanction).where(Sanction.person_id == person_id).order_by(Sanction.id.desc()).limit(MOST_SHOWN)
    return session.scalars(query).all()


def list_own_sanctions(session: Session, actor: Person, *, limit: int, cursor: str | None) -> Page[Sanction]:
    """The actor's own, the newest first."""
    query = select(Sanction).where(Sanction.person_id == actor.id)
    return page_by_id(session, query, Sanction, itself, limit=limit, cursor=cursor)


def due_sanctions(session: Session, now: datetime, *, limit: int) -> Sequence[str]:
    """Ids of those that are over by the clock and not told yet."""
    query = select(Sanction.id).where(Sanction.ended_at.is_(None), Sanction.until <= now)
    return session.scalars(query.order_by(Sanction.until, Sanction.id).limit(limit)).all()


def get_sanctioned_group(session: Session, conversation_id: str) -> Group:
    """Raises Invalid where it is no group's."""
    group = session.scalars(select(Group).where(Group.conversation_id == conversation_id)).one_or_none()
    if group is None:
        raise Invalid(errors={"conversation_id": ["Not a group."]})
    return group


def groups_concerned(session: Session, sanction: Sanction) -> Sequence[Group]:
    """Groups in which the person stands, or stood, and that this sanction is about, by conversation."""
    mine = (
        select(Group)
        .join(Membership, Membership.conversation_id == Group.conversation_id)
        .where(Membership.person_id == sanction.person_id)
        .order_by(Group.conversation_id)
    )
    if sanction.conversation_id is not None:
        mine = mine.where(Group.conversation_id == sanction.conversation_id)
    return session.scalars(mine).all()


def hold_group(session: Session, group: Group, person_id: str) -> Membership | None:
    """The person's place in a group as it is now, kept from other changes: as `get_group` locks it."""
    session.execute(select(Group.id).where(Group.id == group.id).with_for_update())
    lock_stream(session, group.conversation_id)
    return session.get(Membership, (group.conversation_id, person_id), populate_existing=True)


def read_only_from_start(session: Session, person_id: str, conversation_id: str, *, now: datetime) -> datetime | None:
    """Until when somebody who comes into a group only reads there: what was imposed meanwhile, or for all groups."""
    return read_only_until(standing_sanctions(session, person_id, at=now), conversation_id, at=now)


def refusal_to_join(session: Session, person: Person, conversation_id: str, *, now: datetime) -> Forbidden | None:
    """How somebody is refused who is kept out of this group now; None where nothing keeps them out."""
    standing = standing_sanctions(session, person.id, at=now)
    found = hindrance([each for each in standing if each.kind in OUT_OF_GROUPS], conversation_id, at=now)
    return refusal_of(found, person) if found is not None else None


def refusal_of(sanction: Sanction, person: Person, **more: Any) -> Forbidden:
    """In the person's own words and time: what was decided, why, until when, and how to appeal."""
    return REFUSALS[sanction.kind](
        told=joined([tell(sanction, person.timezone), *map(Phrase, more.pop("also", ()))]),
        until=utc_text(sanction.until) if sanction.until is not None else None,
        reason=sanction.reason.value,
        decision_id=sanction.appealed_as,
        **more,
    )
