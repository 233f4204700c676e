"""Going through the audit trail day by day: what it finds is kept, shown to who may read the trail, and told once."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from models.audit import BEGINNING, AuditEntry, AuditHead, digest_of, verify
from models.clock import clock
from models.errors import Conflict
from models.jobs import Job, JobKind, JobState
from models.roles import Role
from models.session import reading, transaction
from server.jobs import audit_check
from server.jobs.audit_check import ensure_audit_check_job, go_on_checking
from server.jobs.engine import Engine
from server.jobs.kinds import make_works
from server.queries import audit_check as stretches
from server.queries.audit_check import AuditState, audit_standing
from tests.factories.people import make_person, make_sign_in
from tests.factories.refusals import assert_refused
from tests.factories.settings import make_settings
from tests.factories.streams import events_of

DAY = timedelta(days=1)
ALTER_THE_THIRD = "UPDATE audit_entry SET action = 'session.ended' WHERE seq = 3"


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


@pytest.fixture
def trail(coordinator):
    """Seven rows: a coordinator who registered, three people who each registered and signed in."""
    for _ in range(3):
        make_sign_in(make_person())


@pytest.fixture
def _short_stretches(monkeypatch):
    monkeypatch.setattr(stretches, "STRETCH", 2)
    monkeypatch.setattr(audit_check, "MOST_STRETCHES", 1)


def meddle(*statements):
    with transaction() as session:
        for statement in statements:
            session.execute(text(statement))


def check():
    return go_on_checking(pause=lambda: None)


def standing(person):
    with reading() as session:
        return audit_standing(session, person, now=clock.now())


def found(person):
    """(state, first entry not to be trusted, in what way, how many)."""
    now = standing(person)
    return now.state.value, now.broken_seq, now.flaw and now.flaw.value, now.flaws


def told(person):
    return [event.data for event in events_of(person.id) if event.kind == "notice.audit"]


def on_record():
    with reading() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "audit").order_by(AuditEntry.seq))
        return [(row.action, row.actor_id, row.data) for row in rows]


def test_before_it_was_ever_checked_it_says_so(trail, coordinator):
    now = standing(coordinator)
    assert (now.state, now.checked_at, now.seq, now.anchor) == (AuditState.UNCHECKED, None, None, None)


def test_of_a_whole_trail_one_sees_when_it_was_checked_up_to_which_entry_and_an_anchor_to_keep(trail, coordinator):
    before = clock.now()
    assert check()
    after = clock.now()
    clock.move(DAY / 2)
    make_person()
    now = standing(coordinator)
    assert (now.state, now.seq, now.overdue) == (AuditState.WHOLE, 7, False)
    assert before <= now.checked_at <= after
    with reading() as session:
        assert verify(session, now.anchor).seq == 8


def test_an_empty_trail_holds_and_may_grow(app):
    assert check()
    coordinator = make_person(Role.COORDINATOR)
    assert found(coordinator) == ("whole", None, None, 0)
    assert check()
    assert standing(coordinator).seq == 1


@pytest.mark.parametrize(
    ("statements", "seq", "flaw", "flaws"),
    [
        ([ALTER_THE_THIRD], 3, "altered", 1),
        (["DELETE FROM audit_entry WHERE seq = 2"], 2, "missing", 1),
        (["DELETE FROM audit_entry WHERE seq IN (2, 3)", "DELETE FROM audit_entry WHERE seq = 6"], 2, "missing", 2),
        (["DELETE FROM audit_entry WHERE seq = 7"], 7, "cut_off", 1),
        (["UPDATE audit_entry SET seq = 0 WHERE seq = 7"], 0, "altered", 2),
    ],
)  # fmt: skip
def test_a_flaw_is_found_with_its_place_and_so_is_what_comes_after_it(trail, coordinator, statements, seq, flaw, flaws):
    meddle(*statements)
    assert check()
    assert found(coordinator) == ("broken", seq, flaw, flaws)
    assert standing(coordinator).anchor is None


def test_what_is_changed_long_after_it_was_checked_is_found_too(trail, coordinator):
    check()
    clock.move(DAY)
    meddle(ALTER_THE_THIRD)
    assert found(coordinator)[0] == "whole"
    check()
    assert found(coordinator) == ("broken", 3, "altered", 1)


def test_coordinators_are_told_once_and_the_trail_itself_says_so(trail, coordinator):
    carer = make_person()
    meddle(ALTER_THE_THIRD)
    for _ in range(3):
        check()
        clock.move(DAY)
    seen = {"seq": 3, "flaw": "altered", "flaws": 1}
    assert told(coordinator) == [seen]
    assert told(carer) == []
    assert on_record() == [("audit.broken", None, seen)]


def test_a_second_flaw_is_told_anew_and_broken_since_stays(trail, coordinator):
    meddle(ALTER_THE_THIRD)
    check()
    since = standing(coordinator).broken_since
    clock.move(DAY)
    meddle("UPDATE audit_entry SET actor_id = NULL WHERE seq = 5")
    check()
    assert [notice["flaws"] for notice in told(coordinator)] == [1, 2]
    assert standing(coordinator).broken_since == since


def test_what_was_cut_off_together_with_the_head_stays_known_while_the_trail_grows_over_it(trail, coordinator):
    check()
    meddle(
        "DELETE FROM audit_entry WHERE seq > 4",
        "UPDATE audit_head SET seq = 4, digest = (SELECT digest FROM audit_entry WHERE seq = 4)",
    )
    for _ in range(6):  # past where it once ended
        clock.move(DAY)
        check()
        assert found(coordinator)[:3] == ("broken", 5, "cut_off")
        make_person()
    assert len(told(coordinator)) == 1


def test_a_trail_that_was_rewritten_as_a_whole_is_found_by_where_it_was_before(trail, coordinator):
    check()
    meddle(ALTER_THE_THIRD)
    with transaction() as session:
        last = BEGINNING.digest
        for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq)):
            entry.digest = last = digest_of(entry, last)
        session.get_one(AuditHead, 1).digest = last
    with reading() as session:
        verify(session)
    for _ in range(2):
        check()
        assert found(coordinator)[:3] == ("broken", 7, "rewritten")


def test_a_trail_that_holds_again_says_both(trail, coordinator):
    with reading() as session:
        action = session.scalars(select(AuditEntry.action).where(AuditEntry.seq == 3)).one()
    meddle(ALTER_THE_THIRD)
    check()
    meddle(f"UPDATE audit_entry SET action = '{action}' WHERE seq = 3")
    check()
    assert found(coordinator) == ("whole", None, None, 0)
    assert [entry[0] for entry in on_record()] == ["audit.broken", "audit.whole_again"]


@pytest.mark.parametrize("name", ["flaw = NULL, broken_seq = NULL, flaws = 0", "at = '2099-01-01 00:00:00+00'"])
def test_what_is_kept_of_it_cannot_be_written_without_the_key(trail, coordinator, name):
    meddle(ALTER_THE_THIRD)
    check()
    meddle(f"UPDATE audit_check SET {name}")
    assert found(coordinator)[0] == "unchecked"
    check()
    assert found(coordinator) == ("broken", 3, "altered", 1)


@pytest.mark.usefixtures("_short_stretches")
def test_a_long_trail_is_gone_through_a_stretch_at_a_time(trail, coordinator):
    assert [check() for _ in range(4)] == [False, False, False, True]
    assert standing(coordinator).seq == 7
    check()
    assert standing(coordinator).state is AuditState.WHOLE  # until the next one has come to the end, the last one counts


@pytest.mark.usefixtures("_short_stretches")
def test_a_flaw_of_an_earlier_stretch_is_not_forgotten_on_the_way(trail, coordinator):
    meddle("UPDATE audit_entry SET actor_id = NULL WHERE seq = 1", "UPDATE audit_entry SET actor_id = NULL WHERE seq = 6")
    while not check():
        pass
    assert found(coordinator) == ("broken", 1, "altered", 2)


@pytest.mark.parametrize("checked_before", [True, False])
def test_after_two_days_without_a_check_it_is_overdue(trail, coordinator, checked_before):
    if checked_before:
        check()
    assert not standing(coordinator).overdue
    clock.move(2 * DAY)
    assert standing(coordinator).overdue


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_nobody_else_sees_it(trail, role):
    assert_refused("forbidden", standing, make_person(role))


def test_a_head_that_takes_no_further_row_hides_nothing(trail, coordinator):
    meddle("UPDATE audit_head SET seq = 3")
    with pytest.raises(Conflict):
        check()
    assert found(coordinator) == ("broken", 8, "cut_off", 1)
    assert len(told(coordinator)) == 1


def waiting():
    with reading() as session:
        rows = session.scalars(select(Job).where(Job.kind == JobKind.AUDIT_CHECK, Job.state == JobState.WAITING))
        return [round((job.due_at - clock.now()) / timedelta(seconds=1)) for job in rows]


def test_the_job_comes_back_a_day_later_and_soon_while_it_is_on_the_way(trail, coordinator, monkeypatch):
    engine = Engine(make_works(make_settings()), sleep=lambda _seconds: None)
    for _ in range(2):
        with transaction() as session:
            ensure_audit_check_job(session)
    engine.run_due()
    assert waiting() == [86_400]
    monkeypatch.setattr(stretches, "STRETCH", 2)
    monkeypatch.setattr(audit_check, "MOST_STRETCHES", 1)
    clock.move(DAY)
    engine.run_due()
    assert waiting() == [15]
    assert standing(coordinator).state is AuditState.WHOLE
