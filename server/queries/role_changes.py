"""What ties a person to conversations while their role changes: found and locked in one place."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.contacts import Contact, ContactState, Wall
from models.conversations import Conversation, ConversationKind, Membership, MemberState, Standing
from models.groups import Group
from models.people import Person, PersonState
from models.policy import STANDINGS
from models.roles import Role
from models.streams import lock_stream

HERE = (MemberState.MEMBER, MemberState.REQUESTED)
OPEN_CONTACTS = (ContactState.REQUESTED, ContactState.ACCEPTED)


@dataclass(frozen=True, kw_only=True)
class Tie:
    """A person's place in one conversation. `others`: who else belongs to it, where it is private."""

    conversation: Conversation
    membership: Membership
    group: Group | None
    contact: Contact | None
    others: Sequence[Person]

    def ends(self, role: Role) -> bool:
        """Whether the place is lost with this role. What was private belongs to the role it was said to."""
        return self.group is None or self.membership.standing not in STANDINGS[role]

    @property
    def visited(self) -> bool:
        """They are only there for a while as a third: nobody counts on them, and the others go on."""
        return self.membership.visiting

    def is_named(self, role: Role) -> bool:
        """Whether somebody must say what becomes of it: people count on this person there."""
        if not self.ends(role) or not self.membership.active or self.visited:
            return False
        if self.group is not None:
            return self.membership.standing is Standing.FACILITATOR
        return self.conversation.ended_at is None


def lock_open_contacts(session: Session, person_id: str) -> Sequence[Contact]:
    """Open contacts of this person, as carer or as worker, locked in the order of their ids."""
    return session.scalars(
        select(Contact)
        .where(or_(Contact.carer_id == person_id, Contact.worker_id == person_id), Contact.state.in_(OPEN_CONTACTS))
        .order_by(Contact.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def lock_ties(session: Session, person_id: str, contacts: Sequence[Contact]) -> Sequence[Tie]:
    """Everything this person belongs to or asked to join, by conversation id: groups locked first, then conversations.

    The caller holds the person, so nothing is added meanwhile; what they left is no longer there afterwards.
    """
    mine = select(Membership).where(Membership.person_id == person_id, Membership.state.in_(HERE))
    ids = sorted(membership.conversation_id for membership in session.scalars(mine))
    locked = select(Group).where(Group.conversation_id.in_(ids)).order_by(Group.conversation_id).with_for_update()
    groups = {group.conversation_id: group for group in session.scalars(locked)}
    for conversation_id in ids:
        lock_stream(session, conversation_id)
    by_conversation = {contact.conversation_id: contact for contact in contacts}
    rows = session.execute(
        mine.add_columns(Conversation)
        .join(Conversation, Conversation.id == Membership.conversation_id)
        .where(Membership.conversation_id.in_(ids))
        .order_by(Membership.conversation_id)
        .execution_options(populate_existing=True)
    ).all()
    private = [conversation.id for _, conversation in rows if conversation.kind is not ConversationKind.GROUP]
    others = _others(session, person_id, private)
    return [
        Tie(
            conversation=conversation,
            membership=membership,
            group=groups.get(conversation.id),
            contact=by_conversation.get(conversation.id),
            others=others.get(conversation.id, ()),
        )
        for membership, conversation in rows
    ]


def _others(session: Session, person_id: str, conversation_ids: Sequence[str]) -> dict[str, list[Person]]:
    rows = session.execute(
        select(Membership.conversation_id, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.conversation_id.in_(conversation_ids),
            Membership.person_id != person_id,
            Membership.state == MemberState.MEMBER,
            Membership.from_seq == 0,  # whoever visits is nobody's partner
        )
        .order_by(Person.id)
    )
    found: dict[str, list[Person]] = {}
    for conversation_id, person in rows:
        found.setdefault(conversation_id, []).append(person)
    return found


def can_take_over(session: Session, tie: Tie, successor: Person | None, *, role: Role, person: Person) -> bool:
    """Whether this person may be named for the conversation of somebody whose role was `role`."""
    if successor is None or successor.id == person.id or successor.state is not PersonState.ACTIVE:
        return False
    if tie.group is not None:
        return Standing.FACILITATOR in STANDINGS[successor.role]
    # Between two people a worker is followed by a worker of the same role; a carer by nobody.
    if successor.role is not role or role is Role.CARER or successor.id in {other.id for other in tie.others}:
        return False
    walls = select(Wall).where(Wall.worker_id == successor.id, Wall.carer_id.in_([other.id for other in tie.others]))
    return not any(wall.stands for wall in session.scalars(walls))
