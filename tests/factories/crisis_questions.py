"""Whose crisis it is, asked by the real actions and answered by the real one."""

from typing import Any

from sqlalchemy import select

from models.crisis_questions import CrisisAnswer, CrisisQuestion
from models.messages import Message
from models.people import Person
from models.review import Case
from models.session import reading
from server.actions.crisis_questions import Answered, answer_question
from tests.factories.groups import make_group
from tests.factories.messages import RISKY, post
from tests.factories.people import act, make_person


def asked(message: Message) -> CrisisQuestion | None:
    """What the author was asked about this message."""
    with reading() as session:
        query = select(CrisisQuestion).join(Case, Case.id == CrisisQuestion.case_id)
        return session.scalars(query.where(Case.message_id == message.id)).one_or_none()


def make_question(person: Person | None = None) -> CrisisQuestion:
    """Asked of somebody, by default a new carer, who has just written words that tell of a risk."""
    author = person or make_person()
    question = asked(post(author, make_group(author), RISKY).message)
    assert question is not None, "nobody was asked"
    return question


def answer(person: Person, question: CrisisQuestion, whose: CrisisAnswer, **more: Any) -> Answered:
    facts = {"contact_wanted": False, **more}
    answered: Answered = act(answer_question, person, question.id, whose=whose, **facts)
    return answered
