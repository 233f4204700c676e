"""The OpenAPI document and the application held against each other by machine: whatever is documented holds.

Every operation is driven with data that fits its document and with data that does not, phase by phase as the tool would from
its command line, by a coordinator and by a carer who has nothing to do with what is there. All checks are on; what is exempt
says why. Other people's things are offered by their ids: the carer gets none of them but what the matrix names.
"""

import re
from contextlib import contextmanager
from uuid import uuid4

import eventlet
import eventlet.wsgi
import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from models.auth import SignIn
from models.clock import clock
from models.groups import Group, JoinPolicy
from models.people import Person, PersonState
from models.roles import Role
from models.screening_rules import ScreeningRuleKind
from models.session import reading, transaction
from server.limits import RateLimits
from server.queries.code_of_conduct import current_version
from tests.factories.api import PREFIX, Caller
from tests.factories.notifications import new_push_keys
from tests.factories.people import make_person
from tests.factories.rota import moment
from tests.http.routes import filled, make_world, rule_body
from tests.http.test_matrix import LETTERS, TABLE

CONFIG = {
    "seed": 20,
    "cache": {"enabled": False},  # what one run learnt must not change what the next one tries
    "generation": {
        "max-examples": 2,
        "deterministic": True,
        "no-shrink": True,
        # A pattern cannot name every letter of the world that shows nothing; what can be seen is seen in ASCII too.
        "codec": "ascii",
    },
}
# Whether the document is true is asked once, as somebody who may do most of it. Of whoever may do nothing of it only what
# they get is asked, and that takes no value of every kind in each field: it takes real ids in their right place.
WITHOUT_EVERY_VALUE = {**CONFIG, "phases": {"coverage": {"enabled": False}}}
STRONG = "seven herons by the lake"


@contextmanager
def served(app):
    """The application at an address: the tool's own way of calling it in place cannot replay a request."""
    listener = eventlet.listen(("127.0.0.1", 0))
    server = eventlet.spawn(eventlet.wsgi.server, listener, app, log_output=False, debug=False)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.kill()
        listener.close()


class SomebodyOf:
    """Always signed in as somebody of the role: signing out, or erasing oneself, ends only the one who did."""

    def __init__(self, app, role):
        self.app, self.role = app, role
        self.caller = self.somebody()
        self.changed = False  # whether anything was done since the sign-in was last looked at: reading ends none

    def after_call(self, _context, case, response):
        self.changed = self.changed or (case.method != "GET" and response.status_code < 300)

    def somebody(self):
        """A coordinator writes new codes of conduct here as well: whoever comes agrees to the newest."""
        with reading() as session:
            version = current_version(session)
        return Caller(self.app, make_person(self.role, accepted_code_version=version))

    def token(self, *, refresh=False):
        if self.changed:
            self.look()
        if self.caller is None or refresh:
            self.caller = self.somebody()
        return self.caller.tokens.refresh_token if refresh else self.caller.tokens.access_token

    def look(self):
        self.changed = False
        with reading() as session:
            sign_in = session.get(SignIn, self.caller.sign_in.id)
            person = session.get(Person, self.caller.person.id)
            lives = person is not None and person.state is PersonState.ACTIVE
            agreed = person is not None and person.accepted_code_version == current_version(session)
            if not lives or not agreed or sign_in is None or not sign_in.live(clock.now()):
                self.caller = None

    def provider(self):
        somebody = self

        class Provider:
            def get(self, case, _context):
                return somebody.token(refresh=case.operation.path == f"{PREFIX}/auth/refresh")

            def set(self, case, data, _context):
                case.headers["Authorization"] = f"Bearer {data}"

        return Provider


class AsClientsWrite:
    """Data that fits the document, made such as a client would send it; data that does not fit is left as it is."""

    def __init__(self, world):
        self.world = world

    def before_call(self, _context, case, _kwargs):
        if case.meta is None or not case.meta.generation.mode.is_positive:
            return
        # A cursor comes from the page before; no schema says which there are.
        case.query.pop("cursor", None)
        # What is asked of the rota lies around now, and ends after it begins.
        case.query.update({name: moment(hours=24 * (name == "to")) for name in ("from", "to") if name in case.query})
        case.body = self.written(case.body)
        for name in case.path_parameters:
            rule = f"<uuid:{name}>"
            if filled(self.world, rule) != rule:
                case.path_parameters[name] = filled(self.world, rule)

    def written(self, value):
        if isinstance(value, dict):
            # An invite code comes from the service, and how easily a password is guessed is judged, not described.
            # What is to run out does so after now, and what must be handed over depends on what somebody has in hand.
            # Where a browser is called, and the keys for it, are of its own making.
            known = {"invite_code": None, "expires_at": None, "password": STRONG, "new_password": STRONG, "handovers": []}
            known |= {"endpoint": f"https://fcm.googleapis.com/fcm/send/{uuid4().hex}", "keys": new_push_keys()}
            # A rule of the rota is a language of its own; its times lie ahead, in order.
            known |= {"rrule": "FREQ=DAILY;COUNT=3", "starts": "2026-01-05T09:00", "starts_at": moment(hours=2)}
            known |= {"since": moment(hours=1), "until": moment(hours=2), "valid_until": moment(hours=99)}
            known |= {"ends_at": moment(hours=48)}
            known |= {"people": [self.world.rota.worker_id]}
            known |= {"resources": []}  # pieces that a group opens with are pieces there are
            # What a rule of screening says depends on its kind, and a phrase is a language of its own.
            known |= {"phrases": rule_body()["phrases"]}
            if value.get("kind") in list(ScreeningRuleKind):
                value = {"kind": "phrases", **rule_body(), "reason": value.get("reason")}
            value = {key: part for key, part in value.items() if key != "silenced"}
            return {key: known.get(key, self.written(part)) for key, part in value.items()}
        if isinstance(value, list):
            return [self.written(part) for part in value]
        # To JSON Schema 14.0 is whole. Here it is refused, because most clients never mean it.
        return int(value) if isinstance(value, float) and value.is_integer() else value


@pytest.fixture
def world(app):
    app.extensions["limits"] = RateLimits(factor=1_000_000)
    made = make_world()
    with transaction() as session:  # or the carer would join, and rightly read along
        session.get_one(Group, made.group.id).join_policy = JoinPolicy.INVITE
    writing = AsClientsWrite(made)

    def before_call(context, case, kwargs):
        writing.before_call(context, case, kwargs)

    schemathesis.hook("before_call")(before_call)
    yield made
    schemathesis.hooks.unregister(before_call)


def run(app, role, config):
    """Every scenario that the tool plays, and what went wrong besides, one text each."""
    with served(app) as url:
        schema = schemathesis.openapi.from_url(f"{url}{PREFIX}/openapi.json", config=SchemathesisConfig.from_dict(config))
        somebody = SomebodyOf(app, role)
        schema.auth(refresh_interval=None)(somebody.provider())

        def after_call(context, case, response):
            somebody.after_call(context, case, response)

        schemathesis.hook("after_call")(after_call)
        scenarios, broken = [], []
        for event in from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                scenarios.append(event)
            elif isinstance(event, events.NonFatalError | events.FatalError):
                broken.append(f"{event.label}: {event.info}" if isinstance(event, events.NonFatalError) else str(event))
        schemathesis.hooks.unregister(after_call)
        return scenarios, broken


# (check, operation) -> why it cannot hold there.
EXEMPT = {
    ("positive_data_acceptance", "POST /auth/verify-email"): "a code comes by mail; no schema says which are good",
    ("positive_data_acceptance", "POST /auth/password-reset/confirm"): "likewise",
    ("positive_data_acceptance", "PUT /decisions/{name}"): "which values there are depends on the name",
    ("positive_data_acceptance", "POST /people/{person_id}/role"): "what somebody can become depends on what they are",
    ("positive_data_acceptance", "POST /crisis/helplines"): "hours are for exactly the ways a line is reached",
    ("positive_data_acceptance", "PUT /crisis/helplines/{line_id}"): "likewise",
    ("positive_data_acceptance", "PUT /me/notifications"): "quiet hours that begin where they end are none",
    (
        "positive_data_acceptance",
        "PUT /me/availability",
    ): "leave has passed or ends before it begins; a window may be too short",
    ("positive_data_acceptance", "GET /reports/service"): "the last month comes after the first, within a year",
    ("positive_data_acceptance", "GET /reports/service.csv"): "likewise",
    ("positive_data_acceptance", "GET /reports/moderation"): "likewise",
    ("positive_data_acceptance", "GET /reports/moderation.html"): "likewise",
    ("positive_data_acceptance", "POST /review/cases/{case_id}/follow-up"): "the time lies ahead, within two weeks",
    ("positive_data_acceptance", "POST /review/cases/{case_id}/decide"): "likewise, where one comes with it",
    ("positive_data_acceptance", "POST /supervision/sessions"): "the time lies ahead, within a year",
    ("positive_data_acceptance", "PUT /me/preferences"): "which values there are depends on the kind",
    ("positive_data_acceptance", "POST /crisis/alerts"): "the message it came from must be one's own",
    **{
        ("ensure_resource_availability", f"POST /crisis/alerts/{{alert_id}}/{answer}"): "whoever asks is not who comes"
        for answer in ("acknowledge", "decline", "contact", "resolve")
    },
    ("positive_data_acceptance", "PUT /roles/{role}"): "a staff role is described with somebody who holds it",
    ("positive_data_acceptance", "PUT /conversations/{conversation_id}/ending"): "the day lies ahead",
    ("positive_data_acceptance", "POST /covers"): "the last day comes after the first, and neither has passed",
    ("positive_data_acceptance", "POST /contact-requests/{contact_id}/transfers"): "likewise, and a handover has no days",
    ("positive_data_acceptance", "POST /auth/register"): "whether a name could be mistaken for staff's is judged",
    ("positive_data_acceptance", "POST /rota/shifts"): "whether there is an end depends on the kind",
    ("positive_data_acceptance", "PUT /rota/shifts/{rota_id}"): "likewise",
    ("positive_data_acceptance", "POST /rota/overrides"): "who is replaced depends on the kind, and somebody must be there",
    ("positive_data_acceptance", "POST /review/sanctions"): "which length there is, and which group, depends on the kind",
    ("positive_data_acceptance", "POST /rota/leave"): "it is somebody's, who must be there",
    ("positive_data_acceptance", "POST /rota/clearances"): "likewise",
    ("ensure_resource_availability", "POST /groups/{group_id}/leave"): "who makes a group does not belong to it",
    **{
        ("ensure_resource_availability", f"{operation[0]} /me/push-subscriptions/{{subscription_id}}{operation[1]}"): (
            "the one asked for is somebody else's, whoever made one before"
        )
        for operation in (("DELETE", ""), ("POST", "/trial"), ("POST", "/confirm"))
    },
    ("positive_data_acceptance", "POST /conversations/{conversation_id}/report"): "a stretch begins before it ends",
    ("positive_data_acceptance", "POST /people/{person_id}/report"): "another reason than those named needs words",
    **{
        ("positive_data_acceptance", operation): "what goes with a piece depends on its kind"
        for operation in ("POST /resources", "PATCH /resources/{slug}")
    },
    ("positive_data_acceptance", "POST /resources/{slug}/review"): "who does not agree says why",
    ("positive_data_acceptance", "POST /resource-suggestions"): "a problem is with a piece",
    ("negative_data_rejection", "DELETE /me"): "what is sent wrong there may be nothing at all, and a body may be left out",
}


def failures(scenarios):
    for event in scenarios:
        for case_id, checks in event.recorder.checks.items():
            for check in checks:
                if check.failure_info is not None:
                    case = event.recorder.cases[case_id].value
                    if (check.name, f"{case.method} {case.operation.path.removeprefix(PREFIX)}") in EXEMPT:
                        continue
                    yield f"{event.phase.value}: {check.name}: {check.failure_info.failure}\n{case.as_curl_command()}"


def taken_from_others(scenarios, world):
    """Operations that gave or did something with another's thing, by its id, that the matrix does not name for carers."""
    for event in scenarios:
        for case_id, interaction in event.recorder.interactions.items():
            case = event.recorder.cases[case_id].value
            rule = re.sub(r"{(\w+)}", r"<uuid:\1>", case.operation.path.removeprefix(PREFIX))
            theirs = filled(world, rule) in case.formatted_path and filled(world, rule) != rule
            strangers, _ = TABLE.get((case.method, rule), (LETTERS, LETTERS))  # OPTIONS tells nobody anything
            response = interaction.response
            if theirs and "c" not in strangers and response is not None and response.status_code < 300:
                yield f"{case.method} {rule}"


def operations_met(scenarios):
    return {event.recorder.label for event in scenarios}


@pytest.mark.timeout(600)
def test_whatever_is_documented_holds_for_a_coordinator(app, client, world):
    scenarios, broken = run(app, Role.COORDINATOR, CONFIG)
    assert not broken, broken
    found = list(failures(scenarios))
    assert not found, "\n\n".join(found)
    paths = client.get(f"{PREFIX}/openapi.json").get_json()["paths"]
    named = {f"{method.upper()} {path}" for path, item in paths.items() for method in item if method != "parameters"}
    assert operations_met(scenarios) >= named


@pytest.mark.timeout(600)
def test_and_for_a_carer_who_gets_nothing_of_what_is_others(app, world):
    scenarios, broken = run(app, Role.CARER, WITHOUT_EVERY_VALUE)
    assert not broken, broken
    found = list(failures(scenarios))
    assert not found, "\n\n".join(found)
    assert set(taken_from_others(scenarios, world)) == set()
