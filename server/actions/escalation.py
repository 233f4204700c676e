"""What becomes of an alert by itself: the next page, nobody left to page, an acknowledgement nobody followed up.

Each of these is one transaction that takes the alert from one next step to another: a process that dies in it changed
nothing, and whichever is alive does it again. Lock order: people, the alert, its conversation.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.alerts import TAKEN, Alert, AlertPage, AlertState, FollowUpKind, PageAnswer
from models.conversations import Conversation, Membership, MemberState
from models.escalation import Exhausted, PagePeople, Position, current_policy, next_morning, next_page
from models.ids import new_id
from models.people import Person, PersonState
from models.streams import CRISIS_DESK, EventKind, lock_stream, record_event, record_to_desk, record_to_inboxes
from moderation.audit import write_audit
from server.actions.calls import call_people
from server.actions.follow_ups import owe
from server.queries.escalation import (
    LONGEST_PUT_OFF,
    SLACK,
    longest_waits,
    on_call,
    pages_of,
    refusers,
    spoken,
    taker_gone,
    watchers,
)
from server.queries.walls import walled_off

FIRST_PUT_OFF = timedelta(seconds=2)
FAILURES_TOLD = 3  # in a row, before supervisors and coordinators are told that an alert does not go on
KIND_OF_STATE: Mapping[AlertState, EventKind] = {state: EventKind(f"alert.{state.value}") for state in AlertState}


def look_at(session: Session, alert_id: str, *, now: datetime, clock_stepped: bool = False) -> bool:
    """Take an alert's next step if it is due; False when there was nothing to do, or another process is at it.

    `clock_stepped`: the clock jumped a moment ago, so nobody's time to answer is held to have run out.
    """
    query = select(Alert).where(Alert.id == alert_id).with_for_update(skip_locked=True)
    alert = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if alert is None or alert.due_at is None:
        return False
    if session.get_one(Person, alert.carer_id).state is PersonState.ERASED:
        end_for_the_erased(session, alert, now)
    elif alert.state in TAKEN and taker_gone(session, alert):
        hand_back(session, alert, PageAnswer.LAPSED, now=now)
    elif alert.state is AlertState.ACKNOWLEDGED and spoken(session, alert):
        begin_contact(session, alert, by=None, now=now)
    elif alert.due_at > now and alert.due_at <= now + longest_waits(current_policy())[alert.state] + SLACK:
        return False
    elif _time_to_answer_is_unknown(alert, now, clock_stepped=clock_stepped):
        alert.due_at = now + longest_waits(current_policy())[alert.state]
    else:
        DUE[alert.state](session, alert, now)
    return True


def _time_to_answer_is_unknown(alert: Alert, now: datetime, *, clock_stepped: bool) -> bool:
    """Whether its time begins anew: it was set by another clock. A page goes out rather early than late."""
    if alert.due_at is not None and alert.due_at > now:
        return alert.state is not AlertState.PAGING
    return clock_stepped and alert.state is AlertState.ACKNOWLEDGED


def put_off(session: Session, alert_id: str, *, now: datetime) -> None:
    """A step of this alert failed: it is tried again soon, with growing pauses, for as long as the alert is open."""
    query = select(Alert).where(Alert.id == alert_id).with_for_update()
    alert = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if alert is None or alert.due_at is None:
        return
    alert.failures += 1
    alert.due_at = now + min(LONGEST_PUT_OFF, FIRST_PUT_OFF * 2 ** min(alert.failures - 1, 10))
    if alert.failures == FAILURES_TOLD:
        record_to_inboxes(session, watchers(session), EventKind.ALERT_STILL_OPEN, alert.id, now=now)
        call_people(session, watchers(session), alert.id, now=now)


def page_next(session: Session, alert: Alert, now: datetime) -> None:
    """Page whoever comes next; where nobody is left, say so to everybody who must know."""
    reached = who_comes_next(session, alert, now)
    if isinstance(reached, Exhausted):
        _give_up(session, alert, now)
        return
    alert.stand_at(reached.position)
    alert.due_at, alert.failures = now + reached.look_after, 0
    pages = {page.person_id: page for page in pages_of(session, alert.id) if page.round == alert.round}
    for person_id in reached.people:
        _note_page(session, alert, pages.get(person_id), person_id, reached, now)
    data = {"layer": reached.layer.value, "times": reached.position.repeat}
    record_to_inboxes(session, reached.people, EventKind.ALERT_PAGED, alert.id, now=now, data=data)
    call_people(session, reached.people, alert.id, now=now, lasts=reached.look_after)
    if reached.position.repeat == 1:
        alert.version += 1
        tell(session, alert, now)


def who_comes_next(session: Session, alert: Alert, now: datetime) -> PagePeople | Exhausted:
    refused = refusers(alert, pages_of(session, alert.id))
    return next_page(current_policy(), alert.position, on_call(session, alert.carer_id, at=now), refused)


def page_anew(session: Session, alert: Alert, now: datetime) -> None:
    """From the beginning, everybody again: the carer asks once more after nobody came."""
    alert.move(AlertState.PAGING, due_at=now)
    alert.round += 1
    alert.stand_at(Position())
    page_next(session, alert, now)


def hand_back(session: Session, alert: Alert, why: PageAnswer, *, now: datetime) -> None:
    """Whoever took it does not go on: out of the conversation with them, and others are paged at once."""
    taker_id = alert.taken_by
    for page in pages_of(session, alert.id):
        if page.person_id == taker_id and page.round == alert.round:
            page.answer, page.answered_at = why, now
    if taker_id is not None and alert.conversation_id is not None:
        _take_out(session, alert.conversation_id, taker_id, now)
    alert.move(AlertState.PAGING, due_at=now)
    alert.taken_by, alert.taken_at, alert.taken_seq, alert.in_contact_at = None, None, None, None
    alert.stand_at(Position(step=alert.step))
    audit(session, alert, "alert.handed_back", now, data={"from": taker_id, "why": why.value})
    tell(session, alert, now)
    page_next(session, alert, now)


def begin_contact(session: Session, alert: Alert, *, by: str | None, now: datetime) -> None:
    """They talk: from here on only somebody's word ends it, and it is asked for when it does not come."""
    alert.move(AlertState.IN_CONTACT, due_at=now + current_policy().still_open_every)
    alert.in_contact_at = now
    audit(session, alert, "alert.in_contact", now, by=by)
    tell(session, alert, now)


def end_for_the_erased(session: Session, alert: Alert, now: datetime) -> None:
    """The carer has left for good: nobody is called for them any more."""
    alert.close(AlertState.CANCELLED, by=None, at=now)
    alert.note = None
    end_conversation_of(session, alert, now)
    audit(session, alert, "alert.cancelled", now)
    tell(session, alert, now)


def end_conversation_of(session: Session, alert: Alert, now: datetime) -> None:
    """It can still be read by the two, and nobody writes in it."""
    if alert.conversation_id is not None:
        lock_stream(session, alert.conversation_id)  # whoever is about to write looks only afterwards
        conversation = session.get_one(Conversation, alert.conversation_id, populate_existing=True)
        conversation.ended_at = conversation.ended_at or now


def tell(session: Session, alert: Alert, now: datetime, **data: Any) -> None:
    """Where the alert stands now: to the carer, to everybody who was called, and to the desk."""
    called = {page.person_id for page in pages_of(session, alert.id)}
    called -= walled_off(session, alert.carer_id, called)
    kind = KIND_OF_STATE[alert.state]
    record_to_inboxes(session, sorted({alert.carer_id, *called}), kind, alert.id, now=now, data=data)
    record_to_desk(session, CRISIS_DESK, kind, alert.id, now=now)


def audit(
    session: Session,
    alert: Alert,
    action: str,
    now: datetime,
    *,
    by: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    write_audit(
        session,
        actor_id=by,
        action=action,
        subject_kind="alert",
        subject_id=alert.id,
        now=now,
        data={"carer_id": alert.carer_id, **(data or {})},
    )


def _note_page(
    session: Session, alert: Alert, page: AlertPage | None, person_id: str, reached: PagePeople, now: datetime
) -> None:
    if page is None:
        page = AlertPage(
            id=new_id(),
            alert_id=alert.id,
            person_id=person_id,
            round=alert.round,
            step=0,
            times=0,
            answer=PageAnswer.NONE,
            first_sent_at=now,
        )
        session.add(page)
    page.layer, page.step, page.times, page.last_sent_at = reached.layer, reached.position.step, page.times + 1, now
    page.first_sent_at = page.first_sent_at or now


def _give_up(session: Session, alert: Alert, now: datetime) -> None:
    """Everybody was paged and nobody came: the carer is told so, and the service owes them an answer."""
    carer = session.get_one(Person, alert.carer_id)
    morning = next_morning(current_policy(), now, carer.timezone)
    alert.move(AlertState.UNANSWERED, due_at=morning)
    alert.failures = 0
    owe(session, alert, FollowUpKind.CALL_BACK, None, due_at=morning)
    audit(session, alert, "alert.unanswered", now)
    tell(session, alert, now)
    _tell_watchers(session, alert, now)
    call_people(session, [alert.carer_id], alert.id, now=now)


def _tell_watchers(session: Session, alert: Alert, now: datetime) -> None:
    """Every supervisor and coordinator, on duty or not, who was not told already."""
    told = {page.person_id for page in pages_of(session, alert.id)}
    people = watchers(session)
    others = [person_id for person_id in people if person_id not in told]
    record_to_inboxes(session, others, KIND_OF_STATE[alert.state], alert.id, now=now)
    call_people(session, people, alert.id, now=now)


def _lapse(session: Session, alert: Alert, now: datetime) -> None:
    hand_back(session, alert, PageAnswer.LAPSED, now=now)


def _remind(session: Session, alert: Alert, now: datetime) -> None:
    """A contact that was never closed: whoever took it, and the desk, are reminded."""
    alert.due_at = now + current_policy().still_open_every
    takers = [alert.taken_by] if alert.taken_by is not None else []
    record_to_inboxes(session, takers, EventKind.ALERT_STILL_OPEN, alert.id, now=now)
    record_to_desk(session, CRISIS_DESK, EventKind.ALERT_STILL_OPEN, alert.id, now=now)


def _still_owed(session: Session, alert: Alert, now: datetime) -> None:
    """Morning after morning, until somebody has called back and said so."""
    carer = session.get_one(Person, alert.carer_id)
    alert.due_at = next_morning(current_policy(), now, carer.timezone)
    record_to_desk(session, CRISIS_DESK, EventKind.ALERT_STILL_OPEN, alert.id, now=now)
    record_to_inboxes(session, watchers(session), EventKind.ALERT_STILL_OPEN, alert.id, now=now)


DUE: Mapping[AlertState, Callable[[Session, Alert, datetime], None]] = {
    AlertState.PAGING: page_next,
    AlertState.ACKNOWLEDGED: _lapse,
    AlertState.IN_CONTACT: _remind,
    AlertState.UNANSWERED: _still_owed,
}


def _take_out(session: Session, conversation_id: str, person_id: str, now: datetime) -> None:
    lock_stream(session, conversation_id)
    membership = session.get(Membership, (conversation_id, person_id), populate_existing=True)
    if membership is None or not membership.active:
        return
    membership.state, membership.since = MemberState.LEFT, now
    record_event(session, conversation_id, EventKind.MEMBER_LEFT, person_id, now=now)
    data = {"conversation_id": conversation_id, "change": MemberState.LEFT.value, "seq": None}
    record_to_inboxes(session, [person_id], EventKind.NOTICE_MEMBERSHIP, conversation_id, now=now, data=data)
