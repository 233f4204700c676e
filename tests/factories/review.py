"""Moderators at work, over HTTP."""

from typing import Any

from tests.factories.clients import Phone


def case_about(moderator: Phone, message_id: str) -> dict[str, Any]:
    """The open case about this message, as the desk's list has it."""
    cursor = ""
    while True:
        page = moderator.get(f"/review/cases?limit=100{cursor}")
        for case in page["items"]:
            if case["target"]["message_id"] == message_id:
                return dict(case)
        assert page["next_cursor"], "no open case about this message"
        cursor = f"&cursor={page['next_cursor']}"


def decide_about(moderator: Phone, message_id: str, decision: str) -> dict[str, Any]:
    """Claim the message's case and decide it."""
    case = moderator.post(f"/review/cases/{case_about(moderator, message_id)['id']}/claim")
    body = {"decision": decision, "note": "Looked at together.", "version": case["version"]}
    return dict(moderator.post(f"/review/cases/{case['id']}/decide", **body))
