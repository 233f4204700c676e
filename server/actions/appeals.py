"""Appeals: made by the person concerned, heard by somebody who had no part in it, answered in words.

Overturning gives back what was taken: the message its place in the room, by the same way as a `restore`; a place in a group,
or writing in it. Each step is in the audit trail.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.appeals import ANSWER_WITHIN, Appeal, AppealState
from models.errors import NotFound
from models.ids import new_id
from models.messages import Message, MessageState
from models.people import Person
from models.policy import Facts, allows, authorise
from models.review import Case, Decision, DecisionKind
from models.sanctions import Sanction, SanctionEnding
from models.streams import REVIEW_DESK, EventKind, record_to_desk, record_to_inboxes
from moderation.appeals import (
    COMES_BACK,
    AppealPointless,
    AppealThere,
    check_time,
    check_version,
    close,
    close_case,
)
from moderation.audit import write_audit
from server.actions.case_outcomes import carry_out
from server.actions.sanction_places import bring_in_line
from server.actions.sanctions import note_ending
from server.queries.appeals import (
    AppealDetail,
    appeal_facts,
    find_appeal,
    find_disputed,
    get_appeal,
    view_appeal,
)
from server.queries.messages import lock_message
from server.queries.review import get_case
from server.queries.sanctions import lock_concerned


def make_appeal(session: Session, actor: Person, decision_id: str, *, words: str, now: datetime) -> Appeal:
    """Ask that somebody else looks again at a decision about one's message, or at a sanction.

    Raises NotFound (another's, or one that changed nothing), AppealThere, AppealTooLate, AppealPointless.
    """
    if not allows("appeal.make", actor, Facts(about=find_disputed(session, decision_id).person_id)):
        raise NotFound
    lock_concerned(session, actor.id)
    disputed = find_disputed(session, decision_id)
    if not disputed.told:
        raise NotFound
    if find_appeal(session, disputed) is not None:
        raise AppealThere
    check_time(disputed.decided_at, now=now)
    if not disputed.holds:
        raise AppealPointless
    appeal = Appeal(
        id=new_id(),
        person_id=actor.id,
        decision_id=disputed.decision.id if disputed.decision is not None else None,
        sanction_id=disputed.sanction.id if disputed.sanction is not None else None,
        words=words,
        state=AppealState.OPEN,
        made_at=now,
        due_at=now + ANSWER_WITHIN,
        version=1,
    )
    session.add(appeal)
    _note(session, actor.id, appeal, "made", now)
    return appeal


def withdraw_appeal(session: Session, actor: Person, appeal_id: str, *, now: datetime) -> Appeal:
    """Take one's own back; there is no second. Raises NotFound, AppealClosed."""
    lock_concerned(session, actor.id)
    appeal = get_appeal(session, appeal_id)
    if appeal.person_id != actor.id:
        raise NotFound
    close(appeal, AppealState.WITHDRAWN, now=now)
    _note(session, actor.id, appeal, "withdrawn", now)
    return appeal


def withdraw_appeals_of(session: Session, person_id: str, *, by: str | None, now: datetime) -> None:
    """Of somebody who leaves: nobody is left to be answered."""
    query = select(Appeal).where(Appeal.person_id == person_id, Appeal.state == AppealState.OPEN)
    for appeal in session.scalars(query.order_by(Appeal.id)):
        close(appeal, AppealState.WITHDRAWN, now=now)
        _note(session, by, appeal, "withdrawn", now)


def open_appeal(session: Session, actor: Person, appeal_id: str, *, now: datetime) -> AppealDetail:
    """What was decided, the text it was about and the person's words; that they were looked at is in the audit trail."""
    view = view_appeal(session, appeal_id)
    disputed = find_disputed(session, view.appeal.about)
    facts = appeal_facts(session, disputed)
    authorise("appeal.read", actor, facts)
    _audit(session, actor.id, view.appeal, "read", now)
    decided_by = disputed.decision.moderator_id if disputed.decision is not None else _imposer(disputed.sanction)
    return AppealDetail(
        view=view,
        disputed=disputed,
        decided_by=session.get_one(Person, decided_by),
        may_decide=view.appeal.state is AppealState.OPEN and allows("appeal.decide", actor, facts),
    )


def decide_appeal(
    session: Session,
    actor: Person,
    appeal_id: str,
    *,
    outcome: AppealState,
    note: str,
    words: str,
    version: int,
    now: datetime,
) -> Appeal:
    """Say whether what was decided stands; `words` go to the person, `note` is for the desk.

    Raises NotFound, Forbidden (who took part, has a part, or stands below who decided), AppealClosed, StaleVersion.
    """
    about = get_appeal(session, appeal_id)
    person = lock_concerned(session, about.person_id)
    disputed = find_disputed(session, about.about)
    message = lock_message(session, disputed.message.id) if disputed.message is not None else None
    case = get_case(session, disputed.case.id, lock=True) if disputed.case is not None else None
    disputed = find_disputed(session, about.about)
    authorise("appeal.decide", actor, appeal_facts(session, disputed))
    appeal = get_appeal(session, appeal_id)
    check_version(appeal, version)
    close(appeal, outcome, now=now)
    appeal.decided_by, appeal.note, appeal.answer = actor.id, note, words
    _note(session, actor.id, appeal, outcome.value, now)
    if outcome is AppealState.OVERTURNED:
        here = case.conversation_id if case is not None and case.conversation_id is not None else ""
        with _lifting(session, actor, person, disputed.sanction if disputed.punishes else None, beside=here, now=now):
            if message is not None and case is not None and message.state in COMES_BACK:
                _give_back(session, actor, case, message, note, now)
    return appeal


@contextmanager
def _lifting(
    session: Session, actor: Person, person: Person, sanction: Sanction | None, *, beside: str, now: datetime
) -> Iterator[None]:
    """End what was imposed with it, around what changes in the conversation `beside`: in the order of their ids."""
    if sanction is None:
        yield
        return
    note_ending(session, sanction, SanctionEnding.OVERTURNED, by=actor.id, note=None, now=now)
    bring_in_line(session, person, sanction, now=now, up_to=beside)
    yield
    bring_in_line(session, person, sanction, now=now, beyond=beside)


def _give_back(session: Session, actor: Person, case: Case, message: Message, note: str, now: datetime) -> None:
    """The message its place in the room, as a decision of its own in the case's history."""
    close_case(case, now=now)
    facts = {"case_id": case.id, "decision": DecisionKind.RESTORE, "note": note, "created_at": now}
    taken = Decision(id=new_id(), moderator_id=actor.id, **facts)
    session.add(taken)
    carry_out(session, case, message, taken, MessageState.VISIBLE, now=now)
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_CLOSED, case.id, now=now)


def _imposer(sanction: Sanction | None) -> str:
    if sanction is None:
        raise NotFound
    return sanction.imposed_by


def _note(session: Session, by: str | None, appeal: Appeal, change: str, now: datetime) -> None:
    """Into the record, onto the desk and into the person's inbox: ids and codes, never words."""
    session.flush()  # the record names it
    _audit(session, by, appeal, change, now)
    data = {"appeal_id": appeal.id, "decision_id": appeal.about, "state": appeal.state.value}
    record_to_inboxes(session, [appeal.person_id], EventKind.NOTICE_APPEAL, appeal.id, now=now, data=data)
    record_to_desk(session, REVIEW_DESK, EventKind.NOTICE_APPEAL, appeal.id, now=now, data=data)


def _audit(session: Session, by: str | None, appeal: Appeal, change: str, now: datetime) -> None:
    data = {"appeal_id": appeal.id, "decision_id": appeal.about, "state": appeal.state.value}
    write_audit(
        session,
        actor_id=by,
        action=f"appeal.{change}",
        subject_kind="person",
        subject_id=appeal.person_id,
        now=now,
        data=data,
    )
