"""Break-glass: two people of the service, a bounded time, every look recorded, and the members told afterwards, once."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.audit import AuditEntry, verify
from models.break_glass import ASKED_LASTS, BreakGlassState
from models.clock import clock
from models.conversations import ConversationKind, Membership, MemberState
from models.jobs import Job, JobState
from models.people import Person, PersonState
from models.roles import Role
from models.session import reading, transaction
from server.actions.break_glass import end_access, grant_access, read_private, refuse_access
from server.actions.role_changes import change_role
from server.jobs.engine import Engine, claim
from server.jobs.kinds import make_works
from server.queries.break_glass import list_accesses
from tests.factories.break_glass import REASON, access_now, ask, grant, opened
from tests.factories.groups import make_group
from tests.factories.one_to_ones import make_private, write
from tests.factories.people import act, make_person
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of

HOUR = timedelta(hours=1)
A_WHILE = timedelta(seconds=30)  # longer than any test takes


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def worker():
    return make_person(Role.CARER_PEER_WORKER)


@pytest.fixture
def private(carer, worker):
    conversation_id = make_private(carer, worker)
    for number in range(5):
        write(carer, conversation_id, f"Word {number}.")
    return conversation_id


@pytest.fixture
def engine(settings):
    return Engine(make_works(settings), sleep=lambda _seconds: None)


def read(person, access_id, *, before=None, after=None, limit=50):
    return act(read_private, person, access_id, before=before, after=after, limit=limit)


def end(person, access_id):
    return act(end_access, person, access_id)


def told(person):
    return [event.data for event in events_of(person.id) if event.kind == "notice.access"]


def reads_in_the_trail(access_id):
    with reading() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.subject_id == access_id).order_by(AuditEntry.seq))
        return [row for row in rows if row.action == "break_glass.read"]


# -- two people -------------------------------------------------------------------------------------------------------


def test_what_was_asked_by_one_and_granted_by_another_can_be_read(supervisor, coordinator, private):
    access_id = ask(supervisor, private).access.id
    assert_refused("access_closed", read, supervisor, access_id)
    grant(access_id, coordinator)
    assert [message.body for message in read(supervisor, access_id).items] == [f"Word {n}." for n in (4, 3, 2, 1, 0)]


def test_whoever_asked_cannot_grant_or_refuse_it(supervisor, coordinator, private):
    access_id = ask(supervisor, private).access.id
    assert_refused("forbidden", grant, access_id, supervisor)
    assert_refused("forbidden", act, refuse_access, supervisor, access_id)
    grant(access_id, coordinator)


def test_whoever_granted_it_cannot_read_by_it(supervisor, coordinator, private):
    access_id = ask(supervisor, private).access.id
    grant(access_id, coordinator)
    assert_refused("forbidden", read, coordinator, access_id)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SUPERVISOR, Role.COORDINATOR)])
def test_nobody_else_asks_or_answers_and_nobody_else_learns_whether_there_is_one(supervisor, private, role):
    person, access_id = make_person(role), ask(supervisor, private).access.id
    assert_refused("forbidden", ask, person, private)
    assert_refused("forbidden", ask, person, access_id)
    for action in (grant_access, refuse_access, end_access):
        assert_refused("forbidden", act, action, person, access_id)
        assert_refused("forbidden", act, action, person, private)


@pytest.mark.parametrize("state", [MemberState.MEMBER, MemberState.LEFT])
def test_who_belongs_or_belonged_to_the_conversation_neither_asks_nor_answers(supervisor, coordinator, private, state):
    with transaction() as session:
        session.add(
            Membership(conversation_id=private, person_id=coordinator.id, state=state, standing="guest", since=clock.now())
        )
    assert_refused("forbidden", ask, coordinator, private)
    access_id = ask(supervisor, private).access.id
    assert_refused("forbidden", grant, access_id, coordinator)
    assert_refused("forbidden", end, coordinator, access_id)


def test_for_a_group_there_is_no_such_way(supervisor):
    assert_refused("not_found", ask, supervisor, make_group().conversation_id)


def test_a_crisis_contact_is_private_too(supervisor, carer):
    crisis = make_private(carer, kind=ConversationKind.CRISIS)
    assert ask(supervisor, crisis).state is BreakGlassState.ASKED


def test_asking_again_while_it_waits_or_is_open_is_refused(supervisor, private):
    access_id = ask(supervisor, private).access.id
    assert_refused("access_asked", ask, supervisor, private)
    grant(access_id)
    assert_refused("access_asked", ask, supervisor, private)
    clock.move(HOUR)
    ask(supervisor, private)


def test_a_request_is_answered_once(supervisor, coordinator, private):
    access_id = ask(supervisor, private).access.id
    act(refuse_access, coordinator, access_id)
    assert_refused("access_answered", grant, access_id)
    assert_refused("access_closed", read, supervisor, access_id)


def test_of_two_answers_at_once_one_counts(supervisor, coordinator, private):
    access_id = ask(supervisor, private).access.id
    other = make_person(Role.COORDINATOR)
    outcomes = race(
        lambda: grant(access_id, coordinator).state.value, lambda: act(refuse_access, other, access_id).state.value
    )
    assert sorted(outcomes) in (["access_answered", "granted"], ["access_answered", "refused"])


def test_a_request_that_waited_too_long_is_void(supervisor, private):
    late, in_time = ask(supervisor, private).access.id, ask(make_person(Role.SUPERVISOR), private).access.id
    clock.move(ASKED_LASTS - A_WHILE)
    assert grant(in_time).state is BreakGlassState.GRANTED
    clock.move(A_WHILE)
    assert access_now(late).state_at(clock.now()) is BreakGlassState.VOID
    assert_refused("access_answered", grant, late)


def test_whoever_asked_and_has_lost_the_role_reads_nothing_more(supervisor, coordinator, private):
    access_id = opened(supervisor, private)
    facts = {"role": Role.MODERATOR, "current_role": Role.SUPERVISOR, "reason": "Agreed.", "handovers": {}}
    act(change_role, coordinator, supervisor.id, **facts)
    assert_refused("forbidden", read, supervisor, access_id)


# -- a bounded time ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [5, 60, 1440])
def test_it_is_open_from_the_grant_for_exactly_as_long_as_was_asked(supervisor, private, minutes):
    access_id = ask(supervisor, private, minutes=minutes).access.id
    clock.move(HOUR)  # waiting for the answer takes nothing away
    grant(access_id)
    clock.move(timedelta(minutes=minutes) - A_WHILE)
    assert read(supervisor, access_id).items
    clock.move(A_WHILE)
    assert_refused("access_closed", read, supervisor, access_id)


@pytest.mark.parametrize("who", ["asker", "granter", "third"])
def test_ending_it_early_shuts_it_at_once(supervisor, coordinator, private, who):
    access_id = ask(supervisor, private).access.id
    grant(access_id, coordinator)
    clock.move(timedelta(minutes=1))
    end({"asker": supervisor, "granter": coordinator, "third": make_person(Role.SUPERVISOR)}[who], access_id)
    assert_refused("access_closed", read, supervisor, access_id)
    access = access_now(access_id)
    assert access.until == access.ended_at < access.expires_at - timedelta(minutes=58)


# -- the record -------------------------------------------------------------------------------------------------------


def test_each_page_is_a_row_of_its_own_with_what_was_shown_and_no_words(supervisor, private):
    access_id = opened(supervisor, private)
    read(supervisor, access_id, limit=2)
    read(supervisor, access_id, before=4, limit=2)
    read(supervisor, access_id, after=5)
    rows = reads_in_the_trail(access_id)
    assert [row.actor_id for row in rows] == [supervisor.id] * 3
    assert [row.data for row in rows] == [
        {"conversation_id": private, "from_seq": 4, "to_seq": 5, "count": 2},
        {"conversation_id": private, "from_seq": 2, "to_seq": 3, "count": 2},
        {"conversation_id": private, "from_seq": None, "to_seq": None, "count": 0},
    ]
    assert access_now(access_id).pages_read == 3


def test_every_step_is_in_the_trail_without_the_reason_and_the_trail_stays_whole(supervisor, private):
    access_id = opened(supervisor, private)
    read(supervisor, access_id)
    end(supervisor, access_id)
    steps = ["break_glass.asked", "break_glass.granted", "break_glass.read", "break_glass.ended"]
    assert audited(access_id) == steps
    with reading() as session:
        verify(session)
        trail = session.scalars(select(AuditEntry)).all()
        stored = session.connection().exec_driver_sql("SELECT reason FROM break_glass").scalars().all()
    assert not any(REASON in str(row.data) or "Word" in str(row.data) for row in trail)
    assert not any(REASON.encode() in bytes(value) for value in stored)


def test_pages_read_at_once_are_all_counted(supervisor, private):
    access_id = opened(supervisor, private)
    race(*[lambda: len(read(supervisor, access_id).items)] * 3)
    assert access_now(access_id).pages_read == len(reads_in_the_trail(access_id)) == 3


# -- the members ------------------------------------------------------------------------------------------------------


def test_members_are_told_when_the_time_is_over_and_not_before(supervisor, carer, worker, private, engine):
    access_id = opened(supervisor, private)
    read(supervisor, access_id)
    clock.move(HOUR - A_WHILE)
    engine.run_due()
    assert told(carer) == told(worker) == []
    clock.move(A_WHILE)
    engine.run_due()
    expected = [{"conversation_id": private, "break_glass_id": access_id}]
    assert told(carer) == told(worker) == expected
    access = access_now(access_id)
    assert (access.state, access.ended_at) == (BreakGlassState.ENDED, access.expires_at)
    assert audited(access_id)[-1] == "break_glass.ended"


def test_ending_it_early_tells_them_at_once_and_the_job_tells_nobody_again(supervisor, carer, private, engine):
    access_id = opened(supervisor, private)
    end(supervisor, access_id)
    assert len(told(carer)) == 1
    end(supervisor, access_id)
    clock.move(HOUR)
    engine.run_due()
    assert len(told(carer)) == 1
    assert audited(access_id).count("break_glass.ended") == 1


def test_two_engines_at_once_tell_them_once(supervisor, carer, worker, private, settings):
    access_id = opened(supervisor, private)
    clock.move(HOUR)
    engines = [Engine(make_works(settings), sleep=lambda _seconds: None) for _ in range(2)]
    race(*[engine.run_due for engine in engines])
    assert len(told(carer)) == len(told(worker)) == 1
    assert audited(access_id).count("break_glass.ended") == 1


def test_a_job_whose_process_died_after_telling_them_tells_nobody_again(supervisor, carer, private, settings, engine):
    """The commit was made and the lease runs out before the job is called done: it is run a second time."""
    opened(supervisor, private)
    clock.move(HOUR)
    works = make_works(settings)
    held = claim(works, now=clock.now())
    works[held.kind](held)
    assert len(told(carer)) == 1
    clock.move(timedelta(minutes=5))
    assert engine.run_due() == 1
    assert len(told(carer)) == 1
    with reading() as session:
        assert session.scalars(select(Job.state)).all() == [JobState.DONE]


def test_an_access_that_nobody_used_is_told_of_too(supervisor, carer, private, engine):
    opened(supervisor, private)
    clock.move(HOUR)
    engine.run_due()
    assert len(told(carer)) == 1


@pytest.mark.parametrize("how", ["refused", "taken back", "void"])
def test_what_was_never_granted_is_told_to_nobody(supervisor, coordinator, carer, private, engine, how):
    access_id = ask(supervisor, private).access.id
    if how == "refused":
        act(refuse_access, coordinator, access_id)
    elif how == "taken back":
        end(supervisor, access_id)
    clock.move(ASKED_LASTS)
    engine.run_due()
    assert told(carer) == []


def test_who_has_left_is_told_as_their_words_were_read_and_who_is_erased_is_not(supervisor, carer, worker, private, engine):
    gone = make_person()
    with transaction() as session:
        session.get(Membership, (private, worker.id)).state = MemberState.LEFT
        session.add(
            Membership(
                conversation_id=private,
                person_id=gone.id,
                state=MemberState.LEFT,
                standing="member",
                since=clock.now(),
            )
        )
        session.get(Person, gone.id).state = PersonState.ERASED
    opened(supervisor, private)
    clock.move(HOUR)
    engine.run_due()
    assert [len(told(person)) for person in (carer, worker, gone)] == [1, 1, 0]


# -- states by the clock ----------------------------------------------------------------------------------------------


def test_the_lists_filter_agrees_with_the_state_shown_at_every_moment(supervisor, coordinator, carer):
    """The database's way of asking for a state and the model's way of telling it are one."""
    privates = [make_private(carer) for _ in range(5)]
    ids = [ask(supervisor, conversation_id).access.id for conversation_id in privates]
    act(refuse_access, coordinator, ids[1])
    grant(ids[2], coordinator)
    grant(ids[3], coordinator)
    end(supervisor, ids[3])
    for moment, state in itertools.product([timedelta(0), HOUR, ASKED_LASTS], BreakGlassState):
        at = clock.now() + moment
        with reading() as session:
            page = list_accesses(session, coordinator, state=state, limit=100, cursor=None, at=at)
            everything = list_accesses(session, coordinator, state=None, limit=100, cursor=None, at=at)
        listed = {view.access.id for view in page.items}
        assert listed == {view.access.id for view in everything.items if view.state is state}
