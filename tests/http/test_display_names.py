"""One's own profile, and asking about a name before taking it."""

import pytest

from models.roles import Role
from tests.factories.api import Caller, assert_problem, assert_refused_field
from tests.factories.people import make_person
from tests.factories.streams import audited


@pytest.fixture
def ann(app):
    return Caller(app, make_person(display_name="Wattle"))


def check(app, name, **more):
    return Caller(app).post("/display-names/check", display_name=name, **more).get_json()


def test_each_part_of_a_profile_changes_by_itself(ann):
    assert ann.patch("/me", timezone="Europe/Dublin").get_json()["timezone"] == "Europe/Dublin"
    assert ann.patch("/me", region="IE").get_json()["region"] == "IE"
    assert ann.patch("/me", display_name="Heron").get_json()["display_name"] == "Heron"
    me = ann.get("/me").get_json()
    assert (me["display_name"], me["timezone"], me["region"]) == ("Heron", "Europe/Dublin", "IE")


def test_a_change_is_in_the_audit_trail_without_its_words(ann):
    ann.patch("/me", display_name="Heron")
    assert audited(ann.person.id)[-1] == "person.changed"


@pytest.mark.parametrize(
    "changes", [{"role": "moderator"}, {"timezone": "Mars/Base"}, {"region": "ZZ"}, {"display_name": "A"}]
)
def test_a_change_that_cannot_be_meant_is_refused(ann, changes):
    assert_refused_field(ann.patch("/me", **changes), *changes)


def test_a_name_that_looks_like_anothers_is_refused(ann):
    make_person(display_name="Heron")
    problem = assert_problem(ann.patch("/me", display_name="\u041deron"), 409, "display_name_taken")
    assert len(problem["suggestions"]) == 3
    assert ann.patch("/me", display_name=problem["suggestions"][0]).status_code == 200


def test_ones_own_name_may_be_written_another_way(ann):
    assert ann.patch("/me", display_name="WATTLE").get_json()["display_name"] == "WATTLE"


def test_a_name_that_was_given_up_is_free(app, ann):
    ann.patch("/me", display_name="Heron")
    assert Caller(app, make_person()).patch("/me", display_name="Wattle").status_code == 200


def test_a_carer_cannot_be_called_like_staff_and_staff_may(app, ann):
    assert_problem(ann.patch("/me", display_name="Coordinator Fern"), 422, "display_name_reserved")
    worker = Caller(app, make_person(Role.COORDINATOR))
    assert worker.patch("/me", display_name="Coordinator Fern").status_code == 200


def test_a_name_that_seems_real_is_taken_with_a_warning(ann):
    answer = ann.patch("/me", display_name="Anna Smith").get_json()
    assert (answer["display_name"], [one["code"] for one in answer["warnings"]]) == ("Anna Smith", ["full_name"])
    assert ann.patch("/me", region="IE").get_json()["warnings"] == []


def test_anybody_may_ask_whether_a_name_is_free(app, ann):
    assert check(app, "Heron") == {"available": True, "warnings": [], "suggestions": []}
    taken = check(app, "Watt1e")
    assert (taken["available"], len(taken["suggestions"])) == (False, 3)
    assert all(check(app, idea)["available"] for idea in taken["suggestions"])


def test_a_name_that_staff_could_have_is_not_to_be_had(app):
    assert check(app, "Moderator Jo")["available"] is False


def test_who_asks_is_warned_before_they_sign_up(app):
    (warning,) = check(app, "Fern 0412 345 678", region="AU")["warnings"]
    assert warning["code"] == "phone_number"
    assert "telephone" in warning["text"]


def test_asking_is_limited(app):
    answers = {Caller(app).post("/display-names/check", display_name=f"Heron {n}").status_code for n in range(120)}
    assert answers == {200}
    assert_problem(Caller(app).post("/display-names/check", display_name="Heron"), 429, "too_many_requests")
