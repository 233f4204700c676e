"""Whose crisis it is: asked of whoever wrote words that tell of a risk, and what their answer changes.

Invariants: the question is asked beside the message and never in its way; who answers always has numbers to call in their
hand, whatever they say; an answer can make a case more urgent, and never less.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.clock import utc_text
from models.conversations import ConversationKind
from models.crisis_questions import GRAVE, LASTS, CrisisAnswer, CrisisQuestion, CrisisQuestionOver
from models.helplines import Whose
from models.ids import new_id
from models.messages import Message, MessageState
from models.people import Person, PersonState
from models.policy import Facts, allows, authorise
from models.review import Case, ReportReason, Urgency
from models.streams import REVIEW_DESK, EventKind, record_to_desk, record_to_inboxes
from moderation.audit import write_audit
from moderation.review import touch
from server.actions.aftercare import look_again
from server.actions.alerts import open_alert
from server.queries.accounts import hold_role
from server.queries.alerts import AlertView
from server.queries.crisis import Support, support_for
from server.queries.crisis_questions import asked_lately, get_question, lock_question, question_of
from server.queries.review import get_case


@dataclass(frozen=True, kw_only=True)
class Answered:
    """`contact`: somebody who was asked for with the answer, or before it."""

    question: CrisisQuestion
    support: Support
    contact: AlertView | None


def ask_whose(session: Session, case: Case, message: Message, guess: Whose, *, now: datetime) -> None:
    """Ask the author, once for each case and not again for some hours. The caller holds the case."""
    author = session.get_one(Person, message.author_id)
    if author.state is not PersonState.ACTIVE or asked_lately(session, author.id, now=now):
        return
    if question_of(session, case.id) is not None:
        return
    question = CrisisQuestion(
        id=new_id(),
        case_id=case.id,
        person_id=author.id,
        message_id=message.id,
        guess=guess,
        answers=0,
        asked_at=now,
        expires_at=now + LASTS,
    )
    session.add(question)
    _audit(session, question, "crisis_question.asked", None, now)
    data = {
        "question_id": question.id,
        "conversation_id": message.conversation_id,
        "message_id": message.id,
        "expires_at": utc_text(question.expires_at),
    }
    record_to_inboxes(session, [author.id], EventKind.NOTICE_CRISIS_QUESTION, question.id, now=now, data=data)


def ask_after_report(
    session: Session, case: Case, message: Message, kind: ConversationKind, reason: ReportReason, *, now: datetime
) -> None:
    """A member is worried about the author: ask as screening would have, so that nobody is to be guessed from it.

    Between two people the question would say who reported, and to somebody of whom others are afraid it would be a warning.
    There the moderator who looks decides.
    """
    if reason is ReportReason.RISK_TO_SELF and kind is ConversationKind.GROUP:
        ask_whose(session, case, message, Whose.CARER, now=now)


def answer_question(
    session: Session, actor: Person, question_id: str, *, whose: CrisisAnswer, contact_wanted: bool, now: datetime
) -> Answered:
    """Say whose crisis it is, and if wanted ask for somebody in the same step. Again changes nothing.

    Who wants somebody gets them, also once the question is over; others than carers are told where they turn (`alert.open`).
    Raises NotFound, CrisisQuestionOver.
    """
    wanted = contact_wanted and may_ask_for_somebody(actor)
    if wanted:
        hold_role(session, actor.id)
    question = get_question(session, actor, question_id)
    authorise("crisis_question.answer", actor, Facts(about=question.person_id))
    case = get_case(session, question.case_id, lock=True)
    question = lock_question(session, question_id)
    support = support_for(actor, whose.whose or question.guess, now=now)
    if question.open(now):
        if question.say(whose, at=now):
            _mark(session, case, question, whose, now)
    elif not wanted and question.answer is not whose:
        raise CrisisQuestionOver(support=support)
    contact = _ask_for_somebody(session, actor, question, whose, now) if wanted else None
    return Answered(question=question, support=support, contact=contact)


def may_ask_for_somebody(actor: Person) -> bool:
    return allows("alert.open", actor, Facts())


def _mark(session: Session, case: Case, question: CrisisQuestion, whose: CrisisAnswer, now: datetime) -> None:
    if whose in GRAVE:
        case.urgency = max(case.urgency, int(Urgency.HIGH))
        look_again(session, case)
    touch(case)  # whoever is about to decide has not seen the answer
    _audit(session, question, "crisis_question.answered", question.person_id, now, {"whose": whose.value})
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)


def _ask_for_somebody(
    session: Session, actor: Person, question: CrisisQuestion, whose: CrisisAnswer, now: datetime
) -> AlertView:
    message = session.get(Message, question.message_id)
    there = message is not None and message.state is not MessageState.DELETED
    opened = open_alert(
        session,
        actor,
        whose=whose.whose or question.guess,
        note=None,
        message_id=question.message_id if there else None,
        now=now,
    )
    question.alert_id = opened.view.alert.id
    return opened.view


def _audit(
    session: Session,
    question: CrisisQuestion,
    action: str,
    by: str | None,
    now: datetime,
    more: dict[str, str] | None = None,
) -> None:
    write_audit(
        session,
        actor_id=by,
        action=action,
        subject_kind="crisis_question",
        subject_id=question.id,
        now=now,
        data={"case_id": question.case_id, "person_id": question.person_id, **(more or {})},
    )
