"""A screening rule that is put in force at one process counts at the other, with its very next message."""

import pytest

from tests.factories.messages import PLAIN
from tests.factories.screening_rules import PHRASE, SELLING

PATH = "/review/screening-rules"


@pytest.fixture
def stream(made):
    return made.conversation_id


def test_a_rule_of_one_process_counts_at_the_other_at_once_also_without_valkey(two, on_a, on_b, stream):
    moderator, carer = on_a("moderator1", connect=False), on_b("carer1")
    carer.send(stream, PLAIN)  # this process knows by now that there is no rule
    rule = moderator.post(PATH, kind="phrases", label="spam", severity="high", phrases=[PHRASE], reason="Sold here.")
    path = f"{PATH}/{rule['id']}"
    assert carer.send(stream, SELLING)["message"]["state"] == "visible"
    assert moderator.post(f"{path}/try", version=1)["hit"] >= 1
    two.valkey.stop()
    try:
        moderator.post(f"{path}/activate", version=1)
        assert carer.send(stream, SELLING)["message"]["state"] == "held"
        moderator.post(f"{path}/retire", version=2)
        assert carer.send(stream, SELLING)["message"]["state"] == "visible"
    finally:
        two.valkey.start()
