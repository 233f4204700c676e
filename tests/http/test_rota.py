"""/rota: who is on, what is open, drafts and their publication, as the door tells them."""

from datetime import datetime, timedelta

import pytest

from models.clock import clock
from models.roles import Role
from models.rota import Layer
from server.actions.alerts import acknowledge_alert, decline_alert
from tests.factories.alerts import ask
from tests.factories.api import Caller, assert_problem, assert_refused_field, items
from tests.factories.people import act, make_person
from tests.factories.rota import fit_worker, moment, put_on_duty

DAY = 24


@pytest.fixture
def coordinator(caller):
    return caller(Role.COORDINATOR)


def rule(*people, **changes):
    when = {"zone": "Australia/Sydney", "starts": "2026-01-05T09:00", "minutes": 480, "rrule": "FREQ=WEEKLY;BYDAY=MO,TH"}
    return {**when, "layer": "primary", "turn": "occurrence", "people": [person.id for person in people], **changes}


def draft(*rules, **changes):
    return {"kind": "regular", "starts_at": moment(), "ends_at": None, "rules": list(rules), "opening": [], **changes}


def window(hours=14 * DAY):
    return {"from": moment(), "to": moment(hours=hours)}


def test_a_rota_is_drafted_looked_at_published_and_read(coordinator, caller):
    worker = fit_worker()
    made = coordinator.post("/rota/shifts", **draft(rule(worker)))
    assert made.status_code == 201
    body = made.get_json()
    assert (body["state"], body["problems"], body["version"]) == ("draft", [], 1)
    assert body["rules"] == [rule(worker)]
    assert coordinator.get(f"/rota/shifts/{body['id']}").get_json() == body
    published = coordinator.post(f"/rota/shifts/{body['id']}/publish", version=1).get_json()
    assert (published["state"], published["version"]) == ("published", 2)
    spans = items(coordinator.get("/rota", **window()))
    assert {span["person"]["id"] for span in spans} == {worker.id}
    assert len(spans) in (4, 5)
    assert spans == items(caller(Role.CARER_PEER_WORKER).get("/rota", **window()))


def test_a_draft_says_what_stands_against_it_and_a_publication_refuses_with_the_same(coordinator):
    unready = make_person(Role.CARER_PEER_WORKER, display_name="Secret Heron", trained=False)
    made = coordinator.post("/rota/shifts", **draft(rule(unready))).get_json()
    told = made["problems"]
    assert {one["code"] for one in told} == {"training_lapsed", "supervision_lapsed", "paging_untested"}
    assert {one["person_id"] for one in told} == {unready.id}
    assert all(one["since"].endswith("Z") and one["words"] for one in told)
    refused = coordinator.post(f"/rota/shifts/{made['id']}/publish", version=1)
    assert assert_problem(refused, 409, "rota_unfit")["problems"] == told
    assert "Heron" not in refused.text


def test_versions_are_listed_newest_first_page_by_page(coordinator):
    made = [coordinator.post("/rota/shifts", **draft()).get_json()["id"] for _ in range(3)]
    first = coordinator.get("/rota/shifts", limit=2).get_json()
    rest = coordinator.get("/rota/shifts", limit=2, cursor=first["next_cursor"]).get_json()
    assert [row["id"] for row in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rrule", "FREQ=SECONDLY"),
        ("rrule", "FREQ=DAILY;BYSECOND=" + ",".join(map(str, range(60)))),
        ("rrule", "FREQ=DAILY;BYHOUR=0,1,2"),
        ("zone", "Mars/Olympus"),
        ("zone", "../../etc/passwd"),
        ("starts", "2026-02-30T09:00"),
        ("starts", "2026-01-05T25:00"),
        ("starts", "2026-01-05T09:00Z"),
        ("minutes", 1441),
        ("minutes", 0),
        ("layer", "tertiary"),
        ("turn", "year"),
        ("people", []),
        ("people", ["x"]),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_by_name(coordinator, name, value):
    good = rule(make_person(Role.CARER_PEER_WORKER))
    assert coordinator.post("/rota/shifts", **draft(good)).status_code == 201
    refused = coordinator.post("/rota/shifts", **draft({**good, name: value}))
    assert list(assert_problem(refused, 422, "invalid")["errors"]["rules"]["0"]) == [name]


@pytest.mark.parametrize(
    ("since", "until"), [(1, 1), (1, 0), (0, 63 * DAY), (800 * DAY, 801 * DAY), (-4000 * DAY, -3999 * DAY)]
)
def test_a_window_that_is_empty_too_wide_or_too_far_is_refused(coordinator, since, until):
    answer = coordinator.get("/rota", **{"from": moment(hours=since), "to": moment(hours=until)})
    assert set(assert_problem(answer, 422, "invalid")["errors"]) <= {"from", "to"}


def test_a_window_needs_both_ends_and_their_zone(coordinator):
    assert_refused_field(coordinator.get("/rota"), "from", "to")
    naive = {"from": "2026-11-02T00:00:00", "to": "2026-11-03T00:00:00Z"}
    assert_refused_field(coordinator.get("/rota", **naive), "from")


def test_gaps_of_thirty_days_are_told_with_who_could_fill_them(coordinator):
    worker = fit_worker(display_name="Wattle")
    evenings = {"zone": "UTC", "starts": "2026-01-05T18:00", "minutes": 240, "rrule": "FREQ=WEEKLY"}
    body = draft(rule(worker, **{**evenings, "minutes": 180}), opening=[evenings])
    made = coordinator.post("/rota/shifts", **body).get_json()
    assert coordinator.post(f"/rota/shifts/{made['id']}/publish", version=1).status_code == 200
    gaps = items(coordinator.get("/rota/gaps"))
    whole = [gap for gap in gaps if gap["since"][11:16] == "21:00"]
    assert len(whole) in (4, 5)
    assert len(gaps) - len(whole) <= 1  # the one that has begun
    assert {tuple(person["display_name"] for person in gap["could_fill"]) for gap in whole} == {("Wattle",)}
    fit_worker(display_name="Banksia")
    names = [person["display_name"] for person in items(coordinator.get("/rota/gaps"))[-1]["could_fill"]]
    assert names == ["Banksia", "Wattle"]


def test_without_a_rota_the_whole_of_thirty_days_is_open(coordinator):
    (gap,) = items(coordinator.get("/rota/gaps"))
    since, until = (datetime.fromisoformat(gap[end]) for end in ("since", "until"))
    assert until - since == timedelta(days=30)
    assert abs(since - clock.now()) < timedelta(minutes=1)


def test_a_carer_sees_whether_a_worker_is_there_and_nothing_else_of_the_rota(caller):
    worker, carer = fit_worker(display_name="Wattle"), caller()
    assert items(carer.get("/on-duty")) == []
    put_on_duty(worker, Layer.PRIMARY)
    (there,) = items(carer.get("/on-duty"))
    assert set(there) == {"id", "display_name", "role", "role_label"}
    assert (there["display_name"], there["role"]) == ("Wattle", "carer_peer_worker")
    for path in ("/rota/gaps", "/rota/shifts", "/rota/swaps", "/rota/handovers", "/rota/calendar"):
        assert_problem(carer.get(path), 403, "forbidden")
    assert_problem(carer.get("/rota", **window()), 403, "forbidden")


def test_open_swaps_are_listed_the_soonest_first(app, coordinator):
    worker = fit_worker()
    for hours in (50, 30):
        since = clock.now() + timedelta(hours=hours)
        put_on_duty(worker, Layer.PRIMARY, since=since, until=since + timedelta(hours=8))
        body = {"layer": "primary", "since": moment(hours=hours + 1), "until": moment(hours=hours + 2)}
        asked = Caller(app, worker).post("/rota/swaps", **body, person_id=worker.id)
        assert (asked.status_code, asked.get_json()["state"]) == (201, "asked")
    listed = items(coordinator.get("/rota/swaps"))
    assert [swap["since"] for swap in listed] == sorted(swap["since"] for swap in listed)
    assert len(listed) == 2


def test_the_report_tells_how_the_rota_is_shared_and_who_had_nothing(coordinator):
    worker, idle = fit_worker(display_name="Acacia"), fit_worker(display_name="Banksia")
    since = clock.now() + timedelta(hours=1)
    put_on_duty(worker, Layer.PRIMARY, since=since, until=since + timedelta(hours=30))
    rows = items(coordinator.get("/rota/report", **window()))
    assert [(row["person"]["id"], row["shifts"], row["minutes"]) for row in rows] == [(worker.id, 1, 1800), (idle.id, 0, 0)]
    assert rows[0]["nights"] in (1, 2)
    assert (rows[1]["nights"], rows[1]["weekends"]) == (0, 0)


def test_the_report_counts_the_contacts_somebody_took_and_not_those_they_handed_back(coordinator):
    worker = fit_worker()
    put_on_duty(worker, Layer.PRIMARY)
    alerts = [ask().alert.id for _ in range(3)]
    for alert_id in alerts:
        act(acknowledge_alert, worker, alert_id)
    act(decline_alert, worker, alerts[0])
    (row,) = items(coordinator.get("/rota/report", **{"from": moment(hours=-1), "to": moment(hours=1)}))
    assert row["contacts"] == 2
