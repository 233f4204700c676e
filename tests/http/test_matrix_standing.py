"""Who may do what, by how they stand: every route as every role, as the author, as a facilitator, hindered, and signed out.

Who is let through as a stranger or a member is in `test_matrix.py`; here is only what differs from a member.
"""

from dataclasses import replace

import pytest

from models.clock import clock
from models.conversations import Membership, MemberState, Standing
from models.policy import STANDINGS
from models.roles import Role
from models.session import transaction
from server.limits import RateLimits
from tests.factories.api import Caller, assert_problem
from tests.factories.conditions import CONDITIONS, make_hindered
from tests.factories.messages import case_of, post, report
from tests.factories.people import make_person
from tests.factories.scenes import scene
from tests.http.routes import filled, make_world
from tests.http.test_matrix import ALL, CHANGES, LETTERS, LOOKS, NONE, TABLE, belong, content, let_through

# What works for whoever is signed in, whatever stands in their way: signing out, seeing oneself, getting it out of the way.
ALWAYS = {
    ("POST", "/auth/logout"),
    ("GET", "/auth/sessions"),
    ("DELETE", "/auth/sessions/<uuid:sign_in_id>"),
    ("GET", "/me"),
    ("POST", "/me/acceptances"),
    ("POST", "/me/second-factor"),
    ("POST", "/me/second-factor/confirm"),
    ("GET", "/me/second-factor"),
    ("POST", "/me/second-factor/recovery-codes"),
    ("GET", "/me/passkeys"),
    ("POST", "/me/passkeys/begin"),
    ("POST", "/me/passkeys"),
    ("DELETE", "/me/passkeys/<uuid:passkey_id>"),
    ("GET", "/me/push-subscriptions"),
    ("DELETE", "/me/push-subscriptions/<uuid:subscription_id>"),
    ("GET", "/me/notifications"),
    ("PUT", "/me/notifications"),
    ("GET", "/me/acceptances"),
    ("POST", "/me/password"),
    ("POST", "/me/email"),
    ("POST", "/auth/verify-email/resend"),
    ("GET", "/me/account-changes"),
    ("GET", "/me/access-log"),
    ("GET", "/me/export"),
    ("POST", "/me/export"),
    ("DELETE", "/me/export"),
    ("DELETE", "/me"),
}

# What is asked for there is not good, as the requests stand; but it is looked at.
FALLS_SHORT = {
    ("DELETE", "/auth/sessions/<uuid:sign_in_id>"): "not_found",
    ("POST", "/me/second-factor/confirm"): "otp_invalid",
    ("POST", "/me/second-factor/recovery-codes"): "second_factor_off",
    ("POST", "/me/passkeys"): "passkey_challenge_over",
    ("DELETE", "/me/passkeys/<uuid:passkey_id>"): "not_found",
    ("DELETE", "/me/push-subscriptions/<uuid:subscription_id>"): "not_found",
    ("POST", "/me/password"): "wrong_password",
    ("POST", "/me/email"): "wrong_password",
    ("POST", "/auth/verify-email/resend"): "no_mail",
    ("DELETE", "/me/export"): "not_found",
    ("DELETE", "/me"): "reauthentication_required",
}

# It wants another kind of token, and says so before anything else.
OTHER_TOKEN = {("POST", "/auth/refresh")}

# As the author of the message in question, where that differs from what members of the same role may do: nobody looks into
# a case about their own words.
AS_AUTHOR = {
    ("GET", "/review/cases/<uuid:case_id>"): NONE,
    ("POST", "/review/cases/<uuid:case_id>/reveal"): NONE,
    ("POST", "/review/cases/<uuid:case_id>/claim"): NONE,
    ("POST", "/review/cases/<uuid:case_id>/release"): NONE,
    ("POST", "/review/cases/<uuid:case_id>/decide"): NONE,
    ("POST", "/review/cases/<uuid:case_id>/skip"): NONE,
    ("POST", "/review/cases/<uuid:case_id>/acknowledge"): NONE,
    ("POST", "/review/cases/<uuid:case_id>/undo"): NONE,
    ("POST", "/review/cases/<uuid:case_id>/second-opinion"): NONE,
    ("POST", "/review/cases/<uuid:case_id>/escalate"): NONE,
    ("PUT", "/review/cases/<uuid:case_id>/draft"): NONE,
    ("DELETE", "/review/cases/<uuid:case_id>/draft"): NONE,
    ("POST", "/review/cases/<uuid:case_id>/follow-up"): NONE,
    ("POST", "/review/cases/<uuid:case_id>/follow-up/decline"): NONE,
    ("POST", "/review/cases/<uuid:case_id>/follow-up/done"): NONE,
    ("GET", "/review/cases/<uuid:case_id>/photos/<uuid:photo_id>"): NONE,
    ("PATCH", "/messages/<uuid:message_id>"): ALL,
    ("DELETE", "/messages/<uuid:message_id>"): ALL,
}

# As a facilitator, which only a carer peer worker can be, where that differs from what a member may do.
AS_FACILITATOR = {
    ("GET", "/review/duty"): True,
    ("PUT", "/review/duty"): True,
    ("DELETE", "/review/duty"): True,
    ("PUT", "/groups/<uuid:group_id>/members/<uuid:person_id>"): True,
    ("POST", "/people/<uuid:person_id>/report"): True,  # whom they let in they have met
}


def ask(caller, world, route):
    return caller.request(route[0], filled(world, route[1]), **content(world, route))


def test_the_tables_name_only_routes_that_are_there():
    assert set(TABLE) >= ALWAYS | OTHER_TOKEN | set(AS_AUTHOR) | set(AS_FACILITATOR)


def as_author(world, role):
    """The world with a message of somebody of this role, which another reported."""
    author, reader = make_person(role), make_person()
    belong(author, world.group)
    belong(reader, world.group)
    message = post(author, world.group).message
    report(reader, message)
    return replace(world, author=author, message=message, case=case_of(message.id))


def make_authors(app):
    """Of each role the author of a message, and the world as it is for them."""
    world = make_world()
    theirs = {role: as_author(world, role) for role in Role}
    return {role: (Caller(app, their.author), their) for role, their in theirs.items()}


def authors_allowed(route):
    return {LETTERS[letter] for letter in AS_AUTHOR.get(route, TABLE[route][1])}


@pytest.mark.parametrize("route", CHANGES, ids=" ".join)
def test_authors_are_let_through_as_members_are_but_for_their_own_case(app, route):
    authors = scene(make_authors, app)
    allowed = {role for role, (caller, theirs) in authors.items() if let_through(ask(caller, theirs, route))}
    assert allowed == authors_allowed(route)


def test_authors_look_as_members_do_but_not_into_their_own_case(app):
    app.extensions["limits"] = RateLimits(factor=1_000)  # all of them ask from one address
    allowed = {route: set() for route in LOOKS}
    for role, (caller, theirs) in scene(make_authors, app).items():
        for route in LOOKS:
            if let_through(ask(caller, theirs, route)):
                allowed[route].add(role)
    for route in LOOKS:
        assert allowed[route] == authors_allowed(route), route


def test_only_a_carer_peer_worker_can_be_a_facilitator():
    assert {role for role in Role if Standing.FACILITATOR in STANDINGS[role]} == {Role.CARER_PEER_WORKER}


def test_facilitators_are_let_through_as_members_are_and_to_the_members(app):
    world = scene(make_world)
    for route, (_, for_members) in TABLE.items():
        facilitator = make_person(Role.CARER_PEER_WORKER)
        place = {"conversation_id": world.group.conversation_id, "person_id": facilitator.id, "since": clock.now()}
        with transaction() as session:
            session.add(Membership(**place, state=MemberState.MEMBER, standing=Standing.FACILITATOR))
        expected = AS_FACILITATOR.get(route, "w" in for_members)
        assert let_through(ask(Caller(app, facilitator), world, route)) is expected, route


@pytest.mark.parametrize("code", CONDITIONS)
@pytest.mark.parametrize("role", Role)
def test_whoever_something_stands_in_the_way_of_is_told_what_everywhere(app, role, code):
    world = scene(make_world)
    caller = Caller(app, make_hindered(role, code))
    belong(caller.person, world.group)
    for route in TABLE.keys() - ALWAYS - OTHER_TOKEN:
        assert_problem(ask(caller, world, route), 403, code)


@pytest.mark.parametrize("code", CONDITIONS)
def test_and_still_can_do_what_gets_it_out_of_the_way(app, code):
    world = scene(make_world)
    for route in ALWAYS:
        answer = ask(Caller(app, make_hindered(Role.MODERATOR, code)), world, route)
        if answer.status_code >= 400:
            assert answer.get_json()["code"] == FALLS_SHORT[route], route


@pytest.mark.parametrize("role", Role)
def test_whoever_signed_out_a_moment_ago_is_refused_everywhere(app, role):
    world = scene(make_world)
    caller = Caller(app, make_person(role))
    belong(caller.person, world.group)
    assert let_through(caller.get("/me"))
    caller.post("/auth/logout")
    for route in TABLE.keys() - OTHER_TOKEN:
        assert_problem(ask(caller, world, route), 401, "session_ended")
