"""The start and the end of a shift, the note for whoever comes next, and looking again at who is about to be on."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.retention import HANDOVER_LASTS
from models.roles import Role
from models.rota import DutyPresence, Layer, RotaKind
from models.session import reading, transaction
from models.shifts import Debrief
from server.actions.duty import note_presence
from server.actions.shift_checks import check_shifts
from server.actions.shifts import end_shift, start_shift
from server.jobs.retention import sweep_all
from server.queries.duty import workers_within_reach
from server.queries.fitness import find_gaps
from server.queries.rota import on_duty
from server.queries.shifts import handover_notes
from tests.factories.database import change_row
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused
from tests.factories.rota import (
    HOUR,
    confirm_device,
    fit_worker,
    make_leave,
    publish_rota,
    put_on_duty,
    recurring,
)
from tests.factories.streams import audited, events_of

PRIMARY = Layer.PRIMARY
WORKER = Role.CARER_PEER_WORKER
MINUTE = timedelta(minutes=1)


def end(person, debrief=Debrief.NO, note=None, layer=PRIMARY):
    return act(end_shift, person, layer=layer, debrief=debrief, handover_note=note)


def notes_for(person):
    with reading() as session:
        return [note.handover_note for note in handover_notes(session, person, now=clock.now())]


def check():
    with transaction() as session:
        return check_shifts(session, now=clock.now())


def told_of(person):
    return [(event.data["stage"], event.data["codes"]) for event in events_of(person.id) if event.kind == "shift.unfit"]


def there():
    with reading() as session:
        return [person.id for person in workers_within_reach(session, at=clock.now())]


def suspend(person, settings):
    change_row(settings.database_url, "person", person.id, state="suspended")


def test_a_shift_is_begun_ended_and_on_record():
    worker = fit_worker()
    put_on_duty(worker, PRIMARY)
    begun = act(start_shift, worker, layer=PRIMARY)
    clock.move(HOUR)
    assert act(start_shift, worker, layer=PRIMARY).started_at == begun.started_at
    ended = end(worker, note="All calm.")
    assert (ended.id, ended.ended_at - ended.started_at >= HOUR, ended.handover_note) == (begun.id, True, "All calm.")
    assert audited(begun.id) == ["shift.started", "shift.ended"]


def test_a_shift_may_be_begun_a_little_early_and_closed_a_while_after():
    worker = fit_worker()
    put_on_duty(worker, PRIMARY, since=clock.now() + 20 * MINUTE, until=clock.now() + HOUR)
    begun = act(start_shift, worker, layer=PRIMARY)
    clock.move(10 * HOUR)
    assert end(worker).id == begun.id
    clock.move(4 * HOUR)
    assert_refused("not_on_shift", end, worker)


def test_who_is_not_on_neither_begins_nor_ends():
    worker = fit_worker()
    assert_refused("not_on_shift", act, start_shift, worker, layer=PRIMARY)
    assert_refused("not_on_shift", end, worker)
    put_on_duty(worker, Layer.BACKUP)
    assert_refused("not_on_shift", act, start_shift, worker, layer=PRIMARY)
    act(start_shift, worker, layer=Layer.BACKUP)
    for role in set(Role) - {WORKER, Role.SUPERVISOR}:
        assert_refused("forbidden", act, start_shift, make_person(role), layer=PRIMARY)


@pytest.mark.parametrize(("debrief", "told"), [(Debrief.NO, []), (Debrief.LATER, ["later"]), (Debrief.SOON, ["soon"])])
def test_supervisors_hear_who_would_like_to_talk_and_nothing_of_what_was_written(debrief, told):
    supervisor, worker = make_person(Role.SUPERVISOR), fit_worker()
    put_on_duty(worker, PRIMARY)
    end(worker, debrief, "It was a hard night.")
    events = [event for event in events_of(supervisor.id) if event.kind == "notice.debrief"]
    assert [event.data["wish"] for event in events] == told
    assert all("hard" not in str(event.data) for event in events)


def test_the_note_is_for_who_comes_next_and_for_those_who_plan():
    worker, following, idle = fit_worker(), fit_worker(), fit_worker()
    put_on_duty(worker, PRIMARY, until=clock.now() + HOUR)
    put_on_duty(following, PRIMARY, since=clock.now() + HOUR)
    end(worker, note="Call again at nine.")
    assert_refused("forbidden", notes_for, following)
    clock.move(45 * MINUTE)
    assert notes_for(following) == notes_for(make_person(Role.SUPERVISOR)) == ["Call again at nine."]
    for person in (idle, make_person(), make_person(Role.MODERATOR)):
        assert_refused("forbidden", notes_for, person)


def test_a_note_is_shown_for_two_days_and_kept_for_two_weeks():
    worker, supervisor = fit_worker(), make_person(Role.SUPERVISOR)
    put_on_duty(worker, PRIMARY)
    record = end(worker, note="Call again at nine.")
    clock.move(47 * HOUR)
    sweep_all(pause=lambda: None)
    assert notes_for(supervisor) == ["Call again at nine."]
    clock.move(2 * HOUR)
    assert notes_for(supervisor) == []
    clock.move(HANDOVER_LASTS)
    sweep_all(pause=lambda: None)
    with reading() as session:
        assert session.get_one(type(record), record.id).handover_note is None


def test_a_shift_is_looked_at_a_day_ahead_and_again_at_its_start_once_each():
    coordinator, worker = make_person(Role.COORDINATOR), make_person(WORKER, trained=False)
    put_on_duty(worker, PRIMARY, since=clock.now() + 30 * HOUR, until=clock.now() + 38 * HOUR)
    assert check() == 0
    clock.move(7 * HOUR)
    assert (check(), check()) == (1, 0)
    codes = ["paging_untested", "supervision_lapsed", "training_lapsed"]
    assert told_of(coordinator) == told_of(worker) == [("ahead", codes)]
    clock.move(23 * HOUR + MINUTE)
    assert (check(), check()) == (1, 0)
    assert told_of(coordinator) == [("ahead", codes), ("start", codes)]


def test_nobody_is_told_of_somebody_who_is_fit():
    coordinator, worker = make_person(Role.COORDINATOR), fit_worker()
    put_on_duty(worker, PRIMARY)
    assert check() == 1
    assert told_of(coordinator) == told_of(worker) == []


def test_what_lapsed_is_told_but_they_stay_on():
    coordinator, worker = make_person(Role.COORDINATOR), fit_worker()
    put_on_duty(worker, PRIMARY, since=clock.now() + 8 * 24 * HOUR)
    clock.move(8 * 24 * HOUR + MINUTE)
    check()
    assert told_of(coordinator) == [("start", ["paging_untested"])]
    with reading() as session:
        assert [one.person_id for one in on_duty(session, at=clock.now())] == [worker.id]


def test_a_paused_account_is_on_no_more_and_that_is_a_gap(settings):
    worker, coordinator = fit_worker(), make_person(Role.COORDINATOR)
    publish_rota(recurring(worker, zone="UTC", starts=f"{clock.now():%Y-%m-%dT%H:00}", rrule="FREQ=WEEKLY"))
    now = clock.now()
    hour = now, now + HOUR
    with reading() as session:
        assert [one.person_id for one in on_duty(session, at=now + MINUTE)] == [worker.id]
        assert find_gaps(session, coordinator, *hour, now=now) == []
    suspend(worker, settings)
    with reading() as session:
        assert on_duty(session, at=now + MINUTE) == []
        (found,) = find_gaps(session, coordinator, *hour, now=now)
    assert (found.gap.since, found.gap.until, found.could_fill) == (*hour, [])


def test_a_gap_names_everybody_who_could_fill_it_to_those_who_plan_and_oneself_to_a_worker():
    publish_rota(kind=RotaKind.REGULAR)
    now = clock.now()
    first, second = fit_worker(display_name="Alder"), fit_worker(display_name="Birch")
    away, unfit = fit_worker(), make_person(WORKER)
    make_leave(away, now, now + 48 * HOUR)
    with reading() as session:
        seen = {
            person: [each.could_fill for each in find_gaps(session, person, now, now + 8 * HOUR, now=now)]
            for person in (make_person(Role.COORDINATOR), first, unfit)
        }
    assert list(seen.values()) == [[[first.id, second.id]], [[first.id]], [[]]]


def test_a_worker_on_duty_is_there_while_the_app_is_open_or_a_device_answered_lately():
    worker = make_person(WORKER)
    put_on_duty(worker, PRIMARY)
    assert there() == []
    with transaction() as session:
        note_presence(session, [worker.id], now=clock.now())
    assert there() == [worker.id]
    clock.move(2 * MINUTE)
    assert there() == []
    confirm_device(worker)
    assert there() == [worker.id]
    clock.move(8 * HOUR)
    assert there() == []


def test_nobody_else_is_ever_shown_as_there():
    supervisor, worker, carer = fit_worker(Role.SUPERVISOR), fit_worker(), make_person()
    put_on_duty(supervisor, Layer.SUPERVISOR)
    put_on_duty(carer, PRIMARY)
    with transaction() as session:
        note_presence(session, [supervisor.id, worker.id, carer.id], now=clock.now())
    assert there() == []
    put_on_duty(worker, Layer.BACKUP)
    assert there() == [worker.id]


def test_nothing_is_kept_of_when_others_have_the_app_open():
    worker, carer, idle = fit_worker(), make_person(), fit_worker()
    put_on_duty(worker, PRIMARY)
    with transaction() as session:
        note_presence(session, [worker.id, carer.id, idle.id], now=clock.now())
    with reading() as session:
        assert [row.person_id for row in session.query(DutyPresence)] == [worker.id]
