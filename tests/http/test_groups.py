"""/groups: find, read, make, change, join, leave, and who belongs."""

import pytest

from models.groups import JoinPolicy
from models.ids import new_id
from models.roles import Role
from tests.factories.api import assert_problem, assert_refused_field, items
from tests.factories.groups import make_group, put_out
from tests.factories.people import make_person
from tests.http.routes import group_body

INVITE, REQUEST = JoinPolicy.INVITE, JoinPolicy.REQUEST


@pytest.fixture
def carer(caller):
    return caller()


@pytest.fixture
def coordinator(caller):
    return caller(Role.COORDINATOR)


NOW = ("open_now", "opens_at", "moderation_now", "moderation_text", "resources")


def member_path(group, person):
    return f"/groups/{group.id}/members/{person.id}"


def names(answer):
    return [row["name"] for row in items(answer)]


def test_a_group_is_read_as_it_was_made(coordinator):
    body = group_body()
    made = coordinator.post("/groups", **body)
    assert made.status_code == 201
    read = coordinator.get(f"/groups/{made.get_json()['id']}").get_json()
    assert read == made.get_json()
    assert {name: read[name] for name in body} == body
    assert (read["member_count"], read["version"], read["membership"]) == (0, 1, None)
    assert set(read) == {*body, "id", "conversation_id", "member_count", "version", "membership", *NOW}


def test_a_group_without_the_optional_fields_has_the_usual_ones(coordinator):
    body = group_body()
    usual = {
        "screening": {},
        "capacity": None,
        "newcomer_messages": 3,
        "slow_mode_seconds": 0,
        "opening_hours": None,
        "tighten_when_unstaffed": "none",
    }
    for name in usual:
        del body[name]
    made = coordinator.post("/groups", **body).get_json()
    assert {name: made[name] for name in usual} == usual
    assert [made[name] for name in NOW] == [True, None, "after", None, []]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("focus", "therapy"),
        ("form", "club"),
        ("audience", []),
        ("audience", ["parent", "stranger"]),
        ("join_policy", "closed"),
        ("moderation", "never"),
        ("screening", {"gossip": "hold"}),
        ("screening", {"hostility": "burn"}),
        ("capacity", 1),
        ("capacity", 10_001),
        ("newcomer_messages", 0),
        ("newcomer_messages", 21),
        ("slow_mode_seconds", -1),
        ("slow_mode_seconds", 3601),
        ("slow_mode_seconds", "60"),
        ("opening_hours", "24/7"),
        ("opening_hours", {"timezone": "Europe/Berlin", "windows": []}),
        ("opening_hours", {"timezone": "Mars/Base", "windows": [{"day": "mon", "opens": "18:00", "closes": "20:00"}]}),
        ("opening_hours", {"timezone": "UTC", "windows": [{"day": "mon", "opens": "18:00", "closes": "18:10"}]}),
        ("opening_hours", {"timezone": "UTC", "windows": [{"day": "mon", "opens": "18:00", "closes": "20:00"}] * 29}),
        ("tighten_when_unstaffed", "after"),
        ("name", "x" * 81),
        ("description", "x" * 1001),
    ],
)
def test_a_group_that_cannot_be_meant_is_refused(coordinator, name, value):
    assert_refused_field(coordinator.post("/groups", **{**group_body(), name: value}), name)


def test_a_change_needs_the_version_it_was_made_on(coordinator):
    group = make_group()
    assert_refused_field(coordinator.patch(f"/groups/{group.id}", name="Parents"), "version")
    changed = coordinator.patch(f"/groups/{group.id}", name="Parents", capacity=None, version=1).get_json()
    assert (changed["name"], changed["version"]) == ("Parents", 2)
    stale = assert_problem(coordinator.patch(f"/groups/{group.id}", name="Other", version=1), 409, "stale_version")
    assert stale["version"] == 2


def test_a_name_that_is_taken_is_refused(coordinator):
    body = group_body()
    coordinator.post("/groups", **body)
    assert_problem(coordinator.post("/groups", **body), 409, "group_name_taken")


def test_the_list_pages_by_name(carer):
    for name in ("Cc", "Aa", "Bb"):
        make_group(name=name)
    first = carer.get("/groups", limit=2)
    assert names(first) == ["Aa", "Bb"]
    second = carer.get("/groups", limit=2, cursor=first.get_json()["next_cursor"])
    assert (names(second), second.get_json()["next_cursor"]) == (["Cc"], None)


def test_the_list_pages_over_the_longest_names_in_any_script(carer):
    expected = [letter * 80 for letter in ("\u4e00", "\u4e8c", "\u4e09")]
    for name in expected:
        make_group(name=name)
    found, cursor = [], {}
    for _ in expected:
        page = carer.get("/groups", limit=1, **cursor)
        found += names(page)
        cursor = {"cursor": page.get_json()["next_cursor"]}
    assert sorted(found) == sorted(expected)


def test_a_group_by_invitation_is_found_by_members_and_coordinators_only(caller, carer, coordinator):
    insider = caller()
    group = make_group(insider.person, join_policy=INVITE)
    assert_problem(carer.get(f"/groups/{group.id}"), 404, "not_found")
    assert names(carer.get("/groups")) == []
    for person in (insider, coordinator):
        assert person.get(f"/groups/{group.id}").status_code == 200
        assert names(person.get("/groups")) == [group.name]


def test_the_list_says_how_one_belongs(carer):
    make_group(carer.person, name="Mine")
    make_group(name="Other")
    places = {row["name"]: row["membership"] for row in items(carer.get("/groups"))}
    assert places == {"Mine": {"state": "member", "standing": "member"}, "Other": None}


def test_the_list_counts_members(carer):
    make_group(carer.person, make_person())
    assert [row["member_count"] for row in items(carer.get("/groups"))] == [2]


@pytest.mark.parametrize(("policy", "state"), [(JoinPolicy.OPEN, "member"), (REQUEST, "requested")])
def test_joining_says_what_came_of_it(carer, policy, state):
    group = make_group(join_policy=policy)
    answer = carer.post(f"/groups/{group.id}/join")
    assert (answer.status_code, answer.get_json()) == (200, {"state": state})


def test_who_was_removed_is_told_so_when_joining(carer):
    group = make_group(carer.person)
    put_out(group, carer.person)
    assert_problem(carer.post(f"/groups/{group.id}/join"), 403, "removed_from_group")


def test_a_full_group_says_so(carer):
    group = make_group(make_person(), make_person(), capacity=2)
    assert_problem(carer.post(f"/groups/{group.id}/join"), 409, "group_full")


def test_one_leaves_once(carer):
    group = make_group(carer.person)
    assert carer.post(f"/groups/{group.id}/leave").status_code == 204
    assert_problem(carer.post(f"/groups/{group.id}/leave"), 404, "not_found")


def test_members_see_each_other_by_pseudonym_and_role_only(carer):
    worker = make_person(Role.CARER_PEER_WORKER, display_name="Rowan")
    group = make_group(carer.person, facilitator=worker)
    (row,) = [row for row in items(carer.get(f"/groups/{group.id}/members")) if row["standing"] == "facilitator"]
    assert row == {
        "person": {"id": worker.id, "display_name": "Rowan", "role": "carer_peer_worker", "role_label": "Carer peer worker"},
        "state": "member",
        "standing": "facilitator",
    }


def test_the_members_of_a_group_page(carer):
    people = [make_person() for _ in range(3)]
    group = make_group(carer.person, *people)
    first = carer.get(f"/groups/{group.id}/members", limit=3)
    second = carer.get(f"/groups/{group.id}/members", limit=3, cursor=first.get_json()["next_cursor"])
    found = {row["person"]["id"] for row in items(first) + items(second)}
    assert found == {carer.person.id, *(person.id for person in people)}
    assert second.get_json()["next_cursor"] is None


def test_only_who_admits_sees_who_has_asked(caller, carer):
    facilitator, asking = caller(Role.CARER_PEER_WORKER), caller()
    group = make_group(carer.person, facilitator=facilitator.person, join_policy=REQUEST)
    asking.post(f"/groups/{group.id}/join")
    path = f"/groups/{group.id}/members"
    assert "requested" not in {row["state"] for row in items(carer.get(path))}
    assert "requested" in {row["state"] for row in items(facilitator.get(path))}
    assert_problem(asking.get(path), 403, "forbidden")


def test_a_facilitator_admits_names_and_removes(caller, carer):
    facilitator, guest = caller(Role.CARER_PEER_WORKER), make_person(Role.CONSUMER_PEER_WORKER)
    group = make_group(facilitator=facilitator.person)
    admitted = facilitator.put(member_path(group, carer.person), state="member")
    assert (admitted.status_code, admitted.get_json()["standing"]) == (200, "member")
    named = facilitator.put(member_path(group, guest), state="member", standing="guest").get_json()
    assert (named["standing"], named["person"]["role_label"]) == ("guest", "Consumer peer worker")
    removed = facilitator.put(member_path(group, carer.person), state="removed").get_json()
    assert removed["state"] == "removed"
    assert_problem(carer.get(f"/conversations/{group.conversation_id}/messages"), 404, "not_found")


def test_a_role_cannot_be_given_a_place_it_may_not_have(coordinator):
    group, guest = make_group(), make_person(Role.CONSUMER_PEER_WORKER)
    answer = coordinator.put(member_path(group, guest), state="member", standing="facilitator")
    assert_problem(answer, 403, "standing_not_for_role")


@pytest.mark.parametrize("state", ["requested", "left", "gone", "", None])
def test_a_member_is_put_in_or_taken_out_and_nothing_else(coordinator, state):
    assert_refused_field(coordinator.put(member_path(make_group(), make_person()), state=state), "state")


def test_what_does_not_exist_is_not_found(coordinator):
    nowhere, ghost, group = new_id(), make_person(), make_group()
    ghost.id = new_id()
    for answer in (
        coordinator.get(f"/groups/{nowhere}"),
        coordinator.patch(f"/groups/{nowhere}", version=1),
        coordinator.post(f"/groups/{nowhere}/join"),
        coordinator.post(f"/groups/{nowhere}/leave"),
        coordinator.get(f"/groups/{nowhere}/members"),
        coordinator.put(f"/groups/{nowhere}/members/{ghost.id}", state="member"),
        coordinator.put(member_path(group, ghost), state="member"),
    ):
        assert_problem(answer, 404, "not_found")


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "ten"}, {"limit": ""}])
def test_a_page_has_a_sensible_length(carer, query):
    assert_refused_field(carer.get("/groups", **query), "limit")


@pytest.mark.parametrize("cursor", ["!", "x" * 1001, "AAAA", ""])
def test_a_cursor_that_was_tampered_with_is_refused(carer, cursor):
    assert_refused_field(carer.get("/groups", cursor=cursor), "cursor")
