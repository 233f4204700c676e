"""/review/screening-rules: written, tried, put in force and retired over HTTP; and what a message then meets."""

from uuid import uuid4

import pytest

from models.roles import Role
from tests.factories.api import assert_problem, assert_refused_field, items
from tests.factories.groups import make_group
from tests.factories.people import make_person
from tests.factories.screening_rules import PHRASE, SELLING

PATH = "/review/screening-rules"
RULE = {"kind": "phrases", "label": "spam", "severity": "high", "phrases": [PHRASE], "reason": "Sold to several members."}


@pytest.fixture
def ann(caller):
    return caller(Role.MODERATOR)


@pytest.fixture
def cora(caller):
    return caller(Role.COORDINATOR)


@pytest.fixture
def carer(caller):
    return caller()


@pytest.fixture
def group(carer):
    return make_group(carer.person, make_person())


def write(who, **changes):
    answer = who.post(PATH, **{**RULE, **changes})
    assert answer.status_code == 201, answer.text
    return answer.get_json()


def step(who, rule, name, **body):
    answer = who.post(f"{PATH}/{rule['id']}/{name}", version=rule["version"], **body)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def send(carer, group, body=SELLING):
    path = f"/conversations/{group.conversation_id}/messages"
    return carer.post(path, client_id=uuid4().hex, body=body).get_json()["message"]


def test_a_rule_from_its_draft_to_its_end(ann, carer, group):
    sent = send(carer, group)
    rule = write(ann)
    assert (rule["state"], rule["version"], rule["severity"], rule["tried"]) == ("draft", 1, "high", False)
    assert (rule["name"], rule["written_by"]["id"]) == (f"service.{rule['id']}", ann.person.id)

    trial = step(ann, rule, "try", days=7)
    assert {name: trial[name] for name in ("looked_at", "hit", "members", "changed")} == {
        "looked_at": 1,
        "hit": 1,
        "members": 1,
        "changed": 1,
    }
    assert trial["outcomes"] == {"allow": 0, "advise": 0, "flag": 0, "hold": 1}
    (example,) = trial["examples"]
    assert example == {
        "message_id": sent["id"],
        "conversation_id": group.conversation_id,
        "text": SELLING,
        "span": example["span"],
        "rule": rule["name"],
        "outcome_now": "allow",
        "outcome_then": "hold",
    }
    assert SELLING[slice(*example["span"])] == "Miracle T1ncture"

    active = step(ann, rule, "activate")
    assert (active["state"], active["version"], active["activated_by"]["id"]) == ("active", 2, ann.person.id)
    held = send(carer, group)
    assert held["state"] == "held"
    (case,) = items(ann.get("/review/cases"))
    (flag,) = ann.get(f"/review/cases/{case['id']}").get_json()["flags"]
    assert flag["rule"] == rule["name"]
    assert ann.get(f"{PATH}/{rule['id']}").get_json()["phrases"] == [PHRASE]

    retired = step(ann, active, "retire")
    assert (retired["state"], retired["retired_by"]["id"]) == ("retired", ann.person.id)
    assert send(carer, group)["state"] == "visible"


def test_a_rule_is_put_in_force_once_it_was_tried(ann):
    rule = write(ann)
    answer = ann.post(f"{PATH}/{rule['id']}/activate", version=1)
    assert_problem(answer, 409, "screening_rule_untried")


def test_a_grave_rule_is_silenced_by_two(ann, cora):
    grave = next(
        row for row in items(ann.get(f"{PATH}/shipped", limit=100)) if row["needs_agreement"] and not row["silenced_by"]
    )
    rule = write(ann, kind="silence", label=None, severity=None, phrases=None, silenced=grave["id"])
    step(ann, rule, "try")
    proposed = step(ann, rule, "activate")
    assert (proposed["state"], proposed["needs_agreement"]) == ("proposed", True)
    assert_problem(ann.post(f"{PATH}/{rule['id']}/agree", version=2), 403, "forbidden")
    assert step(cora, proposed, "agree")["activated_by"]["id"] == cora.person.id
    silenced = {row["id"]: row["silenced_by"] for row in items(ann.get(f"{PATH}/shipped", limit=100))}
    assert silenced[grave["id"]] == rule["id"]


def test_of_two_who_change_a_draft_at_once_the_second_is_told(ann, cora):
    rule = write(ann)
    assert ann.patch(f"{PATH}/{rule['id']}", version=1, phrases=["wonder tincture"]).get_json()["version"] == 2
    answer = cora.patch(f"{PATH}/{rule['id']}", version=1, reason="Mine.")
    assert assert_problem(answer, 409, "stale_version")["version"] == 2
    assert ann.get(f"{PATH}/{rule['id']}").get_json()["reason"] == RULE["reason"]


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("phrases", {"phrases": []}),
        ("phrases", {"phrases": ["x"]}),
        ("phrases", {"phrases": [" "]}),
        ("phrases", {"phrases": ["(a+)+$"]}),
        ("phrases", {"phrases": ["one\ntwo"]}),
        ("phrases", {"phrases": ["word " * 20]}),
        ("phrases", {"phrases": [f"word {number}" for number in range(101)]}),
        ("severity", {"severity": 3}),
        ("label", {"label": "boring"}),
        ("silenced", {"silenced": "spam.any"}),
        ("reason", {"reason": ""}),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_by_field(ann, name, changes):
    assert_refused_field(ann.post(PATH, **{**RULE, **changes}), name)


def test_a_phrase_that_cannot_be_used_is_named_by_its_place(ann):
    answer = ann.post(PATH, **{**RULE, "phrases": [PHRASE, "a*"]})
    assert list(assert_problem(answer, 422, "invalid")["errors"]["phrases"]) == ["1"]


def test_rules_are_listed_newest_first_by_state_and_page(ann):
    rules = [write(ann, phrases=[f"tincture {number}"]) for number in range(3)]
    step(ann, rules[0], "retire")
    first = ann.get(PATH, limit=2).get_json()
    rest = ann.get(PATH, limit=2, cursor=first["next_cursor"]).get_json()
    assert [row["id"] for row in (*first["items"], *rest["items"])] == [rule["id"] for rule in reversed(rules)]
    assert rest["next_cursor"] is None
    assert [row["id"] for row in items(ann.get(PATH, state="retired"))] == [rules[0]["id"]]
    assert items(ann.get(PATH, kind="silence")) == []


def test_a_supervisor_reads_the_rules_and_changes_none(ann, caller):
    rule, sue = write(ann), caller(Role.SUPERVISOR)
    assert items(sue.get(PATH))[0]["id"] == rule["id"]
    assert_problem(sue.post(f"{PATH}/{rule['id']}/try", version=1), 403, "forbidden")


def test_a_rule_that_is_not_there_is_not_found(ann):
    assert_problem(ann.get(f"{PATH}/{uuid4()}"), 404, "not_found")
    assert_problem(ann.post(f"{PATH}/{uuid4()}/try", version=1), 404, "not_found")
