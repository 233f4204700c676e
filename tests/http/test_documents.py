"""The OpenAPI and AsyncAPI documents: well made, complete, and true to what is sent."""

import re

import pytest

from models.messages import MessageState
from models.roles import Role
from models.session import reading
from server.actions.contacts import end_conversation
from server.queries.conversations import list_conversations
from server.schemas.conversations import ConversationSchema, dump_conversation
from server.schemas.messages import MessageSchema, dump_message
from server.schemas.problems import ProblemSchema
from server.schemas.sockets import CLIENT_EVENTS, SERVER_EVENTS
from tests.factories.api import PREFIX
from tests.factories.contacts import connect
from tests.factories.groups import make_group
from tests.factories.messages import message_now, post
from tests.factories.people import act, make_person

METHODS = {"get", "post", "put", "patch", "delete"}
# What CONTRACT names for sockets; a handler without a row here is a promise nobody wrote down.
FROM_CLIENTS = {"typing:set", "message:send", "sync", "read:mark", "case:claim", "alert:acknowledge", "token:renew"}
TO_CLIENTS = {"typing", "event", "heads", "session:ended", "token:expiring", "server:draining"}


@pytest.fixture
def openapi(client):
    return client.get(f"{PREFIX}/openapi.json").get_json()


@pytest.fixture
def asyncapi(client):
    return client.get(f"{PREFIX}/asyncapi.json").get_json()


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolve(document, reference):
    assert reference.startswith("#/"), reference
    for part in reference[2:].split("/"):
        document = document[part.replace("~1", "/").replace("~0", "~")]
    return document


def operations(openapi):
    return {
        (method.upper(), path): operation
        for path, item in openapi["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


@pytest.mark.parametrize("name", ["openapi", "asyncapi"])
def test_every_reference_leads_somewhere(request, name):
    document = request.getfixturevalue(name)
    found = list(references(document))
    assert found
    assert all(resolve(document, reference) is not None for reference in found)


def test_openapi_names_every_route_and_no_other(app, openapi):
    documents = {f"{PREFIX}/openapi.json", f"{PREFIX}/asyncapi.json"}
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(PREFIX) and rule.rule not in documents]
    expected = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in rules
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert set(operations(openapi)) == expected


def test_openapi_has_what_the_specification_asks_for(openapi):
    assert openapi["openapi"] == "3.1.0"
    assert {"title", "version"} <= set(openapi["info"])
    for (_, path), operation in operations(openapi).items():
        assert any(status.startswith("2") for status in operation["responses"]), path
        assert all("description" in resolve_or_self(openapi, one) for one in operation["responses"].values())
        placeholders = set(re.findall(r"{(\w+)}", path))
        listed = operation.get("parameters", []) + openapi["paths"][path].get("parameters", [])
        assert {one["name"] for one in listed if one["in"] == "path"} == placeholders
        assert all(one["required"] for one in listed if one["in"] == "path")


def resolve_or_self(document, node):
    return resolve(document, node["$ref"]) if "$ref" in node else node


def test_openapi_says_which_routes_need_a_token(openapi):
    public = {
        ("POST", "/auth/register"),
        ("POST", "/auth/login"),
        ("POST", "/auth/passkeys/begin"),
        ("POST", "/auth/passkeys"),
        ("POST", "/auth/verify-email"),
        ("POST", "/auth/password-reset"),
        ("POST", "/auth/password-reset/confirm"),
        ("POST", "/display-names/check"),
        ("GET", "/code-of-conduct"),
        ("GET", "/code-of-conduct/versions"),
        ("GET", "/roles"),
        ("GET", "/rota/calendar/{token}.ics"),
        ("GET", "/crisis"),
        ("GET", "/crisis.html"),
    }
    for (method, path), operation in operations(openapi).items():
        schemes = [name for choice in operation.get("security", []) for name in choice]
        assert bool(schemes) is ((method, path.removeprefix(PREFIX)) not in public), path
        assert set(schemes) <= set(openapi["components"]["securitySchemes"])


def test_openapi_shows_refusals_as_they_are_sent(client, openapi):
    sent = client.get(f"{PREFIX}/me")
    (content_type, media) = next(iter(openapi["components"]["responses"]["DEFAULT_ERROR"]["content"].items()))
    assert content_type == sent.content_type
    schema = resolve(openapi, media["schema"]["$ref"])
    assert set(schema["required"]) == set(sent.get_json())
    assert set(schema["properties"]) == set(ProblemSchema().fields)


def test_asyncapi_names_every_event_and_no_other(asyncapi):
    assert set(CLIENT_EVENTS) == FROM_CLIENTS
    assert set(SERVER_EVENTS) == TO_CLIENTS
    assert set(asyncapi["channels"]) == FROM_CLIENTS | TO_CLIENTS
    received = {f"receive:{name}" for name in FROM_CLIENTS}
    assert set(asyncapi["operations"]) == received | {f"send:{name}" for name in TO_CLIENTS}


def test_asyncapi_has_what_the_specification_asks_for(asyncapi):
    assert asyncapi["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= set(asyncapi["info"])
    for name, operation in asyncapi["operations"].items():
        action, _, event = name.partition(":")
        assert operation["action"] == action
        assert resolve(asyncapi, operation["channel"]["$ref"])["address"] == event
        for message in operation["messages"]:
            assert "payload" in resolve(asyncapi, message["$ref"])


def test_every_clients_event_is_answered(asyncapi):
    for name in FROM_CLIENTS:
        (reply,) = asyncapi["operations"][f"receive:{name}"]["reply"]["messages"]
        done, refused = resolve(asyncapi, reply["$ref"])["payload"]["oneOf"]
        assert "ok" in str(done)
        assert set(refused["properties"]["error"]["required"]) == {"code", "status", "user_message"}


@pytest.mark.parametrize("kind", ["group", "one_to_one"])
def test_a_conversation_dumped_by_hand_is_what_its_schema_makes_of_it(app, kind):
    carer, worker = make_person(), make_person(Role.CARER_PEER_WORKER)
    if kind == "group":
        make_group(carer)
    else:
        act(end_conversation, carer, connect(carer, worker).conversation_id)
    with reading() as session:
        (row,) = list_conversations(session, carer, limit=10, cursor=None).items
    assert row.kind == kind
    assert dump_conversation(row) == ConversationSchema().dump(row)


@pytest.fixture
def written(app):
    carer = make_person()
    return message_now(post(carer, make_group(carer)).message.id)


def test_a_message_dumped_by_hand_has_the_keys_its_schema_documents(written):
    assert set(dump_message(written, written.author_id)) == set(MessageSchema().fields)


def test_for_anybody_else_only_the_client_id_is_missing(written):
    for viewer in (None, "somebody"):
        assert set(dump_message(written, viewer)) == set(MessageSchema().fields) - {"client_id"}


def test_a_message_dumped_by_hand_can_be_read_by_its_schema(written):
    """Key for key and value for value, but for what differs by who looks."""
    by_hand = dump_message(written, written.author_id)
    by_schema = MessageSchema(exclude=["advice"]).dump(written)
    by_schema["author"] |= {"role": by_hand["author"]["role"]}
    assert by_schema == {name: by_hand[name] for name in by_schema}


@pytest.mark.parametrize(
    ("state", "own", "shown"),
    [
        (MessageState.VISIBLE, False, True),
        (MessageState.VISIBLE, True, True),
        (MessageState.HELD, False, False),
        (MessageState.HELD, True, True),
        (MessageState.HIDDEN, False, False),
        (MessageState.HIDDEN, True, False),
        (MessageState.REMOVED, False, False),
        (MessageState.REMOVED, True, False),
        (MessageState.DELETED, False, False),
        (MessageState.DELETED, True, False),
    ],
)
def test_words_leave_the_house_only_while_they_may_be_seen(written, state, own, shown):
    written.state, written.content_warning = state, "Hospital"
    dumped = dump_message(written, written.author_id if own else None)
    assert (dumped["body"], dumped["content_warning"]) == ((written.body, "Hospital") if shown else ("", None))
