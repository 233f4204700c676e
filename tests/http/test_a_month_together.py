"""A carer's and a worker's month, through the API on a moved clock; at each step, what each of them sees."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from models.clock import clock
from models.contacts import REQUEST_LASTS
from models.peer_vocabulary import Trait
from models.roles import Role
from models.session import reading
from server.jobs.contacts import watch_contacts
from server.queries.push import when_to_tell
from tests.factories.api import Caller, assert_problem, items
from tests.factories.contacts import begin_by_http
from tests.factories.people import make_person
from tests.factories.streams import kinds_of
from tests.factories.worker_profiles import listed_worker, look_for

SYDNEY = ZoneInfo("Australia/Sydney")
WINDOWS = [{"day": day, "opens": "09:00", "closes": "12:00"} for day in ("mon", "thu")]


def sydney(*parts):
    return datetime(*parts, tzinfo=SYDNEY).astimezone(UTC)


def wire(at):
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Somebody:
    """One person, who signs in afresh at each step: weeks lie between them."""

    def __init__(self, app, person):
        self._app, self.person, self.id = app, person, person.id

    @property
    def api(self):
        return Caller(self._app, self.person)

    def get(self, path, **query):
        answer = self.api.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def does(self, method, path, **body):
        answer = self.api.request(method, path, json=body or None)
        assert answer.status_code in {200, 201, 204}, answer.text
        return answer.get_json() if answer.status_code != 204 else None

    def ask(self, worker, note=None):
        return self.does("POST", "/contact-requests", worker_id=worker.id, note=note)["contact"]

    def contact(self, contact):
        return self.get(f"/contact-requests/{contact['id']}")["contact"]

    def try_to_say(self, place, text):
        body = {"client_id": uuid4().hex, "body": text}
        return self.api.request("POST", f"/conversations/{place}/messages", json=body)

    def say(self, place, text):
        answer = self.try_to_say(place, text)
        assert answer.status_code == 201, answer.text
        return answer.get_json()

    def reads(self, place):
        """What is in the conversation, as (role label, text); and it is read."""
        page = self.get(f"/conversations/{place}/messages", after=0)["items"]
        said = [(each["author"]["role_label"], each["body"]) for each in page]
        if page:
            self.does("PUT", f"/conversations/{place}/read", seq=page[-1]["seq"])
        return said

    def row(self, place):
        return next((row for row in self.get("/conversations")["items"] if row["id"] == place), None)

    def told_at(self, place):
        """When their devices would say that something is new there."""
        with reading() as session:
            return when_to_tell(session, self.id, place, now=clock.now())


@pytest.fixture
def people(app):
    made = {
        "carer": make_person(display_name="Wattle"),
        "worker": listed_worker(relationships=["parent"], languages=["el", "en"], person={"display_name": "Wren"}),
        "colleague": listed_worker(relationships=["parent"], languages=["en"], person={"display_name": "Heron"}),
        "third": listed_worker(relationships=["sibling"], languages=["en"], person={"display_name": "Kestrel"}),
        "coordinator": make_person(Role.COORDINATOR),
        "supervisor": make_person(Role.SUPERVISOR),
    }
    return {name: Somebody(app, person) for name, person in made.items()}


@pytest.fixture
def at():
    """`at(2027, 4, 3, 23)`: it is then in Sydney. What comes due by then happens."""

    def move(*parts):
        clock.move(sydney(*parts) - clock.now())
        watch_contacts(lasts=REQUEST_LASTS)

    return move


@dataclass
class Story:
    """Who takes part, and what has come of it so far."""

    people: dict[str, Somebody]
    at: Callable[..., None]
    contact: Any = None
    place: str = ""
    talk: list[tuple[str, str]] = field(default_factory=list)
    cover: Any = None
    standing_in: str = ""
    new: Any = None
    there: str = ""


def nobody_else_knows(people, contact, place=None):
    """But for the two whom it is between."""
    for name in ("third", "supervisor", "coordinator"):
        assert_problem(people[name].api.get(f"/contact-requests/{contact['id']}"), 404, "not_found")
        if place is not None:
            assert_problem(people[name].api.get(f"/conversations/{place}/messages"), 404, "not_found")


def they_find_each_other(story):
    """Monday morning: the worker says when they are there, the carer says whom they look for, and asks."""
    carer, worker, colleague, third = (
        story.people["carer"],
        story.people["worker"],
        story.people["colleague"],
        story.people["third"],
    )
    story.at(2027, 3, 15, 9, 30)
    for each in (worker, colleague, third):
        each.does("PUT", "/me/availability", windows=WINDOWS, timezone="Australia/Sydney", capacity=2)
    look_for(carer.person, (Trait.RELATIONSHIP, "parent"), (Trait.LANGUAGE, "el"))
    suggested = carer.get("/peer-workers/suggestions")["items"]
    assert [each["id"] for each in suggested][:2] == [worker.id, colleague.id]
    assert suggested[0]["reasons"]
    assert "score" not in suggested[0]
    story.contact = carer.ask(worker, "My son is ill.")
    assert carer.contact(story.contact)["state"] == worker.contact(story.contact)["state"] == "requested"
    assert worker.contact(story.contact)["note"] == "My son is ill."
    assert "contact.requested" in kinds_of(worker.id)
    nobody_else_knows(story.people, story.contact)


def they_agree_to_what_it_is(story):
    """The worker accepts. Before a word is written both see what it is and is not, and agree."""
    carer, worker = (story.people["carer"], story.people["worker"])
    story.contact = worker.does("POST", f"/contact-requests/{story.contact['id']}/accept")["contact"]
    story.place = story.contact["conversation_id"]
    assert_problem(carer.try_to_say(story.place, "Hello"), 403, "agreement_required")
    assert carer.row(story.place)["can_post"] is worker.row(story.place)["can_post"] is False
    shown = carer.get(f"/contact-requests/{story.contact['id']}/beginning")
    assert shown["role"]["role"] == "carer_peer_worker"
    assert shown["contact_windows"]["windows"] == WINDOWS
    begin_by_http(story.contact, carer.api)
    assert carer.contact(story.contact)["begins"] == ["worker"]
    assert_problem(worker.try_to_say(story.place, "Hello"), 403, "agreement_required")
    begin_by_http(story.contact, worker.api)


def they_talk(story):
    """The first talk, within the worker's window: the carer is promised nothing that is not so, and both see who speaks."""
    carer, worker = (story.people["carer"], story.people["worker"])
    story.at(2027, 3, 15, 11)
    first = carer.say(story.place, "Good morning.")
    assert "read_from" not in first
    assert worker.told_at(story.place) <= clock.now()
    assert worker.row(story.place)["unread_count"] == 1
    worker.say(story.place, "Good morning. I am glad you wrote.")
    story.talk = [("Carer", "Good morning."), ("Carer peer worker", "Good morning. I am glad you wrote.")]
    assert carer.reads(story.place) == worker.reads(story.place) == story.talk
    assert carer.row(story.place)["title"] == "Wren (Carer peer worker)"
    nobody_else_knows(story.people, story.contact, story.place)


def the_carer_writes_on_the_night_clocks_change(story):
    """23:00 on the night clocks are put back: kept, and read on Monday at nine by a clock that is then an hour behind."""
    carer, worker = (story.people["carer"], story.people["worker"])
    story.at(2027, 4, 3, 23)
    monday = sydney(2027, 4, 5, 9)
    assert monday == datetime(2027, 4, 4, 23, tzinfo=UTC)  # it would be 22:00 if clocks had stayed
    late = carer.say(story.place, "He is awake again, and so am I.")
    assert late["read_from"] == wire(monday)
    assert late["turn_to"]["helplines"]
    assert carer.row(story.place)["reading"]["read_from"] == wire(monday)
    assert worker.told_at(story.place) == monday  # until then their devices say nothing
    assert worker.row(story.place)["unread_count"] == 1
    asked = worker.try_to_say(story.place, "I am here.")
    assert [each["label"] for each in assert_problem(asked, 409, "advice_given")["advice"]] == ["after_hours"]


def the_worker_reads_in_their_window(story):
    """Monday in the window: read, and answered."""
    carer, worker = (story.people["carer"], story.people["worker"])
    story.at(2027, 4, 5, 9, 15)
    assert worker.told_at(story.place) <= clock.now()
    story.talk += [("Carer", "He is awake again, and so am I.")]
    assert worker.reads(story.place) == story.talk
    worker.say(story.place, "How was the night?")
    story.talk += [("Carer peer worker", "How was the night?")]
    assert carer.reads(story.place) == story.talk
    assert "read_from" not in carer.say(story.place, "Long.")
    story.talk += [("Carer", "Long.")]


def a_colleague_would_stand_in(story):
    """The worker will be away, and a colleague would stand in. The carer decides, and hears of nobody who said no."""
    carer, worker, colleague = (story.people["carer"], story.people["worker"], story.people["colleague"])
    leave, back = sydney(2027, 4, 9, 12), sydney(2027, 4, 21, 9)
    worker.does("PUT", "/me/availability", leave=[{"since": wire(leave), "until": wire(back)}])
    covered = worker.does(
        "POST", "/covers", worker_id=worker.id, colleague_id=colleague.id, starts_at=wire(leave), ends_at=wire(back)
    )
    assert covered == {"proposed": 1, "skipped": 0}
    assert carer.get("/transfers")["items"] == []
    (transfer,) = colleague.get("/transfers")["items"]
    assert (transfer["kind"], transfer["state"], transfer["carer"]["display_name"]) == ("cover", "proposed", "Wattle")
    colleague.does("POST", f"/transfers/{transfer['id']}/accept")
    (seen,) = carer.get("/transfers")["items"]
    assert (seen["state"], seen["to_worker"]["display_name"]) == ("accepted", "Heron")
    carer.does("POST", f"/transfers/{transfer['id']}/agree", with_note=False)
    assert_problem(colleague.api.get(f"/conversations/{story.place}/messages"), 404, "not_found")


def the_colleague_stands_in(story):
    """The leave begins, and with it the cover: a conversation of its own, in which nothing of the other one is."""
    carer, worker, colleague = (story.people["carer"], story.people["worker"], story.people["colleague"])
    story.at(2027, 4, 9, 12, 1)
    (transfer,) = carer.get("/transfers")["items"]
    assert transfer["state"] == "done"
    story.cover = carer.get(f"/contact-requests/{transfer['new_contact_id']}")["contact"]
    assert (story.cover["state"], story.cover["origin"], story.cover["worker"]["display_name"]) == (
        "accepted",
        "cover",
        "Heron",
    )
    begin_by_http(story.cover, carer.api, colleague.api)
    story.standing_in = story.cover["conversation_id"]
    assert carer.say(story.place, "This can wait.")["read_from"] == wire(sydney(2027, 4, 22, 9))  # the Thursday after
    story.talk += [("Carer", "This can wait.")]
    story.at(2027, 4, 12, 10)
    assert "read_from" not in carer.say(story.standing_in, "Hello. Wren is away.")
    assert colleague.reads(story.standing_in) == carer.reads(story.standing_in) == [("Carer", "Hello. Wren is away.")]
    assert_problem(colleague.api.get(f"/conversations/{story.place}/messages"), 404, "not_found")
    assert_problem(worker.api.get(f"/conversations/{story.standing_in}/messages"), 404, "not_found")
    assert worker.told_at(story.place) == sydney(2027, 4, 22, 9)


def the_worker_is_back(story):
    """The worker is back: the cover has ended by itself, and can be read by its two."""
    carer, worker, colleague = (story.people["carer"], story.people["worker"], story.people["colleague"])
    story.at(2027, 4, 21, 9, 1)
    assert carer.contact(story.cover)["state"] == colleague.contact(story.cover)["state"] == "ended"
    assert_problem(carer.try_to_say(story.standing_in, "Are you there?"), 403, "conversation_ended")
    assert colleague.reads(story.standing_in) == [("Carer", "Hello. Wren is away.")]
    story.at(2027, 4, 22, 9, 30)
    assert worker.reads(story.place) == story.talk


def the_carer_changes_the_worker(story):
    """The carer would rather talk with somebody else, and nobody asks why."""
    carer, worker, third = (story.people["carer"], story.people["worker"], story.people["third"])
    changed = carer.does("POST", f"/conversations/{story.place}/change-worker", worker_id=third.id)
    assert (changed["ended"]["state"], changed["contact"]["state"]) == ("ended", "requested")
    assert worker.contact(story.contact)["state"] == "ended"
    assert "Kestrel" not in str(worker.contact(story.contact))
    assert_problem(worker.try_to_say(story.place, "Are you there?"), 403, "conversation_ended")
    assert worker.reads(story.place) == carer.reads(story.place) == story.talk
    story.new = third.does("POST", f"/contact-requests/{changed['contact']['id']}/accept")["contact"]
    begin_by_http(story.new, carer.api, third.api)
    story.there = story.new["conversation_id"]
    third.say(story.there, "Hello, I am Kestrel.")
    assert carer.reads(story.there) == [("Carer peer worker", "Hello, I am Kestrel.")]
    assert_problem(third.api.get(f"/conversations/{story.place}/messages"), 404, "not_found")


def they_plan_an_end(story):
    """They plan an end. The carer reads how it went before it comes, and there is room for a last word."""
    carer, third = (story.people["carer"], story.people["third"])
    ends_at = sydney(2027, 5, 6, 12)
    summary = "You found your way back to sleeping."
    third.does("PUT", f"/conversations/{story.there}/ending", ends_at=wire(ends_at), summary=summary)
    planned = carer.contact(story.new)["ending"]
    assert (planned["ends_at"], planned["summary"]) == (wire(ends_at), summary)
    story.at(2027, 5, 6, 11)
    carer.say(story.there, "Thank you for everything.")
    assert third.row(story.there)["can_post"] is carer.row(story.there)["can_post"] is True
    story.at(2027, 5, 6, 12, 1)
    for each in (carer, third):
        assert each.contact(story.new)["state"] == "ended"
        assert each.contact(story.new)["ending"]["summary"] == summary
        assert_problem(each.try_to_say(story.there, "One more thing."), 403, "conversation_ended")
        assert each.reads(story.there)[-1] == ("Carer", "Thank you for everything.")
    nobody_else = story.people["supervisor"]
    assert_problem(nobody_else.api.get(f"/conversations/{story.there}/messages"), 404, "not_found")


def the_service_reports(story):
    """What the service may know of it all: that it happened, and nothing from which anybody could be recognised."""
    months = items(story.people["coordinator"].api.get("/reports/service", since="2027-03", until="2027-04"))
    assert [(month["requests"]["total"], month["messages"]) for month in months] == [(None, None), (None, 6)]


def test_a_month(people, at):
    story = Story(people=people, at=at)
    for step in (
        they_find_each_other,
        they_agree_to_what_it_is,
        they_talk,
        the_carer_writes_on_the_night_clocks_change,
        the_worker_reads_in_their_window,
        a_colleague_would_stand_in,
        the_colleague_stands_in,
        the_worker_is_back,
        the_carer_changes_the_worker,
        they_plan_an_end,
        the_service_reports,
    ):
        step(story)
