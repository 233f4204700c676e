"""/audit/check: what whoever may read the trail is told of it."""

from sqlalchemy import text

from models.roles import Role
from models.session import transaction
from server.jobs.audit_check import go_on_checking
from tests.factories.api import assert_problem

NOTHING = dict.fromkeys(("checked_at", "seq", "anchor", "broken_seq", "flaw", "broken_since"))


def checked(coordinator):
    go_on_checking(pause=lambda: None)
    return coordinator.get("/audit/check").get_json()


def test_before_it_was_ever_checked_nothing_is_claimed(caller):
    answer = caller(Role.COORDINATOR).get("/audit/check")
    assert (answer.status_code, answer.get_json()) == (200, {**NOTHING, "state": "unchecked", "flaws": 0, "overdue": False})


def test_of_a_whole_one_it_says_when_it_was_checked_and_gives_an_anchor(caller):
    said = checked(caller(Role.COORDINATOR))
    assert (said["state"], said["broken_seq"], said["flaw"], said["flaws"]) == ("whole", None, None, 0)
    assert said["checked_at"]
    assert said["anchor"].split(":")[0] == str(said["seq"])


def test_of_a_broken_one_it_says_where_and_how(caller):
    coordinator = caller(Role.COORDINATOR)
    with transaction() as session:
        session.execute(text("DELETE FROM audit_entry WHERE seq = 1"))
    said = checked(coordinator)
    assert (said["state"], said["broken_seq"], said["flaw"], said["flaws"]) == ("broken", 1, "missing", 1)
    assert said["broken_since"] == said["checked_at"]
    assert said["anchor"] is None


def test_it_is_for_coordinators(caller):
    assert_problem(caller(Role.SUPERVISOR).get("/audit/check"), 403, "forbidden")
