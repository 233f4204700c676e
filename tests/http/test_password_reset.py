"""A forgotten password: a code that came by mail sets a new one, and nobody learns who has an account."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from models.auth import EndReason, SignIn
from models.clock import clock
from models.jobs import Job
from models.roles import Role
from models.session import reading
from server.actions.second_factor import begin_second_factor, confirm_second_factor
from server.passwords import hash_password
from tests.factories.api import Caller, assert_problem
from tests.factories.mail import code_in, text_of
from tests.factories.people import act, make_person
from tests.factories.queries import counted
from tests.factories.registrations import registration
from tests.factories.streams import audited, kinds_of
from tests.http.test_sign_up import TELLING

ADDRESS = "ann@example.test"
OLD, NEW = "seven kettles by the lake", "eight lanterns in the snow"


@pytest.fixture
def ann(app):
    return make_person(email=ADDRESS, password_hash=hash_password(OLD))


@pytest.fixture
def nobody(app):
    return Caller(app)


def ask(nobody, email=ADDRESS):
    return nobody.post("/auth/password-reset", email=email)


def confirm(nobody, mail, password=NEW):
    return nobody.post("/auth/password-reset/confirm", code=code_in(mail), password=password)


def sign_in(nobody, password, **more):
    return nobody.post("/auth/login", email=ADDRESS, password=password, **more)


def test_a_code_that_came_by_mail_sets_a_new_password(nobody, post, ann):
    assert ask(nobody, "ANN@example.test").status_code == 202
    (mail,) = post.run()
    assert mail["To"] == ADDRESS
    assert f"/reset-password#{code_in(mail)}" in text_of(mail)
    assert sign_in(nobody, OLD).status_code == 200
    assert confirm(nobody, mail).status_code == 204
    assert_problem(sign_in(nobody, OLD), 401, "wrong_credentials")
    assert sign_in(nobody, NEW).status_code == 200
    assert audited(ann.id)[-1] == "password.reset"


def test_every_session_ends(app, nobody, post, ann):
    phones = [Caller(app, ann), Caller(app, ann)]
    ask(nobody)
    confirm(nobody, post.run()[0])
    for phone in phones:
        assert_problem(phone.get("/me"), 401, "session_ended")
        with reading() as session:
            assert session.get(SignIn, phone.sign_in.id).end_reason is EndReason.PASSWORD_CHANGED
    assert kinds_of(ann.id) == ["session.ended"] * 2


def test_the_owner_is_told(nobody, post, ann):
    ask(nobody)
    confirm(nobody, post.run()[0])
    (told,) = post.run()
    assert (told["To"], told["Subject"]) == (ADDRESS, "Your password was changed")


def test_no_mail_tells_what_the_service_is_for(nobody, post, ann):
    ask(nobody)
    (asked,) = post.run()
    confirm(nobody, asked)
    for mail in (asked, *post.run()):
        assert not TELLING.search(f"{mail['Subject']} {mail['From']} {text_of(mail)}")


def test_a_code_is_good_once_and_takes_the_others_with_it(nobody, post, ann):
    ask(nobody)
    ask(nobody)
    first, second = post.run()
    assert confirm(nobody, second).status_code == 204
    for mail in (first, second):
        assert_problem(confirm(nobody, mail), 422, "proof_invalid")


def test_a_code_runs_out_after_an_hour(nobody, post, ann):
    ask(nobody)
    (mail,) = post.run()
    clock.move(timedelta(minutes=59))
    assert_problem(confirm(nobody, mail, "password"), 422, "password_too_weak")
    clock.move(timedelta(minutes=1))
    assert_problem(confirm(nobody, mail), 422, "proof_invalid")


def test_a_weak_password_does_not_spend_the_code(nobody, post, ann):
    ask(nobody)
    (mail,) = post.run()
    assert_problem(confirm(nobody, mail, "sunshine1"), 422, "password_too_weak")
    assert_problem(confirm(nobody, mail, "Hearthside 2026"), 422, "password_too_weak")
    assert confirm(nobody, mail).status_code == 204


def test_it_proves_the_address(app, nobody, post):
    nobody.post("/auth/register", **registration(email=ADDRESS))
    post.run()
    ask(nobody)
    assert confirm(nobody, post.run()[0]).status_code == 204
    token = sign_in(nobody, NEW).get_json()["access_token"]
    nobody.headers = {"Authorization": f"Bearer {token}"}
    assert nobody.get("/groups").status_code == 200


def test_whoever_proves_an_address_first_keeps_it(nobody, post):
    nobody.post("/auth/register", **registration(email=ADDRESS))
    post.run()
    ask(nobody)
    (mail,) = post.run()
    make_person(email=ADDRESS)
    assert_problem(confirm(nobody, mail), 422, "proof_invalid")


def test_staff_still_need_their_second_factor(nobody, post):
    worker = make_person(Role.MODERATOR, email=ADDRESS)
    secret = act(begin_second_factor, worker).secret
    act(confirm_second_factor, worker, pyotp.TOTP(secret).at(clock.now()))
    ask(nobody)
    confirm(nobody, post.run()[0])
    assert_problem(sign_in(nobody, NEW), 401, "otp_required")
    clock.move(timedelta(minutes=1))
    assert sign_in(nobody, NEW, otp=pyotp.TOTP(secret).at(clock.now())).status_code == 200


def test_asking_looks_and_costs_the_same_for_an_address_without_an_account(nobody, post, ann, hashing):
    seen = []
    for email in (ADDRESS, "ben@example.test"):
        with counted() as sent:
            answer = ask(nobody, email)
        seen.append((answer.status_code, answer.data, sent))
    assert seen[0] == seen[1]
    assert hashing == []
    assert [mail["To"] for mail in post.run()] == [ADDRESS]


def test_without_mail_nothing_happens(nobody, ann):
    assert ask(nobody).status_code == 202
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0


def test_nobody_has_a_mailbox_filled(nobody, post, ann):
    assert [ask(nobody).status_code for _ in range(6)] == [202] * 5 + [429]


def test_codes_cannot_be_guessed_for_long(nobody, hashing):
    body = {"code": "2345-6789-ABCD-EFGH-JKMN", "password": NEW}
    tries = [nobody.post("/auth/password-reset/confirm", **body).status_code for _ in range(21)]
    assert tries == [422] * 20 + [429]
    assert hashing == []
