"""Making groups, and coming into and going out of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.contact_windows import SHORTEST, windows_text
from models.conversations import Conversation, ConversationKind, Membership, MemberState, Standing
from models.errors import Conflict, Forbidden, Invalid, NotFound, StaleVersion
from models.groups import Group, JoinPolicy
from models.ids import new_id
from models.people import Person
from models.phrases import Phrase
from models.policy import STANDINGS, Facts, authorise
from models.roles import Role
from models.streams import EventKind, open_stream, record_event, record_to_inboxes
from moderation.audit import write_audit
from moderation.sanctions import MemberSanctioned, RemovedFromGroup
from server.queries.accounts import hold_role
from server.queries.groups import GroupView, count_memberships, get_group
from server.queries.resource_cards import check_shown
from server.queries.sanctions import read_only_from_start, refusal_to_join


class GroupFull(Conflict):
    code = "group_full"
    user_message = "This group is full right now. You can ask again later, or choose another group."


class TooManyGroups(Conflict):
    code = "too_many_groups"
    user_message = "You are in as many groups as one person can be in. Please leave one first."


class GroupNameTaken(Conflict):
    code = "group_name_taken"
    user_message = "There is already a group with this name."


class StandingNotForRole(Forbidden):
    code = "standing_not_for_role"
    user_message = "A person with this role cannot have that place in a group."


HERE = frozenset({MemberState.MEMBER, MemberState.REQUESTED})
MOST_GROUPS = 50  # that one person may be in and still join another by themselves


def create_group(session: Session, actor: Person, *, now: datetime, **fields: Any) -> GroupView:
    """A new group with its conversation and stream. Raises Forbidden, GroupNameTaken, Invalid."""
    authorise("group.create", actor, Facts())
    _refuse_taken_name(session, fields["name"])
    check_shown(session, fields.get("resources", ()))
    conversation = Conversation(id=new_id(), kind=ConversationKind.GROUP, created_at=now)
    session.add(conversation)
    session.flush()  # the group refers to it
    group = Group(id=new_id(), conversation_id=conversation.id, created_at=now, version=1, **_as_kept(fields))
    session.add(group)
    open_stream(session, conversation.id, now=now)
    _audit(session, actor, "group.created", group, now)
    return GroupView(group=group, membership=None, member_count=0)


def update_group(
    session: Session, actor: Person, group_id: str, *, version: int, changes: Mapping[str, Any], now: datetime
) -> GroupView:
    """Change a group's own fields. Raises StaleVersion when somebody changed it since it was read, Invalid."""
    view = get_group(session, actor, group_id, lock=True)
    authorise("group.update", actor, view.facts)
    if version != view.group.version:
        raise StaleVersion(version=view.group.version)
    if changes.get("name", view.group.name) != view.group.name:
        _refuse_taken_name(session, changes["name"])
    check_shown(session, changes.get("resources", ()))
    for name, value in _as_kept(changes).items():
        setattr(view.group, name, value)
    view.group.version += 1
    _audit(session, actor, "group.updated", view.group, now, data={"fields": sorted(changes)})
    return view


def join_group(session: Session, actor: Person, group_id: str, *, now: datetime, most: int = MOST_GROUPS) -> Membership:
    """Join an open group, or ask to join one that admits. Joining twice is harmless.

    Raises Forbidden where the role does not join by itself, GroupFull, RemovedFromGroup, SuspendedFromGroups,
    TooManyGroups.
    """
    hold_role(session, actor.id)
    view = get_group(session, actor, group_id, lock=True)
    if view.membership is not None and view.membership.active:
        return view.membership
    authorise("group.join", actor, view.facts)
    barred = refusal_to_join(session, actor, view.group.conversation_id, now=now)
    if barred is not None:
        raise barred
    if view.membership is not None and view.membership.sanctioned_at is not None:
        return give_back_place(
            session, view.group, view.membership, actor, now
        )  # over by the clock: nobody waits for a sweep
    if view.membership is not None and view.membership.state is MemberState.REMOVED:
        raise RemovedFromGroup
    if count_memberships(session, actor) >= most:
        raise TooManyGroups
    if view.group.join_policy is JoinPolicy.REQUEST:
        return _set_membership(session, view.group, actor, MemberState.REQUESTED, Standing.MEMBER, now)
    return admit(session, view, actor, Standing.MEMBER, now)


def leave_group(session: Session, actor: Person, group_id: str, *, now: datetime) -> None:
    """Leave, or take back a request to join. Raises NotFound for a group one is not in."""
    view = get_group(session, actor, group_id, lock=True)
    membership = view.membership
    if membership is None or membership.state not in HERE:
        raise NotFound
    take_out(session, view.group, membership, MemberState.LEFT, now)


def put_member(
    session: Session,
    actor: Person,
    group_id: str,
    person_id: str,
    *,
    state: str,
    standing: Standing | None,
    now: datetime,
) -> tuple[Membership, Person]:
    """Admit, remove, or name a facilitator or guest. Raises StandingNotForRole where the role may not stand so."""
    person = hold_role(session, person_id)  # as everywhere, people before groups
    view = get_group(session, actor, group_id, lock=True)
    authorise("group.admit", actor, view.facts)
    if person is None:
        raise NotFound
    membership = session.get(Membership, (view.group.conversation_id, person_id))
    if state == MemberState.REMOVED:
        if membership is None or not (membership.sanctioned_at or membership.state in HERE):
            raise NotFound
        take_out(session, view.group, membership, MemberState.REMOVED, now)
    elif refusal_to_join(session, person, view.group.conversation_id, now=now) is not None:
        raise MemberSanctioned
    else:
        chosen = standing or (membership.standing if membership and membership.active else usual_standing(person.role))
        if chosen not in STANDINGS[person.role]:
            raise StandingNotForRole
        membership = admit(session, view, person, chosen, now)
    _audit(
        session,
        actor,
        f"member.{membership.state.value}",
        view.group,
        now,
        data={"person_id": person_id, "standing": membership.standing.value},
    )
    return membership, person


def usual_standing(role: Role) -> Standing:
    """How a role belongs to a group when nothing else is said."""
    return Standing.MEMBER if Standing.MEMBER in STANDINGS[role] else Standing.GUEST


def admit(session: Session, view: GroupView, person: Person, standing: Standing, now: datetime) -> Membership:
    """Into the group, or another standing in it. The caller holds the group, and the person's role if it matters."""
    already = session.get(Membership, (view.group.conversation_id, person.id))
    if already is not None and already.active:
        already.standing = standing
        return already
    if view.group.capacity is not None and view.member_count >= view.group.capacity:
        raise GroupFull
    return _let_in(session, view.group, person, standing, now)


def give_back_place(session: Session, group: Group, membership: Membership, person: Person, now: datetime) -> Membership:
    """Into a group that a sanction kept somebody out of, as they were there before; full or not. The caller holds the group.

    Who has taken on a role since that may not stand so stays out, and may be admitted again.
    """
    if membership.standing not in STANDINGS[person.role]:
        membership.sanctioned_at = None
        return membership
    return _let_in(session, group, person, membership.standing, now)


def _let_in(session: Session, group: Group, person: Person, standing: Standing, now: datetime) -> Membership:
    membership = _set_membership(session, group, person, MemberState.MEMBER, standing, now)
    # What was said before they came is there to read, but not counted as unread.
    membership.read_seq = record_event(
        session,
        group.conversation_id,
        EventKind.MEMBER_JOINED,
        person.id,
        now=now,
        data={"standing": standing.value},
    )
    _tell(session, group, person.id, "joined", now, seq=membership.read_seq)
    return membership


def _set_membership(
    session: Session, group: Group, person: Person, state: MemberState, standing: Standing, now: datetime
) -> Membership:
    membership = session.get(Membership, (group.conversation_id, person.id))
    if membership is None:
        membership = Membership(
            conversation_id=group.conversation_id,
            person_id=person.id,
            state=state,
            standing=standing,
            since=now,
            read_seq=0,
            delivered_count=0,
            muted=False,
        )
        session.add(membership)
    else:
        membership.state, membership.standing, membership.since = state, standing, now
    membership.sanctioned_at = None
    membership.read_only_until = read_only_from_start(session, person.id, group.conversation_id, now=now)
    return membership


def take_out(session: Session, group: Group, membership: Membership, to: MemberState, now: datetime) -> None:
    """Out of the group, or its requests to join, and without a place that is kept. The caller holds the group."""
    was_member = membership.active
    membership.state, membership.since, membership.sanctioned_at = to, now, None
    if was_member:
        # Delivery stops for them at this very event, in every process: it goes through the same ordered stream.
        record_event(session, group.conversation_id, EventKind.MEMBER_LEFT, membership.person_id, now=now)
    _tell(session, group, membership.person_id, to.value, now)


def _tell(session: Session, group: Group, person_id: str, change: str, now: datetime, *, seq: int | None = None) -> None:
    """A notice in the person's inbox; on joining, `seq` is where in the conversation they came in."""
    record_to_inboxes(
        session,
        [person_id],
        EventKind.NOTICE_MEMBERSHIP,
        group.id,
        now=now,
        data={"group_id": group.id, "conversation_id": group.conversation_id, "change": change, "seq": seq},
    )


def _as_kept(fields: Mapping[str, Any]) -> dict[str, Any]:
    """As the group's own columns: `opening_hours` is {timezone, windows}, or None where it is open at any time.

    Raises Invalid for hours that are hardly any.
    """
    kept = dict(fields)
    if "opening_hours" not in kept:
        return kept
    hours = kept.pop("opening_hours")
    if hours is None:
        return {**kept, "hours_text": ""}
    if any(window.minutes < SHORTEST for window in hours["windows"]):
        raise Invalid(errors={"opening_hours": [Phrase("Each time must be at least {minutes} minutes.", minutes=SHORTEST)]})
    return {**kept, "hours_zone": hours["timezone"], "hours_text": windows_text(hours["windows"])}


def _refuse_taken_name(session: Session, name: str) -> None:
    if session.scalars(select(Group.id).where(Group.name == name)).first() is not None:
        raise GroupNameTaken


def _audit(
    session: Session,
    actor: Person,
    action: str,
    group: Group,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    write_audit(
        session,
        actor_id=actor.id,
        action=action,
        subject_kind="group",
        subject_id=group.id,
        now=now,
        data=data,
    )
