"""Whose crisis it is: asked of the author alone, answered or not, and never a dead end."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from models.aftercare import AftercareState
from models.alerts import Alert, AlertState
from models.clock import clock
from models.crisis_questions import AGAIN_AFTER, LASTS, CrisisAnswer, CrisisQuestion, QuestionState
from models.groups import ModerationMode
from models.helplines import Whose
from models.review import Case, DecisionKind, ReportReason, Urgency
from models.roles import Role
from models.session import reading, transaction
from server.actions.messages import post_message
from server.jobs.retention import sweep_all
from server.queries.crisis_questions import list_questions
from server.queries.review import view_cases
from tests.factories.aftercare import aftercare_of, case_now, loose_ends, schedule
from tests.factories.crisis_questions import answer, asked, make_question
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, PLAIN, RISKY, case_of, decide, message_now, post, report
from tests.factories.notes import person_of
from tests.factories.one_to_ones import make_one_to_one, write
from tests.factories.people import act, make_person
from tests.factories.privacy import erase, run_jobs
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of, kinds_of

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def carer():
    return make_person()


def open_to(person):
    with reading() as session:
        return [question.id for question, _ in list_questions(session, person, limit=10, cursor=None, at=clock.now()).items]


def case_with(question):
    with reading() as session:
        return session.get_one(Case, question.case_id)


def mark(question):
    """(whose, how the question stands) as the desk sees it."""
    with reading() as session:
        (view,) = view_cases(session, [session.get_one(Case, question.case_id)], at=clock.now())
    return view.question.answer, view.asked


def alerts():
    with reading() as session:
        return list(session.scalars(select(Alert)))


def test_who_writes_of_a_risk_is_asked_in_their_own_inbox_with_ids_only(carer):
    question = make_question(carer)
    (event,) = [each for each in events_of(carer.id) if each.kind == "notice.crisis_question"]
    assert set(event.data) == {"question_id", "conversation_id", "message_id", "expires_at"}
    assert event.data["question_id"] == question.id
    assert open_to(carer) == [question.id]
    assert mark(question) == (None, QuestionState.ASKED)
    assert audited(question.id) == ["crisis_question.asked"]


@pytest.mark.parametrize("body", [PLAIN, HOSTILE])
def test_nobody_is_asked_about_anything_else(carer, body):
    assert asked(post(carer, make_group(carer), body).message) is None
    assert "notice.crisis_question" not in kinds_of(carer.id)


def test_the_writer_of_a_held_message_is_asked_too(carer):
    message = post(carer, make_group(carer, moderation=ModerationMode.BEFORE), RISKY).message
    assert message.seq is None
    assert open_to(carer) == [asked(message).id]


def test_between_two_people_the_writer_alone_is_asked():
    contact = make_one_to_one()
    carer = person_of(contact.carer_id)
    write(carer, contact.conversation_id, RISKY)
    assert len(open_to(carer)) == 1
    assert "notice.crisis_question" not in kinds_of(contact.worker_id) + kinds_of(contact.conversation_id)


def test_a_hard_evening_is_asked_about_once(carer):
    group = make_group(carer)
    first = asked(post(carer, group, RISKY).message)
    clock.move(AGAIN_AFTER - timedelta(minutes=1))
    assert asked(post(carer, group, RISKY).message) is None
    clock.move(timedelta(minutes=2))
    assert asked(post(carer, group, RISKY).message) is not None
    assert first is not None


@pytest.mark.parametrize("whose", CrisisAnswer)
def test_whatever_is_answered_there_are_numbers_and_the_case_has_the_answer(carer, whose):
    question = make_question(carer)
    answered = answer(carer, question, whose)
    assert answered.support["emergency"]["numbers"]
    assert answered.support["helplines"]
    assert answered.support["whose"] == (whose.value if whose is not CrisisAnswer.NOT_A_CRISIS else Whose.CARER)
    assert mark(question) == (whose, QuestionState.ANSWERED)
    assert alerts() == []


@pytest.mark.parametrize(
    ("whose", "urgency"),
    [
        (CrisisAnswer.CARER, Urgency.HIGH),
        (CrisisAnswer.CHILD, Urgency.HIGH),
        (CrisisAnswer.VIOLENCE, Urgency.HIGH),
        (CrisisAnswer.CONSUMER, Urgency.LOW),
        (CrisisAnswer.NOT_A_CRISIS, Urgency.LOW),
    ],
)
def test_a_grave_answer_makes_the_case_as_urgent_as_can_be_and_none_makes_it_less(carer, whose, urgency):
    question = make_question(carer)
    with transaction() as session:
        session.execute(update(Case).values(urgency=int(Urgency.LOW)))
    answer(carer, question, whose)
    assert case_with(question).urgency == urgency


def test_no_answer_takes_an_urgent_case_down(carer):
    question = make_question(carer)
    before = case_with(question)
    answer(carer, question, CrisisAnswer.NOT_A_CRISIS)
    after = case_with(question)
    assert (after.urgency, after.queue, after.due_at) == (before.urgency, before.queue, before.due_at)
    assert after.urgency == Urgency.HIGH


def test_the_desk_hears_of_the_answer_and_a_decision_that_had_not_seen_it_is_stale(carer):
    question, moderator = make_question(carer), make_person(Role.MODERATOR)
    message = message_now(question.message_id)
    stale, heard = case_of(message.id), len(events_of("desk:review"))
    answer(carer, question, CrisisAnswer.CARER)
    assert kinds_of("desk:review")[heard:] == ["case.changed"]
    assert_refused("stale_version", decide, moderator, stale, DecisionKind.APPROVE, version=stale.version)
    decide(moderator, stale, DecisionKind.APPROVE)


def test_an_answer_can_be_changed_once(carer):
    question = make_question(carer)
    answer(carer, question, CrisisAnswer.CARER)
    answer(carer, question, CrisisAnswer.CARER)  # the same again is no change
    assert open_to(carer) == [question.id]
    answer(carer, question, CrisisAnswer.CONSUMER)
    assert open_to(carer) == []
    refusal = assert_refused("crisis_question_over", answer, carer, question, CrisisAnswer.CHILD)
    assert refusal.extras()["support"]["helplines"]
    assert mark(question) == (CrisisAnswer.CONSUMER, QuestionState.ANSWERED)


def test_who_does_not_answer_hears_no_more_of_it(carer):
    question = make_question(carer)
    before = kinds_of(carer.id)
    clock.move(LASTS)
    assert open_to(carer) == []
    assert mark(question) == (None, QuestionState.UNANSWERED)
    assert kinds_of(carer.id) == before
    assert_refused("crisis_question_over", answer, carer, question, CrisisAnswer.CARER)
    answer(carer, question, CrisisAnswer.CARER, contact_wanted=True)  # but nobody comes too late to want somebody
    assert mark(question) == (None, QuestionState.UNANSWERED)
    assert len(alerts()) == 1


def test_somebody_is_called_in_the_same_step(carer):
    question = make_question(carer)
    answered = answer(carer, question, CrisisAnswer.VIOLENCE, contact_wanted=True)
    (alert,) = alerts()
    assert answered.contact.alert.id == alert.id
    assert (alert.carer_id, alert.whose, alert.message_id) == (carer.id, Whose.VIOLENCE, question.message_id)
    assert alert.state in {AlertState.PAGING, AlertState.UNANSWERED}
    again = answer(carer, question, CrisisAnswer.VIOLENCE, contact_wanted=True)
    assert again.contact.alert.id == alert.id
    assert len(alerts()) == 1


def test_who_is_in_no_crisis_and_wants_somebody_all_the_same_has_them(carer):
    answered = answer(carer, make_question(carer), CrisisAnswer.NOT_A_CRISIS, contact_wanted=True)
    assert answered.contact.alert.whose is Whose.CARER


def test_a_worker_answers_too_and_is_not_refused_for_wanting_somebody():
    worker = make_person(Role.CARER_PEER_WORKER)
    question = make_question(worker)
    answered = answer(worker, question, CrisisAnswer.CARER, contact_wanted=True)
    assert (answered.contact, alerts()) == (None, [])
    assert mark(question) == (CrisisAnswer.CARER, QuestionState.ANSWERED)


def test_nobody_answers_for_another(carer):
    question = make_question(carer)
    assert_refused("not_found", answer, make_person(), question, CrisisAnswer.CARER)
    answer(carer, question, CrisisAnswer.CARER)


def test_a_members_worry_asks_the_author_as_screening_would(carer):
    reader = make_person()
    group = make_group(carer, reader)
    message = post(carer, group, PLAIN).message
    report(reader, message, ReportReason.RISK_TO_SELF)
    (event,) = [each for each in events_of(carer.id) if each.kind == "notice.crisis_question"]
    screened = make_question()
    (other,) = [each for each in events_of(screened.person_id) if each.kind == "notice.crisis_question"]
    assert set(event.data) == set(other.data)  # nothing in it tells the two apart


@pytest.mark.parametrize("reason", [ReportReason.RISK_TO_OTHER, ReportReason.ABUSE])
def test_a_report_of_anything_else_warns_nobody(carer, reason):
    reader = make_person()
    message = post(carer, make_group(carer, reader)).message
    report(reader, message, reason)
    assert asked(message) is None


def test_between_two_people_a_report_asks_nobody_for_it_would_say_who_reported():
    contact = make_one_to_one()
    message = write(person_of(contact.carer_id), contact.conversation_id)
    report(person_of(contact.worker_id), message, ReportReason.RISK_TO_SELF)
    assert asked(message) is None


def test_a_grave_answer_after_the_decision_brings_the_case_back(carer):
    question, moderator = make_question(carer), make_person(Role.MODERATOR)
    case = case_with(question)
    decide(moderator, case_of(question.message_id), DecisionKind.APPROVE)
    schedule(moderator, case)
    assert loose_ends() == []
    answer(carer, question, CrisisAnswer.CONSUMER)
    assert loose_ends() == []
    answer(carer, question, CrisisAnswer.CARER)
    assert loose_ends() == [case.id]
    assert aftercare_of(case).follow_up is AftercareState.DUE
    assert case_now(case).done_at is None


def test_who_leaves_takes_their_answer_along(carer):
    question = make_question(carer)
    answer(carer, question, CrisisAnswer.CARER)
    erase(carer)
    run_jobs()
    with reading() as session:
        assert session.scalars(select(CrisisQuestion)).all() == []


def test_an_old_alert_goes_though_an_answer_named_it(carer):
    question = make_question(carer)
    answer(carer, question, CrisisAnswer.CARER, contact_wanted=True)
    with transaction() as session:
        session.execute(update(Alert).values(state=AlertState.CANCELLED, closed_at=clock.now(), due_at=None))
    clock.move(timedelta(days=2556))
    assert sweep_all(pause=lambda: None)["old_alerts"] == 1
    with reading() as session:
        assert session.scalars(select(CrisisQuestion.alert_id)).all() == [None]


def test_writing_goes_on_though_nobody_could_be_asked(carer):
    """The same send again asks nobody twice, also where the question is gone."""
    group = make_group(carer)
    facts = {"conversation_id": group.conversation_id, "client_id": "one", "body": RISKY}
    first = act(post_message, carer, **facts).message
    with transaction() as session:
        session.execute(delete(CrisisQuestion))
    assert act(post_message, carer, **facts).message.id == first.id
    assert asked(first) is None
