"""Two moderators connected at once: each sees live what the other does with a case, and nothing of what is their own."""

import pytest

from tests.factories.clients import Refused
from tests.factories.messages import RISKY
from tests.factories.review import case_about


@pytest.fixture
def made(room):
    return room("carer1", "carer2", "worker1")


def sees(phone, case, **what):
    """The case as this phone got it live, once it is so."""

    def fits(data):
        return data["case"]["id"] == case["id"] and what.items() <= data["case"].items()

    kind = "case.closed" if what.get("state") == "closed" else "case.changed"
    return phone.wait_event(kind, fits)["data"]["case"]


def count(phone, case):
    phone.sync()
    return len([e for e in phone.events if e["kind"].startswith("case.") and e["data"]["case"]["id"] == case["id"]])


def test_two_moderators_see_each_others_work_live(phone, made):
    author, reader, stream = phone("carer1"), phone("carer2"), made.conversation_id
    ann, ben = phone("moderator1"), phone("moderator2")
    message = author.send(stream, "A word that hurts.")["message"]
    reader.post(f"/messages/{message['id']}/report", reason="stigma")
    case = case_about(ann, message["id"])
    path = f"/review/cases/{case['id']}"

    assert ann.call("case:claim", case_id=case["id"])["ok"]
    claimed = sees(ben, case, claimed_by=ann.person["id"])
    assert claimed["claimed_by_name"] == ann.person["display_name"]
    assert claimed["claim_until"] > claimed["opened_at"]
    assert "allowed_actions" not in claimed  # what goes to everybody says nothing of what one may do
    assert ben.call("case:claim", case_id=case["id"])["error"]["code"] == "case_claimed"

    before = count(ann, case)
    ben.post(f"{path}/skip", reason="not_now")
    ann.put(f"{path}/draft", note="The word.")
    assert count(ann, case) == before  # neither is anybody's business

    said = {"decision": "remove", "note": "The word.", "reason": "stigma", "template": "label_for_a_person"}
    ann.post(f"{path}/decide", **said, version=ann.get(path)["version"], undo_seconds=10)
    pending = ben.wait_event("case.changed", lambda data: data["case"]["id"] == case["id"] and data["case"]["pending"])
    assert pending["data"]["case"]["pending"]["by"] == ann.person["id"]
    with pytest.raises(Refused) as refused:
        ben.post(f"{path}/decide", **said, version=pending["data"]["case"]["version"])
    assert refused.value.code == "decision_pending"
    undone = ann.post(f"{path}/undo")
    sees(ben, case, version=undone["version"], pending=None)

    ann.post(f"{path}/decide", **said, version=undone["version"], undo_seconds=1)
    sees(ben, case, state="closed")  # carried out by the service itself, a second later
    reader.wait_event("message.removed", lambda data: data["message_id"] == message["id"])
    notice = author.wait_event("notice.message", lambda data: data["message_id"] == message["id"])
    assert author.get(f"/me/decisions/{notice['data']['decision_id']}")["reason"] == "stigma"


def test_an_escalation_reaches_the_supervisor_and_the_answer_the_moderators_live(phone, made):
    author, ann, ben, sue = (phone(name) for name in ("carer1", "moderator1", "moderator2", "supervisor"))
    message = author.send(made.conversation_id, RISKY)["message"]
    case = case_about(ann, message["id"])
    path = f"/review/cases/{case['id']}"
    ann.post(f"{path}/escalate", note="Please look at this with me.")
    sue.wait_event("notice.case", lambda data: data["case_id"] == case["id"] and data["what"] == "escalated")
    shown = ben.wait_event("case.changed", lambda data: data["case"]["id"] == case["id"] and data["case"]["escalation"])
    assert "Please look" not in str(shown)
    assert ben.call("case:claim", case_id=case["id"])["error"]["code"] == "case_escalated"
    sue.post(f"{path}/acknowledge")
    sees(ben, case, claimed_by=sue.person["id"])
    ann.wait_event("notice.case", lambda data: data["case_id"] == case["id"] and data["what"] == "acknowledged")
    sue.post(f"{path}/decide", decision="dismiss", note="Talked with them.", version=sue.get(path)["version"])
    sees(ann, case, state="closed")
