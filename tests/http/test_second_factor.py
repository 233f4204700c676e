"""/me/second-factor through the door: what one has, fresh recovery codes, limits; and a reset by a coordinator."""

from datetime import timedelta

import pyotp
import pytest

from models.clock import clock
from models.people import Person, PersonState
from models.roles import Role
from models.session import transaction
from server.passwords import hash_password
from tests.factories.api import Caller, assert_problem, assert_refused_field
from tests.factories.authenticator import Authenticator
from tests.factories.passkeys import audited, enrol, security_notices, sign_in
from tests.factories.people import make_person

PASSWORD = "seven herons by the lake"


@pytest.fixture
def nobody(caller):
    return caller(None)


class WithApp:
    """Somebody with an authenticator app that counts."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.secret = caller.post("/me/second-factor").get_json()["secret"]
        answer = caller.post("/me/second-factor/confirm", otp=self.code())
        self.codes = answer.get_json()["recovery_codes"]
        clock.move(timedelta(minutes=1))

    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(clock.now())

    def delete(self, **body):
        return self.caller.request("DELETE", "/me/second-factor", json=body)


@pytest.fixture
def carer(caller):
    return WithApp(caller(make_person(email="ann@example.test", password_hash=hash_password(PASSWORD))))


def log_in(nobody, otp=None):
    return nobody.post("/auth/login", email="ann@example.test", password=PASSWORD, otp=otp)


def test_one_sees_what_one_has(caller):
    nothing = {"totp": False, "confirmed_at": None, "recovery_codes_left": 0, "passkeys": 0, "required": False}
    carer = caller()
    assert carer.get("/me/second-factor").get_json() == nothing
    carer.post("/me/second-factor")  # begun is not confirmed
    assert carer.get("/me/second-factor").get_json() == nothing
    assert caller(Role.MODERATOR).get("/me/second-factor").get_json() == {**nothing, "required": True}


def test_one_sees_how_many_recovery_codes_are_left_and_how_many_passkeys(carer, nobody):
    log_in(nobody, carer.codes[0])
    enrol(carer.caller, Authenticator())
    seen = carer.caller.get("/me/second-factor").get_json()
    assert seen.pop("confirmed_at")
    assert seen == {"totp": True, "recovery_codes_left": 9, "passkeys": 1, "required": False}


def test_what_was_done_to_ones_keys_is_told_in_the_inbox(carer, nobody):
    log_in(nobody, carer.codes[0])
    carer.caller.post("/me/second-factor/recovery-codes", otp=carer.code())
    clock.move(timedelta(minutes=1))
    carer.delete(otp=carer.code())
    told = ["totp_added", "recovery_code_used", "recovery_codes_renewed", "totp_removed"]
    assert security_notices(carer.caller) == told


def test_fresh_recovery_codes_void_the_old_ones(carer, nobody):
    answer = carer.caller.post("/me/second-factor/recovery-codes", otp=carer.code())
    fresh = answer.get_json()["recovery_codes"]
    assert len(set(fresh)) == 10
    assert not set(fresh) & set(carer.codes)
    assert_problem(log_in(nobody, carer.codes[0]), 401, "otp_invalid")
    assert log_in(nobody, fresh[0]).status_code == 200
    assert len(audited("second_factor.recovery_codes_renewed")) == 1


def test_fresh_recovery_codes_need_a_good_code(carer, nobody):
    assert_problem(carer.caller.post("/me/second-factor/recovery-codes", otp="000000"), 401, "otp_invalid")
    assert log_in(nobody, carer.codes[0]).status_code == 200


def test_without_an_authenticator_app_there_are_no_recovery_codes(caller):
    assert_problem(caller().post("/me/second-factor/recovery-codes", otp="000000"), 409, "second_factor_off")


@pytest.mark.parametrize("begun", ["recovery-codes", "confirm", "removal"])
def test_codes_are_not_guessed_for_long(caller, carer, begun):
    somebody = carer.caller
    if begun == "confirm":
        somebody = caller()
        somebody.post("/me/second-factor")

    def guess():
        if begun == "removal":
            return carer.delete(otp="000000").status_code
        return somebody.post(f"/me/second-factor/{begun}", otp="000000").status_code

    assert [guess() for _ in range(11)] == [401] * 10 + [429]


def test_a_limit_reached_holds_for_good_codes_too_and_for_nobody_else(caller, carer):
    for _ in range(10):
        carer.delete(otp="000000")
    assert_problem(carer.delete(otp=carer.code()), 429, "too_many_requests")
    other = WithApp(caller())
    assert other.delete(otp=other.code()).status_code == 204


def test_an_old_session_gives_the_password_once_more(app, carer):
    clock.move(timedelta(minutes=15))
    old = Caller(app, carer.caller.person, carer.caller.sign_in)
    carer.caller = old
    renew = "/me/second-factor/recovery-codes"
    assert_problem(old.post("/me/second-factor"), 403, "reauthentication_required")
    assert_problem(old.post(renew, otp=carer.code()), 403, "reauthentication_required")
    assert_problem(carer.delete(otp=carer.code(), password="wrong"), 403, "reauthentication_required")
    assert old.post(renew, otp=carer.code(), password=PASSWORD).status_code == 200
    clock.move(timedelta(minutes=1))
    assert carer.delete(otp=carer.code(), password=PASSWORD).status_code == 204


def test_staff_replace_the_app_by_a_passkey_and_are_never_without(caller, nobody):
    moderator = WithApp(caller(Role.MODERATOR))
    assert_problem(moderator.delete(otp=moderator.code()), 403, "second_factor_needed")
    device = Authenticator()
    passkey = enrol(moderator.caller, device).get_json()
    assert moderator.delete(otp=moderator.code()).status_code == 204
    assert_problem(moderator.caller.delete(f"/me/passkeys/{passkey['id']}"), 403, "second_factor_needed")
    assert sign_in(nobody, device).status_code == 200


def test_staff_replace_a_passkey_by_the_app(caller):
    moderator = caller(Role.MODERATOR)
    passkey = enrol(moderator, Authenticator()).get_json()
    WithApp(moderator)
    assert moderator.delete(f"/me/passkeys/{passkey['id']}").status_code == 204


# -- lost, and reset by a coordinator --------------------------------------------------------------------------------------


@pytest.fixture
def coordinator(caller):
    return caller(Role.COORDINATOR)


def reset(coordinator, person, reason="lost"):
    return coordinator.request("DELETE", f"/people/{person.id}/second-factor", json={"reason": reason})


def test_a_coordinator_resets_what_somebody_lost(carer, coordinator, nobody):
    device = Authenticator()
    enrol(carer.caller, device)
    assert reset(coordinator, carer.caller.person).status_code == 204
    assert_problem(sign_in(nobody, device), 401, "passkey_refused")
    assert log_in(nobody).status_code == 200
    seen = carer_again(nobody).get("/me/second-factor").get_json()
    assert seen == {"totp": False, "confirmed_at": None, "recovery_codes_left": 0, "passkeys": 0, "required": False}


def carer_again(nobody):
    nobody.headers = {"Authorization": f"Bearer {log_in(nobody).get_json()['access_token']}"}
    return nobody


def test_a_reset_ends_all_their_sessions_and_is_told_to_them(app, carer, coordinator):
    tablet = Caller(app, carer.caller.person)
    reset(coordinator, carer.caller.person)
    for device in (carer.caller, tablet):
        assert_problem(device.get("/me"), 401, "session_ended")
    ended = audited("session.ended")
    assert [entry.actor_id for entry in ended] == [coordinator.person.id] * 2
    again = Caller(app, carer.caller.person)
    assert security_notices(again)[-1] == "second_factor_reset"
    events = again.post("/sync", streams={again.person.id: 0}).get_json()["streams"][again.person.id]["events"]
    reasons = [event["data"]["reason"] for event in events if event["kind"] == "session.ended"]
    assert reasons == ["revoked_by_service"] * 2


def test_a_reset_is_in_the_audit_trail(carer, coordinator):
    reset(coordinator, carer.caller.person, "stolen")
    (entry,) = audited("second_factor.reset")
    assert (entry.actor_id, entry.subject_id) == (coordinator.person.id, carer.caller.person.id)
    assert entry.data == {"reason": "stolen"}


def test_after_a_reset_staff_must_set_up_a_new_one_and_carers_need_not(app, caller, coordinator):
    for role, status in ((Role.MODERATOR, 403), (Role.CARER, 200)):
        person = make_person(role)
        WithApp(caller(person))
        reset(coordinator, person)
        assert Caller(app, person).get("/groups").status_code == status


def test_what_was_begun_before_a_reset_is_of_no_use_after_it(app, caller, coordinator):
    carer, device = caller(), Authenticator()
    begun = carer.post("/me/passkeys/begin").get_json()
    reset(coordinator, carer.person)
    again = Caller(app, carer.person)
    body = {"challenge_id": begun["challenge_id"], "credential": device.create(begun["options"]), "name": "Phone"}
    assert_problem(again.post("/me/passkeys", **body), 409, "passkey_challenge_over")


def test_nobody_resets_their_own(coordinator):
    assert_problem(reset(coordinator, coordinator.person), 403, "forbidden")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_nobody_else_resets_anybodys(caller, carer, role):
    assert_problem(reset(caller(role), carer.caller.person), 403, "forbidden")
    assert carer.caller.get("/me/second-factor").get_json()["totp"] is True


def test_nobody_is_reset_who_is_not_there_or_erased(coordinator):
    erased = make_person()
    with transaction() as session:
        session.get(Person, erased.id).state = PersonState.ERASED
    for person in (Person(id="01890000-0000-7000-8000-000000000000"), erased):
        assert_problem(reset(coordinator, person), 404, "not_found")


@pytest.mark.parametrize("reason", [None, "", "because", 5])
def test_a_reset_says_why_in_one_of_the_known_words(coordinator, carer, reason):
    assert_refused_field(reset(coordinator, carer.caller.person, reason), "reason")
    assert carer.caller.get("/me/second-factor").get_json()["totp"] is True
