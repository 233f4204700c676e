"""Covered cases at the door: no word of them gets out before it is asked for, and figures are for those they are about."""

from datetime import datetime, timedelta

import pytest

from models.clock import clock
from models.exposure import DEFAULT_CAP, PAUSE, use_cap
from models.review import ReportReason
from models.roles import Role
from server.actions.edits import edit_message
from server.actions.groups import join_group
from tests.factories.api import assert_problem, assert_refused_field, items
from tests.factories.groups import make_group
from tests.factories.messages import RISKY, case_of, post, report
from tests.factories.people import act, make_person
from tests.factories.photos import make_photo

CANARY = "wombatmoon"


@pytest.fixture(autouse=True)
def _usual_cap(app):
    use_cap(DEFAULT_CAP)
    yield
    use_cap(DEFAULT_CAP)


@pytest.fixture
def ann(caller):
    return caller(Role.MODERATOR)


@pytest.fixture
def author():
    return make_person()


@pytest.fixture
def reader():
    return make_person()


@pytest.fixture
def group(author, reader):
    return make_group(author, reader, photos=True)


@pytest.fixture
def risk(author, group):
    return lambda: case_of(post(author, group, RISKY).message.id)


@pytest.fixture
def wordy(author, reader, group):
    """A severe case with somebody's words wherever there can be any."""
    photo = {"id": make_photo(author, group).id, "description": f"A picture of {CANARY}"}
    sent = post(author, group, f"{RISKY} {CANARY}", content_warning=CANARY, photos=[photo]).message
    words = {"body": f"{RISKY}, {CANARY}", "content_warning": f"{CANARY}!", "acknowledged_advice": True}
    act(edit_message, author, sent.id, **words)
    report(reader, sent, ReportReason.RISK_TO_SELF, note=f"I know {CANARY}.")
    return case_of(sent.id)


def path(case, step=""):
    return f"/review/cases/{case.id}{step}"


def counter(person):
    return person.get("/review/me/exposure").get_json()


def test_no_word_of_a_severe_case_is_shown_before_it_is_asked_for(ann, wordy):
    answer = ann.get(path(wordy))
    covered = answer.get_json()
    assert CANARY not in answer.text
    assert (covered["blurred"], covered["word"]) == (True, None)
    assert covered["in_short"] == "A message with a photo: tells of a risk to themselves."
    message = covered["message"]
    assert (message["body"], message["content_warning"], message["photos"][0]["description"]) == (None, None, None)
    assert [one["note"] for one in covered["reported"]] == [None]
    assert {(one["body"], one["content_warning"]) for one in covered["revisions"]} == {(None, None)}
    assert covered["allowed_decisions"]


def test_asked_for_it_is_shown_whole(ann, wordy):
    shown = ann.post(path(wordy, "/reveal")).get_json()
    assert (shown["blurred"], shown["message"]["body"]) == (False, f"{RISKY}, {CANARY}")
    assert (shown["message"]["content_warning"], shown["reported"][0]["note"]) == (f"{CANARY}!", f"I know {CANARY}.")
    assert shown["message"]["photos"][0]["description"] == f"A picture of {CANARY}"
    assert [one["body"] for one in shown["revisions"]] == [f"{RISKY} {CANARY}"]
    assert ann.get(path(wordy)).get_json()["blurred"] is True


def test_both_answers_have_the_same_fields(ann, wordy):
    covered, shown = ann.get(path(wordy)).get_json(), ann.post(path(wordy, "/reveal")).get_json()
    assert set(covered) == set(shown)
    assert set(covered["message"]) == set(shown["message"])


def test_a_picture_seen_before_its_case_became_severe_is_covered_from_then_on(ann, author, reader, group):
    photo = make_photo(author, group).id
    sent = post(author, group, photos=[{"id": photo, "description": None}]).message
    report(reader, sent, ReportReason.STIGMA)
    picture = path(case_of(sent.id), f"/photos/{photo}")
    ann.get(path(case_of(sent.id)))
    assert ann.get(picture).status_code == 200
    another = make_person()
    act(join_group, another, group.id)
    report(another, sent, ReportReason.ABUSE)
    assert_problem(ann.get(picture), 409, "reveal_first")
    ann.post(path(case_of(sent.id), "/reveal"))
    assert ann.get(picture).status_code == 200


def test_what_a_colleague_noted_is_not_covered(ann, caller, wordy):
    body = {"decision": "hide", "note": "I rang the supervisor.", "version": case_of(wordy.message_id).version}
    assert caller(Role.MODERATOR).post(path(wordy, "/decide"), **body).status_code == 200
    assert ann.get(path(wordy)).get_json()["decisions"][0]["note"] == "I rang the supervisor."


def test_without_a_body_it_is_asked_for_just_so(ann, wordy):
    assert ann.request("POST", path(wordy, "/reveal")).status_code == 200
    assert_refused_field(ann.post(path(wordy, "/reveal"), anyway="yes"), "anyway")


def test_a_party_to_the_case_is_not_shown_it(caller, author):
    moderator = caller(Role.MODERATOR)
    sent = post(author, make_group(author, moderator.person), RISKY).message
    report(moderator.person, sent)
    assert_problem(moderator.post(path(case_of(sent.id), "/reveal")), 403, "forbidden")
    assert caller(Role.MODERATOR).post(path(case_of(sent.id), "/reveal")).status_code == 200


def test_an_evening_at_the_desk_with_the_usual_cap(ann, caller, risk):
    ben = caller(Role.MODERATOR)
    for left in range(DEFAULT_CAP, 0, -1):
        assert counter(ann)["severe_left"] == left
        assert ann.post(path(risk(), "/reveal")).status_code == 200
    ben.get(path(risk()))
    now = clock.now()
    told = assert_problem(ann.post(path(risk(), "/reveal")), 409, "time_for_a_pause")
    assert told["debrief_offered"] is True
    found = counter(ann)
    assert (found["paused_until"], found["severe_left"]) == (told["paused_until"], 0)
    assert (found["rest_suggested"], found["debrief_offered"], found["enough_for_today"]) == (True, True, False)
    assert found["today"] == found["this_shift"] == found["last_7_days"] == {"severe": DEFAULT_CAP, "ordinary": 0}
    until = datetime.fromisoformat(told["paused_until"])
    assert now + PAUSE - timedelta(minutes=1) < until <= now + PAUSE
    for _ in range(DEFAULT_CAP // 2):
        clock.move(PAUSE)
        ben.get(path(risk()))
        assert counter(ann)["severe_left"] == 2
        for _ in range(2):
            assert ann.post(path(risk(), "/reveal")).status_code == 200
    clock.move(PAUSE)
    ben.get(path(risk()))
    told = assert_problem(ann.post(path(risk(), "/claim")), 409, "enough_for_today")
    assert told["debrief_offered"] is True
    assert counter(ann)["enough_for_today"] is True
    assert len(items(ann.get("/review/cases", limit=100))) > 2 * DEFAULT_CAP


def test_somebody_who_never_was_at_the_desk_has_the_whole_cap_before_them(ann):
    nothing = {"severe": 0, "ordinary": 0}
    assert counter(ann) == {
        "today": nothing,
        "this_shift": nothing,
        "last_7_days": nothing,
        "cap": DEFAULT_CAP,
        "severe_left": DEFAULT_CAP,
        "paused_until": None,
        "enough_for_today": False,
        "rest_suggested": False,
        "debrief_offered": False,
    }


def test_everything_can_be_covered_and_severe_cases_always_are(ann, author, reader, group, wordy):
    mild = post(author, group).message
    report(reader, mild, ReportReason.STIGMA)
    mild = case_of(mild.id)
    assert ann.get("/me/desk-preferences").get_json() == {"blur": "severe"}
    assert ann.get(path(mild)).get_json()["blurred"] is False
    assert ann.patch("/me/desk-preferences", blur="all").get_json() == {"blur": "all"}
    assert ann.get(path(mild)).get_json()["blurred"] is True
    assert ann.post(path(mild, "/reveal")).get_json()["blurred"] is False
    for never in ("none", "never", None):
        assert_refused_field(ann.patch("/me/desk-preferences", blur=never), "blur")
    ann.patch("/me/desk-preferences", blur="severe")
    assert [ann.get(path(one)).get_json()["blurred"] for one in (mild, wordy)] == [False, True]


def test_figures_about_moderators_are_for_supervisors(ann, caller, risk):
    ann.post(path(risk(), "/reveal"))
    (row,) = items(caller(Role.SUPERVISOR).get("/review/moderators/exposure"))
    assert row == {
        "moderator": {
            "id": ann.person.id,
            "display_name": ann.person.display_name,
            "role": "moderator",
            "role_label": "Moderator",
        },
        "last_7_days": {"severe": 1, "ordinary": 0},
        "last_28_days": {"severe": 1, "ordinary": 0},
        "pauses": 0,
        "evenings_enough": 0,
        "beyond_cap": 0,
        "debriefs_offered": 0,
        "debriefs_asked": 0,
        "debriefs_held": 0,
    }
    for role in set(Role) - {Role.SUPERVISOR}:
        assert_problem(caller(role).get("/review/moderators/exposure"), 403, "forbidden")


def test_figures_come_in_pages(ann, caller):
    other, supervisor = caller(Role.MODERATOR), caller(Role.SUPERVISOR)
    first = supervisor.get("/review/moderators/exposure", limit=1)
    second = supervisor.get("/review/moderators/exposure", limit=1, cursor=first.get_json()["next_cursor"])
    listed = [row["moderator"]["id"] for row in items(first) + items(second)]
    assert (listed, second.get_json()["next_cursor"]) == ([ann.person.id, other.person.id], None)


def test_a_moderator_asks_for_a_debrief_and_a_supervisor_takes_it(ann, caller):
    asked = ann.post("/debriefs", wish="soon", words="The one of tonight.").get_json()["debrief"]
    supervisor = caller(Role.SUPERVISOR)
    assert [row["id"] for row in items(supervisor.get("/debriefs"))] == [asked["id"]]
    assert items(caller(Role.MODERATOR).get("/debriefs")) == []
    taken = supervisor.post(f"/debriefs/{asked['id']}/take").get_json()["debrief"]
    assert (taken["state"], taken["words"]) == ("taken", "The one of tonight.")
    assert items(caller(Role.COORDINATOR).get("/debriefs"))[0]["words"] is None


def test_the_record_says_that_somebody_looked_and_no_more(ann, caller, wordy):
    ann.post(path(wordy, "/reveal"))
    entries = items(caller(Role.COORDINATOR).get("/audit", limit=100))
    (entry,) = [row for row in entries if row["action"] == "case.revealed"]
    assert (entry["subject_id"], entry["data"]) == (wordy.id, {})
