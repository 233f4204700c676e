"""Changing a person's role: nothing of the old role is left over, and nobody who counted on them is forgotten.

Invariants: a change happens whole or not at all; after it no place of theirs is one the new role may not hold, no contact
is open, and everything they were counted on for has a row that says who takes it over, or that nobody does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.accounts import AccountChangeKind, state_after
from models.auth import EndReason
from models.contacts import Handover
from models.conversations import MemberState, Standing
from models.errors import Conflict, Invalid, StaleVersion
from models.ids import new_id
from models.people import Person
from models.roles import Role
from models.streams import EventKind, record_event, record_to_inboxes
from models.waiting import WaitingState
from server.actions.accounts import (
    end_every_sign_in,
    lock_for_change,
    record_account_change,
    refuse_last_coordinator,
    release_cases,
)
from server.actions.care_team import end_links_of
from server.actions.contact_steps import close_waiting
from server.actions.contacts import end_contact
from server.actions.debriefs import give_back_debriefs
from server.actions.groups import admit, take_out
from server.actions.notes import withdraw_notes_of
from server.actions.supervision import end_supervision
from server.actions.visits import call_off_visits_of, end_visit_to
from server.queries.accounts import has_second_factor
from server.queries.groups import GroupView, count_members
from server.queries.role_changes import Tie, can_take_over, lock_open_contacts, lock_ties

Handovers = Mapping[str, str | None]  # conversation id -> who takes it over; None: nobody


class HandoverNeeded(Conflict):
    """What was named is not what must be named; `conversations` says what that is, and nothing was changed."""

    code = "handover_needed"
    user_message = "People count on this person. Please say for each of these conversations who takes over, or that it ends."
    public = ("conversations",)


class SuccessorNotPossible(Invalid):
    code = "successor_not_possible"
    user_message = "Somebody you named cannot take that over. Please choose somebody else, or nobody."


@dataclass(frozen=True, kw_only=True)
class _Change:
    """One change in the making."""

    session: Session
    actor: Person
    person: Person
    before: Role
    reason: str
    now: datetime


def change_role(
    session: Session,
    actor: Person,
    person_id: str,
    *,
    role: Role,
    current_role: Role,
    reason: str,
    handovers: Handovers,
    now: datetime,
) -> Person:
    """Give a person another role. `current_role`: the one the coordinator saw, so that two do not change it at once.

    Raises StaleVersion, HandoverNeeded, SuccessorNotPossible, LastCoordinator, AccountChangeNotPossible, Invalid.
    """
    named = {to for to in handovers.values() if to is not None}
    if current_role is Role.CARER and named:
        raise SuccessorNotPossible(errors=_nobody_for(handovers))
    people = lock_for_change(session, actor, person_id, "person.change_role", others=named)
    person = people[person_id]
    if person.role is not current_role:
        raise StaleVersion
    if role is current_role:
        raise Invalid(errors={"role": ["This is the role the person has."]})
    state_after(person.state, AccountChangeKind.ROLE_CHANGED)
    refuse_last_coordinator(people, person)
    release_cases(session, actor, person, now=now)
    contacts = lock_open_contacts(session, person_id)
    ties = lock_ties(session, person_id, contacts)
    _check_handovers(session, person, role, ties, handovers, people)

    change = _Change(session=session, actor=actor, person=person, before=person.role, reason=reason, now=now)
    person.role = role
    person.second_factor_due = role is not Role.CARER and not has_second_factor(session, person_id)
    left_open = [contact for contact in contacts if contact.conversation_id not in {tie.conversation.id for tie in ties}]
    close_waiting(session, person_id, WaitingState.LEFT, now)
    for contact in left_open:  # asked for and not begun
        end_contact(session, contact, by=actor, now=now)
    for tie in ties:
        if tie.ends(role):
            _end(change, tie, handovers, people)
    call_off_visits_of(session, person_id, now=now)
    withdraw_notes_of(session, person_id, by=actor.id, now=now)
    end_links_of(session, person_id, by=actor.id, now=now)
    end_supervision(session, person_id, by=actor.id, now=now)
    give_back_debriefs(session, person_id, now=now)
    record_account_change(
        session,
        actor,
        person,
        AccountChangeKind.ROLE_CHANGED,
        reason,
        now=now,
        role=role,
        data={"from": change.before.value, "to": role.value, "handovers": dict(handovers)},
    )
    end_every_sign_in(session, person, reason=EndReason.ROLE_CHANGED, by=actor, now=now)
    return person


def _check_handovers(
    session: Session, person: Person, role: Role, ties: Sequence[Tie], handovers: Handovers, people: Mapping[str, Person]
) -> None:
    needed = [tie for tie in ties if tie.is_named(role)]
    if {tie.conversation.id for tie in needed} != set(handovers):
        raise HandoverNeeded(conversations=[_described(tie) for tie in needed])
    refused = {}
    for tie in needed:
        to = handovers[tie.conversation.id]
        if to is not None and not can_take_over(session, tie, people.get(to), role=person.role, person=person):
            refused[tie.conversation.id] = to
    if refused:
        raise SuccessorNotPossible(errors=_nobody_for(refused))


def _nobody_for(handovers: Handovers) -> dict[str, dict[str, list[str]]]:
    words = ["This person cannot take it over."]
    return {"handovers": {conversation_id: words for conversation_id, to in handovers.items() if to is not None}}


def _described(tie: Tie) -> dict[str, str | list[str]]:
    """What a coordinator needs to tell the conversations apart: ids and a group's name, nothing that was said."""
    described: dict[str, str | list[str]] = {
        "conversation_id": tie.conversation.id,
        "kind": tie.conversation.kind.value,
    }
    if tie.group is not None:
        described["title"] = tie.group.name
    else:
        described["with"] = [other.id for other in tie.others]
    return described


def _end(change: _Change, tie: Tie, handovers: Handovers, people: Mapping[str, Person]) -> None:
    """Take the person out of one conversation, and hand it on if it was named. Called in the order of their ids."""
    successor = people.get(handovers.get(tie.conversation.id) or "")
    if tie.conversation.id in handovers:
        change.session.add(
            Handover(
                id=new_id(),
                conversation_id=tie.conversation.id,
                from_person_id=change.person.id,
                to_person_id=successor.id if successor is not None else None,
                decided_by=change.actor.id,
                reason=change.reason,
                at=change.now,
            )
        )
    if tie.visited:
        end_visit_to(change.session, tie.conversation.id, now=change.now)
    elif tie.group is not None:
        _leave_group(change, tie, successor)
    else:
        _leave_private(change, tie, successor)


def _leave_group(change: _Change, tie: Tie, successor: Person | None) -> None:
    group = tie.group
    if group is None:
        return
    take_out(change.session, group, tie.membership, MemberState.LEFT, change.now)
    if successor is not None:
        change.session.flush()  # the place they leave counts as free
        count = count_members(change.session, [group.conversation_id])[0]
        view = GroupView(group=group, membership=None, member_count=count)
        admit(change.session, view, successor, Standing.FACILITATOR, change.now)


def _leave_private(change: _Change, tie: Tie, successor: Person | None) -> None:
    """What was said is shown to nobody new: a successor is only suggested to those who stay, and they decide."""
    session, now, conversation = change.session, change.now, tie.conversation
    if tie.contact is not None:
        end_contact(session, tie.contact, by=change.actor, now=now)
    conversation.ended_at = conversation.ended_at or now
    tie.membership.state, tie.membership.since = MemberState.LEFT, now
    record_event(session, conversation.id, EventKind.MEMBER_LEFT, change.person.id, now=now)
    if successor is not None:
        record_to_inboxes(
            session,
            [other.id for other in tie.others],
            EventKind.NOTICE_HANDOVER,
            conversation.id,
            now=now,
            data={"conversation_id": conversation.id, "to": successor.id},
        )
