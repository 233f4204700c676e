"""Reports over HTTP: of people, of a stretch between two, one's own, and what moderators make of them."""

import pytest

from models.flags import STRETCH_RULE
from models.ids import new_id
from models.review import ReportReason
from models.roles import Role
from moderation.flags import NORMAL
from tests.factories.api import assert_problem, assert_refused_field, items
from tests.factories.flags import case_now, report_them, settle, show
from tests.factories.groups import make_group
from tests.factories.messages import post, report
from tests.factories.one_to_ones import make_one_to_one, write

REPORTED = {"report_id", "user_message"}


@pytest.fixture
def ann(caller):
    return caller(Role.CARER)


@pytest.fixture
def ben(caller):
    return caller(Role.CARER_PEER_WORKER)


@pytest.fixture
def talk(ann, ben):
    """A one-to-one of Ann and Ben in which each has written once; (its id, the two seqs)."""
    found = make_one_to_one(ann.person, ben.person).conversation_id
    return found, [write(one.person, found, f"From {one.person.role.value}.").seq for one in (ann, ben)]


@pytest.fixture
def group(ann, ben):
    return make_group(ann.person, ben.person)


def stretch(seqs, **changes):
    return {"reason": "abuse", "from_seq": seqs[0], "to_seq": seqs[-1], **changes}


def test_a_report_on_a_person_is_taken_and_says_what_becomes_of_it(ann, ben, group):
    answer = ann.post(f"/people/{ben.person.id}/report", reason="abuse", note="They write at night.")
    assert (answer.status_code, set(answer.get_json())) == (202, REPORTED)
    assert ann.post(f"/people/{ben.person.id}/report", reason="spam").get_json() == answer.get_json()


def test_whom_one_has_not_met_and_who_is_not_there_have_the_same_answer(ann, ben, caller, group):
    there = ann.post(f"/people/{caller(Role.CARER).person.id}/report", reason="abuse")
    nowhere = ann.post(f"/people/{new_id()}/report", reason="abuse")
    assert_problem(there, 404, "not_found")
    assert there.data == nowhere.data
    assert_problem(ann.post(f"/people/{ann.person.id}/report", reason="abuse"), 403, "forbidden")


def test_a_stretch_is_read_in_its_case_with_nothing_around_it(ann, ben, caller, talk):
    conversation_id, seqs = talk
    answer = ann.post(f"/conversations/{conversation_id}/report", **stretch(seqs[1:]))
    assert (answer.status_code, set(answer.get_json())) == (202, REPORTED)
    assert "nothing before or after it" in answer.get_json()["user_message"]
    desk = caller(Role.SUPERVISOR)
    (row,) = items(desk.get("/review/cases"))
    assert (row["target"]["kind"], row["reports"], row["report_weight"]) == ("conversation", 1, NORMAL)
    detail = desk.post(f"/review/cases/{row['id']}/reveal")  # what tells of abuse is covered until it is asked for
    (shown,) = detail.get_json()["stretches"]
    assert (shown["from_seq"], shown["to_seq"]) == (seqs[1], seqs[1])
    (message,) = shown["messages"]
    assert (message["author"]["id"], message["body"], message["revisions"]) == (
        ben.person.id,
        f"From {ben.person.role.value}.",
        [],
    )
    assert f"From {ann.person.role.value}." not in detail.text
    (made,) = detail.get_json()["reported"]
    assert made["id"] == answer.get_json()["report_id"]
    assert made["record"] == {"upheld": 0, "groundless": 0, "bad_faith": 0}
    assert ann.person.id not in str({**made, **row})


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("reason", {"reason": "boring"}),
        ("note", {"reason": "other"}),
        ("note", {"note": "x" * 1001}),
        ("from_seq", {"from_seq": 0}),
        ("from_seq", {"from_seq": 9, "to_seq": 8}),
        ("to_seq", {"to_seq": "2"}),
    ],
)
def test_a_stretch_that_cannot_be_meant_is_refused(ann, talk, name, changes):
    conversation_id, seqs = talk
    assert_refused_field(ann.post(f"/conversations/{conversation_id}/report", **stretch(seqs, **changes)), name)
    assert ann.post(f"/conversations/{conversation_id}/report", **stretch(seqs)).status_code == 202


def test_other_needs_a_note_for_a_person_too(ann, ben, group):
    assert_refused_field(ann.post(f"/people/{ben.person.id}/report", reason="other"), "note")
    assert ann.post(f"/people/{ben.person.id}/report", reason="other", note="It is this.").status_code == 202


def test_ones_own_reports_say_what_came_of_them_and_not_by_whom(ann, ben, caller, group, talk):
    supervisor = caller(Role.SUPERVISOR)
    on_message = report(ann.person, post(ben.person, group).message)
    on_person = report_them(ann.person, ben.person, note="They write at night.")
    on_talk = show(ann.person, talk[0], *talk[1])
    settle(supervisor.person, on_person.case_id)
    answer = ann.get("/me/reports")
    rows = items(answer)
    assert [row["id"] for row in rows] == [on_talk.id, on_person.id, on_message.id]
    assert [(row["target"]["kind"], row["state"], row["outcome"]) for row in rows] == [
        ("conversation", "open", None),
        ("person", "closed", "no_action"),
        ("message", "open", None),
    ]
    assert rows[0]["target"]["stretches"] == [{"from_seq": talk[1][0], "to_seq": talk[1][1]}]
    assert rows[1]["target"]["person"]["id"] == ben.person.id
    assert rows[1]["note"] == "They write at night."
    assert supervisor.person.id not in answer.text
    assert items(ben.get("/me/reports")) == []


def test_ones_own_reports_come_in_pages(ann, ben, group):
    for _ in range(3):
        report(ann.person, post(ben.person, group).message)
    first = ann.get("/me/reports", limit="2").get_json()
    rest = ann.get("/me/reports", limit="2", cursor=first["next_cursor"]).get_json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)


def test_setting_aside_and_undoing_it(ann, ben, caller, group):
    first, second = (report(ann.person, post(ben.person, group).message) for _ in range(2))
    risk = report(ann.person, post(ben.person, group).message, ReportReason.RISK_TO_SELF)
    moderator, supervisor = caller(Role.MODERATOR), caller(Role.SUPERVISOR)
    done = moderator.post(f"/review/reports/{first.id}/set-aside", note="The same every day.", all_open=True)
    assert done.status_code == 200
    body = done.get_json()
    assert (set(body["set_aside"]), body["left_standing"]) == ({first.id, second.id}, [risk.id])
    assert set(body["closed_cases"]) == {first.case_id, second.case_id}
    assert [row["state"] for row in items(ann.get("/me/reports"))] == ["open", "set_aside", "set_aside"]
    again = moderator.post(f"/review/reports/{first.id}/set-aside", note="Once more.", all_open=False)
    assert_problem(again, 409, "report_set_aside")
    refused = moderator.post(f"/review/reports/{risk.id}/set-aside", note="That too.", all_open=False)
    assert_problem(refused, 409, "safety_report")
    assert_problem(moderator.post(f"/review/reports/{first.id}/reinstate", note="Sorry."), 403, "forbidden")
    undone = supervisor.post(f"/review/reports/{second.id}/reinstate", note="They were right.").get_json()
    assert (set(undone["reinstated"]), len(undone["cases"])) == ({first.id, second.id}, 2)
    assert [row["state"] for row in items(ann.get("/me/reports"))] == ["open", "open", "open"]


def test_the_reporter_reads_plain_words_when_reports_were_looked_at_together(ann, ben, caller, group):
    made = report(ann.person, post(ben.person, group).message)
    caller(Role.MODERATOR).post(f"/review/reports/{made.id}/set-aside", note="Again.", all_open=True)
    told = ann.post("/sync", streams={ann.person.id: 0}).get_json()["streams"][ann.person.id]["events"][-1]
    assert (told["kind"], told["data"]["outcome"]) == ("notice.report", "set_aside")
    assert "looked at together" in told["data"]["user_message"]


def test_whether_a_report_exists_is_not_told_to_others(ann, ben, group):
    made = report(ann.person, post(ben.person, group).message)
    body = {"note": "Again.", "all_open": True}
    there = ben.post(f"/review/reports/{made.id}/set-aside", **body)
    nowhere = ben.post(f"/review/reports/{new_id()}/set-aside", **body)
    assert_problem(there, 403, "forbidden")
    assert there.data == nowhere.data


def test_the_desk_does_not_tell_a_moderator_that_a_case_is_about_them(ann, caller):
    moderator, supervisor = caller(Role.MODERATOR), caller(Role.SUPERVISOR)
    make_group(ann.person, moderator.person)
    made = report_them(ann.person, moderator.person)
    listed = moderator.get("/review/cases")
    assert [row["id"] for row in items(listed)] == [made.case_id]
    assert moderator.person.id not in listed.text
    assert_problem(moderator.get(f"/review/cases/{made.case_id}"), 403, "forbidden")
    detail = supervisor.get(f"/review/cases/{made.case_id}").get_json()
    assert detail["target"]["author"]["id"] == moderator.person.id
    assert case_now(made.case_id).claimed_by is None


def test_both_of_a_talk_are_told_the_rule_and_a_group_is_not(ann, ben, group, talk):
    for one in (ann, ben):
        rules = {row["kind"]: row["reporting_rule"] for row in items(one.get("/conversations"))}
        assert rules == {"one_to_one": STRETCH_RULE, "group": None}


def test_reports_of_all_kinds_are_counted_together(ann, ben, group, talk, app):
    for _ in range(29):
        ann.post(f"/people/{ben.person.id}/report", reason="spam")
    assert ann.post(f"/conversations/{talk[0]}/report", **stretch(talk[1])).status_code == 202
    for path, body in (
        (f"/people/{ben.person.id}/report", {"reason": "spam"}),
        (f"/conversations/{talk[0]}/report", stretch(talk[1])),
    ):
        assert_problem(ann.post(path, **body), 429, "too_many_requests")
