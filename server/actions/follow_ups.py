"""What is owed after an alert: an offer to the carer, a debrief to who took it, a call back where nobody came."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.alerts import FOLLOW_UP_MOVES, OPEN_FOLLOW_UPS, Alert, FollowUp, FollowUpAnswer, FollowUpKind, FollowUpState
from models.debriefs import DebriefSource, DebriefState, DebriefWish
from models.errors import Conflict, Forbidden
from models.ids import new_id
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.roles import Role
from models.streams import EventKind, record_to_inboxes
from moderation.audit import write_audit
from server.actions.calls import call_people
from server.actions.debriefs import settle_debrief, want_debrief
from server.queries.escalation import watchers
from server.queries.follow_ups import FollowUpView, get_follow_up, lock_follow_up

PUT_OFF = timedelta(minutes=1)


class FollowUpAnswered(Conflict):
    code = "follow_up_answered"
    user_message = "This was answered already."


def owe(session: Session, alert: Alert, kind: FollowUpKind, person_id: str | None, *, due_at: datetime) -> None:
    """Note what is owed, once for each alert and person however often it comes about."""
    query = select(FollowUp).where(FollowUp.alert_id == alert.id, FollowUp.kind == kind)
    owed = session.scalars(query.where(FollowUp.person_id == person_id if person_id else FollowUp.person_id.is_(None)))
    if owed.first() is None:
        session.add(
            FollowUp(id=new_id(), alert_id=alert.id, kind=kind, person_id=person_id, state=FollowUpState.OPEN, due_at=due_at)
        )


def settle_call_back(session: Session, alert: Alert, to: FollowUpState, *, by: str | None, now: datetime) -> None:
    """The alert is over: nobody need call back any more."""
    query = select(FollowUp).where(
        FollowUp.alert_id == alert.id, FollowUp.kind == FollowUpKind.CALL_BACK, FollowUp.state.in_(OPEN_FOLLOW_UPS)
    )
    for owed in session.scalars(query.with_for_update()):
        owed.state, owed.answered_by, owed.answered_at = to, by, now


def tell_follow_up(session: Session, follow_up_id: str, *, now: datetime) -> bool:
    """Bring one that is due to whom it concerns, once; False when there was nothing to do."""
    query = select(FollowUp).where(FollowUp.id == follow_up_id, FollowUp.told_at.is_(None))
    owed = session.scalars(query.with_for_update(skip_locked=True).execution_options(populate_existing=True)).one_or_none()
    if owed is None:
        return False
    owed.told_at = now
    if owed.state in OPEN_FOLLOW_UPS:
        people = [owed.person_id] if owed.person_id is not None else watchers(session)
        _tell(session, owed, [person_id for person_id in people if _there(session, person_id)], now)
    return True


def put_off_follow_up(session: Session, follow_up_id: str, *, now: datetime) -> None:
    """Telling of it failed: again in a while."""
    session.execute(
        update(FollowUp).where(FollowUp.id == follow_up_id, FollowUp.told_at.is_(None)).values(due_at=now + PUT_OFF)
    )


def answer_follow_up(
    session: Session, actor: Person, follow_up_id: str, *, answer: FollowUpAnswer, now: datetime
) -> FollowUpView:
    """The carer wants to talk, or not; a worker had their debrief; the service has done it. Again changes nothing.

    Raises NotFound, Forbidden (a carer cannot say for the service that it is done), FollowUpAnswered.
    """
    view = get_follow_up(session, actor, follow_up_id)
    owed = lock_follow_up(session, follow_up_id)
    authorise("follow_up.answer", actor, Facts(follow_up=owed))
    to = FollowUpState(answer.value)
    if actor.role is Role.CARER and to is FollowUpState.DONE:
        raise Forbidden(permission="follow_up.answer")
    if owed.state is to:
        return view
    if to not in FOLLOW_UP_MOVES[owed.state]:
        raise FollowUpAnswered
    owed.state, owed.answered_by, owed.answered_at = to, actor.id, now
    if owed.kind is FollowUpKind.DEBRIEF and owed.person_id is not None:
        _settle_debrief(session, owed, now)
    write_audit(
        session,
        actor_id=actor.id,
        action=f"follow_up.{to.value}",
        subject_kind="follow_up",
        subject_id=owed.id,
        now=now,
        data={"alert_id": owed.alert_id, "kind": owed.kind.value},
    )
    _tell(session, owed, {*watchers(session), *filter(None, [owed.person_id])}, now)
    return get_follow_up(session, actor, follow_up_id)


def _settle_debrief(session: Session, owed: FollowUp, now: datetime) -> None:
    """Wanted: somebody sees to it until they have talked. Not wanted, or done: nobody need any more."""
    if owed.state is FollowUpState.WANTED and owed.person_id is not None:
        wish, source = DebriefWish.SOON, DebriefSource.ALERT
        want_debrief(session, owed.person_id, source=source, source_id=owed.id, wish=wish, now=now)
    else:
        to = DebriefState.DONE if owed.state is FollowUpState.DONE else DebriefState.WITHDRAWN
        settle_debrief(session, source=DebriefSource.ALERT, source_id=owed.id, to=to, now=now)


def _there(session: Session, person_id: str) -> bool:
    person = session.get(Person, person_id)
    return person is not None and person.state is not PersonState.ERASED


def _tell(session: Session, owed: FollowUp, people: "list[str] | set[str]", now: datetime) -> None:
    data = {"alert_id": owed.alert_id, "kind": owed.kind.value, "state": owed.state.value}
    record_to_inboxes(session, sorted(people), EventKind.NOTICE_FOLLOW_UP, owed.id, now=now, data=data)
    if owed.answered_at is None:
        call_people(session, sorted(people), owed.alert_id, now=now, urgent=False)
