"""Passkeys: adding one and taking it away. The devices are software, their keys and signatures real."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from webauthn.helpers.structs import AttestationFormat

from models.clock import clock
from models.ids import new_id
from models.passkeys import MOST_PASSKEYS, Passkey
from models.roles import Role
from models.session import reading, transaction
from server.passwords import hash_password
from tests.factories.api import Caller, assert_problem, assert_refused_field, items
from tests.factories.authenticator import Authenticator, b64, unb64
from tests.factories.passkeys import audited, count_challenges, enrol, make_passkey, security_notices, sign_in
from tests.factories.people import make_person

PASSWORD = "seven herons by the lake"


@pytest.fixture
def nobody(caller):
    return caller(None)


@pytest.fixture
def carer(caller):
    return caller()


@pytest.fixture
def device():
    return Authenticator()


@pytest.fixture
def enrolled(carer, device):
    """A carer with a passkey on their device."""
    assert enrol(carer, device).status_code == 201
    return carer


def test_a_passkey_is_added_and_listed(carer, device):
    answer = enrol(carer, device, "Blue phone")
    assert answer.status_code == 201
    added = answer.get_json()
    assert set(added) == {"id", "name", "backed_up", "created_at", "last_used_at"}
    assert (added["name"], added["backed_up"], added["last_used_at"]) == ("Blue phone", False, None)
    assert items(carer.get("/me/passkeys")) == [added]


def test_the_options_ask_for_a_verified_person_and_tell_no_address_and_no_id(carer):
    options = carer.post("/me/passkeys/begin").get_json()["options"]
    assert options["rp"]["id"] == "localhost"  # where the service is at 127.0.0.1
    selection = options["authenticatorSelection"]
    assert (selection["userVerification"], selection["residentKey"]) == ("required", "required")
    assert options["attestation"] == "none"
    assert options["user"]["name"] == options["user"]["displayName"] == carer.person.display_name
    assert carer.person.email not in str(options)
    handle = unb64(options["user"]["id"])
    assert carer.person.id.encode() not in handle
    assert len(handle) == 32


def test_the_device_knows_the_account_by_the_same_handle_each_time_and_no_other_account_by_it(caller, carer):
    handles = {caller(who).post("/me/passkeys/begin").get_json()["options"]["user"]["id"] for who in (carer.person,) * 2}
    assert len(handles) == 1
    assert caller().post("/me/passkeys/begin").get_json()["options"]["user"]["id"] not in handles


def test_what_is_known_already_is_excluded(enrolled, device):
    options = enrolled.post("/me/passkeys/begin").get_json()["options"]
    assert [known["id"] for known in options["excludeCredentials"]] == [b64(device.credentials[0].id)]


def test_adding_is_in_the_audit_trail_and_in_ones_inbox(enrolled):
    (entry,) = audited("passkey.added")
    (passkey,) = items(enrolled.get("/me/passkeys"))
    assert (entry.actor_id, entry.subject_id) == (enrolled.person.id, passkey["id"])
    assert entry.data == {"person_id": enrolled.person.id}
    assert security_notices(enrolled) == ["passkey_added"]


@pytest.mark.parametrize(
    ("lie", "client"),
    [
        ({"origin": "https://evil.example"}, {}),
        ({"origin": "http://127.0.0.1:8000.evil.example"}, {}),
        ({"rp_id": "evil.example"}, {}),
        ({"verifies": False}, {}),
        ({}, {"challenge": b64(b"another challenge altogether")}),
        ({}, {"type": "webauthn.get"}),
        ({}, {"crossOrigin": True}),
    ],
)
def test_a_key_that_was_not_made_here_for_this_is_not_added(carer, lie, client):
    assert_problem(enrol(carer, Authenticator(**lie), **client), 422, "passkey_unusable")
    assert items(carer.get("/me/passkeys")) == []
    assert enrol(carer, Authenticator()).status_code == 201


def test_a_challenge_is_spent_also_when_the_answer_did_not_hold(carer, device):
    begun = carer.post("/me/passkeys/begin").get_json()
    good = device.create(begun["options"])
    bad = {**good, "response": {**good["response"], "attestationObject": b64(b"\xa0")}}
    body = {"challenge_id": begun["challenge_id"], "name": "Phone"}
    assert_problem(carer.post("/me/passkeys", **body, credential=bad), 422, "passkey_unusable")
    assert_problem(carer.post("/me/passkeys", **body, credential=good), 409, "passkey_challenge_over")


def test_a_challenge_adds_one_key_only(carer, device):
    begun = carer.post("/me/passkeys/begin").get_json()
    body = {"challenge_id": begun["challenge_id"], "name": "Phone"}
    assert carer.post("/me/passkeys", **body, credential=device.create(begun["options"])).status_code == 201
    again = carer.post("/me/passkeys", **body, credential=device.create(begun["options"]))
    assert_problem(again, 409, "passkey_challenge_over")


@pytest.mark.parametrize(("minutes", "status"), [(4, 201), (5, 409)])
def test_a_challenge_lasts_five_minutes(carer, device, minutes, status):
    begun = carer.post("/me/passkeys/begin").get_json()
    clock.move(timedelta(minutes=minutes))
    credential = device.create(begun["options"])
    answer = carer.post("/me/passkeys", challenge_id=begun["challenge_id"], credential=credential, name="Phone")
    assert answer.status_code == status


def test_another_persons_challenge_is_of_no_use_and_stays_theirs(carer, caller, device):
    other = caller()
    begun = carer.post("/me/passkeys/begin").get_json()
    body = {"challenge_id": begun["challenge_id"], "credential": device.create(begun["options"]), "name": "Phone"}
    assert_problem(other.post("/me/passkeys", **body), 409, "passkey_challenge_over")
    assert carer.post("/me/passkeys", **body).status_code == 201


def test_a_challenge_for_signing_in_adds_no_key_and_the_other_way_round(nobody, enrolled, device):
    begun = nobody.post("/auth/passkeys/begin").get_json()
    options = enrolled.post("/me/passkeys/begin").get_json()
    made = Authenticator().create({**options["options"], "challenge": begun["options"]["challenge"]})
    adding = enrolled.post("/me/passkeys", challenge_id=begun["challenge_id"], credential=made, name="Phone")
    assert_problem(adding, 409, "passkey_challenge_over")
    answer = device.get({**begun["options"], "challenge": options["options"]["challenge"]})
    signing_in = nobody.post("/auth/passkeys", challenge_id=options["challenge_id"], credential=answer)
    assert_problem(signing_in, 409, "passkey_challenge_over")


def test_a_key_that_somebody_else_added_is_refused(enrolled, caller, device):
    other = caller()
    begun = other.post("/me/passkeys/begin").get_json()
    public = {1: 2, 3: -7, -1: 1, **_point(device)}
    credential = device.present(device.credentials[0], public, begun["options"])
    answer = other.post("/me/passkeys", challenge_id=begun["challenge_id"], credential=credential, name="Phone")
    assert_problem(answer, 409, "passkey_known")
    assert items(other.get("/me/passkeys")) == []


def _point(device):
    point = device.credentials[0].private.public_key().public_numbers()
    return {-2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}


def test_a_device_that_signs_its_new_key_with_itself_is_taken(carer):
    assert enrol(carer, Authenticator(attests=True)).status_code == 201


def test_what_else_a_device_wants_to_prove_of_itself_is_not_looked_into(carer, device, monkeypatch):
    monkeypatch.setattr("server.passkeys.FORMATS", {AttestationFormat.PACKED})
    assert_problem(enrol(carer, device), 422, "passkey_unusable")


def test_a_key_presented_under_another_keys_id_is_not_added(carer, device):
    begun = carer.post("/me/passkeys/begin").get_json()
    credential = device.create(begun["options"])
    credential["id"] = credential["rawId"] = b64(b"another key")
    answer = carer.post("/me/passkeys", challenge_id=begun["challenge_id"], credential=credential, name="Phone")
    assert_problem(answer, 422, "passkey_unusable")


def test_a_key_whose_point_is_on_no_curve_is_not_added(carer, device):
    begun = carer.post("/me/passkeys/begin").get_json()
    device.create(begun["options"])
    public = {1: 2, 3: -7, -1: 1, -2: b"\x01" * 32, -3: b"\x02" * 32}
    credential = device.present(device.credentials[0], public, begun["options"])
    answer = carer.post("/me/passkeys", challenge_id=begun["challenge_id"], credential=credential, name="Phone")
    assert_problem(answer, 422, "passkey_unusable")


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"\x81" * 10_000, b"\xa1" * 5_000, b"\xbf", b"\x9b" + b"\xff" * 8, b"\xa0", b"\xf6"]
)
@pytest.mark.parametrize("part", ["clientDataJSON", "attestationObject"])
def test_bytes_that_are_none_are_refused_and_not_logged_as_a_failure(carer, device, logs, part, data):
    begun = carer.post("/me/passkeys/begin").get_json()
    credential = device.create(begun["options"])
    credential["response"][part] = b64(data) or "A"
    answer = carer.post("/me/passkeys", challenge_id=begun["challenge_id"], credential=credential, name="Phone")
    assert_problem(answer, 422, "passkey_unusable")
    assert "Traceback" not in logs.getvalue()


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "Two\nlines", 5])
def test_a_name_that_cannot_be_meant_is_refused(carer, device, name):
    assert_refused_field(enrol(carer, device, name), "name")


def test_a_person_has_ten_passkeys_at_most(carer):
    for _ in range(MOST_PASSKEYS - 1):
        with transaction() as session:
            session.add(_filler(carer.person))
    begun = carer.post("/me/passkeys/begin").get_json()
    with transaction() as session:
        session.add(_filler(carer.person))
    credential = Authenticator().create(begun["options"])
    answer = carer.post("/me/passkeys", challenge_id=begun["challenge_id"], credential=credential, name="Phone")
    assert_problem(answer, 409, "passkeys_full")
    assert_problem(carer.post("/me/passkeys/begin"), 409, "passkeys_full")
    assert len(items(carer.get("/me/passkeys"))) == MOST_PASSKEYS


def _filler(person):
    return Passkey(
        id=new_id(),
        person_id=person.id,
        credential_id=new_id(),
        public_key=b"",
        sign_count=0,
        name="Phone",
        transports=[],
        backed_up=False,
        created_at=clock.now(),
    )


def test_beginning_anew_voids_what_was_begun_before(carer, device):
    first = carer.post("/me/passkeys/begin").get_json()
    carer.post("/me/passkeys/begin")
    assert count_challenges() == 1
    credential = device.create(first["options"])
    answer = carer.post("/me/passkeys", challenge_id=first["challenge_id"], credential=credential, name="Phone")
    assert_problem(answer, 409, "passkey_challenge_over")


@pytest.fixture
def long_signed_in(app):
    """A carer with a passkey, who signed in a quarter of an hour ago."""
    carer = Caller(app, make_person(password_hash=hash_password(PASSWORD)))
    carer.passkey = make_passkey(carer.person)
    clock.move(timedelta(minutes=15))
    carer.headers = Caller(app, carer.person, carer.sign_in).headers  # a fresh token of the same old session
    return carer


def test_adding_and_removing_ask_for_the_password_once_more_in_an_old_session(long_signed_in):
    path = f"/me/passkeys/{long_signed_in.passkey.id}"
    for body in ({}, {"password": None}, {"password": "wrong"}):
        assert_problem(long_signed_in.post("/me/passkeys/begin", **body), 403, "reauthentication_required")
        assert_problem(long_signed_in.request("DELETE", path, json=body), 403, "reauthentication_required")
    assert_problem(long_signed_in.delete(path), 403, "reauthentication_required")
    assert long_signed_in.post("/me/passkeys/begin", password=PASSWORD).status_code == 200
    assert long_signed_in.request("DELETE", path, json={"password": PASSWORD}).status_code == 204


def test_passwords_are_not_guessed_through_it(long_signed_in):
    answers = [long_signed_in.post("/me/passkeys/begin", password="wrong").status_code for _ in range(11)]
    assert answers == [403] * 10 + [429]
    assert_problem(long_signed_in.post("/me/passkeys/begin", password=PASSWORD), 429, "too_many_requests")


def test_a_passkey_that_was_taken_away_signs_nobody_in(nobody, enrolled, device):
    (passkey,) = items(enrolled.get("/me/passkeys"))
    assert enrolled.delete(f"/me/passkeys/{passkey['id']}").status_code == 204
    assert items(enrolled.get("/me/passkeys")) == []
    assert_problem(sign_in(nobody, device), 401, "passkey_refused")
    (entry,) = audited("passkey.removed")
    assert (entry.actor_id, entry.subject_id) == (enrolled.person.id, passkey["id"])
    assert security_notices(enrolled) == ["passkey_added", "passkey_removed"]


def test_another_persons_passkey_does_not_exist(carer):
    others = make_passkey(make_person())
    assert_problem(carer.delete(f"/me/passkeys/{others.id}"), 404, "not_found")
    assert len(_all_passkeys()) == 1


def test_a_passkey_is_the_second_factor_that_was_due(caller, nobody, device):
    moderator = caller(make_person(Role.MODERATOR, second_factor_due=True))
    assert_problem(moderator.get("/review/cases"), 403, "second_factor_required")
    enrol(moderator, device)
    assert moderator.get("/review/cases").status_code == 200
    assert sign_in(nobody, device).status_code == 200


def test_staff_keep_the_last_of_their_factors(caller, device):
    moderator = caller(Role.MODERATOR)
    enrol(moderator, device)
    first, second = items(moderator.get("/me/passkeys"))[0], enrol(moderator, Authenticator()).get_json()
    assert moderator.delete(f"/me/passkeys/{first['id']}").status_code == 204
    assert_problem(moderator.delete(f"/me/passkeys/{second['id']}"), 403, "second_factor_needed")
    assert len(items(moderator.get("/me/passkeys"))) == 1


def _all_passkeys():
    with reading() as session:
        return session.scalars(select(Passkey)).all()
