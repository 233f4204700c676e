"""Crisis alerts, as people move them: a carer asks, somebody takes it, they talk, it ends.

Invariants: one open alert a carer, however often they ask; exactly one person has taken it, and everybody else who tries is
told who; the first page goes out with the asking itself, so that no background work is needed for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.alerts import (
    LONGEST_NOTE,
    TAKEN,
    Alert,
    AlertClosed,
    AlertPage,
    AlertState,
    AlertTaken,
    FollowUpKind,
    FollowUpState,
    Outcome,
    PageAnswer,
)
from models.conversations import Conversation, ConversationKind, Membership, MemberState
from models.errors import Invalid
from models.escalation import Exhausted, Position, after_step, current_policy, next_day
from models.helplines import Whose
from models.ids import new_id
from models.messages import Message, MessageState
from models.people import Person
from models.policy import Facts, authorise
from models.roles import ROLE_LABELS
from models.streams import CRISIS_DESK, EventKind, lock_stream, open_stream, record_event, record_to_desk, record_to_inboxes
from server.actions import escalation
from server.actions.calls import call_people
from server.actions.escalation import audit, tell
from server.actions.follow_ups import owe, settle_call_back
from server.actions.groups import usual_standing
from server.queries.accounts import hold_role
from server.queries.alerts import AlertView, facts_about, get_alert, lock_alert, lock_open_alert
from server.queries.escalation import pages_of


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An alert as it now is; `is_new` is False when the carer had asked before and it is still open."""

    view: AlertView
    is_new: bool


def open_alert(
    session: Session, actor: Person, *, whose: Whose, note: str | None, message_id: str | None, now: datetime
) -> Opened:
    """Ask for somebody now. Who asks again joins what is open; where nobody had come, everybody is paged once more.

    Raises Forbidden, Invalid (the message is not the carer's own), Conflict when they ask twice at the same moment.
    """
    hold_role(session, actor.id)
    authorise("alert.open", actor, Facts())
    _refuse_others_message(session, actor, message_id)
    alert = lock_open_alert(session, actor.id)
    is_new = alert is None
    if alert is None:
        alert = Alert(
            id=new_id(),
            carer_id=actor.id,
            whose=whose,
            note=note,
            message_id=message_id,
            state=AlertState.PAGING,
            step=0,
            repeat=0,
            round=0,
            failures=0,
            due_at=now,
            created_at=now,
            version=1,
        )
        session.add(alert)
        session.flush()  # pages refer to it; another that was opened at this moment is noticed here
        audit(session, alert, "alert.opened", now, by=actor.id, data={"whose": whose.value})
        escalation.page_next(session, alert, now)
    else:
        _join(session, alert, whose=whose, note=note, message_id=message_id, now=now)
    session.flush()
    return Opened(view=get_alert(session, actor, alert.id, at=now), is_new=is_new)


def acknowledge_alert(session: Session, actor: Person, alert_id: str, *, now: datetime) -> AlertView:
    """Take it: the conversation with the carer opens. Taking it again changes nothing.

    Raises NotFound, Forbidden, AlertClosed, AlertTaken (which says by whom) to everybody but the first.
    """
    alert, facts = _locked(session, actor, alert_id, now)
    if _has_it(actor, alert):
        return get_alert(session, actor, alert_id, at=now)
    authorise("alert.acknowledge", actor, facts)
    _refuse_if_taken(session, alert)
    alert.move(AlertState.ACKNOWLEDGED, due_at=now + current_policy().contact_within)
    alert.taken_by, alert.taken_at = actor.id, now
    page = _own_page(session, actor, alert)
    page.answer, page.answered_at = PageAnswer.ACKNOWLEDGED, now
    _open_conversation(session, alert, actor, now)
    audit(session, alert, "alert.acknowledged", now, by=actor.id)
    tell(session, alert, now, by=actor.id)
    call_people(session, [alert.carer_id], alert.id, now=now)
    session.flush()
    return get_alert(session, actor, alert_id, at=now)


def decline_alert(session: Session, actor: Person, alert_id: str, *, now: datetime) -> AlertView:
    """Not now: whoever comes next is paged at once. Who has taken it hands it back this way. Again changes nothing.

    Raises NotFound, Forbidden, AlertClosed, AlertTaken.
    """
    alert, facts = _locked(session, actor, alert_id, now)
    if _has_it(actor, alert):
        escalation.hand_back(session, alert, PageAnswer.DECLINED, now=now)
    else:
        authorise("alert.decline", actor, facts)
        _refuse_if_taken(session, alert)
        _say_no(session, actor, alert, now)
    session.flush()
    return get_alert(session, actor, alert_id, at=now)


def begin_contact(session: Session, actor: Person, alert_id: str, *, now: datetime) -> AlertView:
    """Say that one talks with the carer, also when not in writing. Writing to them says it by itself."""
    alert, facts = _locked(session, actor, alert_id, now)
    authorise("alert.contact", actor, facts)
    if alert.state is not AlertState.IN_CONTACT:
        escalation.begin_contact(session, alert, by=actor.id, now=now)
    return get_alert(session, actor, alert_id, at=now)


def resolve_alert(session: Session, actor: Person, alert_id: str, *, outcome: Outcome, now: datetime) -> AlertView:
    """It is over. The carer is offered a follow-up the next day, and whoever took it a debrief.

    Saying the same again changes nothing. Raises NotFound, Forbidden, AlertClosed, AlertNotReady.
    """
    alert, facts = _locked(session, actor, alert_id, now)
    if (alert.state, alert.outcome, alert.closed_by) == (AlertState.RESOLVED, outcome, actor.id):
        return get_alert(session, actor, alert_id, at=now)
    authorise("alert.resolve", actor, facts)
    alert.close(AlertState.RESOLVED, by=actor.id, at=now)
    alert.outcome = outcome
    escalation.end_conversation_of(session, alert, now)
    settle_call_back(session, alert, FollowUpState.DONE, by=actor.id, now=now)
    if alert.taken_by is not None:
        carer = session.get_one(Person, alert.carer_id)
        owe(session, alert, FollowUpKind.OFFER, carer.id, due_at=next_day(current_policy(), now, carer.timezone))
        owe(session, alert, FollowUpKind.DEBRIEF, alert.taken_by, due_at=now)
    audit(session, alert, "alert.resolved", now, by=actor.id, data={"outcome": outcome.value})
    tell(session, alert, now)
    session.flush()
    return get_alert(session, actor, alert_id, at=now)


def cancel_alert(session: Session, actor: Person, alert_id: str, *, now: datetime) -> AlertView:
    """The carer does not need anybody any more, for whatever reason. Again changes nothing. Raises NotFound, AlertClosed."""
    alert, facts = _locked(session, actor, alert_id, now)
    authorise("alert.cancel", actor, facts)
    if alert.state is not AlertState.CANCELLED:
        alert.close(AlertState.CANCELLED, by=actor.id, at=now)
        escalation.end_conversation_of(session, alert, now)
        settle_call_back(session, alert, FollowUpState.NOT_WANTED, by=actor.id, now=now)
        if alert.taken_by is not None and alert.in_contact_at is not None:
            owe(session, alert, FollowUpKind.DEBRIEF, alert.taken_by, due_at=now)
        audit(session, alert, "alert.cancelled", now, by=actor.id)
        tell(session, alert, now)
        session.flush()
    return get_alert(session, actor, alert_id, at=now)


def _locked(session: Session, actor: Person, alert_id: str, now: datetime) -> tuple[Alert, Facts]:
    """The alert, if the actor may know of it, with their role, and how they stand to it as it is now."""
    hold_role(session, actor.id)
    get_alert(session, actor, alert_id, at=now)
    alert = lock_alert(session, alert_id)
    return alert, facts_about(session, actor, alert, at=now)


def _has_it(actor: Person, alert: Alert) -> bool:
    return alert.state in TAKEN and alert.taken_by == actor.id


def _refuse_if_taken(session: Session, alert: Alert) -> None:
    if not alert.open:
        raise AlertClosed
    if alert.state in TAKEN and alert.taken_by is not None:
        taker = session.get_one(Person, alert.taken_by)
        ref = {"id": taker.id, "display_name": taker.display_name, "role": taker.role.value}
        raise AlertTaken(name=taker.display_name, taken_by={**ref, "role_label": ROLE_LABELS[taker.role]})


def _refuse_others_message(session: Session, actor: Person, message_id: str | None) -> None:
    if message_id is None:
        return
    message = session.get(Message, message_id)
    if message is None or message.author_id != actor.id or message.state is MessageState.DELETED:
        raise Invalid(errors={"message_id": ["This is not a message of yours."]})


def _join(session: Session, alert: Alert, *, whose: Whose, note: str | None, message_id: str | None, now: datetime) -> None:
    """What the carer says when they ask again is added to what they said before."""
    said = alert.note or ""
    adds = bool(note and note not in said and len(said) + len(note) < LONGEST_NOTE)
    if adds:
        alert.note = f"{said}\n{note}".strip()
    news = adds or whose is not alert.whose
    alert.whose, alert.message_id = whose, message_id or alert.message_id
    if alert.state is AlertState.UNANSWERED and _somebody_could_come(session, alert, now):
        audit(session, alert, "alert.asked_again", now, by=alert.carer_id)
        escalation.page_anew(session, alert, now)
    elif news:
        alert.version += 1
        tell(session, alert, now)


def _somebody_could_come(session: Session, alert: Alert, now: datetime) -> bool:
    """Whether paging from the beginning would reach anybody. If not, asking again tells nobody anything new."""
    was = alert.position, alert.round
    alert.stand_at(Position())
    alert.round += 1
    found = escalation.who_comes_next(session, alert, now)
    alert.stand_at(was[0])
    alert.round = was[1]
    return not isinstance(found, Exhausted)


def _own_page(session: Session, actor: Person, alert: Alert) -> AlertPage:
    """The actor's page of this round; one that never went out where nobody called them."""
    for page in pages_of(session, alert.id):
        if page.person_id == actor.id and page.round == alert.round:
            return page
    page = AlertPage(
        id=new_id(),
        alert_id=alert.id,
        person_id=actor.id,
        round=alert.round,
        step=-1,
        times=0,
        answer=PageAnswer.NONE,
    )
    session.add(page)
    return page


def _say_no(session: Session, actor: Person, alert: Alert, now: datetime) -> None:
    page = _own_page(session, actor, alert)
    if page.answer is PageAnswer.DECLINED:
        return
    page.answer, page.answered_at = PageAnswer.DECLINED, now
    audit(session, alert, "alert.declined", now, by=actor.id)
    record_to_inboxes(session, [actor.id], EventKind.ALERT_DECLINED, alert.id, now=now, data={"by": actor.id})
    record_to_desk(session, CRISIS_DESK, EventKind.ALERT_DECLINED, alert.id, now=now)
    if alert.state is AlertState.PAGING and page.step == alert.step:
        alert.stand_at(after_step(alert.position))
        escalation.page_next(session, alert, now)


def _open_conversation(session: Session, alert: Alert, worker: Person, now: datetime) -> None:
    """One conversation an alert: whoever takes it over comes into the same, and the carer need not begin again."""
    if alert.conversation_id is None:
        conversation = Conversation(id=new_id(), kind=ConversationKind.CRISIS, created_at=now)
        session.add(conversation)
        session.flush()  # its stream and members refer to it
        open_stream(session, conversation.id, now=now)
        alert.conversation_id = conversation.id
        joining: Sequence[Person] = [session.get_one(Person, alert.carer_id), worker]
    else:
        lock_stream(session, alert.conversation_id)
        conversation = session.get_one(Conversation, alert.conversation_id, populate_existing=True)
        conversation.ended_at = None  # ended where the one before was taken out of their role
        joining = [worker]
    for person in joining:
        alert.taken_seq = _bring_in(session, conversation.id, person, now)  # the last of them has taken it


def _bring_in(session: Session, conversation_id: str, person: Person, now: datetime) -> int:
    """Into the conversation, from the event whose seq this returns; what was said before they came can be read."""
    standing = usual_standing(person.role)
    data = {"standing": standing.value}
    seq = record_event(session, conversation_id, EventKind.MEMBER_JOINED, person.id, now=now, data=data)
    membership = session.get(Membership, (conversation_id, person.id))
    if membership is None:
        membership = Membership(
            conversation_id=conversation_id, person_id=person.id, delivered_count=0, muted=False, read_seq=0
        )
        session.add(membership)
    membership.state, membership.standing, membership.since = MemberState.MEMBER, standing, now
    notice = {"conversation_id": conversation_id, "change": "joined", "seq": seq}
    record_to_inboxes(session, [person.id], EventKind.NOTICE_MEMBERSHIP, conversation_id, now=now, data=notice)
    return seq
