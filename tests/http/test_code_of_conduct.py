"""The code of conduct: read by everybody, written by coordinators in versions, agreed to before anything else."""

import pytest
from sqlalchemy import select

from models import code_of_conduct
from models.audit import AuditEntry
from models.people import Person, PersonState
from models.roles import Role
from models.session import reading, transaction
from server.actions.code_of_conduct import write_code
from tests.factories.api import Caller, assert_problem, assert_refused_field, items
from tests.factories.code_of_conduct import change_code
from tests.factories.people import act, make_person
from tests.factories.races import behind as comes_behind
from tests.factories.refusals import assert_refused

FIRST = code_of_conduct.STARTER_VERSION


def written(**changes):
    return {
        "title": "What we promise each other",
        "text": "Be kind.",
        "confidentiality_broken_when": "When a life may be in danger.",
        "version": FIRST,
        **changes,
    }


@pytest.fixture
def nobody(caller):
    return caller(None)


@pytest.fixture
def coordinator(caller):
    return caller(Role.COORDINATOR)


@pytest.fixture
def behind(caller):
    """A carer who accepted the version before the present one."""
    carer = caller()
    change_code()
    return carer


def test_the_code_of_conduct_is_there_for_everyone_to_read(nobody):
    code = nobody.get("/code-of-conduct").get_json()
    assert set(code) == {"version", "title", "text", "confidentiality_broken_when", "created_at"}
    assert (code["version"], code["created_at"]) == (FIRST, None)
    assert code["title"]


def test_when_confidentiality_is_broken_can_be_shown_by_itself(nobody):
    code = nobody.get("/code-of-conduct").get_json()
    assert "a life may be in danger" in code["confidentiality_broken_when"]
    assert "a life may be in danger" not in code["text"]


def test_until_it_is_accepted_only_oneself_the_code_and_signing_out_work(behind):
    for answer in (behind.get("/groups"), behind.get("/conversations"), behind.post("/sync", streams={})):
        assert_problem(answer, 403, "acceptance_required")
    for path in ("/me", "/code-of-conduct", "/code-of-conduct/versions", "/me/acceptances", "/auth/sessions"):
        assert behind.get(path).status_code == 200
    assert behind.post("/auth/logout").status_code == 204


def test_accepting_opens_the_door_again(behind):
    version = behind.get("/code-of-conduct").get_json()["version"]
    answer = behind.post("/me/acceptances", version=version)
    assert (answer.status_code, answer.get_json()["accepted_code_version"]) == (200, version)
    assert behind.get("/groups").status_code == 200


def test_another_version_is_not_accepted(behind):
    for version in (FIRST, FIRST + 2):
        assert_problem(behind.post("/me/acceptances", version=version), 409, "code_version_outdated")


def test_an_acceptance_names_its_version(behind):
    assert_refused_field(behind.post("/me/acceptances"), "version")


def test_one_sees_what_one_agreed_to_and_when(behind):
    behind.post("/me/acceptances", version=FIRST + 1)
    listed = items(behind.get("/me/acceptances"))
    assert [row["version"] for row in listed] == [FIRST + 1, FIRST]
    assert all(set(row) == {"version", "accepted_at"} for row in listed)


def test_ones_acceptances_are_paged_and_nobody_elses(app, behind):
    behind.post("/me/acceptances", version=FIRST + 1)
    other = Caller(app, make_person(accepted_code_version=FIRST + 1))
    page = behind.get("/me/acceptances", limit=1).get_json()
    rest = behind.get("/me/acceptances", limit=1, cursor=page["next_cursor"]).get_json()
    assert [row["version"] for row in page["items"] + rest["items"]] == [FIRST + 1, FIRST]
    assert rest["next_cursor"] is None
    assert [row["version"] for row in items(other.get("/me/acceptances"))] == [FIRST + 1]


def test_a_coordinator_writes_the_next_version(coordinator, nobody):
    answer = coordinator.put("/code-of-conduct", **written())
    assert answer.status_code == 200
    code = answer.get_json()
    assert code.pop("created_at")
    assert code == written(version=FIRST + 1)
    assert nobody.get("/code-of-conduct").get_json()["version"] == FIRST + 1


def test_whoever_writes_it_must_agree_to_it_too(coordinator):
    coordinator.put("/code-of-conduct", **written())
    assert_problem(coordinator.get("/groups"), 403, "acceptance_required")


def test_writing_it_is_in_the_audit_trail_without_its_words(coordinator):
    coordinator.put("/code-of-conduct", **written())
    with reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "code.written")).one()
    assert (entry.actor_id, entry.data) == (coordinator.person.id, {"version": FIRST + 1})


@pytest.mark.parametrize("version", [FIRST + 1, FIRST + 5])
def test_a_version_written_from_another_is_stale(coordinator, version):
    problem = assert_problem(coordinator.put("/code-of-conduct", **written(version=version)), 409, "stale_version")
    assert problem["version"] == FIRST


def test_of_two_who_write_at_once_one_is_told_so(app):
    ann, ben = make_person(Role.COORDINATOR), make_person(Role.COORDINATOR)
    with transaction() as session:
        write_code(session, ann, **written(), now=ann.created_at)
        session.flush()
        second = comes_behind(lambda: act(write_code, ben, **written()))
    assert second.outcome() == "stale_version"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", " "),
        ("title", "x" * 121),
        ("title", "Two\nlines"),
        ("text", ""),
        ("text", " \n "),
        ("text", "x" * 20_001),
        ("confidentiality_broken_when", " "),
        ("confidentiality_broken_when", "x" * 4_001),
        ("version", 0),
    ],
)
def test_a_code_that_cannot_be_meant_is_refused(coordinator, name, value):
    assert_refused_field(coordinator.put("/code-of-conduct", **written(**{name: value})), name)


@pytest.mark.parametrize("name", written())
def test_every_part_of_a_code_is_needed(coordinator, name):
    body = written()
    del body[name]
    assert_refused_field(coordinator.put("/code-of-conduct", **body), name)


def test_an_old_version_can_still_be_read(coordinator, nobody):
    before = nobody.get("/code-of-conduct").get_json()
    coordinator.put("/code-of-conduct", **written())
    assert nobody.get("/code-of-conduct", version=FIRST).get_json() == before
    assert nobody.get("/code-of-conduct", version=FIRST + 1).get_json()["text"] == "Be kind."


@pytest.mark.parametrize("version", [FIRST + 1, 2**31, 2**53 - 1])
def test_a_version_that_was_never_written_is_not_found(nobody, version):
    assert_problem(nobody.get("/code-of-conduct", version=version), 404, "not_found")


def test_versions_are_listed_newest_first_down_to_the_one_that_came_with_the_software(nobody):
    for _ in range(2):
        change_code(make_person(Role.COORDINATOR, accepted_code_version=_version(nobody)))
    pages, cursor = [], None
    while True:
        page = nobody.get("/code-of-conduct/versions", limit=1, **({"cursor": cursor} if cursor else {})).get_json()
        pages += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [row["version"] for row in pages] == [FIRST + 2, FIRST + 1, FIRST]
    assert [row["created_at"] is None for row in pages] == [False, False, True]
    assert pages == items(nobody.get("/code-of-conduct/versions"))
    assert all(set(row) == {"version", "title", "created_at"} for row in pages)


def _version(nobody):
    return nobody.get("/code-of-conduct").get_json()["version"]


def test_only_coordinators_write_it(app):
    assert_refused("forbidden", act, write_code, make_person(Role.SUPERVISOR), **written())


def agreement(coordinator, **query):
    return coordinator.get("/code-of-conduct/agreement", **query).get_json()


def test_while_everybody_agreed_nobody_is_awaited(coordinator):
    make_person()
    assert agreement(coordinator) == {"version": FIRST, "active": 2, "agreed": 2, "items": [], "next_cursor": None}


def test_a_coordinator_sees_how_many_agreed_to_the_newest_version_and_who_did_not_yet(coordinator, caller):
    behind, ahead = make_person(), caller()
    version = change_code(coordinator.person)
    for one in (coordinator, ahead):
        one.post("/me/acceptances", version=version)
    said = agreement(coordinator)
    assert (said["version"], said["active"], said["agreed"]) == (version, 3, 2)
    (awaited,) = said["items"]
    assert awaited == {
        "id": behind.id,
        "display_name": behind.display_name,
        "role": "carer",
        "role_label": "Carer",
        "accepted_code_version": FIRST,
    }


@pytest.mark.parametrize("state", [state for state in PersonState if state is not PersonState.ACTIVE])
def test_who_cannot_come_in_anyway_is_not_counted(coordinator, state):
    behind = make_person()
    with transaction() as session:
        session.get_one(Person, behind.id).state = state
    coordinator.post("/me/acceptances", version=change_code(coordinator.person))
    said = agreement(coordinator)
    assert (said["active"], said["agreed"], said["items"]) == (1, 1, [])


def test_who_is_awaited_comes_a_page_at_a_time(coordinator):
    behind = [make_person() for _ in range(3)]
    coordinator.post("/me/acceptances", version=change_code(coordinator.person))
    first = agreement(coordinator, limit=2)
    rest = agreement(coordinator, limit=2, cursor=first["next_cursor"])
    assert [one["id"] for one in first["items"] + rest["items"]] == [one.id for one in reversed(behind)]
    assert (first["agreed"], rest["agreed"], rest["next_cursor"]) == (1, 1, None)


def test_it_is_not_for_supervisors(caller):
    assert_problem(caller(Role.SUPERVISOR).get("/code-of-conduct/agreement"), 403, "forbidden")
