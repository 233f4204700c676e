"""What the service itself says is in the language that a phone asks for; what people wrote is as they wrote it."""

import re
from uuid import uuid4

import pytest

from tests.factories.clients import Refused
from tests.factories.messages import HOSTILE, NUMBERED, RISKY

ENGLISH = re.compile(r"[A-Za-z]{2}")


def is_arabic(words):
    return re.search("[\u0621-\u064a]", words) is not None and ENGLISH.search(words) is None


def refused(phone, method, path, body=None, **headers):
    with pytest.raises(Refused) as caught:
        phone.request(method, path, body, headers)
    return caught.value.problem


def test_one_evening_in_two_languages(room, phone):
    place = room("carer1").conversation_id
    carer = phone("carer1", connect=False)
    arabic = {"Accept-Language": "ar-EG,ar;q=0.9,en;q=0.5"}
    wrong = {"email": carer.email, "password": "not the one it is"}
    assert refused(carer, "POST", "/auth/login", wrong)["user_message"].startswith("That e-mail address")
    said = refused(carer, "POST", "/auth/login", wrong, **arabic)
    assert said["code"] == "wrong_credentials"
    assert is_arabic(said["user_message"])
    # Chosen in the client, which goes before what the browser asks for.
    assert is_arabic(refused(carer, "POST", "/auth/login", wrong, Cookie="language=ar")["user_message"])

    messages = f"/conversations/{place}/messages"
    advised = refused(carer, "POST", messages, {"client_id": uuid4().hex, "body": NUMBERED}, **arabic)
    assert advised["code"] == "advice_given"
    assert is_arabic(advised["advice"][0]["text"])
    field = refused(carer, "POST", messages, {"client_id": uuid4().hex}, **arabic)
    assert is_arabic(field["errors"]["body"][0])
    sent = carer.request("POST", messages, {"client_id": uuid4().hex, "body": RISKY}, arabic)
    assert is_arabic(sent["support"]["text"])
    assert sent["message"]["body"] == RISKY
    english = carer.request("POST", messages, {"client_id": uuid4().hex, "body": RISKY})
    assert english["support"]["text"].startswith("It sounds as if")

    carer.open({"token": carer.access_token, "streams": {}, "language": "ar"})
    told = carer.call("message:send", conversation_id=place, client_id=uuid4().hex, body=NUMBERED)["error"]
    assert is_arabic(told["user_message"])
    assert is_arabic(told["advice"][0]["text"])
    assert is_arabic(carer.call("no:such:event")["error"]["user_message"])
    held = carer.call("message:send", conversation_id=place, client_id=uuid4().hex, body=HOSTILE)["message"]
    assert held["state"] == "held"
    assert all(is_arabic(one["text"]) for one in held["advice"])
    carer.disconnect()
    carer.open({"token": carer.access_token, "streams": {}})
    again = carer.call("message:send", conversation_id=place, client_id=uuid4().hex, body=NUMBERED)["error"]
    assert again["user_message"].startswith("Before this goes out")


def test_a_refused_connection_is_told_in_the_language_too(phone):
    carer = phone("carer2", connect=False)
    with pytest.raises(Refused) as caught:
        carer.open({"token": "nobody's", "language": "ar"})
    assert is_arabic(caught.value.problem["user_message"])
