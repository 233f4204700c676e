"""The second factor: asked for, good once, and with a way back when the phone is gone."""

from datetime import timedelta

import pyotp
import pytest

from models.clock import clock
from models.people import Person
from models.roles import Role
from models.session import reading, transaction
from server.actions.passkeys import remove_passkey
from server.actions.second_factor import (
    begin_second_factor,
    check_second_factor,
    confirm_second_factor,
    remove_second_factor,
)
from server.queries.people import get_actor
from tests.factories.passkeys import make_passkey
from tests.factories.people import act, make_person, make_sign_in
from tests.factories.races import behind
from tests.factories.refusals import assert_refused


def code_for(secret: str) -> str:
    return pyotp.TOTP(secret).at(clock.now())


def enrolled(person) -> tuple[str, list[str]]:
    """The secret and the recovery codes of a person whose second factor is on; its first code is spent."""
    secret = act(begin_second_factor, person).secret
    codes = act(confirm_second_factor, person, code_for(secret))
    clock.move(timedelta(minutes=1))
    return secret, codes


@pytest.fixture
def carer():
    return make_person()


def test_nothing_is_asked_of_a_person_without_one(carer):
    assert act(check_second_factor, carer, None) is None


def test_it_counts_only_after_its_first_code_was_shown_to_work(carer):
    secret = act(begin_second_factor, carer).secret
    assert act(check_second_factor, carer, None) is None
    act(confirm_second_factor, carer, code_for(secret))
    assert_refused("otp_required", act, check_second_factor, carer, None)


def test_a_code_is_good_once(carer):
    secret, _ = enrolled(carer)
    code = code_for(secret)
    act(check_second_factor, carer, code)
    assert_refused("otp_invalid", act, check_second_factor, carer, code)


def test_the_code_that_confirmed_is_spent(carer):
    secret = act(begin_second_factor, carer).secret
    code = code_for(secret)
    act(confirm_second_factor, carer, code)
    assert_refused("otp_invalid", act, check_second_factor, carer, code)


@pytest.mark.parametrize(("off_by", "good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_phones_clock_may_be_half_a_minute_off(carer, off_by, good):
    secret, _ = enrolled(carer)
    code = pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=off_by))
    if good:
        act(check_second_factor, carer, code)
    else:
        assert_refused("otp_invalid", act, check_second_factor, carer, code)


def test_an_older_code_is_not_good_after_a_newer_one(carer):
    secret, _ = enrolled(carer)
    older = code_for(secret)
    clock.move(timedelta(seconds=30))
    act(check_second_factor, carer, code_for(secret))
    assert_refused("otp_invalid", act, check_second_factor, carer, older)


def test_each_recovery_code_is_good_once_and_for_its_owner_only(carer):
    _, codes = enrolled(carer)
    other = make_person()
    enrolled(other)
    assert len(set(codes)) == 10
    assert_refused("otp_invalid", act, check_second_factor, other, codes[0])
    act(check_second_factor, carer, codes[0].lower())
    assert_refused("otp_invalid", act, check_second_factor, carer, codes[0])
    act(check_second_factor, carer, codes[1])


def test_a_wrong_code_does_not_switch_it_on(carer):
    act(begin_second_factor, carer)
    assert_refused("otp_invalid", act, confirm_second_factor, carer, "000000")
    assert act(check_second_factor, carer, None) is None


def test_one_that_is_on_cannot_be_replaced_without_taking_it_away(carer):
    secret, _ = enrolled(carer)
    assert_refused("second_factor_on", act, begin_second_factor, carer)
    act(remove_second_factor, carer, code_for(secret))
    assert act(begin_second_factor, carer).secret != secret


def test_taking_it_away_needs_a_good_code(carer):
    enrolled(carer)
    assert_refused("otp_invalid", act, remove_second_factor, carer, "000000")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CARER])
def test_staff_cannot_take_it_away(role):
    worker = make_person(role)
    secret, _ = enrolled(worker)
    assert_refused("second_factor_needed", act, remove_second_factor, worker, code_for(secret))


def test_staff_who_take_both_their_factors_away_at_once_keep_one():
    worker = make_person(Role.MODERATOR)
    secret, _ = enrolled(worker)
    passkey = make_passkey(worker)
    with transaction() as session:
        remove_passkey(session, session.get_one(Person, worker.id), passkey.id, now=clock.now())
        session.flush()
        second = behind(lambda: act(remove_second_factor, worker, code_for(secret)))
    assert second.outcome() == "second_factor_needed"


def test_staff_can_do_nothing_else_until_it_is_set_up():
    moderator = make_person(Role.MODERATOR, second_factor_due=True)
    begun = make_sign_in(moderator)

    def load():
        with reading() as session:
            return get_actor(session, moderator.id, begun.id, now=clock.now())

    assert_refused("second_factor_required", load)
    enrolled(moderator)
    assert load().id == moderator.id
