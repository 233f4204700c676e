"""Sanctions and appeals over HTTP: what the desk sends, what the person reads, and what is refused by name."""

from datetime import timedelta

import pytest

from models.clock import clock, utc_text
from models.roles import Role
from tests.factories.api import assert_problem, assert_refused_field, items
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, case_of, message_now, post
from tests.factories.people import make_person
from tests.factories.sanctions import WORDS
from tests.factories.streams import audited, events_of

APPEAL = "It was meant for nobody here."


@pytest.fixture
def ann(caller):
    return caller(Role.MODERATOR)


@pytest.fixture
def ben(caller):
    return caller(Role.MODERATOR)


@pytest.fixture
def carer(caller):
    return caller()


@pytest.fixture
def group(carer):
    return make_group(carer.person)


def body(kind="read_only", **changes):
    return {"kind": kind, "days": 1, "reason": "abuse", "words": WORDS, **changes}


def impose(moderator, person, kind="read_only", **changes):
    answer = moderator.post("/review/sanctions", person_id=person.person.id, **body(kind, **changes))
    assert answer.status_code == 201, answer.text
    return answer.get_json()["sanction"]


def say(person, group, text="Good evening."):
    return person.post(
        f"/conversations/{group.conversation_id}/messages",
        client_id=clock.now().isoformat()[:26].replace("+", "."),
        body=text,
    )


def test_what_is_imposed_is_told_with_why_until_when_and_how_to_appeal(ann, carer, group):
    sanction = impose(ann, carer, conversation_id=group.conversation_id)
    refused = assert_problem(say(carer, group), 403, "read_only")
    assert refused["until"] == sanction["until"]
    assert refused["decision_id"] == sanction["decision_id"]
    assert WORDS in refused["user_message"]
    (own,) = items(carer.get("/me/sanctions"))
    assert (own["kind"], own["words"], own["limits_now"], own["reason"]) == ("read_only", WORDS, True, "abuse")
    assert "imposed_by" not in own
    assert own["user_message"] == refused["user_message"]
    assert own["appeal_until"] == utc_text(clock.now() + timedelta(days=30))[:13] + own["appeal_until"][13:]
    standing = carer.get("/me/standing").get_json()
    assert [each["id"] for each in standing["present"]] == [sanction["id"]]
    assert "suggestion" not in standing
    (event,) = [event for event in events_of(carer.person.id) if event.kind == "notice.sanction"]
    assert (event.data["change"], event.data["sanction_id"]) == ("imposed", sanction["id"])
    assert WORDS not in str(event.data)


def test_the_desk_sees_how_somebody_stands_and_that_it_looked_is_recorded(ann, ben, carer):
    impose(ann, carer, "warning", days=None)
    impose(ann, carer)
    standing = ben.get(f"/people/{carer.person.id}/standing").get_json()
    assert standing["person"]["id"] == carer.person.id
    assert [each["kind"] for each in standing["present"]] == ["read_only"]
    assert [each["kind"] for each in standing["past"]] == ["warning"]
    assert standing["present"][0]["imposed_by_name"] == ann.person.display_name
    assert standing["suggestion"] == {"kind": "read_only", "hours": 168, "earlier": 2}
    assert audited(carer.person.id)[1:] == ["sanction.imposed", "sanction.imposed", "standing.read"]


def test_nobody_looks_up_their_own_standing_at_the_desk(ann):
    assert_problem(ann.get(f"/people/{ann.person.id}/standing"), 403, "forbidden")


def test_a_sanction_is_lifted_early_and_told(ann, carer, group):
    sanction = impose(ann, carer, conversation_id=group.conversation_id)
    lifted = ann.post(f"/review/sanctions/{sanction['id']}/lift", reason="We have spoken.").get_json()["sanction"]
    assert (lifted["ending"], lifted["limits_now"], lifted["ending_note"]) == ("lifted", False, "We have spoken.")
    assert say(carer, group).status_code == 201
    assert "We have spoken." not in carer.get("/me/sanctions").text
    assert_problem(ann.post(f"/review/sanctions/{sanction['id']}/lift", reason="Again."), 409, "sanction_over")


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("kind", {"kind": "ban"}),
        ("reason", {"reason": "because"}),
        ("words", {"words": ""}),
        ("words", {"words": "x" * 1001}),
        ("days", {"days": 0}),
        ("days", {"days": 91}),
        ("days", {"days": 31}),
        ("days", {"hours": 3}),
        ("hours", {"days": None}),
        ("conversation_id", {"kind": "removal"}),
        ("until", {"days": None, "until": "2020-01-02T00:00:00Z"}),
        ("person_id", {"person_id": "ann"}),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(caller, carer, name, changes):
    supervisor = caller(Role.SUPERVISOR)
    asked = {"person_id": carer.person.id, **body(), **changes}
    assert_refused_field(supervisor.post("/review/sanctions", **asked), name)


def test_a_moderator_does_not_go_past_their_row(ann, carer, group):
    for asked in (
        body(days=8),
        body("suspension", days=4),
        body("removal", days=None, conversation_id=group.conversation_id),
    ):
        assert_problem(ann.post("/review/sanctions", person_id=carer.person.id, **asked), 403, "sanction_beyond_role")


def test_a_person_who_is_not_there_is_not_found(ann, group):
    assert_problem(ann.post("/review/sanctions", person_id=group.id, **body()), 404, "not_found")


@pytest.fixture
def decided(ann, carer, group):
    """A held message removed by a decision with which its author only reads for a day."""
    held = post(carer.person, group, HOSTILE).message
    case = case_of(held.id)
    asked = body(conversation_id=group.conversation_id)
    path = f"/review/cases/{case.id}/decide"
    answer = ann.post(path, decision="remove", note="Seen.", version=case.version, sanction=asked)
    assert answer.status_code == 200, answer.text
    return held


def test_a_decision_an_appeal_and_what_it_gives_back(ann, ben, carer, group, decided):
    assert_problem(say(carer, group), 403, "read_only")
    (told,) = carer.get("/me/standing").get_json()["decisions"]
    assert (told["message_id"], told["decision"]) == (decided.id, "remove")
    (notice,) = [event.data for event in events_of(carer.person.id) if event.kind == "notice.message"]
    assert notice["decision_id"] == told["decision_id"]
    appeal = carer.post(f"/decisions/{told['decision_id']}/appeal", words=APPEAL)
    assert appeal.status_code == 201
    (waiting,) = items(ben.get("/review/appeals"))
    assert (waiting["sanction"], waiting["decision"], waiting["state"]) == ("read_only", "remove", "open")
    assert APPEAL not in ben.get("/review/appeals").text
    path = f"/review/appeals/{waiting['id']}"
    detail = ben.get(path).get_json()
    assert (detail["words"], detail["message"]["body"], detail["may_decide"]) == (APPEAL, HOSTILE, True)
    assert detail["decided"]["words"] == WORDS
    assert ann.get(path).get_json()["may_decide"] is False
    answer = {"outcome": "overturned", "note": "A song.", "words": "You were quoting.", "version": detail["version"]}
    assert_problem(ann.post(f"{path}/decide", **answer), 403, "forbidden")
    assert ben.post(f"{path}/decide", **answer).get_json()["appeal"]["state"] == "overturned"
    assert message_now(decided.id).seq is not None
    assert say(carer, group).status_code == 201
    (own,) = items(carer.get("/me/appeals"))
    assert (own["state"], own["answer"]) == ("overturned", "You were quoting.")
    assert "A song." not in carer.get("/me/appeals").text
    assert items(ben.get("/review/appeals")) == []
    assert [row["id"] for row in items(ben.get("/review/appeals", state="overturned"))] == [waiting["id"]]


def test_appeals_wait_in_the_order_they_came_and_are_due_in_three_days(ann, ben, caller):
    made = []
    for _ in range(3):
        person = caller()
        sanction = impose(ann, person)
        made.append(person.post(f"/decisions/{sanction['decision_id']}/appeal", words=APPEAL).get_json()["appeal"])
    first = ben.get("/review/appeals", limit=2)
    second = ben.get("/review/appeals", limit=2, cursor=first.get_json()["next_cursor"])
    assert [row["id"] for row in items(first) + items(second)] == [one["id"] for one in made]
    assert made[0]["due_at"][:13] == utc_text(clock.now() + timedelta(hours=72))[:13]


@pytest.mark.parametrize("words", ["", "x" * 2001, None])
def test_an_appeal_has_words(ann, carer, words):
    sanction = impose(ann, carer)
    assert_refused_field(carer.post(f"/decisions/{sanction['decision_id']}/appeal", words=words), "words")


@pytest.mark.parametrize("outcome", ["open", "withdrawn", "lost"])
def test_an_appeal_is_upheld_or_overturned_and_nothing_else(ann, ben, carer, outcome):
    sanction = impose(ann, carer)
    appeal = carer.post(f"/decisions/{sanction['decision_id']}/appeal", words=APPEAL).get_json()["appeal"]
    asked = {"outcome": outcome, "note": "Seen.", "words": "Seen.", "version": 1}
    assert_refused_field(ben.post(f"/review/appeals/{appeal['id']}/decide", **asked), "outcome")
    assert carer.post(f"/me/appeals/{appeal['id']}/withdraw").get_json()["appeal"]["state"] == "withdrawn"


def test_another_persons_decision_is_as_good_as_not_there(ann, carer, caller):
    other = make_person()
    sanction = impose(ann, carer)
    assert_problem(caller(other).post(f"/decisions/{sanction['decision_id']}/appeal", words=APPEAL), 404, "not_found")
