"""Accesses to private conversations: finding them, the page an open one shows, and what members see of it afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from models.break_glass import ASKED_LASTS, BreakGlass, BreakGlassState
from models.conversations import Conversation, ConversationKind, Membership, MemberState
from models.errors import NotFound
from models.messages import Message
from models.people import Person, PersonState
from models.roles import Role
from server.queries.messages import WITH_AUTHOR
from server.queries.paging import Page, page_by_id

Query = Select[BreakGlass, Person, Person]

BELONGED = (MemberState.MEMBER, MemberState.LEFT, MemberState.REMOVED)
ASKER, ANSWERER = aliased(Person), aliased(Person)
WITH_PEOPLE = (
    select(BreakGlass, ASKER, ANSWERER)
    .join(ASKER, ASKER.id == BreakGlass.asked_by)
    .outerjoin(ANSWERER, ANSWERER.id == BreakGlass.answered_by)
)


@dataclass(frozen=True, kw_only=True)
class Looker:
    """Who looked, in the role in which they did."""

    id: str
    display_name: str
    role: Role


@dataclass(frozen=True, kw_only=True)
class AccessView:
    """An access with who asked and who answered, and its state by the clock."""

    access: BreakGlass
    asker: Person
    answerer: Person | None
    state: BreakGlassState

    @property
    def looker(self) -> Looker:
        return Looker(id=self.asker.id, display_name=self.asker.display_name, role=self.access.asked_as)


@dataclass(frozen=True, kw_only=True)
class PrivatePage:
    items: Sequence[Message]
    more: bool


def get_private_conversation(session: Session, conversation_id: str) -> Conversation:
    """Raises NotFound also for a group: whether there is one is told elsewhere, to those who may know."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None or conversation.kind is ConversationKind.GROUP:
        raise NotFound
    return conversation


def belonged(session: Session, conversation_id: str) -> frozenset[str]:
    """Everybody who belongs or ever belonged to the conversation: it holds words of theirs."""
    mine = Membership.conversation_id == conversation_id, Membership.state.in_(BELONGED)
    return frozenset(session.scalars(select(Membership.person_id).where(*mine)))


def people_to_tell(session: Session, conversation_id: str) -> Sequence[str]:
    """The same, but for who erased their account and has no inbox any more."""
    there = select(Person.id).where(Person.id.in_(belonged(session, conversation_id)), Person.state != PersonState.ERASED)
    return session.scalars(there.order_by(Person.id)).all()


def lock_access(session: Session, access_id: str) -> BreakGlass:
    """Raises NotFound."""
    access = session.scalars(select(BreakGlass).where(BreakGlass.id == access_id).with_for_update()).one_or_none()
    if access is None:
        raise NotFound
    return access


def find_access(session: Session, asker_id: str, conversation_id: str, *, at: datetime) -> BreakGlass | None:
    """This person's access to this conversation that waits or is open, if any."""
    current = or_(_is(BreakGlassState.ASKED, at), _is(BreakGlassState.GRANTED, at))
    mine = BreakGlass.asked_by == asker_id, BreakGlass.conversation_id == conversation_id
    return session.scalars(select(BreakGlass).where(*mine, current)).first()


def view_access(session: Session, access: BreakGlass, *, at: datetime) -> AccessView:
    session.flush()  # it may have been made or answered just now
    row = session.execute(WITH_PEOPLE.where(BreakGlass.id == access.id)).one()
    return AccessView(access=row[0], asker=row[1], answerer=row[2], state=row[0].state_at(at))


def list_accesses(
    session: Session, actor: Person, *, state: BreakGlassState | None, limit: int, cursor: str | None, at: datetime
) -> Page[AccessView]:
    """Newest first. Those to conversations of the actor's own are left out: they are told afterwards, like any member."""
    query = WITH_PEOPLE.where(~_of_mine(actor))
    if state is not None:
        query = query.where(_is(state, at))
    return _page(session, query, limit=limit, cursor=cursor, at=at)


def list_access_log(session: Session, actor: Person, *, limit: int, cursor: str | None, at: datetime) -> Page[AccessView]:
    """Accesses to conversations of the actor's that were granted and are over, newest first, read or not."""
    over = or_(BreakGlass.state == BreakGlassState.ENDED, BreakGlass.expires_at <= at)
    query = WITH_PEOPLE.where(_of_mine(actor), BreakGlass.expires_at.is_not(None), over)
    return _page(session, query, limit=limit, cursor=cursor, at=at)


def page_private(session: Session, access: BreakGlass, *, before: int | None, after: int | None, limit: int) -> PrivatePage:
    """A page by `seq`, as members see it: newest first, or oldest first with `after`. Held ones are not in it."""
    query = select(Message).options(WITH_AUTHOR).where(Message.conversation_id == access.conversation_id)
    if after is not None:
        query = query.where(Message.seq > after).order_by(Message.seq)
    else:
        query = query.where(Message.seq.is_not(None)).order_by(Message.seq.desc())
    if before is not None:
        query = query.where(Message.seq < before)
    items = session.scalars(query.limit(limit + 1)).all()
    return PrivatePage(items=items[:limit], more=len(items) > limit)


def _of_mine(actor: Person) -> ColumnElement[bool]:
    return (
        select(Membership.person_id)
        .where(
            Membership.conversation_id == BreakGlass.conversation_id,
            Membership.person_id == actor.id,
            Membership.state.in_(BELONGED),
        )
        .exists()
    )


def _is(state: BreakGlassState, at: datetime) -> ColumnElement[bool]:
    """`BreakGlass.state_at` as the database asks it."""
    void = BreakGlass.asked_at <= at - ASKED_LASTS
    asked, granted = BreakGlass.state == BreakGlassState.ASKED, BreakGlass.state == BreakGlassState.GRANTED
    conditions: dict[BreakGlassState, ColumnElement[bool]] = {
        BreakGlassState.ASKED: and_(asked, ~void),
        BreakGlassState.VOID: and_(asked, void),
        BreakGlassState.GRANTED: and_(granted, BreakGlass.expires_at > at),
        BreakGlassState.REFUSED: BreakGlass.state == BreakGlassState.REFUSED,
        BreakGlassState.ENDED: or_(BreakGlass.state == BreakGlassState.ENDED, and_(granted, BreakGlass.expires_at <= at)),
    }
    return conditions[state]


def _page(session: Session, query: Query, *, limit: int, cursor: str | None, at: datetime) -> Page[AccessView]:
    def show(access: BreakGlass, asker: Person, answerer: Person | None) -> AccessView:
        return AccessView(access=access, asker=asker, answerer=answerer, state=access.state_at(at))

    return page_by_id(session, query, BreakGlass, show, limit=limit, cursor=cursor)
