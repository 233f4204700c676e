"""Asking for a debrief, taking one on, and seeing that none is forgotten.

It reaches the worker's supervisor first; of a moderator, who has none, every supervisor. Where nobody says in time that they
come, it reaches everybody who could, every day again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.alerts import FollowUp, FollowUpState
from models.debriefs import (
    AGAIN,
    NOT_TAKEN,
    OPEN_DEBRIEFS,
    DebriefRequest,
    DebriefSource,
    DebriefState,
    DebriefWish,
)
from models.ids import new_id
from models.people import Person
from models.policy import Facts, authorise
from models.roles import Role
from models.streams import EventKind, record_to_inboxes
from moderation.audit import write_audit
from server.queries.debriefs import DebriefView, facts_of, find_debrief, get_debrief
from server.queries.escalation import watchers
from server.queries.exposure import others_of_role
from server.queries.supervision import supervisor_of


def ask_for_debrief(session: Session, actor: Person, *, wish: DebriefWish, words: str | None, now: datetime) -> DebriefView:
    """By hand, at any time. Raises Forbidden."""
    authorise("debrief.ask", actor, Facts())
    request = _open(session, actor.id, DebriefSource.BY_HAND, None, wish, words, now)
    return get_debrief(session, actor, request.id)


def want_debrief(
    session: Session, person_id: str, *, source: DebriefSource, source_id: str, wish: DebriefWish, now: datetime
) -> None:
    """Somebody said elsewhere (at the end of a shift, after an alert) that they would like one. Once for each."""
    known = find_debrief(session, source, source_id)
    if known is None:
        _open(session, person_id, source, source_id, wish, None, now)
    elif known.state is DebriefState.OPEN and known.wish is not wish:
        known.wish, known.due_at = wish, now + NOT_TAKEN[wish]
        _tell(session, known, _first_told(session, person_id), now)
    elif known.state is DebriefState.WITHDRAWN:
        known.reopen(wish, now)
        known.asked_at, known.reminders = now, 0
        _tell(session, known, _first_told(session, person_id), now)


def settle_debrief(session: Session, *, source: DebriefSource, source_id: str, to: DebriefState, now: datetime) -> None:
    """It was said elsewhere that they talked, or that they would rather not."""
    known = find_debrief(session, source, source_id)
    if known is not None and known.is_open:
        known.close(to, now)
        _tell(session, known, _told_of_end(known), now)


def drop_debriefs(session: Session, person_id: str, *, now: datetime) -> None:
    """Somebody left for good: nobody need talk with them any more."""
    for request in _lock_open(session, DebriefRequest.person_id == person_id):
        request.close(DebriefState.WITHDRAWN, now)
        _tell(session, request, filter(None, [request.taken_by]), now)


def give_back_debriefs(session: Session, person_id: str, *, now: datetime) -> None:
    """Somebody supervises no more: whoever waits for them is to be met by another."""
    for request in _lock_open(session, DebriefRequest.taken_by == person_id):
        request.reopen(request.wish, now)
        _tell(session, request, _first_told(session, request.person_id), now)


def take_debrief(session: Session, actor: Person, debrief_id: str, *, now: datetime) -> DebriefView:
    """A supervisor talks with them. Taking it again changes nothing. Raises NotFound, Forbidden, DebriefOver."""
    request = get_debrief(session, actor, debrief_id, lock=True).request
    authorise("debrief.take", actor, facts_of(request))
    if request.taken_by != actor.id or request.state is not DebriefState.TAKEN:
        before = request.taken_by
        request.take(actor.id, now)
        _audit(session, actor, "debrief.taken", request, now)
        _tell(session, request, filter(None, [request.person_id, actor.id, before]), now)
        session.flush()  # the view names who took it
    return get_debrief(session, actor, debrief_id)


def finish_debrief(session: Session, actor: Person, debrief_id: str, *, now: datetime) -> DebriefView:
    """They talked: either of the two says so. Again changes nothing. Raises NotFound, Forbidden, DebriefOver."""
    request = _lock_with_source(session, actor, debrief_id)
    authorise("debrief.close", actor, facts_of(request))
    if request.state is not DebriefState.DONE:
        request.close(DebriefState.DONE, now)
        _settle_follow_up(session, request, actor, FollowUpState.DONE, now)
        _audit(session, actor, "debrief.done", request, now)
        _tell(session, request, _told_of_end(request), now)
    return get_debrief(session, actor, debrief_id)


def withdraw_debrief(session: Session, actor: Person, debrief_id: str, *, now: datetime) -> DebriefView:
    """They would rather not, or not any more. Again changes nothing. Raises NotFound, Forbidden, DebriefOver."""
    request = _lock_with_source(session, actor, debrief_id)
    authorise("debrief.withdraw", actor, facts_of(request))
    if request.state is not DebriefState.WITHDRAWN:
        request.close(DebriefState.WITHDRAWN, now)
        _settle_follow_up(session, request, actor, FollowUpState.NOT_WANTED, now)
        _audit(session, actor, "debrief.withdrawn", request, now)
        _tell(session, request, _told_of_end(request), now)
    return get_debrief(session, actor, debrief_id)


def remind_of_debrief(session: Session, debrief_id: str, *, now: datetime) -> bool:
    """Nobody has come yet: everybody who could is told, and once more a day later. False when there was nothing to do."""
    query = select(DebriefRequest).where(DebriefRequest.id == debrief_id, DebriefRequest.due_at <= now)
    request = session.scalars(
        query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    ).one_or_none()
    if request is None:
        return False
    request.due_at, request.reminders = now + AGAIN, request.reminders + 1
    _tell(session, request, [*watchers(session), *filter(None, [request.taken_by])], now)
    return True


def _open(
    session: Session,
    person_id: str,
    source: DebriefSource,
    source_id: str | None,
    wish: DebriefWish,
    words: str | None,
    now: datetime,
) -> DebriefRequest:
    request = DebriefRequest(
        id=new_id(),
        person_id=person_id,
        source=source,
        source_id=source_id,
        wish=wish,
        words=words,
        state=DebriefState.OPEN,
        asked_at=now,
        due_at=now + NOT_TAKEN[wish],
        reminders=0,
    )
    session.add(request)
    session.flush()
    _tell(session, request, _first_told(session, person_id), now)
    return request


def _first_told(session: Session, person_id: str) -> list[str]:
    """Their supervisor, and of a moderator every supervisor; whoever could come, where there is none."""
    supervisor = supervisor_of(session, person_id)
    if supervisor is not None:
        return [person_id, supervisor.id]
    person = session.get(Person, person_id)
    if person is not None and person.role is Role.MODERATOR:
        return [person_id, *(others_of_role(session, Role.SUPERVISOR, person_id) or watchers(session))]
    return [person_id, *watchers(session)]


def _told_of_end(request: DebriefRequest) -> list[str]:
    return [who for who in (request.person_id, request.taken_by) if who is not None]


def _lock_open(session: Session, which: ColumnElement[bool]) -> Sequence[DebriefRequest]:
    query = select(DebriefRequest).where(which, DebriefRequest.state.in_(OPEN_DEBRIEFS)).order_by(DebriefRequest.id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def _lock_with_source(session: Session, actor: Person, debrief_id: str) -> DebriefRequest:
    """What it came from first, as whoever answers that does: two who wait for each other would both fail."""
    request = get_debrief(session, actor, debrief_id).request
    if request.source is DebriefSource.ALERT:
        session.get(FollowUp, request.source_id, with_for_update=True, populate_existing=True)
    return get_debrief(session, actor, debrief_id, lock=True).request


def _settle_follow_up(session: Session, request: DebriefRequest, actor: Person, to: FollowUpState, now: datetime) -> None:
    """What it came from ends with it."""
    if request.source is not DebriefSource.ALERT:
        return
    owed = session.get(FollowUp, request.source_id)
    if owed is not None and owed.state is FollowUpState.WANTED:
        owed.state, owed.answered_by, owed.answered_at = to, actor.id, now


def _tell(session: Session, request: DebriefRequest, people: Iterable[str], now: datetime) -> None:
    data = {"state": request.state.value, "wish": request.wish.value, "reminder": request.reminders > 0}
    record_to_inboxes(session, sorted(set(people)), EventKind.NOTICE_DEBRIEF, request.id, now=now, data=data)


def _audit(session: Session, actor: Person, action: str, request: DebriefRequest, now: datetime) -> None:
    write_audit(session, actor_id=actor.id, action=action, subject_kind="debrief", subject_id=request.id, now=now)
