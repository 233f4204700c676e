"""/me and the code of conduct."""

import pytest

from models import code_of_conduct
from models.roles import ROLE_LABELS, Role
from tests.factories.api import assert_problem, assert_refused_field
from tests.factories.code_of_conduct import change_code


@pytest.mark.parametrize("role", Role)
def test_one_sees_oneself_with_ones_role_in_words(caller, role):
    me = caller(role).get("/me").get_json()
    assert (me["role"], me["role_label"]) == (role.value, ROLE_LABELS[role])
    assert set(me) == {
        "id",
        "display_name",
        "role",
        "role_label",
        "email",
        "email_verified",
        "state",
        "due",
        "timezone",
        "region",
        "accepted_code_version",
        "created_at",
    }


def test_the_code_of_conduct_is_there_for_everyone_to_read(caller):
    code = caller(None).get("/code-of-conduct").get_json()
    assert code["version"] == code_of_conduct.STARTER_VERSION
    assert "confidential" in code["text"]
    assert code["title"]


@pytest.fixture
def behind(caller):
    """A carer who accepted the version before the present one."""
    carer = caller()
    change_code()
    return carer


def test_until_it_is_accepted_only_oneself_the_code_and_signing_out_work(behind):
    for answer in (behind.get("/groups"), behind.get("/conversations"), behind.post("/sync", streams={})):
        assert_problem(answer, 403, "acceptance_required")
    for answer in (behind.get("/me"), behind.get("/code-of-conduct"), behind.get("/auth/sessions")):
        assert answer.status_code == 200
    assert behind.post("/auth/logout").status_code == 204


def test_accepting_opens_the_door_again(behind):
    version = behind.get("/code-of-conduct").get_json()["version"]
    answer = behind.post("/me/acceptances", version=version)
    assert (answer.status_code, answer.get_json()["accepted_code_version"]) == (200, version)
    assert behind.get("/groups").status_code == 200


def test_another_version_is_not_accepted(behind):
    for version in (code_of_conduct.STARTER_VERSION, code_of_conduct.STARTER_VERSION + 2):
        assert_problem(behind.post("/me/acceptances", version=version), 409, "code_version_outdated")


def test_an_acceptance_names_its_version(behind):
    assert_refused_field(behind.post("/me/acceptances"), "version")
