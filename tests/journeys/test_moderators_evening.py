"""A moderator's whole evening, twenty cases of every kind, through the API alone."""

from collections import Counter
from datetime import timedelta

import pytest

from models.clock import clock
from models.review import ReportReason
from models.roles import Role
from server.jobs.desk import watch_desk
from tests.factories.api import Caller, items
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, RISKY, post, report
from tests.factories.people import make_person
from tests.factories.streams import events_of

CASES = "/review/cases"
UNDO = timedelta(seconds=10)


class Desk:
    """One person of the desk: does only what the desk offers them."""

    def __init__(self, app, role):
        self.caller = Caller(app, make_person(role))

    def list(self, limit=7):
        found, cursor = [], None
        while True:
            page = self.caller.get(CASES, limit=limit, **({"cursor": cursor} if cursor else {})).get_json()
            found += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    def read(self, case):
        return self._good(self.caller.get(f"{CASES}/{case['id']}"))

    def do(self, case, action, step, **body):
        assert action in self.read(case)["allowed_actions"], (action, step)
        return self._good(self.caller.post(f"{CASES}/{case['id']}/{step}", **body))

    def decide(self, case, decision, **more):
        version = self.read(case)["version"]
        body = {"decision": decision, "note": "Looked at it.", "version": version, **more}
        return self.do(case, f"decide:{decision}", "decide", **body)

    def draft(self, case, **words):
        self._good(self.caller.put(f"{CASES}/{case['id']}/draft", **words))
        return self._good(self.caller.get(f"{CASES}/{case['id']}/draft"))

    @staticmethod
    def _good(answer):
        assert answer.status_code == 200, answer.text
        return answer.get_json()


@pytest.fixture
def house(app):
    """A group in which twenty things happened: (author, message id) of each, and who reported."""
    authors, reader = [make_person() for _ in range(4)], make_person()
    group = make_group(*authors, reader)
    bodies = [RISKY] * 3 + [HOSTILE] * 3 + ["Good evening to you all."] * 14
    reasons = [None] * 6 + [ReportReason.SPAM] * 6 + [ReportReason.STIGMA] * 4 + [ReportReason.PRIVACY] * 2
    reasons += [ReportReason.ABUSE] * 2
    for number, (body, reason) in enumerate(zip(bodies, reasons, strict=True)):
        message = post(authors[number % len(authors)], group, body).message
        if reason is not None:
            report(reader, message, reason)
    return authors, reader


def of(cases, *labels):
    return [case for case in cases if set(labels) & set(case["labels"])]


def test_twenty_mixed_cases_are_worked_through_in_an_evening(app, house):
    authors, reader = house
    ann, ben, sue = Desk(app, Role.MODERATOR), Desk(app, Role.MODERATOR), Desk(app, Role.SUPERVISOR)
    cases = ann.list()
    assert (len(cases), len({case["id"] for case in cases})) == (20, 20)
    assert [case["queue"] == "safety" for case in cases] == [True] * 3 + [False] * 17
    assert [case["urgency"] for case in cases[3:]] == sorted((case["urgency"] for case in cases[3:]), reverse=True)

    # Whoever is in danger comes first; the one that is too much goes to the supervisor.
    risky = cases[:3]
    ann.do(risky[0], "escalate", "escalate", note="I do not know what to say here.")
    assert events_of(sue.caller.person.id)[-1].data["what"] == "escalated"
    sue.do(risky[0], "acknowledge", "acknowledge")
    for who, case in ((sue, risky[0]), (ann, risky[1]), (ann, risky[2])):
        who.decide(case, "dismiss", reason="risk", template="worried_about_you")

    # What was held: one was a mistake of the screening, one decision was a slip of the finger and is taken back.
    held = of(cases, "hostility")
    ann.decide(held[0], "approve", reason="none_broken", template="held_and_fine")
    slip = ann.decide(held[1], "approve", undo_seconds=10)
    assert slip["allowed_actions"] == ["undo"]
    ann.do(held[1], "undo", "undo")
    for case in held[1:]:
        ann.decide(case, "remove", reason="hostility", template="heat_of_the_moment", undo_seconds=10)
    clock.move(UNDO)
    assert watch_desk() == 2

    # Adverts go together.
    spam = of(cases, "spam")
    assert all("bulk" in case["allowed_actions"] for case in spam)
    rows = [{"id": case["id"], "version": case["version"]} for case in spam]
    answers = items(ann.caller.post(f"{CASES}/bulk", cases=rows, decision="remove", note="Adverts."))
    assert (len(answers), all(row["ok"] for row in answers)) == (6, True)

    # Words that hurt: with a draft, with a second opinion, and kindly.
    stigma = of(cases, "stigma")
    ann.do(stigma[0], "second_opinion", "second-opinion", note="Is it the word, or is it me?", leaning="remove")
    assert ben.read(stigma[0])["opinions"][0]["note"] == "Is it the word, or is it me?"
    ben.decide(stigma[0], "dismiss", reason="none_broken", template="looked_and_stays")
    for case in stigma[1:]:
        ann.do(case, "claim", "claim")
        draft = ann.draft(case, decision="remove", reason="stigma", note="The word.", words="Please say it in other words.")
        ann.decide(case, draft["decision"], **{name: draft[name] for name in ("reason", "note", "words")})

    # One is too close to home.
    private = of(cases, "privacy")
    ann.do(private[0], "skip", "skip", reason="too_close")
    assert private[0]["id"] not in [case["id"] for case in ann.list()]
    ben.decide(private[0], "remove", reason="third_party_privacy", template="names_someone_cared_for")
    ann.decide(private[1], "dismiss")

    # Out of sight while it is looked into, and back.
    abuse = of(cases, "abuse")
    ann.decide(abuse[0], "hide")
    ann.decide(abuse[0], "restore", reason="none_broken", template="our_mistake")
    ann.decide(abuse[1], "dismiss")

    assert ann.list() == []
    figures = sue.caller.get("/review/figures").get_json()
    assert figures["escalations_unacknowledged"] == sum(row["open"] for row in figures["queues"]) == 0
    assert sum(row["seconds_to_decision"]["count"] for row in figures["queues"]) == 20
    assert_everybody_knows(app, authors, reader)


def assert_everybody_knows(app, authors, reader):
    """Whose message moved was told, and reads why; who reported was told what came of each."""
    told = Counter()
    for author in authors:
        caller = Caller(app, author)
        for notice in (event.data for event in events_of(author.id) if event.kind == "notice.message"):
            own = caller.get(f"/me/decisions/{notice['decision_id']}").get_json()
            assert own["message_id"] == notice["message_id"]
            told[own["decision"]] += 1
            assert own["words"] or own["reason"] in {None, "spam"}
    assert told == {"approve": 1, "remove": 2 + 6 + 3 + 1, "hide": 1, "restore": 1}
    outcomes = Counter(event.data["outcome"] for event in events_of(reader.id) if event.kind == "notice.report")
    assert outcomes == {"action_taken": 6 + 3 + 1, "no_action": 1 + 1 + 2}
