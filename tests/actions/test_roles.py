"""Role descriptions: versions, written with those who hold the role."""

import pytest

from models.roles import Role
from models.session import reading
from server.actions.roles import describe_role
from server.queries.roles import describe_roles
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused

TEXT = {"summary": "Listens.", "does": ["Listens."], "does_not": ["Judge."]}


def current(role: Role):
    with reading() as session:
        return next(each for each in describe_roles(session) if each.role is role)


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


def test_every_role_is_described_from_the_first_day():
    with reading() as session:
        described = describe_roles(session)
    assert [each.role for each in described] == list(Role)
    assert all(each.summary and each.does and each.does_not for each in described)


def test_the_two_peer_roles_are_not_described_alike():
    assert current(Role.CARER_PEER_WORKER).summary != current(Role.CONSUMER_PEER_WORKER).summary


def test_a_new_version_is_written_with_somebody_who_holds_the_role(coordinator):
    worker = make_person(Role.CARER_PEER_WORKER)
    act(describe_role, coordinator, Role.CARER_PEER_WORKER, **TEXT, written_with=[worker.id], version=1)
    now = current(Role.CARER_PEER_WORKER)
    assert (now.version, now.summary, now.written_with) == (2, "Listens.", [worker.id])


@pytest.mark.parametrize("with_whom", ["nobody", "another role"])
def test_it_is_refused_without_such_a_person(coordinator, with_whom):
    named = [] if with_whom == "nobody" else [make_person(Role.CONSUMER_PEER_WORKER).id]
    assert_refused("invalid", act, describe_role, coordinator, Role.CARER_PEER_WORKER, **TEXT, written_with=named, version=1)


def test_a_version_written_meanwhile_is_not_overwritten(coordinator):
    worker = make_person(Role.MODERATOR)
    facts = {**TEXT, "written_with": [worker.id], "version": 1}
    act(describe_role, coordinator, Role.MODERATOR, **facts)
    assert_refused("stale_version", act, describe_role, coordinator, Role.MODERATOR, **facts)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_only_a_coordinator_writes_one(role):
    assert_refused("forbidden", act, describe_role, make_person(role), Role.CARER, **TEXT, written_with=[], version=1)
