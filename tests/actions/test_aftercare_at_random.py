"""Whatever is decided, scheduled, declined, answered or left to time: a closed case is done, or it is a loose end."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models.aftercare import Aftercare, AftercareOutcome, AftercareState, DeclineReason
from models.clock import clock
from models.crisis_questions import CrisisAnswer
from models.errors import DomainError
from models.review import Case, CaseState, DecisionKind
from models.roles import Role
from models.session import reading
from server.actions.aftercare import finish_follow_up
from server.actions.review import decide_case
from server.jobs.aftercare import bring_up_due
from tests.factories.aftercare import case_now, decline, loose_ends, schedule
from tests.factories.crisis_questions import answer, asked
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, RISKY, case_of, post
from tests.factories.people import act, make_person

BODIES = (RISKY, RISKY, HOSTILE)
which = st.integers(0, len(BODIES) - 1)
hours = st.integers(1, 24 * 16)  # some of them are farther than a follow-up may be
wishes = (
    st.none() | hours.map(lambda found: {"after": found}) | st.sampled_from(DeclineReason).map(lambda r: {"declined": r})
)
steps = st.one_of(
    st.tuples(st.just("decide"), which, st.sampled_from(DecisionKind), wishes),
    st.tuples(st.just("schedule"), which, hours),
    st.tuples(st.just("decline"), which, st.sampled_from(DeclineReason)),
    st.tuples(st.just("finish"), which, st.sampled_from(AftercareOutcome)),
    st.tuples(st.just("answer"), which, st.sampled_from(CrisisAnswer)),
    st.tuples(st.just("wait"), hours),
)


def take(moderator, written, step):
    """One step as a moderator or the author would; what is refused changes nothing."""
    name, *facts = step
    if name == "wait":
        clock.move(timedelta(hours=facts[0]))
        bring_up_due()
        return
    message, author = written[facts[0]]
    case = case_of(message.id)
    if name == "decide":
        wish = facts[2]
        if wish is not None and "after" in wish:
            wish = {"at": clock.now() + timedelta(hours=wish["after"])}
        said = {"decision": facts[1], "note": "Looked at it.", "version": case.version, "follow_up": wish}
        act(decide_case, moderator, case.id, **said)
    elif name == "schedule":
        schedule(moderator, case, timedelta(hours=facts[1]))
    elif name == "decline":
        decline(moderator, case, facts[1])
    elif name == "finish":
        act(finish_follow_up, moderator, case.id, outcome=facts[1], note=None)
    elif (question := asked(message)) is not None:
        answer(author, question, facts[1])


def assert_nothing_is_lost(moderator):
    listed = loose_ends(moderator)
    with reading() as session:
        cases = session.scalars(select(Case)).all()
        aftercare = {found.case_id: found for found in session.scalars(select(Aftercare))}
    assert len(listed) == len(set(listed))
    for case in cases:
        closed, done = case.state is CaseState.CLOSED, case.done_at is not None
        assert (case.id in listed) is (closed and not done)
        assert closed or not done
        assert closed is (case.id in aftercare)
        if closed:
            assert done is (aftercare[case.id].follow_up is not AftercareState.DUE)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=4, max_size=14))
def test_a_closed_case_is_done_or_a_loose_end_whatever_happens(app, sequence):
    moderator, written = make_person(Role.MODERATOR), []
    for body in BODIES:
        author = make_person()
        written.append((post(author, make_group(author), body).message, author))
    for step in sequence:
        before = {message.id: case_now(case_of(message.id)).version for message, _ in written}
        try:
            take(moderator, written, step)
        except DomainError:
            assert {message.id: case_of(message.id).version for message, _ in written} == before
        assert_nothing_is_lost(moderator)
