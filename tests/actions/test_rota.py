"""Drafts of the rota, and what stands between a draft and its publication."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.roles import Role
from models.rota import ClearanceKind, Layer, RotaKind, RotaState
from models.session import reading
from server.actions.rota import create_draft, discard_draft, publish, replace_draft
from server.actions.rota_changes import record_clearance
from server.queries.rota import on_duty, spans_between
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused
from tests.factories.rota import confirm_device, fit_worker, make_draft, make_fit, publish_rota, recurring
from tests.factories.streams import audited, kinds_of

DAY = timedelta(days=1)
NOT_PLANNING = [role for role in Role if role not in (Role.COORDINATOR, Role.SUPERVISOR)]
ALL_DAY = {"zone": "UTC", "starts": "2026-01-05T00:00", "minutes": 1440}


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


def who_is_on(at):
    with reading() as session:
        return [one.person_id for one in on_duty(session, at=at)]


def spans(since, until):
    with reading() as session:
        return spans_between(session, since, until, now=clock.now())


def problems_of(refusal):
    return {(one["person_id"], one["code"]) for one in refusal.facts["problems"]}


def publish_it(person, draft, version=1):
    return act(publish, person, draft.version.id, version=version)


def test_a_published_rota_says_who_is_on_and_a_draft_does_not(coordinator):
    worker = fit_worker()
    draft = make_draft(recurring(worker, rrule="FREQ=WEEKLY;BYDAY=MO,WE"))
    soon = clock.now(), clock.now() + 8 * DAY
    assert spans(*soon) == []
    publish_it(coordinator, draft)
    found = spans(*soon)
    assert {span.person_id for span in found} == {worker.id}
    assert who_is_on(found[-1].since) == [worker.id]
    assert audited(draft.version.id) == ["rota.drafted", "rota.published"]
    assert kinds_of(worker.id) == ["shift.published"]


@pytest.mark.parametrize("role", NOT_PLANNING)
def test_nobody_but_a_coordinator_or_supervisor_writes_the_rota(role, coordinator):
    draft, person = make_draft(), make_person(role)
    facts = {"kind": RotaKind.REGULAR, "starts_at": clock.now(), "ends_at": None, "rules": [], "opening": []}
    assert_refused("forbidden", act, create_draft, person, **facts)
    assert_refused("forbidden", act, replace_draft, person, draft.version.id, version=1, **facts)
    assert_refused("forbidden", act, discard_draft, person, draft.version.id, version=1)
    assert_refused("forbidden", publish_it, person, draft)
    assert publish_it(coordinator, draft).version.state is RotaState.PUBLISHED


def test_every_problem_with_everybody_is_told_at_once(coordinator):
    fit, carer = fit_worker(), make_fit(make_person())
    unready = make_person(Role.CARER_PEER_WORKER, trained=False)
    rule = recurring(fit, unready, carer, rrule="FREQ=WEEKLY")
    refusal = assert_refused("rota_unfit", publish_it, coordinator, make_draft(rule))
    assert problems_of(refusal) == {
        (unready.id, "training_lapsed"),
        (unready.id, "supervision_lapsed"),
        (unready.id, "paging_untested"),
        (carer.id, "role_not_eligible"),
    }
    assert all(one["words"].endswith(".") for one in refusal.facts["problems"])
    make_fit(unready)
    assert_refused("rota_unfit", publish_it, coordinator, make_draft(rule))
    publish_it(coordinator, make_draft(recurring(fit, unready, rrule="FREQ=WEEKLY")))


def test_training_that_runs_out_within_the_next_weeks_stands_against_it(coordinator):
    worker = fit_worker()
    rule = recurring(worker, rrule="FREQ=WEEKLY;BYDAY=MO")
    for days, refused in ((20, True), (60, False)):
        until = clock.now() + days * DAY
        act(record_clearance, coordinator, person_id=worker.id, kind=ClearanceKind.TRAINING, valid_until=until)
        if refused:
            found = assert_refused("rota_unfit", publish_it, coordinator, make_draft(rule))
            assert problems_of(found) == {(worker.id, "training_lapsed")}
            assert all(one["until"] > f"{until:%Y-%m-%d}" for one in found.facts["problems"])
        else:
            publish_it(coordinator, make_draft(rule))


def test_a_device_that_answered_long_ago_is_no_way_of_being_paged(coordinator):
    worker = fit_worker()
    draft = make_draft(recurring(worker, rrule="FREQ=WEEKLY"))
    clock.move(8 * DAY)
    refusal = assert_refused("rota_unfit", publish_it, coordinator, draft)
    assert problems_of(refusal) == {(worker.id, "paging_untested")}
    confirm_device(worker)
    publish_it(coordinator, draft)


def test_too_little_rest_and_too_many_hours_stand_against_it(coordinator):
    worker = fit_worker()
    early, late = {"starts": "2026-01-05T06:00", "minutes": 120}, {"starts": "2026-01-05T14:00", "minutes": 120}
    restless = make_draft(*(recurring(worker, rrule="FREQ=WEEKLY", **when) for when in (early, late)))
    assert problems_of(assert_refused("rota_unfit", publish_it, coordinator, restless)) == {(worker.id, "rest_too_short")}
    daily = make_draft(recurring(worker, minutes=450))
    assert problems_of(assert_refused("rota_unfit", publish_it, coordinator, daily)) == {
        (worker.id, "weekly_hours_exceeded")
    }
    publish_it(coordinator, make_draft(recurring(worker, minutes=400)))


def test_what_is_published_is_never_changed(coordinator):
    view = publish_rota(recurring(fit_worker(), rrule="FREQ=WEEKLY"))
    facts = {"kind": RotaKind.REGULAR, "starts_at": clock.now(), "ends_at": None, "rules": [], "opening": []}
    rota_id, version = view.version.id, view.version.version
    assert_refused("rota_not_a_draft", act, replace_draft, coordinator, rota_id, version=version, **facts)
    assert_refused("rota_not_a_draft", act, discard_draft, coordinator, rota_id, version=version)
    assert_refused("rota_not_a_draft", publish_it, coordinator, view, version)


def test_a_draft_is_written_anew_from_the_version_that_was_read(coordinator):
    first, second = fit_worker(), fit_worker()
    draft = make_draft(recurring(first))
    facts = {"kind": RotaKind.REGULAR, "starts_at": clock.now(), "ends_at": None, "opening": []}
    rules = [recurring(second, rrule="FREQ=WEEKLY")]
    again = act(replace_draft, coordinator, draft.version.id, version=1, rules=rules, **facts)
    assert [rule.people for rule in again.rules] == [[second.id]]
    assert_refused("stale_version", act, replace_draft, coordinator, draft.version.id, version=1, rules=rules, **facts)
    assert_refused("stale_version", publish_it, coordinator, draft, 1)
    publish_it(coordinator, draft, 2)


def test_a_discarded_draft_cannot_be_published(coordinator):
    draft = make_draft()
    act(discard_draft, coordinator, draft.version.id, version=1)
    assert_refused("rota_not_a_draft", publish_it, coordinator, draft, 2)


def test_a_draft_whose_start_has_passed_counts_from_its_publication(coordinator):
    first, second = fit_worker(), fit_worker()
    publish_rota(recurring(first, rrule="FREQ=WEEKLY;BYDAY=MO,TH", **ALL_DAY), starts_at=clock.now() - 30 * DAY)
    draft = make_draft(recurring(second, rrule="FREQ=WEEKLY;BYDAY=MO,TH", **ALL_DAY))
    clock.move(2 * DAY)
    now = clock.now()
    publish_it(coordinator, draft)
    assert {span.person_id for span in spans(now - 2 * DAY, now)} <= {first.id}
    assert {span.person_id for span in spans(now + timedelta(minutes=1), now + 8 * DAY)} == {second.id}


def test_a_temporary_rota_needs_an_end_that_is_still_to_come(coordinator):
    kind, now = RotaKind.TEMPORARY, clock.now()
    assert_refused("invalid", make_draft, kind=kind)
    assert_refused("invalid", make_draft, kind=kind, ends_at=now - DAY)
    assert_refused("invalid", make_draft, ends_at=now + DAY)
    draft = make_draft(kind=kind, ends_at=now + DAY)
    late = make_draft(kind=kind, ends_at=now + DAY)
    publish_it(coordinator, draft)
    clock.move(DAY)
    assert_refused("rota_over", publish_it, coordinator, late)


def test_a_temporary_rota_takes_the_place_of_the_regular_one_and_gives_it_back():
    usual, stand_in = fit_worker(), fit_worker()
    weekly = {"rrule": "FREQ=WEEKLY;BYDAY=MO,TH"}
    now = clock.now()  # once: on a Monday or a Thursday the weeks below part within a shift
    publish_rota(recurring(usual, **weekly, **ALL_DAY))
    publish_rota(
        recurring(stand_in, **weekly, **ALL_DAY),
        kind=RotaKind.TEMPORARY,
        starts_at=now + 7 * DAY,
        ends_at=now + 14 * DAY,
    )
    weeks = [{span.person_id for span in spans(now + 7 * n * DAY, now + 7 * (n + 1) * DAY)} for n in range(3)]
    assert weeks == [{usual.id}, {stand_in.id}, {usual.id}]


def test_somebody_nobody_knows_cannot_be_drafted():
    stranger = make_person(Role.CARER_PEER_WORKER)
    rule = recurring(stranger)
    make_draft(rule)
    assert_refused("invalid", make_draft, {**rule, "people": ["0190a000-0000-7000-8000-000000000000"]})


def test_a_supervisor_stands_by_all_week_and_publishes_too():
    supervisor = fit_worker(Role.SUPERVISOR)
    draft = make_draft(recurring(supervisor, layer=Layer.SUPERVISOR, **ALL_DAY), by=supervisor)
    publish_it(supervisor, draft)
    assert who_is_on(clock.now()) == [supervisor.id]
