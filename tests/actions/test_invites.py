"""Invites: a role comes in by a code that is good for so long and so often."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.roles import Role
from models.session import reading, transaction
from server.actions.invites import create_invite, revoke_invite, use_invite
from server.actions.sign_up import sign_up
from server.queries.invites import list_invites
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused


def spend(code: str) -> Role:
    with transaction() as session:
        return use_invite(session, code, now=clock.now()).role


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


@pytest.mark.parametrize("role", list(Role))
def test_a_coordinator_invites_any_role(coordinator, role):
    made = act(create_invite, coordinator, role=role)
    assert spend(made.code) is role


@pytest.mark.parametrize("role", list(Role))
def test_a_professional_refers_carers_only(role):
    professional = make_person(Role.PROFESSIONAL)
    if role is Role.CARER:
        assert spend(act(create_invite, professional, role=role).code) is Role.CARER
    else:
        assert_refused("forbidden", act, create_invite, professional, role=role)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.COORDINATOR, Role.PROFESSIONAL)])
def test_nobody_else_invites_anybody(role):
    assert_refused("forbidden", act, create_invite, make_person(role), role=Role.CARER)


def test_a_code_may_be_typed_in_any_way_it_is_read_out(coordinator):
    made = act(create_invite, coordinator, role=Role.MODERATOR)
    assert spend(f" {made.code.lower().replace('-', ' ')} ") is Role.MODERATOR


def test_a_code_is_good_as_often_as_it_says_and_no_more(coordinator):
    made = act(create_invite, coordinator, role=Role.CARER, max_uses=2)
    assert [spend(made.code), spend(made.code)] == [Role.CARER, Role.CARER]
    assert_refused("invite_invalid", spend, made.code)


def test_a_code_runs_out(coordinator):
    made = act(create_invite, coordinator, role=Role.CARER, expires_at=clock.now() + timedelta(hours=1))
    clock.move(timedelta(hours=1))
    assert_refused("invite_invalid", spend, made.code)


def test_a_revoked_code_is_good_no_more(coordinator):
    made = act(create_invite, coordinator, role=Role.CARER)
    act(revoke_invite, coordinator, made.invite.id)
    assert_refused("invite_invalid", spend, made.code)


def test_a_professional_sees_and_revokes_their_own_only(coordinator):
    professional = make_person(Role.PROFESSIONAL)
    own = act(create_invite, professional, role=Role.CARER)
    other = act(create_invite, coordinator, role=Role.CARER)
    with reading() as session:
        assert [row.id for row in list_invites(session, professional, limit=10, cursor=None).items] == [own.invite.id]
    assert_refused("not_found", act, revoke_invite, professional, other.invite.id)


@pytest.mark.parametrize("life", [timedelta(0), timedelta(days=-1), timedelta(days=366)])
def test_a_life_that_is_over_or_too_long_is_refused(coordinator, life):
    assert_refused("invalid", act, create_invite, coordinator, role=Role.CARER, expires_at=clock.now() + life)


def come_in(*, invite_code: str | None, open_sign_up: bool):
    with transaction() as session:
        return sign_up(
            session,
            invite_code=invite_code,
            open_sign_up=open_sign_up,
            email="somebody@example.test",
            password_hash="not used",
            display_name="Somebody",
            timezone="Europe/London",
            region="GB",
            accepted_code_version=1,
            now=clock.now(),
        )


def test_without_an_invite_one_comes_in_as_a_carer_and_needs_no_second_factor():
    person = come_in(invite_code=None, open_sign_up=True)
    assert (person.role, person.second_factor_due) == (Role.CARER, False)


def test_a_service_may_take_nobody_without_an_invite(coordinator):
    assert_refused("invite_required", come_in, invite_code=None, open_sign_up=False)
    made = act(create_invite, coordinator, role=Role.CARER)
    assert come_in(invite_code=made.code, open_sign_up=False).role is Role.CARER


def test_staff_who_come_in_by_invite_must_set_up_a_second_factor(coordinator):
    made = act(create_invite, coordinator, role=Role.MODERATOR)
    person = come_in(invite_code=made.code, open_sign_up=True)
    assert (person.role, person.second_factor_due) == (Role.MODERATOR, True)


def test_a_sign_up_that_fails_does_not_spend_the_invite(coordinator):
    made = act(create_invite, coordinator, role=Role.CARER)
    make_person(display_name="Somebody")
    assert_refused("display_name_taken", come_in, invite_code=made.code, open_sign_up=True)
    assert spend(made.code) is Role.CARER
