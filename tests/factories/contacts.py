"""One-to-one contacts, walls and decisions, made by the real actions."""

from typing import Any

from sqlalchemy import select

from models.clock import clock
from models.contacts import Contact, ContactState, Wall, WallKind
from models.conversations import Conversation
from models.decisions import DecisionName, PeerRoleModel
from models.people import Person, PersonState
from models.roles import Role
from models.session import reading, transaction
from models.transfers import Transfer, TransferKind
from models.waiting import Waiting
from server.actions.beginnings import agree_to_beginning
from server.actions.contacts import accept_contact, agree_to_contact, request_contact
from server.actions.decisions import make_decision
from server.actions.transfers import propose_transfer
from server.actions.waiting import join_waiting_list
from server.actions.walls import declare_wall
from server.queries.beginnings import get_beginning
from server.queries.decisions import Standing, standing_decision
from tests.factories.api import Caller
from tests.factories.people import act, make_person


def decided(name: DecisionName, value: str, *, end_open_contacts: bool = False) -> Standing:
    """A coordinator decides this, from whatever stands now."""
    with reading() as session:
        version = standing_decision(session, name).version
    facts = {"reason": "Talked through at the meeting.", "end_open_contacts": end_open_contacts}
    made: Standing = act(make_decision, make_person(Role.COORDINATOR), name, value=value, version=version, **facts)
    return made


def by_consent() -> None:
    decided(DecisionName.PEER_ROLE_MODEL, PeerRoleModel.BY_CONSENT)


def ask(carer: Person, worker: Person, note: str | None = None) -> Contact:
    contact: Contact = act(request_contact, carer, worker_id=worker.id, note=note).view.contact
    return contact


def wait(carer: Person, wish: str | None = None) -> Waiting:
    """A carer joins the waiting list."""
    waiting: Waiting = act(join_waiting_list, carer, wish=wish).view.waiting
    return waiting


def propose(contact: Contact, to: Person, note: str | None = None) -> Transfer:
    """The contact's worker proposes that another takes it over."""
    with reading() as session:
        worker = session.get_one(Person, contact.worker_id)
    facts = {"kind": TransferKind.HANDOVER, "note": note, "starts_at": None, "ends_at": None}
    transfer: Transfer = act(propose_transfer, worker, contact.id, worker_id=to.id, **facts).transfer
    return transfer


def connect(carer: Person, worker: Person) -> Contact:
    """A contact that goes on, with the agreements it needs, in which both may write."""
    contact = ask(carer, worker)
    if worker.role is Role.CONSUMER_PEER_WORKER:
        act(agree_to_contact, make_person(Role.COORDINATOR), contact.id)
    accepted: Contact = act(accept_contact, worker, contact.id).contact
    assert accepted.state is ContactState.ACCEPTED
    begin(accepted, carer, worker)
    return accepted


def begin(contact: Contact, *people: Person) -> None:
    """These people agree to what the contact is, as it is shown now."""
    for person in people:
        with reading() as session:
            shown = get_beginning(session, person, contact.id, now=clock.now())
        act(agree_to_beginning, person, contact.id, version=shown.text.version, role_version=shown.role.version)


def begin_by_http(contact: dict[str, Any], *callers: Caller) -> None:
    """As `begin`, through the door."""
    for caller in callers:
        path = f"/contact-requests/{contact['id']}/beginning"
        shown = caller.get(path).get_json()
        answer = caller.post(path, version=shown["version"], role_version=shown["role"]["version"])
        assert answer.status_code == 200, answer.text


def wall_off(declarer: Person, other: Person, kind: WallKind = WallKind.OTHER, reason: str | None = None) -> Wall:
    wall: Wall = act(declare_wall, declarer, person_id=other.id, kind=kind, reason=reason).wall
    return wall


def contact_now(contact_id: str) -> Contact:
    with reading() as session:
        return session.get_one(Contact, contact_id)


def contacts_between(carer: Person, worker: Person) -> list[Contact]:
    with reading() as session:
        query = select(Contact).where(Contact.carer_id == carer.id, Contact.worker_id == worker.id)
        return list(session.scalars(query.order_by(Contact.id)))


def conversation_now(contact: Contact) -> Conversation:
    assert contact.conversation_id is not None
    with reading() as session:
        return session.get_one(Conversation, contact.conversation_id)


def suspend(person: Person) -> None:
    """Their account is paused."""
    with transaction() as session:
        session.get_one(Person, person.id).state = PersonState.SUSPENDED


def contact_events(events: list[Any]) -> list[str]:
    return [event.kind for event in events if event.kind.startswith("contact.")]
