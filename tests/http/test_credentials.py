"""What a person signs in with: changing one's password and one's address, with the present password in the hand."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.people import Person
from models.session import reading
from server.passwords import hash_password
from tests.factories.api import Caller, assert_problem
from tests.factories.mail import code_in, text_of
from tests.factories.people import make_person
from tests.factories.registrations import registration
from tests.factories.streams import audited
from tests.http.test_sign_up import TELLING

ADDRESS, OTHER = "ann@example.test", "ann@elsewhere.test"
OLD, NEW = "seven kettles by the lake", "eight lanterns in the snow"


@pytest.fixture
def ann(app):
    return Caller(app, make_person(email=ADDRESS, password_hash=hash_password(OLD)))


def sign_in(app, email, password):
    return Caller(app).post("/auth/login", email=email, password=password).status_code


def change_password(ann, present=OLD, new=NEW):
    return ann.post("/me/password", current_password=present, password=new)


def change_email(ann, email=OTHER, password=OLD):
    return ann.post("/me/email", email=email, password=password)


def email_of(ann):
    return ann.get("/me").get_json()["email"]


# -- The password ----------------------------------------------------------------------------------------------------------


def test_the_new_password_signs_in_and_the_old_one_does_not(app, ann):
    assert change_password(ann).status_code == 204
    assert (sign_in(app, ADDRESS, OLD), sign_in(app, ADDRESS, NEW)) == (401, 200)
    assert "password.changed" in audited(ann.person.id)


def test_every_other_session_ends_and_this_one_goes_on(app, ann):
    tablet = Caller(app, ann.person)
    change_password(ann)
    assert_problem(tablet.get("/me"), 401, "session_ended")
    assert ann.get("/me").status_code == 200


def test_the_owner_is_told(ann, post):
    change_password(ann)
    (mail,) = post.run()
    assert (mail["To"], mail["Subject"]) == (ADDRESS, "Your password was changed")


def test_a_wrong_present_password_changes_nothing_and_ends_nothing(app, ann):
    assert_problem(change_password(ann, present="wrong"), 403, "wrong_password")
    assert ann.get("/me").status_code == 200
    assert sign_in(app, ADDRESS, OLD) == 200


def test_the_present_password_cannot_be_guessed_for_long(ann):
    tries = [change_password(ann, present=f"wrong {n}").status_code for n in range(11)]
    assert tries == [403] * 10 + [429]
    assert change_password(ann).status_code == 429
    assert change_email(ann).status_code == 429


def test_a_weak_one_is_refused(app, ann):
    for weak in ("sunshine1", "hearthside 2026"):
        assert_problem(change_password(ann, new=weak), 422, "password_too_weak")
    assert sign_in(app, ADDRESS, OLD) == 200


def test_a_code_for_a_new_password_sent_before_is_good_no_more(app, ann, post):
    Caller(app).post("/auth/password-reset", email=ADDRESS)
    (mail,) = post.run()
    change_password(ann)
    refused = Caller(app).post("/auth/password-reset/confirm", code=code_in(mail), password="nine rowans at dusk")
    assert_problem(refused, 422, "proof_invalid")


def test_a_password_checked_before_it_changed_begins_no_session(app, ann, monkeypatch):
    """Somebody signs in with the old password, and it changes between the check and the session's beginning."""
    from server.http import auth  # noqa: PLC0415

    def checked(password, hashed):
        change_password(ann)
        return True

    monkeypatch.setattr(auth, "check_password", checked)
    assert sign_in(app, ADDRESS, OLD) == 401


# -- The address -----------------------------------------------------------------------------------------------------------


def test_a_new_address_counts_once_its_code_came_back(app, ann, post):
    assert change_email(ann).status_code == 202
    assert email_of(ann) == ADDRESS
    mails = {mail["To"]: mail for mail in post.run()}
    assert set(mails) == {ADDRESS, OTHER}
    assert Caller(app).post("/auth/verify-email", code=code_in(mails[OTHER])).status_code == 204
    assert email_of(ann) == OTHER
    assert (sign_in(app, ADDRESS, OLD), sign_in(app, OTHER, OLD)) == (401, 200)


def test_the_old_address_is_told_before_and_after(app, ann, post):
    change_email(ann)
    before, code = sorted(post.run(), key=lambda mail: mail["To"] == OTHER)
    assert (before["To"], before["Subject"]) == (ADDRESS, "Your e-mail address is about to change")
    Caller(app).post("/auth/verify-email", code=code_in(code))
    (after,) = post.run()
    assert (after["To"], after["Subject"]) == (ADDRESS, "Your e-mail address was changed")
    for mail in (before, code, after):
        assert not TELLING.search(f"{mail['Subject']} {text_of(mail)}")


def test_a_new_password_asked_for_meanwhile_stops_the_change(app, ann, post):
    change_email(ann)
    (code,) = (mail for mail in post.run() if mail["To"] == OTHER)
    Caller(app).post("/auth/password-reset", email=ADDRESS)
    (reset,) = post.run()
    Caller(app).post("/auth/password-reset/confirm", code=code_in(reset), password=NEW)
    assert_problem(Caller(app).post("/auth/verify-email", code=code_in(code)), 422, "proof_invalid")


def test_the_last_address_asked_for_is_the_one_that_counts(app, ann, post):
    change_email(ann, "first@example.test")
    change_email(ann)
    codes = {mail["To"]: mail for mail in post.run()}
    assert_problem(Caller(app).post("/auth/verify-email", code=code_in(codes["first@example.test"])), 422, "proof_invalid")
    assert Caller(app).post("/auth/verify-email", code=code_in(codes[OTHER])).status_code == 204


def test_an_address_that_is_anothers_looks_no_different_and_does_not_change_hands(ann, post):
    owner = make_person(email=OTHER)
    free, taken = change_email(ann, "free@example.test"), change_email(ann)
    assert (free.status_code, free.data) == (taken.status_code, taken.data)
    told = [mail for mail in post.run() if mail["To"] == OTHER]
    assert ["You have an account there already" in text_of(mail) for mail in told] == [True]
    with reading() as session:
        assert session.get(Person, owner.id).email == OTHER
    assert email_of(ann) == ADDRESS


def test_the_wrong_password_sends_nothing(ann, post):
    assert_problem(change_email(ann, password="wrong"), 403, "wrong_password")
    assert post.run() == []


def test_a_mistyped_address_can_be_put_right_before_it_is_proven(app, post):
    ben = Caller(app)
    body = registration(email="bne@example.test")
    token = ben.post("/auth/register", **body).get_json()["access_token"]
    ben.headers = {"Authorization": f"Bearer {token}"}
    post.run()
    assert change_email(ben, "ben@example.test", body["password"]).status_code == 202
    (mail,) = post.run()
    assert mail["To"] == "ben@example.test"
    assert Caller(app).post("/auth/verify-email", code=code_in(mail)).status_code == 204
    assert (email_of(ben), ben.get("/groups").status_code) == ("ben@example.test", 200)


def test_where_no_mail_goes_out_an_address_cannot_be_changed(ann):
    assert_problem(change_email(ann), 409, "no_mail")


def test_a_code_for_an_address_runs_out(app, ann, post):
    change_email(ann)
    (code,) = (mail for mail in post.run() if mail["To"] == OTHER)
    clock.move(timedelta(days=3))
    assert_problem(Caller(app).post("/auth/verify-email", code=code_in(code)), 422, "proof_invalid")
