"""The desk over HTTP: context, templates and words, drafts, adverts together, decisions one can be told, figures."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.messages import MessageState
from models.review import DecisionKind, ReportReason
from models.roles import Role
from moderation.templates import templates
from server.jobs.desk import watch_desk
from tests.factories.api import Caller, assert_problem, assert_refused_field, items
from tests.factories.desk import case_now
from tests.factories.groups import make_group
from tests.factories.messages import case_of, decide, decided, decision_of, message_now, post, report
from tests.factories.people import make_person
from tests.factories.streams import events_of

WORDS = "Please say it again without that word."


@pytest.fixture
def ann(caller):
    return caller(Role.MODERATOR)


@pytest.fixture
def author(caller):
    return caller()


@pytest.fixture
def reader():
    return make_person()


@pytest.fixture
def group(author, reader):
    return make_group(author.person, reader)


@pytest.fixture
def reported(author, reader, group):
    def make(body="Thank you all.", reason=ReportReason.ABUSE):
        message = post(author.person, group, body).message
        report(reader, message, reason)
        return case_of(message.id)

    return make


def path(case, step=""):
    return f"/review/cases/{case.id}{step}"


def said(case, kind="remove", **more):
    return {"decision": kind, "note": "Only for the desk.", "version": case_now(case).version, **more}


def bodies(messages):
    return [message["body"] for message in messages]


def test_a_case_shows_five_messages_before_and_after_as_the_room_sees_them(ann, reader, author, group, reported):
    for number in range(7):
        post(reader, group, f"Before, number {number}.")
    case = reported("In the middle.", ReportReason.STIGMA)  # whose text is not covered
    taken = decided(reader, group, author.person)
    for number in range(6):
        post(reader, group, f"After, number {number}.")
    context = ann.get(path(case)).get_json()["context"]
    assert bodies(context["before"]) == [f"Before, number {number}." for number in range(2, 7)]
    assert bodies(context["after"]) == ["", *(f"After, number {number}." for number in range(4))]
    assert context["after"][0]["state"] == "removed"
    assert taken.id


def test_a_case_says_how_its_author_stands(ann, author, reader, group, reported):
    decided(author.person, group, reader)
    decided(author.person, group, reader, DecisionKind.DISMISS)
    case = reported()
    context = ann.get(path(case)).get_json()["context"]
    standing = context["author"]
    assert (standing["person"]["id"], standing["removed_in_90_days"]) == (author.person.id, 1)
    assert [row["decision"] for row in standing["earlier_decisions"]] == ["dismiss", "remove"]
    assert standing["member_since"]
    assert context["earlier_decisions"] == []
    clock.move(timedelta(days=91))
    assert caller_again(ann).get(path(case)).get_json()["context"]["author"]["removed_in_90_days"] == 0


def caller_again(ann):
    """Signed in anew, after so long."""
    return Caller(ann._client.application, ann.person)


def test_what_was_decided_about_the_same_message_before_is_shown(ann, reader, author, group, reported):
    case = reported()
    decide(make_person(Role.MODERATOR), case, DecisionKind.DISMISS)
    report(reader, message_now(case.message_id))
    again = case_of(case.message_id)
    assert [row["case_id"] for row in ann.get(path(again)).get_json()["context"]["earlier_decisions"]] == [case.id]


def test_the_author_is_told_by_ids_and_reads_the_words_where_only_they_can(ann, author, caller, reader, reported):
    case = reported()
    ann.post(path(case, "/decide"), **said(case, reason="stigma", template="label_for_a_person", words=WORDS))
    (notice,) = [event.data for event in events_of(author.person.id) if event.kind == "notice.message"]
    assert (notice["outcome"], notice["reason"]) == ("removed", "stigma")
    assert WORDS not in str(notice)
    own = author.get(f"/me/decisions/{notice['decision_id']}").get_json()
    assert (own["decision"], own["reason"], own["words"]) == ("remove", "stigma", WORDS)
    assert own["message_id"] == case.message_id
    assert "note" not in own
    (told,) = items(caller(reader).get("/me/reports"))
    assert (told["outcome"], told["words"]) == ("action_taken", templates()["label_for_a_person"].to_reporter)
    assert_problem(caller(reader).get(f"/me/decisions/{notice['decision_id']}"), 404, "not_found")
    assert_problem(ann.get(f"/me/decisions/{notice['decision_id']}"), 404, "not_found")


def test_without_words_of_their_own_the_template_speaks(ann, author, reported):
    case = reported()
    ann.post(path(case, "/decide"), **said(case, template="advert", reason="spam"))
    words = author.get(f"/me/decisions/{decision_of(case).id}").get_json()["words"]
    (template,) = [row for row in items(ann.get("/review/templates")) if row["key"] == "advert"]
    assert words == template["to_author"]


def test_of_what_they_were_never_told_nobody_reads(ann, author, reported):
    case = reported()
    ann.post(path(case, "/decide"), **said(case, "dismiss"))
    assert_problem(author.get(f"/me/decisions/{decision_of(case).id}"), 404, "not_found")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("template", "no_such"),
        ("template", "our_mistake"),
        ("reason", "boring"),
        ("undo_seconds", 11),
        ("words", "x" * 1001),
    ],
)
def test_a_decision_that_cannot_be_meant_is_refused(ann, reported, name, value):
    case = reported()
    assert_refused_field(ann.post(path(case, "/decide"), **said(case, **{name: value})), name)
    assert message_now(case.message_id).state is MessageState.VISIBLE


def test_a_decision_is_taken_back_over_http(ann, reported):
    case = reported()
    shown = ann.post(path(case, "/decide"), **said(case, undo_seconds=10)).get_json()
    assert (shown["pending"]["decision"], shown["state"]) == ("remove", "claimed")
    assert shown["allowed_actions"] == ["undo"]
    undone = ann.post(path(case, "/undo")).get_json()
    assert (undone["pending"], undone["target"]["state"]) == (None, "visible")
    assert ann.get(path(case, "/draft")).get_json()["decision"] == "remove"
    clock.move(timedelta(seconds=11))
    assert watch_desk() == 0


def test_a_draft_is_written_read_and_thrown_away(ann, reported):
    case = reported()
    assert_problem(ann.get(path(case, "/draft")), 404, "not_found")
    ann.put(path(case, "/draft"), note="It seems to me")
    ann.put(path(case, "/draft"), note="It seems clear", decision="remove")
    draft = ann.get(path(case, "/draft")).get_json()
    assert (draft["note"], draft["decision"], draft["words"]) == ("It seems clear", "remove", None)
    assert (draft["sanction"], draft["follow_up"]) == (None, None)
    unfinished = {"kind": "read_only", "hours": 72, "reason": "abuse", "words": None, "conversation_id": None}
    ann.put(path(case, "/draft"), sanction=unfinished, follow_up={"days": 3})
    draft = ann.get(path(case, "/draft")).get_json()
    assert (draft["sanction"], draft["follow_up"]) == (unfinished, {"days": 3, "note": None})
    assert [ann.delete(path(case, "/draft")).status_code for _ in range(2)] == [204, 204]
    assert_problem(ann.get(path(case, "/draft")), 404, "not_found")


def test_adverts_are_cleared_together_and_a_bad_one_stops_no_other(ann, reported):
    spam = [reported("It is on my page.", ReportReason.SPAM) for _ in range(3)]
    other, stale = reported(), spam[1]
    rows = [{"id": case.id, "version": case_now(case).version} for case in (*spam, other)]
    rows[1]["version"] += 1
    answers = {
        row["id"]: row for row in items(ann.post("/review/cases/bulk", cases=rows, decision="remove", note="Adverts."))
    }
    assert {case_id: row["code"] for case_id, row in answers.items()} == {
        spam[0].id: None,
        stale.id: "stale_version",
        spam[2].id: None,
        other.id: "not_spam",
    }
    assert [message_now(case.message_id).state.value for case in (*spam, other)] == [
        "removed",
        "visible",
        "removed",
        "visible",
    ]


def test_more_than_fifty_are_not_cleared_together(ann, reported):
    rows = [{"id": reported("Buy.", ReportReason.SPAM).id, "version": 1}] * 51
    assert_refused_field(ann.post("/review/cases/bulk", cases=rows, decision="remove", note="Adverts."), "cases")


def test_the_desk_is_counted_without_a_name(caller, ann, reported):
    first, second = reported(), reported()
    clock.move(timedelta(minutes=4))
    ann.post(path(first, "/claim"))
    clock.move(timedelta(minutes=4))
    ann.post(path(first, "/decide"), **said(first))
    ann.post(path(second, "/escalate"), note="Please look.")
    clock.move(timedelta(hours=3))
    figures = caller(Role.SUPERVISOR).get("/review/figures").get_json()
    (conduct,) = [row for row in figures["queues"] if row["queue"] == "conduct"]
    assert (conduct["open"], conduct["overdue"], figures["escalations_unacknowledged"]) == (1, 1, 1)
    counts = {row["at_most_seconds"]: row["count"] for row in conduct["seconds_to_claim"]["buckets"]}
    assert (counts[60], counts[300], conduct["seconds_to_claim"]["count"]) == (0, 1, 1)
    decided_in = {row["at_most_seconds"]: row["count"] for row in conduct["seconds_to_decision"]["buckets"]}
    assert (decided_in[300], decided_in[900]) == (0, 1)
