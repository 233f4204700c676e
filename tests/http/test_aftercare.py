"""Whose crisis it is, and closing the loop, through the door as phones and the desk see them."""

from datetime import timedelta

import pytest

from models.clock import clock, utc_text
from models.roles import Role
from tests.factories.api import assert_problem, assert_refused_field, items
from tests.factories.crisis_questions import asked
from tests.factories.groups import make_group
from tests.factories.messages import RISKY, case_of, post


@pytest.fixture
def author(caller):
    return caller()


@pytest.fixture
def moderator(caller):
    return caller(Role.MODERATOR)


@pytest.fixture
def message(author):
    return post(author.person, make_group(author.person), RISKY).message


@pytest.fixture
def case(message):
    return case_of(message.id)


def decide(moderator, case, **more):
    version = moderator.get(f"/review/cases/{case.id}").json["version"]
    return moderator.post(
        f"/review/cases/{case.id}/decide", decision="approve", note="Looked at it.", version=version, **more
    )


def soon(**after):
    return utc_text(clock.now() + timedelta(**after))


def test_the_author_sees_the_question_answers_it_and_the_desk_sees_the_answer(author, moderator, message, case):
    (question,) = items(author.get("/me/crisis-questions"))
    assert {choice["whose"] for choice in question["choices"]} == {
        "carer",
        "consumer",
        "child",
        "violence",
        "not_a_crisis",
    }
    assert (question["message_id"], question["conversation_id"]) == (message.id, message.conversation_id)
    assert question["contact_offered"] is True
    assert question["support"]["helplines"]
    (row,) = items(moderator.get("/review/cases"))
    assert (row["whose"], row["crisis_question"]["state"]) == (None, "asked")
    answered = author.post(f"/me/crisis-questions/{question['id']}/answer", whose="child", contact_wanted=True).json
    assert answered["contact"]["carer"]["id"] == author.person.id
    assert answered["support"]["whose"] == "child"
    assert "We have asked somebody" in answered["text"]
    shown = moderator.get(f"/review/cases/{case.id}").json
    assert (shown["whose"], shown["crisis_question"]["contact"]) == ("child", True)


def test_who_is_too_late_still_has_numbers_in_their_hand(author, message):
    question = asked(message)
    clock.move(timedelta(days=2))
    assert items(author.get("/me/crisis-questions")) == []
    answer = author.post(f"/me/crisis-questions/{question.id}/answer", whose="carer")
    assert assert_problem(answer, 409, "crisis_question_over")["support"]["emergency"]["numbers"]


def test_the_loop_is_closed_step_by_step(author, moderator, case):
    assert decide(moderator, case).json["loop"]["follow_up"]["state"] == "due"
    (loose,) = items(moderator.get("/review/loose-ends"))
    assert (loose["id"], loose["loop"]["done_at"]) == (case.id, None)
    (offer,) = items(author.get("/me/support-offers"))
    assert offer["reason"] == "after_risk"
    assert offer["support"]["helplines"]
    path = f"/review/cases/{case.id}/follow-up"
    assert_refused_field(moderator.post(path, at=soon(days=15)), "at")
    planned = moderator.post(path, at=soon(days=2), note="Ask how the night was.").json["loop"]["follow_up"]
    assert (planned["state"], planned["by"], "note" in planned) == ("scheduled", moderator.person.id, False)
    assert moderator.get(f"/review/cases/{case.id}").json["loop"]["follow_up"]["note"] == "Ask how the night was."
    assert items(moderator.get("/review/loose-ends")) == []
    done = moderator.post(f"{path}/done", outcome="supported").json["loop"]
    assert (done["follow_up"]["state"], done["done_at"] is not None) == ("done", True)
    assert_problem(moderator.post(f"{path}/decline", reason="in_contact"), 409, "case_follow_up_over")


def test_a_decision_says_in_the_same_step_that_nothing_follows(moderator, case):
    loop = decide(moderator, case, follow_up={"declined": "in_contact"}).json["loop"]
    assert (loop["follow_up"]["declined"], loop["done_at"] is not None) == ("in_contact", True)


def test_pages_of_loose_ends_follow_each_other(caller, moderator):
    cases = []
    for _ in range(3):
        writer = caller().person
        cases.append(case_of(post(writer, make_group(writer), RISKY).message.id))
        decide(moderator, cases[-1])
    first = moderator.get("/review/loose-ends", limit=2).json
    second = moderator.get("/review/loose-ends", limit=2, cursor=first["next_cursor"]).json
    assert [row["id"] for row in first["items"] + second["items"]] == [case.id for case in cases]
    assert second["next_cursor"] is None
