"""A piece of the library beside a message, through both doors."""

from uuid import uuid4

import pytest

from tests.factories.clients import Refused
from tests.factories.doors import DOORS

SLUG = "respite-and-how-to-ask"


def test_a_worker_shows_a_carer_a_piece_alike_at_both_doors(phone, room):
    group = room("worker1", "carer1")
    place = group.conversation_id
    worker, carer = phone("worker1"), phone("carer1")
    sent = [
        door.send(worker, place, client_id=uuid4().hex, body="This may help.", resource=SLUG)["message"] for door in DOORS
    ]
    assert sent[0]["resource"] == sent[1]["resource"]
    assert (sent[0]["resource"]["slug"], sent[0]["resource"]["gone"]) == (SLUG, False)
    for message in sent:
        heard = carer.wait_event("message.created", lambda data, sent=message: data["message"]["id"] == sent["id"])
        assert heard["data"]["message"]["resource"] == message["resource"]
    for door in DOORS:
        with pytest.raises(Refused) as caught:
            door.send(worker, place, client_id=uuid4().hex, body="This may help.", resource="nowhere-to-be-found")
        assert caught.value.code == "invalid"
