"""Whose crisis it is, on the wire: the question to the author, and its mark on the case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import fields

from models.crisis_questions import CrisisAnswer, CrisisQuestion, QuestionState
from models.people import Person
from models.phrases import Phrase, joined
from server.actions.crisis_questions import Answered, may_ask_for_somebody
from server.queries.crisis import support_for
from server.schemas.alerts import AlertSchema, dump_alert
from server.schemas.fields import IdField, Moment, Truth, WireSchema, wire_time

TEXT = (
    "What you wrote sounds heavy, and we would like to be there in the right way. For whom is it hardest right now? "
    "You need not answer. Whatever you say, nothing happens to what you wrote because of it. Your answer is seen by "
    "those who look after this place, and by no other member."
)
CHOICES: Mapping[CrisisAnswer, str] = {
    CrisisAnswer.CARER: "For me. It is too much right now.",
    CrisisAnswer.CONSUMER: "For the person I care for.",
    CrisisAnswer.CHILD: "For a child or a teenager.",
    CrisisAnswer.VIOLENCE: "Somebody is violent, or I am afraid they will be.",
    CrisisAnswer.NOT_A_CRISIS: "Nobody is in danger. It was a way of saying how it is.",
}
THANKS: Mapping[CrisisAnswer, str] = {
    CrisisAnswer.CARER: (
        "Thank you for saying so. You count here as much as the person you care for. You do not have to get through "
        "this alone."
    ),
    CrisisAnswer.CONSUMER: (
        "Thank you for telling us. You need not know what to do. The people at these numbers do, and you can ask them."
    ),
    CrisisAnswer.CHILD: (
        "Thank you for telling us. The people at these numbers know about children and teenagers, and you can call for them."
    ),
    CrisisAnswer.VIOLENCE: (
        "Thank you for telling us. None of it is your fault. If you are in danger now, go somewhere safer first if you can."
    ),
    CrisisAnswer.NOT_A_CRISIS: (
        "Thank you, that is good to hear. Saying how it is stays welcome here. The numbers are here all the same, for "
        "any other day."
    ),
}
SOMEBODY_COMES = "We have asked somebody of our team to come to you."
THEIR_OWN = "As somebody who works here you can turn to your supervisor too, at any time."


class AnswerQuestionSchema(WireSchema):
    """`contact_wanted`: ask for somebody on duty in the same step, as POST /crisis/alerts does."""

    whose = fields.Enum(CrisisAnswer, by_value=True, required=True)
    contact_wanted = Truth(load_default=False)


class ChoiceSchema(WireSchema):
    whose = fields.Enum(CrisisAnswer, by_value=True)
    text = fields.String()


class CrisisQuestionSchema(WireSchema):
    """`support`: the numbers for what was guessed, or was answered. `contact_offered`: somebody can be asked for."""

    id = IdField()
    conversation_id = IdField()
    message_id = IdField()
    asked_at = Moment()
    expires_at = Moment()
    answer = fields.Enum(CrisisAnswer, by_value=True, allow_none=True)
    text = fields.String()
    choices = fields.List(fields.Nested(ChoiceSchema))
    contact_offered = fields.Boolean()
    support = fields.Dict()


class CrisisQuestionsSchema(WireSchema):
    items = fields.List(fields.Nested(CrisisQuestionSchema))
    next_cursor = fields.String(allow_none=True)


class CrisisAnsweredSchema(WireSchema):
    """`contact`: the alert that was opened, or was open already; null where nobody was asked for."""

    whose = fields.Enum(CrisisAnswer, by_value=True)
    text = fields.String()
    support = fields.Dict()
    contact = fields.Nested(AlertSchema, allow_none=True)


class MarkSchema(WireSchema):
    """On the case: that the author was asked, and whether they answered. `unanswered`: and need not any more."""

    state = fields.Enum(QuestionState, by_value=True)
    asked_at = Moment()
    answered_at = Moment(allow_none=True)
    contact = fields.Boolean(metadata={"description": "they asked for somebody with their answer"})


def dump_question(question: CrisisQuestion, conversation_id: str, person: Person, *, now: datetime) -> dict[str, Any]:
    whose = question.answer.whose if question.answer is not None else None
    return {
        "id": question.id,
        "conversation_id": conversation_id,
        "message_id": question.message_id,
        "asked_at": wire_time(question.asked_at),
        "expires_at": wire_time(question.expires_at),
        "answer": question.answer.value if question.answer is not None else None,
        "text": Phrase(TEXT),
        "choices": [{"whose": whose.value, "text": Phrase(text)} for whose, text in CHOICES.items()],
        "contact_offered": may_ask_for_somebody(person),
        "support": support_for(person, whose or question.guess, now=now),
    }


def dump_answered(found: Answered, whose: CrisisAnswer, person: Person) -> dict[str, Any]:
    more = SOMEBODY_COMES if found.contact is not None else None if may_ask_for_somebody(person) else THEIR_OWN
    return {
        "whose": whose.value,
        "text": joined([Phrase(said) for said in (THANKS[whose], more) if said is not None]),
        "support": found.support,
        "contact": dump_alert(found.contact) if found.contact is not None else None,
    }


def dump_mark(question: CrisisQuestion | None, asked: QuestionState | None) -> dict[str, Any]:
    """`whose` and `crisis_question` of a case."""
    if question is None or asked is None:
        return {"whose": None, "crisis_question": None}
    return {
        "whose": question.answer.value if question.answer is not None else None,
        "crisis_question": {
            "state": asked.value,
            "asked_at": wire_time(question.asked_at),
            "answered_at": wire_time(question.answered_at) if question.answered_at is not None else None,
            "contact": question.alert_id is not None,
        },
    }
