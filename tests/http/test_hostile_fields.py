"""Every field of every route that takes JSON, given what it is not: the right refusal, no failure, nothing in the log."""

import pytest
from sqlalchemy import select

from models.contacts import Contact
from models.roles import Role
from models.session import reading
from server.limits import RateLimits
from tests.factories.api import Caller, assert_problem
from tests.factories.groups import make_group
from tests.factories.notes import person_of
from tests.factories.people import make_person, signed_in_long_ago
from tests.factories.scenes import scene
from tests.factories.visits import carer_visited
from tests.http.routes import bodies, filled, make_world

MARK = "waxwing"  # in every hostile text, so that it would be found in the log

# One value of every kind that JSON has, and then some; of a field's own kind only what might break something.
VALUES = [
    None,
    True,
    False,
    0,
    -1,
    2**31,
    2**53,
    2**63,
    1.5,
    -0.0,
    1e308,
    "",
    " ",
    MARK,
    f"{MARK}\x00",
    f"\u202e{MARK}\u202c",
    f"{MARK}\u2028\u2029\x85",
    f"{MARK}\ufeff\u200b\u3164",
    "\u0301" * 50 + MARK,
    f"' OR 1=1; DROP TABLE person; -- {MARK}",
    f"{{{{7*7}}}}${{7*7}}%s%n{MARK}",
    f"../../../../{MARK}",
    "9" * 400 + MARK,
    MARK * 5_000,
    [],
    [MARK],
    [[[]]],
    [None, 1, {}],
    {},
    {MARK: MARK},
    {"": 1, "\x00": -1},
    {"$ne": None},
]

JSON_ROUTES = [
    ("POST", "/auth/register"),
    ("POST", "/auth/login"),
    ("POST", "/auth/verify-email"),
    ("POST", "/auth/password-reset"),
    ("POST", "/auth/password-reset/confirm"),
    ("POST", "/display-names/check"),
    ("PATCH", "/me"),
    ("POST", "/me/password"),
    ("POST", "/me/email"),
    ("DELETE", "/me"),
    ("POST", "/me/acceptances"),
    ("PUT", "/code-of-conduct"),
    ("POST", "/me/second-factor/confirm"),
    ("POST", "/me/second-factor"),
    ("DELETE", "/me/second-factor"),
    ("POST", "/people/<uuid:person_id>/decline"),
    ("POST", "/people/<uuid:person_id>/suspend"),
    ("POST", "/people/<uuid:person_id>/reinstate"),
    ("POST", "/people/<uuid:person_id>/role"),
    ("POST", "/conversations/<uuid:private_id>/break-glass"),
    ("POST", "/conversations/<uuid:private_id>/notes"),
    ("PATCH", "/notes/<uuid:note_id>"),
    ("POST", "/notes/<uuid:note_id>/agree"),
    ("POST", "/conversations/<uuid:private_id>/visits"),
    ("POST", "/visits/<uuid:visit_id>/agree"),
    ("POST", "/me/care-team"),
    ("POST", "/me/second-factor/recovery-codes"),
    ("DELETE", "/people/<uuid:person_id>/second-factor"),
    ("POST", "/me/passkeys/begin"),
    ("POST", "/me/passkeys"),
    ("DELETE", "/me/passkeys/<uuid:passkey_id>"),
    ("POST", "/auth/passkeys"),
    ("POST", "/me/push-subscriptions"),
    ("POST", "/me/push-subscriptions/<uuid:subscription_id>/confirm"),
    ("PUT", "/me/notifications"),
    ("PUT", "/me/availability"),
    ("PUT", "/people/<uuid:person_id>/supervisor"),
    ("POST", "/supervision/sessions"),
    ("POST", "/supervision/sessions/<uuid:session_id>/hold"),
    ("POST", "/me/diary"),
    ("PUT", "/me/diary/<uuid:entry_id>"),
    ("POST", "/me/diary/<uuid:entry_id>/share"),
    ("POST", "/me/check-ins"),
    ("PUT", "/me/check-ins/<uuid:check_in_id>/sharing"),
    ("POST", "/debriefs"),
    ("PUT", "/me/worker-profile"),
    ("POST", "/worker-profiles/<uuid:profile_id>/send-back"),
    ("PUT", "/me/preferences"),
    ("PUT", "/roles/<string:role>"),
    ("POST", "/invites"),
    ("POST", "/crisis/helplines"),
    ("PUT", "/crisis/helplines/<string:line_id>"),
    ("POST", "/crisis/helplines/<string:line_id>/verify"),
    ("POST", "/crisis/helplines/<string:line_id>/withdraw"),
    ("POST", "/crisis/helplines/<string:line_id>/restore"),
    ("POST", "/groups"),
    ("PATCH", "/groups/<uuid:group_id>"),
    ("PUT", "/groups/<uuid:group_id>/members/<uuid:person_id>"),
    ("POST", "/conversations/<uuid:conversation_id>/messages"),
    ("PUT", "/conversations/<uuid:conversation_id>/read"),
    ("PUT", "/conversations/<uuid:conversation_id>/mute"),
    ("PATCH", "/messages/<uuid:message_id>"),
    ("POST", "/sync"),
    ("POST", "/messages/<uuid:message_id>/report"),
    ("POST", "/people/<uuid:person_id>/report"),
    ("POST", "/conversations/<uuid:conversation_id>/report"),
    ("POST", "/review/reports/<uuid:report_id>/set-aside"),
    ("POST", "/review/reports/<uuid:report_id>/reinstate"),
    ("POST", "/review/cases/<uuid:case_id>/reveal"),
    ("PATCH", "/me/desk-preferences"),
    ("POST", "/review/cases/<uuid:case_id>/decide"),
    ("POST", "/resources"),
    ("PATCH", "/resources/<string:slug>"),
    ("POST", "/resources/<string:slug>/restore"),
    ("POST", "/resources/<string:slug>/submit"),
    ("POST", "/resources/<string:slug>/review"),
    ("POST", "/resources/<string:slug>/confirm"),
    ("POST", "/resources/<string:slug>/archive"),
    ("POST", "/resources/<string:slug>/unarchive"),
    ("POST", "/resources/<string:slug>/helpful"),
    ("POST", "/resource-suggestions"),
    ("POST", "/resource-suggestions/<uuid:suggestion_id>/answer"),
    ("POST", "/review/screening-rules"),
    ("PATCH", "/review/screening-rules/<uuid:rule_id>"),
    ("POST", "/review/screening-rules/<uuid:rule_id>/try"),
    ("POST", "/review/screening-rules/<uuid:rule_id>/activate"),
    ("POST", "/review/screening-rules/<uuid:rule_id>/agree"),
    ("POST", "/review/screening-rules/<uuid:rule_id>/retire"),
    ("PUT", "/review/duty"),
    ("POST", "/review/sanctions"),
    ("POST", "/review/sanctions/<uuid:sanction_id>/lift"),
    ("POST", "/decisions/<uuid:decision_id>/appeal"),
    ("POST", "/review/appeals/<uuid:appeal_id>/decide"),
    ("POST", "/review/cases/<uuid:case_id>/skip"),
    ("POST", "/review/cases/<uuid:case_id>/second-opinion"),
    ("POST", "/review/cases/<uuid:case_id>/escalate"),
    ("POST", "/review/cases/bulk"),
    ("PUT", "/review/cases/<uuid:case_id>/draft"),
    ("POST", "/review/cases/<uuid:case_id>/follow-up"),
    ("POST", "/review/cases/<uuid:case_id>/follow-up/decline"),
    ("POST", "/review/cases/<uuid:case_id>/follow-up/done"),
    ("POST", "/me/crisis-questions/<uuid:question_id>/answer"),
    ("POST", "/contact-requests"),
    ("POST", "/contact-requests/<uuid:contact_id>/decline"),
    ("POST", "/contact-requests/<uuid:contact_id>/beginning"),
    ("PUT", "/contact-beginning"),
    ("PUT", "/conversations/<uuid:conversation_id>/ending"),
    ("POST", "/contact-requests/<uuid:contact_id>/transfers"),
    ("POST", "/transfers/<uuid:transfer_id>/agree"),
    ("POST", "/covers"),
    ("POST", "/waiting-list"),
    ("POST", "/waiting-list/<uuid:waiting_id>/bring-forward"),
    ("POST", "/waiting-list/<uuid:waiting_id>/assign"),
    ("POST", "/conversations/<uuid:conversation_id>/change-worker"),
    ("POST", "/walls"),
    ("POST", "/crisis/alerts"),
    ("POST", "/crisis/alerts/<uuid:alert_id>/resolve"),
    ("POST", "/crisis/follow-ups/<uuid:follow_up_id>/answer"),
    ("POST", "/walls/<uuid:wall_id>/consent"),
    ("PUT", "/decisions/<string:name>"),
    ("POST", "/rota/shifts"),
    ("PUT", "/rota/shifts/<uuid:rota_id>"),
    ("POST", "/rota/shifts/<uuid:rota_id>/publish"),
    ("POST", "/rota/shifts/<uuid:rota_id>/discard"),
    ("POST", "/rota/overrides"),
    ("POST", "/rota/leave"),
    ("POST", "/rota/clearances"),
    ("POST", "/rota/swaps"),
    ("POST", "/rota/take-over"),
    ("POST", "/rota/shift/start"),
    ("POST", "/rota/shift/end"),
    ("POST", "/rota/calendar"),
]
# A text that could be a code is looked up, and then refused as one.
LOOKED_UP = {"invite_invalid": "invite_code", "proof_invalid": "code"}
NULLABLE = {
    "follow_up",
    "sanction",
    "decision",
    "leaning",
    "mattered",
    "conversation_id",
    "helped",
    "words",
    "windows",
    "capacity",
    "opening_hours",
    "password",
    "reply_to",
    "content_warning",
    "note",
    "device_name",
    "standing",
    "otp",
    "invite_code",
    "expires_at",
    "region",
    "reply",
    "worker_id",
    "reason",
    "message_id",
    "ends_at",
    "replaced_id",
    "handover_note",
    "private_reason",
    "wish",
    "starts_at",
    "summary",
    "training",
    "gender",
    "age_band",
    "years_as_carer",
    "approach",
    "phone",
    "sms",
    "chat_url",
    "professional_ids",
    "supervisor_id",
    "translates",
    "url",
    "why",
    "answer",
    "resource",
    "problem",
}


def contact_of(world):
    with reading() as session:
        return session.scalars(select(Contact).where(Contact.conversation_id == world.private_id)).one()


@pytest.fixture
def world(app):
    return scene(make_world)


def caller_between_two(app, world, rule):
    if rule.startswith("/visits"):
        return Caller(app, carer_visited(world.visit_id))
    if rule.endswith("/visits"):
        return Caller(app, make_person(Role.SUPERVISOR))
    contact = contact_of(world)
    return Caller(app, person_of(contact.carer_id if rule.endswith("/agree") else contact.worker_id))


# Two fields that go together: of a good value that lacks the other, the other is named.
TOGETHER = {"agreed": "note", "resource": "problem"}

# The first that a route begins with says whose it is.
ROLES = {
    "/review": Role.MODERATOR,
    "/rota/take-over": Role.CARER_PEER_WORKER,
    "/rota/shift/": Role.CARER_PEER_WORKER,
    "/me/availability": Role.CARER_PEER_WORKER,
    "/me/worker-profile": Role.CARER_PEER_WORKER,
    **dict.fromkeys(
        (
            "/groups",
            "/roles",
            "/invites",
            "/decisions",
            "/walls/",
            "/people",
            "/code-of-conduct",
            "/contact-beginning",
            "/waiting-list/",
            "/worker-profiles",
            "/covers",
            "/rota",
            "/crisis/alerts/",
            "/crisis/follow-ups/",
            "/crisis/helplines",
            "/resources",
            "/resource-suggestions/",
        ),
        Role.COORDINATOR,
    ),
}


def allowed_caller(app, world, route):
    """Somebody who may use the route, so that nothing but the value is refused."""
    _, rule = route
    role = next((role for start, role in ROLES.items() if rule.startswith(start)), None)
    if rule.endswith("/break-glass"):
        role = Role.COORDINATOR
    if role is not None:
        return Caller(app, make_person(role))
    if rule.startswith("/supervision"):
        return Caller(app, world.supervised.supervisor)
    if rule.startswith(("/me/diary", "/me/check-ins", "/debriefs")):
        return Caller(app, world.supervised.worker)
    if "/notes" in rule or "/visits" in rule:
        return caller_between_two(app, world, rule)
    if rule.endswith("/decline"):
        return Caller(app, world.consumer_worker)
    if "<uuid:subscription_id>" in rule:
        return Caller(app, world.newcomer)
    if route == ("DELETE", "/me"):  # somebody who signed in just now could leave without a password
        return Caller(app, world.author, signed_in_long_ago(world.author))
    return Caller(app, world.author)


def assert_quiet(logs):
    written = logs.getvalue()
    assert "Traceback" not in written
    assert '"error"' not in written
    assert MARK not in written


def test_the_list_of_routes_is_complete(app, world):
    assert set(bodies(world)) == set(JSON_ROUTES)


@pytest.mark.parametrize("route", JSON_ROUTES, ids=" ".join)
def test_a_hostile_value_is_refused_by_name_or_harmless(app, world, logs, route):
    method, rule = route
    caller = allowed_caller(app, world, route)
    good = bodies(world)[route]
    for name, usual in good.items():
        for value in VALUES:
            app.extensions["limits"] = RateLimits()  # so many tries would be refused for their number alone
            answer = caller.request(method, filled(world, rule), json={**good, name: value})
            assert answer.status_code < 500, (name, value, answer.text)
            wrong_kind = type(value) is not type(usual) and not (value is None and name in NULLABLE)
            if wrong_kind or answer.status_code == 422:
                code = answer.json["code"]
                named = LOOKED_UP.get(code, name)
                (found,) = assert_problem(answer, 422, code)["errors"]
                assert found in {named, TOGETHER.get(name, named)}, (name, value)
                assert not wrong_kind or found == name, (name, value)
    assert_quiet(logs)


@pytest.mark.parametrize("route", JSON_ROUTES, ids=" ".join)
def test_an_unknown_field_is_refused_by_name(app, world, route):
    method, rule = route
    for extra in ("role", "id", "__proto__", "is_admin", "state_", "\u0000"):
        body = {**bodies(world)[route], extra: 1}
        answer = allowed_caller(app, world, route).request(method, filled(world, rule), json=body)
        assert list(assert_problem(answer, 422, "invalid")["errors"]) == [extra]


def test_words_of_any_outcome_are_never_in_the_log(app, logs):
    """Posted, held, advised, refused, reported and decided: what people wrote stays out of the log."""
    author, reader, moderator = make_person(), make_person(), make_person(Role.MODERATOR)
    group = make_group(author, reader)
    carer, friend, ann = Caller(app, author), Caller(app, reader), Caller(app, moderator)
    path = f"/conversations/{group.conversation_id}/messages"
    for number, body in enumerate(
        (
            f"Good evening {MARK}",
            f"I want to kill myself tonight {MARK}",
            f"I will find you and hurt you {MARK}",
            f"My number is 0412 345 678 {MARK}",
            MARK * 1_000,
            f"{MARK}\x00",
        )
    ):
        carer.post(path, client_id=str(number), body=body, content_warning=MARK)
    for row in friend.get(path).get_json()["items"]:
        friend.post(f"/messages/{row['id']}/report", reason="abuse", note=f"{MARK} in my note")
    for row in ann.get("/review/cases").get_json()["items"]:
        ann.get(f"/review/cases/{row['id']}")
        ann.post(f"/review/cases/{row['id']}/reveal")
        ann.post(f"/review/cases/{row['id']}/decide", decision="remove", note=MARK, version=row["version"])
    carer.post("/sync", streams={group.conversation_id: 0})
    carer.get("/groups", cursor=MARK)
    carer.get(f"/{MARK}")
    assert logs.getvalue().count('"route"') > 10
    assert_quiet(logs)
