"""Every route with a request that is good, for tests that drive them all. `World` has what the requests are about."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from models import code_of_conduct
from models.groups import Group
from models.ids import new_id
from models.messages import Message
from models.people import Person
from models.review import Case
from models.roles import Role
from server.actions.invites import create_invite
from tests.factories.groups import make_group
from tests.factories.messages import case_of, post, report
from tests.factories.people import act, make_person, make_sign_in


@dataclass(frozen=True)
class World:
    """A group in which one carer wrote a message that another reported; and somebody who belongs nowhere."""

    group: Group
    author: Person
    message: Message
    case: Case
    newcomer: Person
    sign_in_id: str
    invite_id: str


def make_world() -> World:
    author, reader, newcomer = make_person(), make_person(), make_person()
    group = make_group(author, reader, facilitator=make_person(Role.CARER_PEER_WORKER))
    message = post(author, group).message
    report(reader, message)
    return World(
        group=group,
        author=author,
        message=message,
        case=case_of(message.id),
        newcomer=newcomer,
        sign_in_id=make_sign_in(newcomer).id,
        invite_id=act(create_invite, make_person(Role.COORDINATOR), role=Role.CARER).invite.id,
    )


def nowhere() -> World:
    """A world of ids that lead nowhere, for requests that are refused before anything is looked up."""
    return World(
        group=Group(id=new_id(), conversation_id=new_id()),
        author=Person(id=new_id()),
        message=Message(id=new_id()),
        case=Case(id=new_id(), version=1),
        newcomer=Person(id=new_id()),
        sign_in_id=new_id(),
        invite_id=new_id(),
    )


def group_body() -> dict[str, Any]:
    return {
        "name": f"Group {uuid4().hex[:12]}",
        "description": "We talk about daily life.",
        "focus": "social",
        "form": "open_ended",
        "audience": ["parent"],
        "join_policy": "open",
        "moderation": "after",
        "screening": {"hostility": "hold"},
        "capacity": 20,
    }


def bodies(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    """A good body for each route that takes one, every optional field included."""
    return {
        ("POST", "/auth/register"): {
            "email": f"{uuid4().hex}@example.test",
            "password": "seven herons by the lake",
            "display_name": "Wattle",
            "timezone": "Australia/Sydney",
            "region": "AU",
            "accepted_code_version": code_of_conduct.STARTER_VERSION,
            "invite_code": None,
            "device_name": "Phone",
        },
        ("POST", "/auth/login"): {"email": "ann@example.test", "password": "wrong", "otp": "000000", "device_name": "Phone"},
        ("DELETE", "/me"): {"password": "wrong"},
        ("POST", "/me/acceptances"): {"version": code_of_conduct.STARTER_VERSION},
        ("POST", "/me/second-factor/confirm"): {"otp": "000000"},
        ("DELETE", "/me/second-factor"): {"otp": "000000"},
        ("PUT", "/roles/<string:role>"): {
            "summary": "Listens.",
            "does": ["Listens."],
            "does_not": ["Judge."],
            "written_with": [],
            "version": 1,
        },
        ("POST", "/invites"): {"role": "carer", "expires_at": None, "max_uses": 2, "note": "By referral."},
        ("POST", "/groups"): group_body(),
        ("PATCH", "/groups/<uuid:group_id>"): {**group_body(), "version": 1},
        ("PUT", "/groups/<uuid:group_id>/members/<uuid:person_id>"): {"state": "member", "standing": "member"},
        ("POST", "/conversations/<uuid:conversation_id>/messages"): {
            "client_id": uuid4().hex,
            "body": "Good evening to you all.",
            "reply_to": world.message.id,
            "content_warning": "Hospital",
            "acknowledged_advice": False,
        },
        ("PUT", "/conversations/<uuid:conversation_id>/read"): {"seq": 1},
        ("POST", "/sync"): {"streams": {world.group.conversation_id: 0}},
        ("POST", "/messages/<uuid:message_id>/report"): {"reason": "abuse", "note": "Please look at this."},
        ("POST", "/review/cases/<uuid:case_id>/decide"): {
            "decision": "dismiss",
            "note": "Looked at it.",
            "version": world.case.version,
        },
    }


def filled(world: World, rule: str) -> str:
    """The route's path with ids of things that are there."""
    ids = {
        "group_id": world.group.id,
        "conversation_id": world.group.conversation_id,
        "message_id": world.message.id,
        "case_id": world.case.id,
        "person_id": world.newcomer.id,
        "sign_in_id": world.sign_in_id,
        "invite_id": world.invite_id,
    }
    for name, value in ids.items():
        rule = rule.replace(f"<uuid:{name}>", value)
    return rule.replace("<string:role>", Role.CARER.value)
