"""Signing up: an address is proven by mail, and nobody learns from it whether the address has an account here already."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from models.clock import clock
from models.people import Person, PersonState
from models.roles import Role
from models.session import reading
from server.actions.invites import create_invite
from tests.factories.api import Caller, assert_problem
from tests.factories.mail import code_in, text_of
from tests.factories.people import act, make_person
from tests.factories.queries import counted
from tests.factories.registrations import registration

ADDRESS = "ann@example.test"
# What a person who looks over a shoulder must not read.
TELLING = re.compile(r"\b(mental|health|illness|carers?|caring|peer|groups?|crisis|support)\b", re.IGNORECASE)


def sign_up(app, **changes):
    """Somebody new who just signed up, at their phone, with what they were answered."""
    caller = Caller(app)
    answer = caller.post("/auth/register", **registration(**changes))
    assert answer.status_code == 201, answer.text
    caller.answer = answer.get_json()
    caller.headers = {"Authorization": f"Bearer {caller.answer['access_token']}"}
    return caller


def me(caller):
    return caller.get("/me").get_json()


def sign_in(app, **changes):
    body = {"email": ADDRESS, "password": registration()["password"], **changes}
    return Caller(app).post("/auth/login", **body)


def row_of(caller):
    with reading() as session:
        return session.get(Person, caller.answer["person"]["id"])


@pytest.fixture
def owner(app):
    return make_person(email=ADDRESS)


def test_a_code_that_came_by_mail_opens_the_door(app, post):
    ann = sign_up(app, email=ADDRESS)
    assert_problem(ann.get("/groups"), 403, "email_unverified")
    assert (me(ann)["email_verified"], me(ann)["due"]) == (False, ["email_unverified"])
    (mail,) = post.run()
    assert mail["X-Test-To"] == mail["To"] == ADDRESS
    assert Caller(app).post("/auth/verify-email", code=code_in(mail)).status_code == 204
    assert ann.get("/groups").status_code == 200
    assert (me(ann)["email_verified"], me(ann)["due"]) == (True, [])


def test_the_mail_holds_the_code_as_a_link_too(app, post, settings):
    sign_up(app)
    (mail,) = post.run()
    assert f"{settings.public_url}/verify-email#{code_in(mail)}" in text_of(mail).split()


@pytest.mark.parametrize("write", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", "")])
def test_a_code_may_be_typed_as_one_likes(app, post, write):
    sign_up(app)
    (mail,) = post.run()
    assert Caller(app).post("/auth/verify-email", code=write(code_in(mail))).status_code == 204


def test_a_code_is_good_once(app, post):
    sign_up(app)
    (mail,) = post.run()
    Caller(app).post("/auth/verify-email", code=code_in(mail))
    assert_problem(Caller(app).post("/auth/verify-email", code=code_in(mail)), 422, "proof_invalid")


def test_a_code_runs_out(app, post):
    ann = sign_up(app)
    (mail,) = post.run()
    clock.move(timedelta(days=3))
    assert_problem(Caller(app).post("/auth/verify-email", code=code_in(mail)), 422, "proof_invalid")
    assert row_of(ann).email_verified_at is None


def test_a_code_of_another_sort_proves_nothing(app, post):
    make_person(email=ADDRESS)
    Caller(app).post("/auth/password-reset", email=ADDRESS)
    (mail,) = post.run()
    assert_problem(Caller(app).post("/auth/verify-email", code=code_in(mail)), 422, "proof_invalid")


def test_codes_cannot_be_guessed_for_long(app):
    tries = [Caller(app).post("/auth/verify-email", code=f"2345-{n:04}").status_code for n in range(21)]
    assert tries == [422] * 20 + [429]


def test_the_mail_can_be_had_again(app, post):
    ann = sign_up(app)
    first, again = post.run(), (ann.post("/auth/verify-email/resend"), post.run())[1]
    assert code_in(first[0]) != code_in(again[0])
    assert Caller(app).post("/auth/verify-email", code=code_in(again[0])).status_code == 204
    ann.post("/auth/verify-email/resend")
    assert post.run() == []


def test_nobody_has_a_mailbox_filled(app, post):
    ann = sign_up(app, email=ADDRESS)
    asked = [ann.post("/auth/verify-email/resend").status_code for _ in range(6)]
    assert asked == [204] * 5 + [429]
    answers = [Caller(app).post("/auth/register", **registration(email="ANN@example.test")).status_code for _ in range(10)]
    assert answers == [201] * 9 + [429]


# -- Nobody learns whether an address has an account -------------------------------------------------------------------


def shape(value):
    """An answer without what differs between any two people."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return type(value).__name__ if isinstance(value, str) else value


def compare_sign_ups(app, hashing):
    """What signing up with a proven and with a fresh address are answered, and what each costs."""
    sign_up(app)  # whatever is made once is made
    seen = []
    for address in (ADDRESS, "ben@example.test"):
        hashing.clear()
        with counted() as sent:
            caller = sign_up(app, email=address)
        seen.append((shape(caller.answer), shape(me(caller)), list(hashing), sent, caller))
    return seen


def test_signing_up_looks_and_costs_the_same_for_an_address_that_has_an_account(app, post, owner, hashing):
    (answer, own, hashes, queries, _), other = compare_sign_ups(app, hashing)
    assert (answer, own) == other[:2]
    assert hashes == other[2] == ["_check_rules", "hash"]
    assert queries == other[3]


def test_it_looks_the_same_where_no_mail_goes_out(app, owner, hashing):
    (answer, own, hashes, queries, _), other = compare_sign_ups(app, hashing)
    assert (answer, own) == other[:2]
    assert hashes == other[2]
    assert queries == other[3]
    assert own["email_verified"] is True


def test_the_owner_of_an_address_hears_of_it_and_no_code_goes_out(app, post, owner):
    stranger = sign_up(app, email=ADDRESS.upper())
    (mail,) = post.run()
    assert mail["To"] == ADDRESS
    assert "You have an account there already" in text_of(mail)
    assert "Forgot password" in text_of(mail)
    assert not re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", text_of(mail))
    assert_problem(stranger.get("/groups"), 403, "email_unverified")


def test_asking_for_the_mail_again_tells_no_more(app, post, owner):
    stranger = sign_up(app, email=ADDRESS)
    post.run()
    assert stranger.post("/auth/verify-email/resend").status_code == 204
    assert ["You have an account there already" in text_of(mail) for mail in post.run()] == [True]


def test_no_mail_tells_what_the_service_is_for(app, post, owner):
    sign_up(app, email=ADDRESS)
    sign_up(app, email="ben@example.test")
    mails = post.run()
    assert len(mails) == 2
    for mail in mails:
        assert not TELLING.search(f"{mail['Subject']} {mail['From']} {text_of(mail)}")


def test_the_password_of_an_unproven_account_opens_nothing(app, post, owner):
    """Else whoever signs up and then signs in would learn whose address it is."""
    for address in (ADDRESS, "ben@example.test"):
        sign_up(app, email=address)
        assert_problem(sign_in(app, email=address), 401, "wrong_credentials")


# -- One owner at most ---------------------------------------------------------------------------------------------------


def test_whoever_proves_an_address_takes_it_from_those_who_only_claimed_it(app, post):
    stranger = sign_up(app, email=ADDRESS, display_name="Heron")
    ann = sign_up(app, email=ADDRESS)
    theirs, anns = post.run()
    assert Caller(app).post("/auth/verify-email", code=code_in(anns)).status_code == 204
    assert ann.get("/groups").status_code == 200
    assert_problem(stranger.get("/me"), 401, "session_ended")
    assert_problem(Caller(app).post("/auth/verify-email", code=code_in(theirs)), 422, "proof_invalid")
    assert (row_of(stranger).email, row_of(stranger).email_verified_at) == ("", None)
    assert sign_up(app, display_name="Heron").answer["person"]["display_name"] == "Heron"


def test_others_keep_what_is_theirs(app, post):
    ben = sign_up(app, email="ben@example.test")
    ann = sign_up(app, email=ADDRESS)
    bens, anns = post.run()
    for mail in (anns, bens):
        assert Caller(app).post("/auth/verify-email", code=code_in(mail)).status_code == 204
    assert ben.get("/groups").status_code == ann.get("/groups").status_code == 200


def test_without_mail_the_first_who_claims_an_address_is_believed(app):
    first, second = sign_up(app, email=ADDRESS), sign_up(app, email=ADDRESS)
    assert first.get("/groups").status_code == second.get("/groups").status_code == 200
    found = sign_in(app).get_json()["person"]["id"]
    assert found == first.answer["person"]["id"]
    assert (row_of(first).email_verified_at is None, row_of(second).email_verified_at is None) == (False, True)


# -- Approval, names, passwords ------------------------------------------------------------------------------------------


@pytest.fixture
def approving(app, settings):
    app.extensions["settings"] = replace(settings, approve_sign_ups=True)
    yield
    app.extensions["settings"] = settings


def test_who_comes_without_an_invite_may_have_to_wait(app, approving):
    ann = sign_up(app)
    assert (me(ann)["state"], me(ann)["due"]) == (PersonState.PENDING.value, ["approval_pending"])
    assert_problem(ann.get("/groups"), 403, "approval_pending")


def test_who_was_invited_need_not(app, approving):
    code = act(create_invite, make_person(Role.COORDINATOR), role=Role.CARER).code
    ann = sign_up(app, invite_code=code)
    assert me(ann)["state"] == PersonState.ACTIVE.value
    assert ann.get("/groups").status_code == 200


def test_all_that_is_due_is_told_at_once(app, post):
    code = act(create_invite, make_person(Role.COORDINATOR), role=Role.MODERATOR).code
    assert me(sign_up(app, invite_code=code))["due"] == ["email_unverified", "second_factor_required"]


def test_a_name_that_looks_like_anothers_is_refused_with_free_ones(app):
    sign_up(app, display_name="Wattle")
    refused = Caller(app).post("/auth/register", **registration(display_name="W\u0430ttIe"))
    suggestions = assert_problem(refused, 409, "display_name_taken")["suggestions"]
    assert len(suggestions) == 3
    assert sign_up(app, display_name=suggestions[0]).answer["person"]["display_name"] == suggestions[0]


def test_a_carer_cannot_take_a_name_that_looks_like_staffs(app):
    refused = Caller(app).post("/auth/register", **registration(display_name="M0derator Jo"))
    assert set(assert_problem(refused, 422, "display_name_reserved")["errors"]) == {"display_name"}
    code = act(create_invite, make_person(Role.COORDINATOR), role=Role.MODERATOR).code
    assert sign_up(app, display_name="M0derator Jo", invite_code=code)


def test_a_name_that_seems_real_is_taken_with_a_warning(app):
    assert [one["code"] for one in sign_up(app, display_name="Anna Smith").answer["warnings"]] == ["full_name"]
    assert sign_up(app, display_name="Heron").answer["warnings"] == []


@pytest.mark.parametrize("password", ["sunshine1", "kettles 12", "wattle-tree", "hearthside 2026"])
def test_a_password_that_is_easy_to_guess_is_refused_with_what_to_do(app, password):
    body = registration(email="ann.lee-kettles@example.test", display_name="Wattle", password=password)
    problem = assert_problem(Caller(app).post("/auth/register", **body), 422, "password_too_weak")
    assert set(problem["errors"]) == {"password"}
    assert password not in str(problem)
