"""Groups a person may find, and who belongs to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from models.conversations import Membership, MemberState
from models.errors import NotFound
from models.groups import Group, JoinPolicy
from models.people import Person
from models.policy import Facts, allows
from models.roles import Role
from models.streams import lock_stream
from server.queries.paging import Page, as_id, as_text, decode_cursor, encode_cursor
from server.queries.resource_cards import Card, cards_of
from server.queries.tightening import Moderation, moderations_now


@dataclass(frozen=True, kw_only=True)
class GroupView:
    """A group as one person stands to it."""

    group: Group
    membership: Membership | None
    member_count: int

    @property
    def facts(self) -> Facts:
        return Facts(group=self.group, membership=self.membership)


@dataclass(frozen=True, kw_only=True)
class GroupNow:
    """How a group is at a moment, for everybody. `opens_at` None: it is open."""

    moderation: Moderation
    opens_at: datetime | None
    pieces: Sequence[Card]  # of the library, that stand at its opening and are shown now


def groups_now(session: Session, views: Sequence[GroupView], *, now: datetime) -> Sequence[GroupNow]:
    """Of each, in the order asked. Asks who is there, and for pieces, only where a group needs it, and once for them all."""
    groups = [view.group for view in views]
    moderated = moderations_now(session, groups, now=now)
    cards = cards_of(session, [slug for group in groups for slug in group.resources])
    return [
        GroupNow(
            moderation=moderated[group.id],
            opens_at=group.opens_at(now),
            pieces=[cards[slug] for slug in group.resources if slug in cards],
        )
        for group in groups
    ]


def get_group(session: Session, actor: Person, group_id: str, *, lock: bool = False) -> GroupView:
    """The group, if this person may know of it; else NotFound. `lock` keeps other changes to it and its members out."""
    query = select(Group).where(Group.id == group_id)
    group = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if group is None:
        raise NotFound
    if lock:
        # Before any membership changes: a send holds the stream and then counts on its author's membership.
        lock_stream(session, group.conversation_id)
    membership = session.get(Membership, (group.conversation_id, actor.id))
    view = GroupView(group=group, membership=membership, member_count=count_members(session, [group.conversation_id])[0])
    if not allows("group.read", actor, view.facts):
        raise NotFound
    return view


def count_members(session: Session, conversation_ids: Sequence[str]) -> list[int]:
    """Active members of each conversation, in the order asked."""
    rows = session.execute(
        select(Membership.conversation_id, func.count())
        .where(Membership.conversation_id.in_(conversation_ids), Membership.state == MemberState.MEMBER)
        .group_by(Membership.conversation_id)
    )
    counts: dict[str, int] = {row[0]: row[1] for row in rows}
    return [counts.get(conversation_id, 0) for conversation_id in conversation_ids]


def count_memberships(session: Session, person: Person) -> int:
    """How many groups this person is in now."""
    mine = select(func.count()).join(Group, Group.conversation_id == Membership.conversation_id)
    query = mine.where(Membership.person_id == person.id, Membership.state == MemberState.MEMBER)
    return session.scalars(query.select_from(Membership)).one()


def list_groups(session: Session, actor: Person, *, limit: int, cursor: str | None) -> Page[GroupView]:
    """Groups this person may find, by name, in two queries. `cursor` comes from the page before."""
    own = and_(Membership.conversation_id == Group.conversation_id, Membership.person_id == actor.id)
    query = select(Group, Membership).outerjoin(Membership, own).order_by(Group.name)
    if actor.role is not Role.COORDINATOR:
        query = query.where(or_(Group.join_policy != JoinPolicy.INVITE, Membership.state == MemberState.MEMBER))
    after = decode_cursor(cursor, as_text)
    if after is not None:
        query = query.where(Group.name > after[0])
    rows = session.execute(query.limit(limit + 1)).all()
    counts = count_members(session, [group.conversation_id for group, _ in rows])
    views = [
        GroupView(group=group, membership=membership, member_count=count)
        for (group, membership), count in zip(rows, counts, strict=True)
    ]
    more = len(views) > limit
    return Page(items=views[:limit], next_cursor=encode_cursor(views[limit - 1].group.name) if more else None)


def list_members(
    session: Session, view: GroupView, *, everyone: bool, limit: int, cursor: str | None
) -> Page[tuple[Membership, Person]]:
    """Active members by name; with `everyone` also those who have asked to join."""
    states = [MemberState.MEMBER, MemberState.REQUESTED] if everyone else [MemberState.MEMBER]
    query = (
        select(Membership, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.conversation_id == view.group.conversation_id, Membership.state.in_(states))
        .order_by(Person.display_name, Person.id)
    )
    after = decode_cursor(cursor, as_text, as_id)
    if after is not None:
        name, person_id = after
        query = query.where(or_(Person.display_name > name, and_(Person.display_name == name, Person.id > person_id)))
    rows = [(membership, person) for membership, person in session.execute(query.limit(limit + 1))]
    last = rows[limit - 1][1] if len(rows) > limit else None
    return Page(
        items=rows[:limit],
        next_cursor=encode_cursor(last.display_name, last.id) if last is not None else None,
    )
