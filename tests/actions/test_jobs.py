"""The job engine: what was added with a change is done, by one process at a time, and nothing is lost or kept too long."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.clock import clock
from models.jobs import LEASE, MOST_ATTEMPTS, Job, JobKind, JobState, enqueue
from models.session import reading, transaction
from moderation.audit import write_audit
from server.jobs.engine import Engine, LeaseLostError, claim
from tests.factories.races import race
from tests.factories.streams import audited

KIND = JobKind.RETENTION


def add(kind=KIND, **more):
    with transaction() as session:
        return enqueue(session, kind, **{"now": clock.now(), **more}).id


def row(job_id):
    with reading() as session:
        return session.get(Job, job_id)


def engine(work, kind=KIND):
    return Engine({kind: work}, sleep=lambda _seconds: None)


class Worker:
    """Notes what it was given; fails as often as it was told to."""

    def __init__(self, *, fail=0):
        self.seen = []
        self._fail = fail

    def __call__(self, claimed):
        self.seen.append((claimed.id, claimed.subject_id, dict(claimed.payload)))
        if len(self.seen) <= self._fail:
            raise OSError("the words of an error stay out of the database")


def test_a_job_is_done_with_what_it_was_given_and_keeps_none_of_it():
    job_id, worker = add(subject_id="a-subject", payload={"word": "secret"}), Worker()
    assert "secret" in row(job_id).payload
    assert engine(worker).run_due() == 1
    assert worker.seen == [(job_id, "a-subject", {"word": "secret"})]
    done = row(job_id)
    assert (done.state, done.payload, done.lease_id, done.lease_until) == (JobState.DONE, "{}", None, None)
    assert engine(worker).run_due() == 0


def test_a_change_that_is_rolled_back_leaves_no_job():
    def change_and_fail():
        with transaction() as session:
            enqueue(session, KIND, now=clock.now())
            raise RuntimeError("refused")

    with pytest.raises(RuntimeError):
        change_and_fail()
    with reading() as session:
        assert session.scalars(select(Job)).all() == []


def test_a_job_waits_until_it_is_due_and_the_longest_due_goes_first():
    later = add(due_at=clock.now() + timedelta(minutes=10))
    sooner, worker = add(due_at=clock.now() + timedelta(minutes=5)), Worker()
    assert engine(worker).run_due() == 0
    clock.move(timedelta(minutes=10))
    assert engine(worker).run_due() == 2
    assert [job_id for job_id, *_ in worker.seen] == [sooner, later]


def test_a_kind_it_does_not_know_is_left_for_another():
    job_id = add(JobKind.EXPORT)
    assert engine(Worker()).run_due() == 0
    assert row(job_id).state is JobState.WAITING


def test_engines_that_race_do_each_job_once():
    jobs = {add() for _ in range(12)}
    done, lock = [], threading.Lock()

    def work(claimed):
        with lock:
            done.append(claimed.id)

    engines = [engine(work) for _ in range(3)]

    def run_all(one):
        while any(row(job_id).state is not JobState.DONE for job_id in jobs):
            one.run_due()

    race(*[lambda one=one: run_all(one) for one in engines])
    assert sorted(done) == sorted(jobs)


def test_what_a_killed_process_had_in_hand_is_claimed_again():
    job_id, worker = add(payload={"n": 1}), Worker()
    killed = claim({KIND: None}, now=clock.now())
    assert killed.id == job_id
    clock.move(LEASE - timedelta(seconds=1))
    assert engine(worker).run_due() == 0
    clock.move(timedelta(seconds=1))
    assert engine(worker).run_due() == 1
    assert worker.seen == [(job_id, None, {"n": 1})]
    assert (row(job_id).state, row(job_id).attempts) == (JobState.DONE, 2)


def test_whoever_is_at_it_for_long_keeps_it_by_renewing():
    job_id = add()
    held = claim({KIND: None}, now=clock.now())
    for _ in range(3):
        clock.move(LEASE - timedelta(seconds=1))
        with transaction() as session:
            held.renew(session, now=clock.now())
    assert engine(Worker()).run_due() == 0
    assert row(job_id).lease_id == held.lease_id


def test_whoever_lost_a_lease_changes_nothing_any_more():
    job_id = add()
    pieces = []

    def slow(claimed):
        clock.move(LEASE)
        assert engine(Worker()).run_due() == 1  # another process does it meanwhile
        with transaction() as session:
            write_audit(session, actor_id=None, action="a.piece", subject_kind="job", subject_id=job_id, now=clock.now())
            claimed.renew(session, now=clock.now())
        pieces.append("never got here")

    assert engine(slow).run_due(most=1) == 1
    assert (pieces, audited(job_id)) == ([], [])
    assert (row(job_id).state, row(job_id).attempts) == (JobState.DONE, 2)


def test_whoever_ends_late_does_not_end_it_for_the_one_who_has_it_now():
    job_id = add()
    holders = []

    def slow(claimed):
        clock.move(LEASE)
        holders.append(claim({KIND: None}, now=clock.now()))

    engine(slow).run_due(most=1)
    assert (row(job_id).state, row(job_id).lease_id) == (JobState.RUNNING, holders[0].lease_id)

    def slow_and_failing(claimed):
        slow(claimed)
        raise OSError

    clock.move(LEASE)
    engine(slow_and_failing).run_due(most=1)
    assert (row(job_id).state, row(job_id).error, row(job_id).lease_id) == (JobState.RUNNING, None, holders[1].lease_id)


def test_a_lease_cannot_be_renewed_once_it_is_anothers():
    add()
    first = claim({KIND: None}, now=clock.now())
    clock.move(LEASE)
    claim({KIND: None}, now=clock.now())
    with pytest.raises(LeaseLostError), transaction() as session:
        first.renew(session, now=clock.now())


def test_a_job_that_failed_is_tried_again_later():
    job_id, worker = add(), Worker(fail=1)
    failing = engine(worker)
    assert failing.run_due() == 1
    assert (row(job_id).state, row(job_id).error) == (JobState.WAITING, "OSError")
    assert row(job_id).due_at > clock.now()
    clock.move(timedelta(minutes=1))
    assert failing.run_due() == 1
    assert row(job_id).state is JobState.DONE


def test_a_job_that_keeps_failing_is_given_up_and_its_payload_is_gone():
    job_id, worker = add(payload={"word": "secret"}), Worker(fail=100)
    for _ in range(MOST_ATTEMPTS + 2):
        engine(worker).run_due()
        clock.move(timedelta(days=1))
    assert len(worker.seen) == MOST_ATTEMPTS
    assert (row(job_id).state, row(job_id).payload, row(job_id).error) == (JobState.FAILED, "{}", "OSError")


def test_a_job_that_kills_each_process_that_takes_it_is_given_up_too():
    job_id = add(payload={"word": "secret"})
    for _ in range(MOST_ATTEMPTS):
        assert claim({KIND: None}, now=clock.now()).id == job_id
        clock.move(LEASE)
    other, worker = add(), Worker()
    assert engine(worker).run_due() == 1
    assert [job_id for job_id, *_ in worker.seen] == [other]
    assert (row(job_id).state, row(job_id).payload) == (JobState.FAILED, "{}")


def test_a_payload_is_not_readable_in_the_database():
    job_id = add(payload={"word": "secret"})
    with reading() as session:
        stored = session.connection().exec_driver_sql("SELECT payload FROM job").scalar_one()
    assert b"secret" not in bytes(stored)
    with transaction() as session:
        session.execute(update(Job).where(Job.id == job_id).values(state=JobState.DONE))
