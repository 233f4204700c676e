"""Feeds of the rota: two calendars' parsers read in them what the resolver says, and nothing else about anybody."""

from datetime import UTC, timedelta

import icalendar
import pytest
import vobject

from models.clock import clock
from models.ids import new_digest
from models.roles import Role
from models.rota import Layer, Turn
from models.session import reading
from server.queries.calendar import AHEAD, BACK
from server.queries.rota import spans_between
from tests.factories.api import PREFIX, Caller, assert_problem, items
from tests.factories.database import change_row
from tests.factories.people import make_person
from tests.factories.privacy import places_with
from tests.factories.rota import confirm_device, fit_worker, publish_rota, recurring
from tests.factories.rotas import ZONES

DAY = timedelta(days=1)
HOSTILE = "Wren; X,\\n"


@pytest.fixture
def nobody(app):
    return Caller(app)


def make_feed(app, person, scope="rota"):
    """The feed's path, as its owner is told it once."""
    made = Caller(app, person).post("/rota/calendar", scope=scope)
    assert made.status_code == 201
    return made.get_json()["url"].partition(PREFIX)[2]


def said_by_the_resolver(person_id=None):
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    with reading() as session:
        spans = spans_between(session, today - BACK, today + AHEAD, now=clock.now())
    return sorted((span.since, span.until) for span in spans if person_id in (None, span.person_id))


def by_icalendar(body):
    events = icalendar.Calendar.from_ical(body).walk("VEVENT")
    return sorted((event.decoded("dtstart"), event.decoded("dtend")) for event in events)


def by_vobject(body):
    events = getattr(vobject.readOne(body.decode()), "vevent_list", [])
    return sorted((event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC)) for event in events)


@pytest.mark.parametrize("zone", ZONES)
def test_both_parsers_read_what_the_resolver_says_also_when_clocks_change(app, nobody, zone):
    """Looked at in February and again in August, and so across every change of spring and autumn."""
    first, second, third = fit_worker(), fit_worker(), fit_worker()
    for month in (2, 8):
        now = clock.now()
        year = now.year + (month <= now.month)
        clock.move(now.replace(year=year, month=month, day=20) - now)
        for person in (first, second, third):
            confirm_device(person)
        publish_rota(
            recurring(first, second, zone=zone, starts="2026-01-04T00:30", minutes=180, turn=Turn.DAY),
            recurring(third, layer=Layer.BACKUP, zone=zone, starts="2026-01-05T05:30", minutes=30, rrule="FREQ=WEEKLY"),
        )
        body = nobody.get(make_feed(app, first)).data
        expected = said_by_the_resolver()
        assert len(expected) > 80
        changed = {timedelta(minutes=minutes) for minutes in (120, 150, 210, 240)}
        assert changed & {until - since for since, until in expected}  # a clock was changed during one of them
        assert by_icalendar(body) == by_vobject(body) == expected
        own = nobody.get(make_feed(app, first, "own")).data
        assert by_icalendar(own) == by_vobject(own) == said_by_the_resolver(first.id)
        assert 0 < len(by_icalendar(own)) < len(expected)


def test_titles_are_neutral_and_a_colleague_is_named_by_pseudonym_only(app, nobody):
    worker = fit_worker(display_name=HOSTILE, email="wren@example.test")
    publish_rota(recurring(worker, rrule="FREQ=WEEKLY"))
    for scope, title in (("own", "Shift 1"), ("rota", f"Shift 1: {HOSTILE}")):
        body = nobody.get(make_feed(app, worker, scope)).data
        events = icalendar.Calendar.from_ical(body).walk("VEVENT")
        assert {str(event["summary"]).replace("\n", "\\n") for event in events} == {title}
        told = body.decode().lower()
        for word in ("crisis", "carer", "peer", "support", "hearthside", "wren@", worker.id):
            assert word not in told
        assert all(len(line) <= 75 for line in body.split(b"\r\n"))


def test_an_event_keeps_its_id_from_day_to_day(app, nobody):
    worker = fit_worker()
    publish_rota(recurring(worker, rrule="FREQ=WEEKLY"))
    path = make_feed(app, worker)

    def ids():
        events = icalendar.Calendar.from_ical(nobody.get(path).data).walk("VEVENT")
        return {event.decoded("dtstart"): str(event["uid"]) for event in events}

    before = ids()
    clock.move(DAY)
    after = ids()
    assert len(set(before.values())) == len(before)
    assert {at: after[at] for at in before if at in after} == {at: before[at] for at in before if at in after}


def test_what_has_not_changed_is_answered_briefly(app, nobody):
    clock.move(clock.now().replace(hour=12) + DAY - clock.now())
    worker = fit_worker()
    publish_rota(recurring(worker, rrule="FREQ=WEEKLY"))
    path = make_feed(app, worker)
    first = nobody.get(path)
    assert first.content_type == "text/calendar; charset=utf-8"
    again = nobody.request("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    publish_rota(recurring(fit_worker(), rrule="FREQ=WEEKLY"))
    changed = nobody.request("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_a_feed_taken_back_is_gone_at_once(app, nobody):
    worker = fit_worker()
    path, caller = make_feed(app, worker), Caller(app, worker)
    assert nobody.get(path).status_code == 200
    (feed,) = items(caller.get("/rota/calendar"))
    assert path.rpartition("/")[2].removesuffix(".ics") not in str(feed)
    assert_problem(Caller(app, fit_worker()).delete(f"/rota/calendar/{feed['id']}"), 404, "not_found")
    assert caller.delete(f"/rota/calendar/{feed['id']}").status_code == 204
    assert_problem(nobody.get(path), 404, "not_found")
    assert items(caller.get("/rota/calendar")) == []


@pytest.mark.parametrize("change", [{"state": "suspended"}, {"role": "carer"}])
def test_a_feed_ends_with_its_owners_part_in_the_rota(app, nobody, settings, change):
    worker = fit_worker()
    path = make_feed(app, worker)
    assert nobody.get(path).status_code == 200
    change_row(settings.database_url, "person", worker.id, **change)
    assert_problem(nobody.get(path), 404, "not_found")


def test_an_address_nobody_was_told_leads_nowhere_and_an_id_is_no_address(app, nobody):
    worker = fit_worker()
    make_feed(app, worker)
    (feed,) = items(Caller(app, worker).get("/rota/calendar"))
    for token in (new_digest(), feed["id"], worker.id, "x"):
        assert_problem(nobody.get(f"/rota/calendar/{token}.ics"), 404, "not_found")


def test_nobody_has_more_feeds_than_they_can_keep_an_eye_on(app):
    caller = Caller(app, make_person(Role.SUPERVISOR))
    for _ in range(10):
        assert caller.post("/rota/calendar", scope="own").status_code == 201
    assert_problem(caller.post("/rota/calendar", scope="own"), 409, "calendar_feeds_full")


def test_a_feeds_address_is_stored_nowhere_and_logged_nowhere(app, nobody, logs):
    path = make_feed(app, fit_worker())
    nobody.get(path)
    token = path.rpartition("/")[2].removesuffix(".ics")
    assert places_with(token) == set()
    assert token not in logs.getvalue()
