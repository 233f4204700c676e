"""/review/duty, and what a group says about itself at this moment."""

from datetime import timedelta

import pytest

from models.clock import clock, utc_text
from models.roles import Role
from tests.factories.api import assert_problem, assert_refused_field, items
from tests.factories.groups import make_group
from tests.factories.messages import PLAIN
from tests.factories.openings import move_to
from tests.factories.people import make_person

HOUR = timedelta(hours=1)
MORNINGS = {
    "timezone": "UTC",
    "windows": [
        {"day": day, "opens": "08:00", "closes": "12:00"} for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    ],
}


@pytest.fixture
def carer(caller):
    return caller()


@pytest.fixture
def moderator(caller):
    return caller(Role.MODERATOR)


@pytest.fixture
def coordinator(caller):
    return caller(Role.COORDINATOR)


def be_there(caller, hours=2):
    return caller.put("/review/duty", until=utc_text(clock.now() + hours * HOUR))


def send(caller, group, client_id="c1"):
    return caller.post(f"/conversations/{group.conversation_id}/messages", client_id=client_id, body=PLAIN)


def change(coordinator, group, **fields):
    version = coordinator.get(f"/groups/{group.id}").get_json()["version"]
    return coordinator.patch(f"/groups/{group.id}", version=version, **fields)


def test_staff_see_who_is_at_the_desk(moderator, coordinator, caller):
    until = be_there(moderator).get_json()["until"]
    worker = make_person(Role.CARER_PEER_WORKER)
    make_group(facilitator=worker)
    be_there(caller(worker))
    shown = {row["person"]["id"]: row for row in items(coordinator.get("/review/duty"))}
    assert shown[moderator.person.id]["until"] == until
    assert {who: row["every_group"] for who, row in shown.items()} == {moderator.person.id: True, worker.id: False}
    assert moderator.delete("/review/duty").status_code == 204
    assert [row["person"]["id"] for row in items(coordinator.get("/review/duty"))] == [worker.id]


def test_the_list_goes_on_where_the_page_ends(coordinator, caller):
    there = [caller(Role.MODERATOR) for _ in range(3)]
    for each in there:
        be_there(each)
    first = coordinator.get("/review/duty", limit=2).get_json()
    rest = coordinator.get("/review/duty", limit=2, cursor=first["next_cursor"]).get_json()
    found = [row["person"]["id"] for row in first["items"] + rest["items"]]
    assert found == sorted(each.person.id for each in there)
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("until", ["soon", None, "2019-01-01T00:00:00Z", "2026-01-01T00:00:00"])
def test_an_end_that_cannot_be_meant_is_refused(moderator, until):
    assert_refused_field(moderator.put("/review/duty", until=until), "until")


def test_more_than_twelve_hours_are_refused(moderator):
    assert_refused_field(be_there(moderator, hours=13), "until")
    assert be_there(moderator, hours=12).status_code == 200


def test_a_group_tells_its_members_when_somebody_looks_first(carer, moderator, coordinator):
    group = make_group(carer.person)
    assert change(coordinator, group, tighten_when_unstaffed="before").get_json()["moderation_now"] == "before"
    alone = carer.get(f"/groups/{group.id}").get_json()
    assert (alone["moderation"], alone["moderation_now"]) == ("after", "before")
    assert "messages wait for them, before others see them" in alone["moderation_text"]
    assert "new here" not in alone["moderation_text"]
    assert send(carer, group).get_json()["message"]["state"] == "held"
    be_there(moderator)
    (row,) = [row for row in items(carer.get("/groups")) if row["id"] == group.id]
    assert (row["moderation_now"], row["moderation_text"]) == ("after", None)
    assert send(carer, group, "c2").get_json()["message"]["state"] == "visible"


def test_where_only_newcomers_wait_the_others_are_told_so(carer, coordinator):
    group = make_group(carer.person)
    told = change(coordinator, group, tighten_when_unstaffed="new_members").get_json()
    assert told["moderation_now"] == "new_members"
    assert "people who are new here" in told["moderation_text"]


def test_a_group_says_when_it_is_open_wherever_it_is_shown(carer, coordinator):
    group = make_group(carer.person)
    now = move_to(20)
    changed = change(coordinator, group, opening_hours=MORNINGS).get_json()
    assert changed["opening_hours"] == MORNINGS
    opens_at = utc_text(now + 12 * HOUR)
    (talk,) = items(carer.get("/conversations"))
    shown = carer.get(f"/groups/{group.id}").get_json()
    assert [(row["open_now"], row["opens_at"]) for row in (shown, talk)] == [(False, opens_at)] * 2
    assert talk["can_post"] is False
    refused = assert_problem(send(carer, group), 403, "group_closed")
    assert refused["opens_at"] == opens_at
    assert refused["support"]["emergency"]["numbers"]
    move_to(9)
    (talk,) = items(carer.get("/conversations"))
    assert (talk["open_now"], talk["opens_at"], talk["can_post"]) == (True, None, True)
    assert send(carer, group).status_code == 201
    assert change(coordinator, group, opening_hours=None).get_json()["opening_hours"] is None


def test_slow_mode_says_when_to_come_again(carer, coordinator):
    group = make_group(carer.person)
    change(coordinator, group, slow_mode_seconds=120)
    assert send(carer, group).status_code == 201
    answer = send(carer, group, "c2")
    refused = assert_problem(answer, 429, "slow_mode")
    assert answer.headers["Retry-After"] == str(refused["retry_after"])
    assert refused["user_message"].startswith("This group takes its time")
    clock.move(refused["retry_after"] * timedelta(seconds=1))
    assert send(carer, group, "c2").status_code == 201
