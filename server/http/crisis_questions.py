"""/me/crisis-questions: whose crisis it is, asked of one person alone; and what they answer."""

from typing import Any
from uuid import UUID

from flask import Response

from models.clock import clock
from models.session import again_after_race
from server.actions.crisis_questions import answer_question
from server.http.door import Blueprint, acting, looking, reply
from server.queries.crisis_questions import list_questions
from server.queries.shared_time import shared_time
from server.schemas.crisis_questions import (
    AnswerQuestionSchema,
    CrisisAnsweredSchema,
    CrisisQuestionsSchema,
    dump_answered,
    dump_question,
)
from server.schemas.groups import PageArgsSchema

blp = Blueprint("crisis_questions", __name__, url_prefix="/api/v1/me/crisis-questions", description="Whose crisis it is")


@blp.get("")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, CrisisQuestionsSchema)
def questions(args: dict[str, Any]) -> Response:
    now = clock.now()
    with looking() as (session, actor):
        page = list_questions(session, actor, **args, at=now)
        items = [dump_question(question, where, actor, now=now) for question, where in page.items]
        return reply({"items": items, "next_cursor": page.next_cursor})


@blp.post("/<uuid:question_id>/answer")
@blp.signed_in
@blp.arguments(AnswerQuestionSchema)
@blp.response(200, CrisisAnsweredSchema)
def answer(data: dict[str, Any], question_id: UUID) -> Response:
    def say() -> Response:
        with acting() as (session, actor):
            now = shared_time(session, now=clock.now(), wall=clock.wall())  # alerts are due by it
            answered = answer_question(session, actor, str(question_id), **data, now=now)
            return reply(dump_answered(answered, data["whose"], actor))

    return again_after_race(say)
