"""A supervisor's visit to a one-to-one: asked for, agreed to by both, begun by coming in, ended by any of the three.

Lock order: people, the conversation's stream, the visit. Everything about a visit happens under its conversation's lock, so
that coming in, going and the conversation's own end are seen in one order by everybody.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.conversations import Conversation, Membership, MemberState
from models.ids import new_id
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.roles import Role
from models.streams import EventKind, lock_stream, record_event, record_to_inboxes
from models.visits import (
    ASKED_LASTS,
    LIVE_VISITS,
    SupervisorUnavailable,
    Visit,
    VisitClosed,
    VisitNotAgreed,
    VisitOpen,
    VisitState,
)
from moderation.audit import write_audit
from server.actions.groups import usual_standing
from server.queries.accounts import hold_role
from server.queries.contacts import find_contact_of
from server.queries.visits import (
    VisitView,
    find_live_visit,
    get_visit,
    live_visits_around,
    lock_visit,
    visited_facts,
)

WHOLE_CONVERSATION = 1  # the seq from which somebody reads who reads everything


def ask_for_visit(
    session: Session,
    actor: Person,
    conversation_id: str,
    *,
    supervisor_id: str | None,
    minutes: int,
    show_earlier: bool,
    now: datetime,
) -> VisitView:
    """The worker asks a supervisor to come in (and agrees by asking), or a supervisor asks to.

    `show_earlier`: the worker also agrees that what was said before is read; of a supervisor it says nothing. Raises
    NotFound, Forbidden, SupervisorUnavailable, VisitOpen.
    """
    supervisor = hold_role(session, supervisor_id or actor.id)
    lock_stream(session, conversation_id)
    facts = visited_facts(session, actor, conversation_id)
    authorise("visit.ask", actor, facts)
    by_worker = facts.contact is not None and facts.contact.worker_id == actor.id
    if not by_worker and supervisor is not None and supervisor.id != actor.id:
        raise SupervisorUnavailable  # a supervisor asks for nobody else
    if supervisor is None or supervisor.role is not Role.SUPERVISOR or supervisor.state is not PersonState.ACTIVE:
        raise SupervisorUnavailable
    if find_live_visit(session, conversation_id) is not None:
        raise VisitOpen
    visit = Visit(
        id=new_id(),
        conversation_id=conversation_id,
        supervisor_id=supervisor.id,
        asked_by=actor.id,
        state=VisitState.ASKED,
        minutes=minutes,
        asked_at=now,
        due_at=now + ASKED_LASTS,
        worker_agreed_at=now if by_worker else None,
        worker_shows_earlier=by_worker and show_earlier,
        carer_shows_earlier=False,
    )
    session.add(visit)
    session.flush()  # the audit row and the view name it
    _audit(session, actor.id, "visit.asked", visit, now)
    _tell(session, visit, EventKind.VISIT_ASKED, now)
    return get_visit(session, actor, visit.id)


def agree_to_visit(session: Session, actor: Person, visit_id: str, *, show_earlier: bool, now: datetime) -> VisitView:
    """A member agrees that the supervisor comes in, and with `show_earlier` that they read what was said before.

    Until the supervisor has come in it may be said otherwise. Raises NotFound, Forbidden, VisitClosed.
    """
    view = get_visit(session, actor, visit_id, lock=True)
    visit = view.visit
    authorise("visit.agree", actor, Facts(visit=visit, contact=view.contact))
    if visit.state is not VisitState.ASKED or visit.due_at <= now:
        raise VisitClosed
    if actor.id == view.contact.carer_id:
        visit.carer_agreed_at, visit.carer_shows_earlier = visit.carer_agreed_at or now, show_earlier
    else:
        visit.worker_agreed_at, visit.worker_shows_earlier = visit.worker_agreed_at or now, show_earlier
    _audit(session, actor.id, "visit.agreed", visit, now)
    _tell(session, visit, EventKind.VISIT_AGREED, now)
    return view


def begin_visit(session: Session, actor: Person, visit_id: str, *, now: datetime) -> VisitView:
    """The supervisor comes in, for as long as was asked. They read from here on, or everything where both agreed to that.

    Coming in again while it goes on changes nothing. Raises NotFound, Forbidden, VisitNotAgreed, VisitClosed.
    """
    hold_role(session, actor.id)
    view = get_visit(session, actor, visit_id, lock=True)
    visit = view.visit
    authorise("visit.begin", actor, Facts(visit=visit, contact=view.contact))
    if visit.state is VisitState.GOING_ON and visit.due_at > now:
        return view
    if visit.state is not VisitState.ASKED or visit.due_at <= now or _over(session, visit):
        raise VisitClosed
    if not visit.both_agreed:
        raise VisitNotAgreed
    visit.move(VisitState.GOING_ON)
    visit.began_at, visit.due_at = now, now + timedelta(minutes=visit.minutes)
    _come_in(session, actor, visit, now)
    _audit(session, actor.id, "visit.began", visit, now)
    _tell(session, visit, EventKind.VISIT_BEGAN, now)
    return view


def end_visit(session: Session, actor: Person, visit_id: str, *, now: datetime) -> VisitView:
    """Any of the three calls it off, or ends it at once. Ending what is over changes nothing. Raises NotFound, Forbidden."""
    view = get_visit(session, actor, visit_id, lock=True)
    authorise("visit.end", actor, Facts(visit=view.visit, contact=view.contact))
    _end(session, view.visit, by=actor.id, now=now)
    return view


def end_visit_to(session: Session, conversation_id: str, *, now: datetime) -> None:
    """Nobody stays in a conversation that ends. The caller holds its stream."""
    visit = find_live_visit(session, conversation_id)
    if visit is not None:
        lock_visit(session, visit)
        _end(session, visit, by=None, now=now)


def end_visits_around(session: Session, person_id: str, *, now: datetime) -> None:
    """Of somebody who is paused: by them, and to one-to-ones in which they could send nobody away."""
    for visit in live_visits_around(session, person_id):
        lock_visit(session, visit)
        _end(session, visit, by=None, now=now)


def call_off_visits_of(session: Session, person_id: str, *, now: datetime) -> None:
    """Visits this person was to make and has not begun. Those that go on end where the person leaves the conversation."""
    for visit in live_visits_around(session, person_id):
        if visit.supervisor_id == person_id and visit.state is VisitState.ASKED:
            session.refresh(visit, with_for_update=True)
            if visit.state is VisitState.ASKED:
                _end(session, visit, by=None, now=now)


def end_due_visit(session: Session, visit_id: str, *, now: datetime) -> bool:
    """End a visit that is over by the clock; False when it was ended meanwhile."""
    visit = session.get_one(Visit, visit_id)
    lock_visit(session, visit)
    if visit.state not in LIVE_VISITS or visit.due_at > now:
        return False
    _end(session, visit, by=None, now=now)
    return True


def _over(session: Session, visit: Visit) -> bool:
    return session.get_one(Conversation, visit.conversation_id, populate_existing=True).ended_at is not None


def _come_in(session: Session, supervisor: Person, visit: Visit, now: datetime) -> None:
    standing = usual_standing(supervisor.role)
    data = {"standing": standing.value, "visit_id": visit.id}
    seq = record_event(session, visit.conversation_id, EventKind.MEMBER_JOINED, supervisor.id, now=now, data=data)
    membership = session.get(Membership, (visit.conversation_id, supervisor.id))
    if membership is None:
        membership = Membership(conversation_id=visit.conversation_id, person_id=supervisor.id, delivered_count=0)
        session.add(membership)
    membership.state, membership.standing, membership.since, membership.muted = MemberState.MEMBER, standing, now, False
    membership.from_seq = WHOLE_CONVERSATION if visit.shows_earlier else seq
    membership.read_seq = membership.notified_seq = seq
    told = {"visit_id": visit.id, "conversation_id": visit.conversation_id, "change": "joined", "seq": seq}
    record_to_inboxes(session, [supervisor.id], EventKind.NOTICE_MEMBERSHIP, visit.id, now=now, data=told)


def _end(session: Session, visit: Visit, *, by: str | None, now: datetime) -> None:
    if visit.state not in LIVE_VISITS:
        return
    inside = visit.state is VisitState.GOING_ON
    visit.move(VisitState.ENDED if inside else VisitState.OFF)
    visit.ended_at, visit.ended_by = now, by
    session.flush()  # the place for the next is free
    membership = session.get(Membership, (visit.conversation_id, visit.supervisor_id), populate_existing=True)
    if inside and membership is not None and membership.active:
        membership.state, membership.since = MemberState.LEFT, now
        record_event(session, visit.conversation_id, EventKind.MEMBER_LEFT, visit.supervisor_id, now=now)
    _audit(session, by, f"visit.{visit.state.value}", visit, now)
    _tell(session, visit, EventKind.VISIT_ENDED, now)


def _tell(session: Session, visit: Visit, kind: EventKind, now: datetime) -> None:
    """To all three: the visit by its id, and nothing of what is said there."""
    contact = find_contact_of(session, visit.conversation_id)
    people = {visit.supervisor_id, *((contact.carer_id, contact.worker_id) if contact is not None else ())}
    there = [each for each in sorted(people) if session.get_one(Person, each).state is not PersonState.ERASED]
    data = {"visit_id": visit.id, "conversation_id": visit.conversation_id, "state": visit.state.value}
    record_to_inboxes(session, there, kind, visit.id, now=now, data=data)


def _audit(session: Session, by: str | None, action: str, visit: Visit, now: datetime) -> None:
    write_audit(
        session,
        actor_id=by,
        action=action,
        subject_kind="visit",
        subject_id=visit.id,
        now=now,
        data={
            "conversation_id": visit.conversation_id,
            "supervisor_id": visit.supervisor_id,
            "shows_earlier": visit.shows_earlier,
        },
    )
