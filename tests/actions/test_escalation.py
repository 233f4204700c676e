"""What becomes of an alert by itself: paged again, passed on, given up, paged anew; and nothing is ever left waiting."""

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select, update

from models.alerts import Alert, AlertState, FollowUpAnswer, FollowUpKind, FollowUpState, Outcome, PageAnswer
from models.clock import clock
from models.errors import Unavailable
from models.jobs import Job, JobKind
from models.notifications import NotificationSettings
from models.roles import Role
from models.rota import Layer
from models.session import reading, transaction
from server.actions import escalation
from server.actions.alerts import acknowledge_alert, begin_contact, cancel_alert, decline_alert, resolve_alert
from server.actions.follow_ups import answer_follow_up
from server.jobs.escalation import Escalation
from server.queries.follow_ups import list_follow_ups
from tests.factories.alerts import alert_now, ask, engine, follow_ups, go_on, on_duty, pages, times_paged
from tests.factories.contacts import suspend
from tests.factories.notifications import make_subscription
from tests.factories.people import act, make_person, make_sign_in
from tests.factories.privacy import erase
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.streams import events_of, kinds_of

pytestmark = pytest.mark.usefixtures("app")


def due_in(alert_id):
    return alert_now(alert_id).due_at - clock.now()


def test_who_does_not_answer_is_paged_again_then_the_backup_then_the_supervisor_then_nobody_is_left():
    primary, backup, supervisor = on_duty(), on_duty(Layer.BACKUP), on_duty(Layer.SUPERVISOR)
    alert_id = ask().alert.id
    for expected in [(1, 0, 0), (2, 0, 0), (3, 0, 0), (3, 1, 0), (3, 2, 0), (3, 3, 0), (3, 3, 1)]:
        assert tuple(map(times_paged, (primary, backup, supervisor))) == expected
        assert alert_now(alert_id).state is AlertState.PAGING
        go_on(seconds=60)
    for _ in range(4):
        go_on(seconds=60)
    assert tuple(map(times_paged, (primary, backup, supervisor))) == (3, 3, 5)
    assert alert_now(alert_id).state is AlertState.UNANSWERED


def test_nothing_is_paged_before_its_time_however_often_the_engine_goes_round():
    primary, _ = on_duty(), ask()
    for _ in range(5):
        go_on(seconds=10)
    assert times_paged(primary) == 1
    go_on(seconds=10)
    assert times_paged(primary) == 2


def test_where_nobody_is_on_duty_the_carer_is_told_at_once_and_everybody_who_must_know():
    supervisor, coordinator, worker = (
        make_person(Role.SUPERVISOR),
        make_person(Role.COORDINATOR),
        make_person(Role.CARER_PEER_WORKER),
    )
    carer = make_person()
    alert = ask(carer).alert
    assert alert.state is AlertState.UNANSWERED
    for who in (carer, supervisor, coordinator):
        assert "alert.unanswered" in kinds_of(who.id), who.role
    assert kinds_of("desk:crisis") == ["alert.unanswered"]
    assert kinds_of(worker.id) == []
    (owed,) = follow_ups(alert.id)
    assert (owed.kind, owed.person_id, owed.due_at) == (FollowUpKind.CALL_BACK, None, alert.due_at)


def test_the_service_is_reminded_every_morning_until_somebody_has_called_back():
    supervisor = make_person(Role.SUPERVISOR)
    alert_id = ask().alert.id
    go_on(hours=24)
    assert "notice.follow_up" in kinds_of(supervisor.id)
    assert kinds_of(supervisor.id).count("alert.still_open") == 1
    go_on(hours=24)
    assert kinds_of(supervisor.id).count("alert.still_open") == 2
    act(resolve_alert, supervisor, alert_id, outcome=Outcome.SUPPORTED)
    assert follow_ups(alert_id)[0].state is FollowUpState.DONE
    go_on(hours=48)
    assert kinds_of(supervisor.id).count("alert.still_open") == 2


def test_a_carer_who_asks_again_after_nobody_came_has_everybody_paged_once_more():
    worker, carer = on_duty(), make_person()
    alert_id = ask(carer).alert.id
    act(decline_alert, worker, alert_id)
    assert alert_now(alert_id).state is AlertState.UNANSWERED
    assert ask(carer).alert.id == alert_id
    assert (alert_now(alert_id).state, times_paged(worker)) == (AlertState.PAGING, 2)


def test_asking_again_while_still_nobody_is_on_duty_calls_nobody_again():
    coordinator, carer = make_person(Role.COORDINATOR), make_person()
    ask(carer)
    known = kinds_of(coordinator.id)
    assert ask(carer).alert.state is AlertState.UNANSWERED
    assert kinds_of(coordinator.id) == known


def test_somebody_may_still_come_after_all_were_paged_in_vain():
    supervisor, carer = make_person(Role.SUPERVISOR), make_person()
    alert_id = ask(carer).alert.id
    assert act(acknowledge_alert, supervisor, alert_id).alert.state is AlertState.ACKNOWLEDGED


def test_an_acknowledgement_without_contact_lasts_five_minutes_then_others_are_paged():
    primary, backup, carer = on_duty(), on_duty(Layer.BACKUP), make_person()
    alert_id = ask(carer).alert.id
    act(acknowledge_alert, primary, alert_id)
    go_on(minutes=4, seconds=55)
    assert alert_now(alert_id).state is AlertState.ACKNOWLEDGED
    go_on(seconds=5)
    alert = alert_now(alert_id)
    assert (alert.state, alert.taken_by) == (AlertState.PAGING, None)
    assert (times_paged(primary), times_paged(backup)) == (1, 1)
    assert kinds_of(carer.id).count("alert.paging") > kinds_of(carer.id).count("alert.acknowledged")
    assert {page.person_id: page.answer for page in pages(alert_id)}[primary.id] is PageAnswer.LAPSED
    act(acknowledge_alert, primary, alert_id)  # late is better than never


@pytest.mark.parametrize("how", ["paused", "left"])
def test_an_alert_whose_worker_is_gone_goes_to_another_within_a_round(how):
    primary, backup = on_duty(), on_duty(Layer.BACKUP)
    alert_id = ask().alert.id
    act(acknowledge_alert, primary, alert_id)
    act(begin_contact, primary, alert_id)
    suspend(primary) if how == "paused" else erase(primary)
    go_on()
    assert (alert_now(alert_id).state, times_paged(backup)) == (AlertState.PAGING, 1)


def test_the_alert_of_a_carer_who_left_for_good_is_over_and_says_nothing_any_more():
    worker, carer = on_duty(), make_person()
    alert_id = ask(carer).alert.id
    erase(carer)
    go_on()
    assert (alert_now(alert_id).state, alert_now(alert_id).note) == (AlertState.CANCELLED, None)
    assert times_paged(worker) == 1


def test_a_contact_that_was_never_closed_is_asked_about_again_and_again():
    worker = on_duty()
    alert_id = ask().alert.id
    act(acknowledge_alert, worker, alert_id)
    act(begin_contact, worker, alert_id)
    go_on(minutes=120)
    go_on(minutes=120)
    assert kinds_of(worker.id).count("alert.still_open") == 2
    assert kinds_of("desk:crisis").count("alert.still_open") == 2


def test_who_comes_on_duty_meanwhile_is_paged_too_and_who_goes_off_is_not():
    leaving = on_duty(until=clock.now() + timedelta(seconds=30))
    alert_id = ask().alert.id
    coming = on_duty(since=clock.now() + timedelta(seconds=30))
    go_on(seconds=60)
    assert (times_paged(leaving), times_paged(coming)) == (1, 1)
    assert alert_now(alert_id).state is AlertState.PAGING


# -- devices ---------------------------------------------------------------------------------------------------------


def pushes_to(person):
    """What lies in the post for this person's devices: (what it says, whether it is urgent and due)."""
    with reading() as session:
        jobs = session.scalars(select(Job).where(Job.kind == JobKind.PUSH).order_by(Job.id))
        found = [(orjson.loads(job.payload), job.due_at) for job in jobs]
    return [
        (payload["data"], payload["urgent"] and due_at <= clock.now())
        for payload, due_at in found
        if payload["person_id"] == person.id
    ]


def with_a_device(person):
    subscription = make_subscription(person, make_sign_in(person))
    with transaction() as session:
        session.add(subscription)
    return person


def test_a_page_goes_to_the_devices_too_also_in_quiet_hours_and_says_nothing_but_ids():
    worker, carer = with_a_device(on_duty()), make_person()
    with transaction() as session:
        session.add(NotificationSettings(person_id=worker.id, quiet_from=0, quiet_until=1439))
    alert_id = ask(carer).alert.id
    go_on(seconds=61)
    assert pushes_to(worker) == [({"kind": "alert", "alert_id": alert_id}, True)] * 2


def test_the_carers_phone_is_called_when_somebody_comes_and_when_nobody_does():
    worker, carer = on_duty(), with_a_device(make_person())
    alert_id = ask(carer).alert.id
    assert pushes_to(carer) == []
    act(acknowledge_alert, worker, alert_id)
    assert len(pushes_to(carer)) == 1
    act(decline_alert, worker, alert_id)  # and nobody else is there
    assert len(pushes_to(carer)) == 2


# -- clocks, crashes and more than one process -----------------------------------------------------------------------


@pytest.mark.parametrize("hours", [1, -1])
def test_an_alert_goes_on_when_the_clock_is_set_an_hour_either_way(hours):
    primary, backup, supervisor = (on_duty(layer, since=clock.now() - timedelta(hours=2)) for layer in Layer)
    alert_id, running = ask().alert.id, engine()
    running.go_round()
    clock.move(timedelta(hours=hours))
    paged = 0
    for _ in range(12):
        clock.move(timedelta(seconds=61))
        running.go_round()
        assert times_paged(primary) + times_paged(backup) + times_paged(supervisor) >= paged
        paged = times_paged(primary) + times_paged(backup) + times_paged(supervisor)
    assert (times_paged(primary), times_paged(backup), times_paged(supervisor)) == (3, 3, 5)
    assert alert_now(alert_id).state is AlertState.UNANSWERED


class Watches:
    """A monotonic clock beside the wall clock: `pass_` moves both, `set_` the wall clock only."""

    def __init__(self):
        self.at = 0.0
        self.engine = Escalation(sleep=lambda _seconds: None, monotonic=lambda: self.at)

    def pass_(self, **time):
        self.at += timedelta(**time).total_seconds()
        clock.move(timedelta(**time))
        self.engine.go_round()

    def set_(self, **time):
        clock.move(timedelta(**time))
        self.engine.go_round()


@pytest.mark.parametrize("hours", [1, -1])
def test_nobody_loses_an_alert_they_took_because_the_clock_was_set(hours):
    worker, watches = on_duty(), Watches()
    alert_id = ask().alert.id
    act(acknowledge_alert, worker, alert_id)
    watches.pass_(seconds=1)
    watches.set_(hours=hours)
    assert alert_now(alert_id).state is AlertState.ACKNOWLEDGED
    assert due_in(alert_id) <= timedelta(minutes=5)
    watches.pass_(minutes=5)
    assert alert_now(alert_id).state is not AlertState.ACKNOWLEDGED


def test_the_morning_after_comes_also_when_the_clock_was_set_that_morning():
    supervisor, watches = make_person(Role.SUPERVISOR), Watches()
    alert_id = ask().alert.id
    watches.pass_(seconds=1)
    watches.pass_(seconds=(due_in(alert_id) - timedelta(minutes=30)).total_seconds())
    watches.set_(hours=1)
    assert kinds_of(supervisor.id).count("alert.still_open") == 1


def test_an_alert_whose_lock_another_holds_keeps_no_other_waiting(monkeypatch):
    primary = on_duty()
    held, free = ask().alert.id, ask().alert.id
    real = escalation.page_next

    def page_next(session, alert, now):
        if alert.id == held:
            raise Unavailable(retry_after=1)
        real(session, alert, now)

    monkeypatch.setitem(escalation.DUE, AlertState.PAGING, page_next)
    clock.move(timedelta(seconds=61))
    engine().go_round()
    assert (alert_now(held).repeat, alert_now(free).repeat) == (1, 2)
    assert times_paged(primary) == 3


@pytest.mark.parametrize("behind", [timedelta(milliseconds=1), timedelta(seconds=5)])
def test_an_engine_that_read_the_clock_a_moment_earlier_does_not_page_what_another_just_has(behind):
    primary, alert_id = on_duty(), ask().alert.id
    with reading() as session:
        alert = session.get_one(Alert, alert_id)
    with transaction() as session:
        assert not escalation.look_at(session, alert_id, now=alert.created_at - behind)
    assert times_paged(primary) == 1


def test_many_engines_at_once_page_once():
    primary = on_duty()
    for _ in range(5):
        ask()
    assert times_paged(primary) == 5
    clock.move(timedelta(seconds=61))
    race(*[engine().go_round] * 4)
    assert times_paged(primary) == 10


def test_a_step_that_fails_is_undone_whole_and_done_soon_after_and_holds_up_no_other(monkeypatch):
    primary = on_duty()
    bad, good = ask().alert.id, ask().alert.id
    real = escalation.page_next

    def page_next(session, alert, now):
        real(session, alert, now)
        if alert.id == bad:
            raise OSError("halfway")

    with monkeypatch.context() as broken:
        broken.setitem(escalation.DUE, AlertState.PAGING, page_next)
        clock.move(timedelta(seconds=61))
        engine().go_round()
    assert times_paged(primary) == 3
    assert (alert_now(bad).repeat, alert_now(good).repeat) == (1, 2)
    assert due_in(bad) <= timedelta(seconds=3)
    go_on(seconds=3)
    assert (alert_now(bad).repeat, times_paged(primary)) == (2, 4)
    assert alert_now(bad).failures == 0


def test_supervisors_are_told_of_an_alert_whose_step_fails_and_fails():
    supervisor, _ = make_person(Role.SUPERVISOR), on_duty()
    alert_id = ask().alert.id
    for _ in range(3):
        with transaction() as session:
            escalation.put_off(session, alert_id, now=clock.now())
    assert kinds_of(supervisor.id).count("alert.still_open") == 1
    assert due_in(alert_id) <= timedelta(seconds=30)


def test_no_open_alert_is_ever_without_a_next_step():
    """The database itself refuses such a row."""
    on_duty()
    alert_id = ask().alert.id

    def forget_the_next_step():
        with transaction() as session:
            session.execute(update(Alert).where(Alert.id == alert_id).values(due_at=None))

    assert_refused("conflict", forget_the_next_step)


# -- afterwards ------------------------------------------------------------------------------------------------------


def ended(worker, carer):
    alert_id = ask(carer).alert.id
    act(acknowledge_alert, worker, alert_id)
    act(begin_contact, worker, alert_id)
    act(resolve_alert, worker, alert_id, outcome=Outcome.SUPPORTED)
    return alert_id


def listed(person, state=None):
    with reading() as session:
        found = list_follow_ups(session, person, state=state, limit=50, cursor=None).items
        return [(view.follow_up.kind, view.follow_up.id) for view in found]


def kinds_listed(person):
    return {kind for kind, _ in listed(person)}


def test_who_took_it_is_offered_a_debrief_at_once_and_the_carer_a_talk_the_next_day():
    worker, carer, supervisor = on_duty(), make_person(), make_person(Role.SUPERVISOR)
    ended(worker, carer)
    go_on()
    assert (kinds_listed(worker), kinds_listed(carer)) == ({FollowUpKind.DEBRIEF}, set())
    assert kinds_listed(supervisor) == {FollowUpKind.DEBRIEF, FollowUpKind.OFFER}
    go_on(hours=34)
    assert kinds_listed(carer) == {FollowUpKind.OFFER}
    told = [event for event in events_of(carer.id) if event.kind == "notice.follow_up"]
    assert [event.data["kind"] for event in told] == ["offer"]
    go_on(hours=34)
    assert kinds_of(carer.id).count("notice.follow_up") == 1


def test_a_carer_who_wants_to_talk_again_stays_on_the_services_list_until_somebody_did():
    worker, carer, supervisor = on_duty(), make_person(), make_person(Role.SUPERVISOR)
    ended(worker, carer)
    go_on(hours=34)
    ((_, offer),) = listed(carer)
    assert_refused("forbidden", act, answer_follow_up, carer, offer, answer=FollowUpAnswer.DONE)
    assert_refused("not_found", act, answer_follow_up, worker, offer, answer=FollowUpAnswer.WANTED)
    act(answer_follow_up, carer, offer, answer=FollowUpAnswer.WANTED)
    assert "notice.follow_up" in kinds_of(supervisor.id)
    act(answer_follow_up, supervisor, offer, answer=FollowUpAnswer.DONE)
    act(answer_follow_up, supervisor, offer, answer=FollowUpAnswer.DONE)  # again changes nothing
    assert (kinds_listed(carer), kinds_listed(supervisor)) == (set(), {FollowUpKind.DEBRIEF})
    assert_refused("follow_up_answered", act, answer_follow_up, carer, offer, answer=FollowUpAnswer.NOT_WANTED)


def test_a_carer_who_takes_it_back_is_not_called_back():
    make_person(Role.SUPERVISOR)
    carer = make_person()
    alert_id = ask(carer).alert.id
    act(cancel_alert, carer, alert_id)
    assert follow_ups(alert_id)[0].state is FollowUpState.NOT_WANTED


def test_nothing_is_owed_twice():
    worker, carer = on_duty(), make_person()
    alert_id = ask(carer).alert.id
    for _ in range(2):
        act(decline_alert, worker, alert_id)
        ask(carer)
    with reading() as session:
        states = session.scalars(select(Alert.round).where(Alert.id == alert_id)).one()
    assert (states, len(follow_ups(alert_id))) == (2, 1)
