"""Reports, and the review desk: cases in order of safety, claimed, and decided once."""

import pytest

from models.clock import clock
from models.ids import new_id
from models.review import DecisionKind, ReportReason
from models.roles import Role
from moderation.review import CLAIM_LASTS
from tests.factories.api import assert_problem, assert_refused_field, items
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, PLAIN, RISKY, case_of, decide, post, report
from tests.factories.people import make_person


@pytest.fixture
def ann(caller):
    return caller(Role.MODERATOR)


@pytest.fixture
def ben(caller):
    return caller(Role.MODERATOR)


@pytest.fixture
def author():
    return make_person()


@pytest.fixture
def reader(caller):
    return caller()


@pytest.fixture
def group(author, reader):
    return make_group(author, reader.person)


@pytest.fixture
def message(author, group):
    return post(author, group).message


@pytest.fixture
def case(reader, message):
    report(reader.person, message, note="Please look at this.")
    return case_of(message.id)


def path(case, step=""):
    return f"/review/cases/{case.id}{step}"


def decision(case, kind="remove", **changes):
    return {"decision": kind, "note": "Looked at it.", "version": case.version, **changes}


def ids(answer):
    return [row["id"] for row in items(answer)]


def test_a_report_is_taken(reader, message):
    answer = reader.post(f"/messages/{message.id}/report", reason="abuse", note="Please look.")
    assert answer.status_code == 202
    assert set(answer.get_json()) == {"report_id", "user_message"}
    assert reader.post(f"/messages/{message.id}/report", reason="spam").get_json() == answer.get_json()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("reason", {}),
        ("reason", {"reason": "boring"}),
        ("note", {"reason": "abuse", "note": "x" * 1001}),
        ("note", {"reason": "abuse", "note": ""}),
    ],
)
def test_a_report_that_cannot_be_meant_is_refused(reader, message, name, body):
    assert_refused_field(reader.post(f"/messages/{message.id}/report", **body), name)


def test_a_message_one_cannot_see_cannot_be_reported(caller, author, group, message, reader):
    held = post(author, group, HOSTILE).message
    for person, what in ((caller(), message.id), (reader, held.id), (reader, new_id())):
        assert_problem(person.post(f"/messages/{what}/report", reason="abuse"), 404, "not_found")


def test_a_case_in_the_list_says_what_it_is_about_without_its_words(ann, author, group, case, message):
    (row,) = items(ann.get("/review/cases"))
    assert row["target"] == {
        "kind": "message",
        "message_id": message.id,
        "conversation_id": group.conversation_id,
        "title": group.name,
        "author": {"id": author.id, "display_name": author.display_name, "role": "carer", "role_label": "Carer"},
        "state": "visible",
    }
    assert (row["labels"], row["reports"], row["queue"], row["state"]) == (["abuse"], 1, "conduct", "open")
    assert PLAIN not in ann.get("/review/cases").text


def test_a_case_read_by_itself_shows_what_a_moderator_needs(ann, reader, case):
    assert PLAIN not in ann.get(path(case)).text
    detail = ann.post(path(case, "/reveal")).get_json()
    assert detail["message"]["body"] == PLAIN
    assert [(flag["source"], flag["label"]) for flag in detail["flags"]] == [("report", "abuse")]
    assert [(one["reason"], one["note"]) for one in detail["reported"]] == [("abuse", "Please look at this.")]
    assert set(detail["allowed_decisions"]) == {"approve", "hide", "remove", "dismiss"}
    assert reader.person.id not in ann.get(path(case)).text + ann.post(path(case, "/reveal")).text


def test_a_flag_of_screening_points_at_the_words(ann, author, group):
    risky = post(author, group, f"Good evening. {RISKY}").message
    flags = ann.get(path(case_of(risky.id))).get_json()["flags"]
    start, end = flags[0]["span"]
    assert f"Good evening. {RISKY}"[start:end].strip()
    assert flags[0]["rule"]


def test_safety_comes_first_and_then_what_waits_longest(ann, author, group, reader):
    rude = post(author, group).message
    report(reader.person, rude, ReportReason.ABUSE)
    private = post(author, group).message
    report(reader.person, private, ReportReason.PRIVACY)
    risky = post(author, group, RISKY).message
    later = post(author, group).message
    report(reader.person, later, ReportReason.ABUSE)
    expected = [case_of(one.id).id for one in (risky, rude, later, private)]
    assert ids(ann.get("/review/cases")) == expected
    first = ann.get("/review/cases", limit=2)
    second = ann.get("/review/cases", limit=2, cursor=first.get_json()["next_cursor"])
    assert ids(first) + ids(second) == expected
    assert second.get_json()["next_cursor"] is None


@pytest.mark.parametrize("state", ["open", "claimed", "closed"])
def test_the_list_shows_one_state(ann, author, group, reader, state):
    cases = []
    for _ in range(3):
        sent = post(author, group).message
        report(reader.person, sent)
        cases.append(case_of(sent.id))
    ann.post(path(cases[1], "/claim"))
    decide(ann.person, cases[2], DecisionKind.DISMISS)
    expected = cases[("open", "claimed", "closed").index(state)]
    assert ids(ann.get("/review/cases", state=state)) == [expected.id]


def test_the_list_shows_one_queue(ann, author, group, case):
    risky = post(author, group, RISKY).message
    assert ids(ann.get("/review/cases", queue="safety")) == [case_of(risky.id).id]
    assert ids(ann.get("/review/cases", queue="conduct")) == [case.id]


def test_decided_cases_are_not_in_the_usual_list(ann, case):
    decide(ann.person, case, DecisionKind.DISMISS)
    assert ids(ann.get("/review/cases")) == []


@pytest.mark.parametrize("query", [{"state": "lost"}, {"queue": "x"}, {"limit": "0"}, {"cursor": "!"}, {"sort": "due"}])
def test_a_list_that_cannot_be_meant_is_refused(ann, query):
    assert_refused_field(ann.get("/review/cases", **query), *query)


def test_a_claim_names_who_holds_the_case_until_when(ann, case):
    claimed = ann.post(path(case, "/claim")).get_json()
    assert (claimed["state"], claimed["claimed_by"], claimed["claimed_by_name"]) == (
        "claimed",
        ann.person.id,
        ann.person.display_name,
    )
    assert claimed["claim_until"].endswith("Z")
    assert claimed["version"] == case.version + 1


def test_anothers_claim_is_a_conflict_until_it_runs_out(ann, ben, case):
    ann.post(path(case, "/claim"))
    for step in ("/claim", "/release"):
        assert_problem(ben.post(path(case, step)), 409, "case_claimed")
    clock.move(CLAIM_LASTS)
    assert [row["state"] for row in items(ben.get("/review/cases", state="open"))] == ["open"]
    assert ben.post(path(case, "/claim")).status_code == 200


def test_a_released_case_is_open_again(ann, case):
    ann.post(path(case, "/claim"))
    released = ann.post(path(case, "/release")).get_json()
    assert (released["state"], released["claimed_by"], released["claim_until"]) == ("open", None, None)


def test_a_decision_closes_the_case_and_is_in_its_history(ann, case):
    closed = ann.post(path(case, "/decide"), **decision(case)).get_json()
    assert (closed["state"], closed["target"]["state"], closed["claimed_by"]) == ("closed", "removed", None)
    detail = ann.get(path(case)).get_json()
    assert [(one["decision"], one["note"]) for one in detail["decisions"]] == [("remove", "Looked at it.")]
    assert detail["decisions"][0]["moderator"]["id"] == ann.person.id
    assert detail["allowed_decisions"] == ["restore"]


def test_a_stale_decision_is_a_conflict_that_says_the_version(ann, ben, case):
    ann.post(path(case, "/decide"), **decision(case))
    stale = assert_problem(ben.post(path(case, "/decide"), **decision(case)), 409, "stale_version")
    assert stale["version"] == case.version + 1
    again = ben.post(path(case, "/decide"), **decision(case, version=stale["version"]))
    assert_problem(again, 409, "case_closed")


def test_a_decision_that_does_not_fit_is_a_conflict(ann, case):
    assert_problem(ann.post(path(case, "/decide"), **decision(case, "restore")), 409, "decision_not_possible")


@pytest.mark.parametrize("name", ["decision", "note", "version"])
def test_every_field_of_a_decision_is_needed(ann, case, name):
    body = decision(case)
    del body[name]
    assert_refused_field(ann.post(path(case, "/decide"), **body), name)


@pytest.mark.parametrize(
    ("name", "value"),
    [("decision", "burn"), ("note", ""), ("note", "x" * 1001), ("version", 0), ("version", "1"), ("sanction", "ban")],
)
def test_a_decision_that_cannot_be_meant_is_refused(ann, case, name, value):
    assert_refused_field(ann.post(path(case, "/decide"), **{**decision(case), name: value}), name)


def test_a_party_to_the_case_does_not_judge_it(ann, author):
    sent = post(author, make_group(author, ann.person)).message
    report(ann.person, sent)
    case = case_of(sent.id)
    for step, body in (("/claim", {}), ("/release", {}), ("/decide", decision(case))):
        assert_problem(ann.post(path(case, step), **body), 403, "forbidden")


def test_a_case_that_does_not_exist_is_not_found(ann, case):
    case.id = new_id()
    for answer in (
        ann.get(path(case)),
        ann.post(path(case, "/claim")),
        ann.post(path(case, "/release")),
        ann.post(path(case, "/decide"), **decision(case)),
    ):
        assert_problem(answer, 404, "not_found")


@pytest.mark.parametrize("role", [Role.CARER, Role.CARER_PEER_WORKER, Role.CONSUMER_PEER_WORKER, Role.PROFESSIONAL])
def test_whether_a_case_exists_is_not_told_to_others(caller, case, role):
    person = caller(role)
    there, nowhere = person.get(path(case)), person.get(f"/review/cases/{new_id()}")
    assert_problem(there, 403, "forbidden")
    assert there.data == nowhere.data
