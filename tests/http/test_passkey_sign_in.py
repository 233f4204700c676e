"""Signing in with a passkey. The devices are software, their keys and signatures real."""

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from models.clock import clock
from models.people import Person, PersonState
from models.roles import Role
from models.session import transaction
from server.passwords import hash_password
from tests.factories.api import assert_problem, items
from tests.factories.authenticator import EDDSA, ES256, RS256, Authenticator, b64, unb64
from tests.factories.passkeys import audited, count_challenges, enrol, security_notices, sign_in
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


def change_state(person, state):
    with transaction() as session:
        session.get(Person, person.id).state = state


@pytest.mark.parametrize("algorithm", [ES256, EDDSA, RS256])
def test_a_passkey_signs_in(nobody, carer, algorithm):
    device = Authenticator(algorithm=algorithm)
    enrol(carer, device)
    answer = sign_in(nobody, device)
    assert answer.status_code == 200
    body = answer.get_json()
    assert set(body) == {"person", "access_token", "refresh_token", "expires_in"}
    assert body["person"]["id"] == carer.person.id
    nobody.headers = {"Authorization": f"Bearer {body['access_token']}"}
    assert nobody.get("/me").status_code == 200


def test_a_device_behind_another_of_our_origins_signs_in(app, nobody, carer):
    app.extensions["settings"] = _with(app, origins=("https://app.example.org", "https://example.org"))
    device = Authenticator(origin="https://app.example.org")
    enrol(carer, device)
    assert sign_in(nobody, device).status_code == 200


def test_the_key_is_made_for_the_host_of_the_public_address(app, nobody):
    app.extensions["settings"] = _with(app, public_url="https://carers.example.org:8443/x")
    assert nobody.post("/auth/passkeys/begin").get_json()["options"]["rpId"] == "carers.example.org"


@pytest.fixture(autouse=True)
def _settings(app):
    usual = app.extensions["settings"]
    yield
    app.extensions["settings"] = usual


def _with(app, **changes):
    return replace(app.extensions["settings"], **changes)


def test_signing_in_names_no_account_beforehand(nobody, enrolled):
    begun = nobody.post("/auth/passkeys/begin").get_json()
    assert set(begun) == {"challenge_id", "options"}
    assert begun["options"]["allowCredentials"] == []
    assert begun["options"]["userVerification"] == "required"


def test_the_device_is_named_in_the_list_of_sessions(nobody, enrolled, device):
    begun = nobody.post("/auth/passkeys/begin").get_json()
    answer = device.get(begun["options"])
    nobody.post("/auth/passkeys", challenge_id=begun["challenge_id"], credential=answer, device_name="Blue phone")
    assert [row["device_name"] for row in items(enrolled.get("/auth/sessions"))] == ["Blue phone", None]


def test_when_it_was_last_used_and_that_it_was_is_written_down(nobody, enrolled, device):
    clock.move(timedelta(minutes=1))
    sign_in(nobody, device)
    (passkey,) = items(enrolled.get("/me/passkeys"))
    assert passkey["last_used_at"] > passkey["created_at"]
    (entry,) = audited("passkey.used")
    assert (entry.actor_id, entry.subject_id) == (enrolled.person.id, passkey["id"])
    assert entry.data["session_id"] in {row.subject_id for row in audited("session.began")}


def test_no_other_factor_is_asked_for(nobody, enrolled, device):
    secret = enrolled.post("/me/second-factor").get_json()["secret"]
    assert enrolled.post("/me/second-factor/confirm", otp=pyotp.TOTP(secret).at(clock.now())).status_code == 200
    assert sign_in(nobody, device).status_code == 200


@pytest.mark.parametrize(
    ("lie", "client"),
    [
        ({"origin": "https://evil.example"}, {}),
        ({"rp_id": "evil.example"}, {}),
        ({"verifies": False}, {}),
        ({}, {"challenge": b64(b"another challenge altogether")}),
        ({}, {"type": "webauthn.create"}),
        ({}, {"crossOrigin": True}),
    ],
)
def test_an_answer_that_was_not_given_here_to_this_is_refused(nobody, enrolled, device, lie, client):
    liar = Authenticator(**lie, credentials=device.credentials, count=5)
    assert_problem(sign_in(nobody, liar, **client), 401, "passkey_refused")
    device.count = 10
    assert sign_in(nobody, device).status_code == 200


@pytest.mark.parametrize("part", ["signature", "authenticatorData", "clientDataJSON", "userHandle"])
def test_an_answer_altered_in_any_part_is_refused(nobody, enrolled, device, part):
    begun = nobody.post("/auth/passkeys/begin").get_json()
    answer = device.get(begun["options"])
    bytes_of_it = bytearray(unb64(answer["response"][part]))
    bytes_of_it[-1] ^= 1
    answer["response"][part] = b64(bytes(bytes_of_it))
    refused = nobody.post("/auth/passkeys", challenge_id=begun["challenge_id"], credential=answer)
    assert_problem(refused, 401, "passkey_refused")


def test_a_key_nobody_knows_is_refused_in_the_same_words(nobody, enrolled, device):
    options = enrolled.post("/me/passkeys/begin").get_json()["options"]
    stranger = Authenticator()
    stranger.create(options)
    unknown = sign_in(nobody, stranger)
    assert_problem(unknown, 401, "passkey_refused")
    liar = Authenticator(verifies=False, credentials=device.credentials)
    assert sign_in(nobody, liar).data == unknown.data


def test_a_key_is_not_good_under_another_accounts_handle(nobody, enrolled, caller, device):
    other = caller().post("/me/passkeys/begin").get_json()["options"]["user"]["id"]
    device.credentials[0].handle = unb64(other)
    assert_problem(sign_in(nobody, device), 401, "passkey_refused")


def test_an_answer_is_good_once(nobody, enrolled, device):
    begun = nobody.post("/auth/passkeys/begin").get_json()
    body = {"challenge_id": begun["challenge_id"], "credential": device.get(begun["options"])}
    assert nobody.post("/auth/passkeys", **body).status_code == 200
    assert_problem(nobody.post("/auth/passkeys", **body), 409, "passkey_challenge_over")
    other = nobody.post("/auth/passkeys/begin").get_json()
    moved = {**body, "challenge_id": other["challenge_id"]}
    assert_problem(nobody.post("/auth/passkeys", **moved), 401, "passkey_refused")


def test_a_sign_in_that_was_refused_has_spent_its_challenge(nobody, enrolled, device):
    begun = nobody.post("/auth/passkeys/begin").get_json()
    good = device.get(begun["options"])
    bad = {**good, "response": {**good["response"], "signature": b64(b"nonsense")}}
    assert_problem(nobody.post("/auth/passkeys", challenge_id=begun["challenge_id"], credential=bad), 401, "passkey_refused")
    again = nobody.post("/auth/passkeys", challenge_id=begun["challenge_id"], credential=good)
    assert_problem(again, 409, "passkey_challenge_over")


@pytest.mark.parametrize(("minutes", "status"), [(4, 200), (5, 409)])
def test_a_sign_in_must_be_finished_within_five_minutes(nobody, enrolled, device, minutes, status):
    begun = nobody.post("/auth/passkeys/begin").get_json()
    clock.move(timedelta(minutes=minutes))
    answer = nobody.post("/auth/passkeys", challenge_id=begun["challenge_id"], credential=device.get(begun["options"]))
    assert answer.status_code == status


@pytest.mark.parametrize("back_to", [0, 1, 2])
def test_a_count_that_went_back_is_refused_written_down_and_told(nobody, enrolled, device, back_to):
    assert sign_in(nobody, device).status_code == 200  # its count is 2 now
    copy = Authenticator(credentials=device.credentials, count=back_to, step=0)
    assert_problem(sign_in(nobody, copy), 401, "passkey_copied")
    (entry,) = audited("passkey.count_went_back")
    assert (entry.actor_id, entry.data["stored"], entry.data["told"]) == (None, 2, back_to)
    assert security_notices(enrolled) == ["passkey_added", "passkey_copied"]
    assert sign_in(nobody, device).status_code == 200


def test_a_device_that_counts_nothing_signs_in_again_and_again(nobody, carer):
    device = Authenticator(step=0)
    enrol(carer, device)
    assert [sign_in(nobody, device).status_code for _ in range(3)] == [200] * 3


def test_a_count_may_be_as_large_as_a_device_can_tell(nobody, enrolled, device):
    device.count = 2**32 - 2
    assert sign_in(nobody, device).status_code == 200


def test_whether_a_copy_is_kept_elsewhere_is_shown_as_it_is_now(nobody, carer):
    device = Authenticator()
    enrol(carer, device)
    device.backed_up = True
    sign_in(nobody, device)
    assert items(carer.get("/me/passkeys"))[0]["backed_up"] is True


@pytest.mark.parametrize("state", [PersonState.SUSPENDED, PersonState.PENDING])
def test_whoever_may_sign_in_with_a_password_may_with_a_passkey(nobody, enrolled, device, state):
    change_state(enrolled.person, state)
    assert sign_in(nobody, device).status_code == 200


def test_an_erased_account_is_not_signed_in_to(nobody, enrolled, device):
    change_state(enrolled.person, PersonState.ERASED)
    assert_problem(sign_in(nobody, device), 401, "passkey_refused")


def test_refused_keys_are_limited_for_an_address(nobody, enrolled, device):
    stranger = Authenticator()
    stranger.create(enrolled.post("/me/passkeys/begin").get_json()["options"])
    answers = [sign_in(nobody, stranger).status_code for _ in range(61)]
    assert answers == [401] * 60 + [429]


def test_sign_ins_begun_are_limited_for_an_address(nobody):
    answers = {nobody.post("/auth/passkeys/begin").status_code for _ in range(300)}
    assert answers == {200}
    assert_problem(nobody.post("/auth/passkeys/begin"), 429, "too_many_requests")


def test_challenges_that_ran_out_are_swept_away(nobody):
    for _ in range(3):
        nobody.post("/auth/passkeys/begin")
    clock.move(timedelta(minutes=5))
    nobody.post("/auth/passkeys/begin")
    assert count_challenges() == 1


def test_past_a_number_the_oldest_sign_ins_begun_give_way(nobody, enrolled, device, monkeypatch):
    monkeypatch.setattr("server.actions.passkeys.MOST_WAITING", 3)
    begun = [nobody.post("/auth/passkeys/begin").get_json() for _ in range(5)]
    assert count_challenges() == 3

    def finish(one):
        return nobody.post("/auth/passkeys", challenge_id=one["challenge_id"], credential=device.get(one["options"]))

    assert_problem(finish(begun[1]), 409, "passkey_challenge_over")
    assert finish(begun[2]).status_code == 200
    assert finish(begun[4]).status_code == 200


def test_staff_whose_second_factor_is_a_passkey_do_not_sign_in_with_the_password_alone(app, caller, nobody, device):
    moderator = caller(make_person(Role.MODERATOR, email="mo@example.test", password_hash=hash_password(PASSWORD)))
    login = {"email": "mo@example.test", "password": PASSWORD}
    assert nobody.post("/auth/login", **login).status_code == 200
    enrol(moderator, device)
    assert_problem(nobody.post("/auth/login", **login), 401, "passkey_required")


def test_a_carer_with_a_passkey_may_still_sign_in_with_the_password(caller, nobody, device):
    carer = caller(make_person(email="ann@example.test", password_hash=hash_password(PASSWORD)))
    enrol(carer, device)
    assert nobody.post("/auth/login", email="ann@example.test", password=PASSWORD).status_code == 200
