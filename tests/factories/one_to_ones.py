"""One-to-one contacts that have begun, or wait for an answer: the rows as they are then."""

from typing import Any
from uuid import uuid4

from models.clock import clock
from models.contacts import Contact, ContactState
from models.conversations import Conversation, ConversationKind, Membership, MemberState
from models.ids import new_id
from models.messages import Message
from models.pairings import Pairing
from models.people import Person
from models.roles import Role
from models.session import reading, transaction
from models.streams import open_stream
from server.actions.groups import usual_standing
from server.actions.messages import post_message
from tests.factories.messages import PLAIN
from tests.factories.people import act, make_person


def make_private(*people: Person, kind: ConversationKind = ConversationKind.ONE_TO_ONE) -> str:
    """A private conversation of these people; its id."""
    now = clock.now()
    with transaction() as session:
        conversation = Conversation(id=new_id(), kind=kind, created_at=now)
        session.add(conversation)
        session.flush()
        open_stream(session, conversation.id, now=now)
        for person in people:
            session.add(
                Membership(
                    conversation_id=conversation.id,
                    person_id=person.id,
                    state=MemberState.MEMBER,
                    standing=usual_standing(person.role),
                    since=now,
                )
            )
    return conversation.id


def make_one_to_one(carer: Person | None = None, worker: Person | None = None) -> Contact:
    """A contact that was accepted, with its conversation."""
    carer = carer or make_person()
    worker = worker or make_person(Role.CARER_PEER_WORKER)
    return _add(carer, worker, ContactState.ACCEPTED, make_private(carer, worker))


def make_request(carer: Person, worker: Person) -> Contact:
    """A contact that waits for the worker's answer."""
    return _add(carer, worker, ContactState.REQUESTED, None)


def _add(carer: Person, worker: Person, state: ContactState, conversation_id: str | None) -> Contact:
    by_consent = worker.role is Role.CONSUMER_PEER_WORKER
    with transaction() as session:
        contact = Contact(
            id=new_id(),
            carer_id=carer.id,
            worker_id=worker.id,
            pairing=Pairing.BY_CONSENT if by_consent else Pairing.USUAL,
            state=state,
            conversation_id=conversation_id,
            created_at=clock.now(),
        )
        session.add(contact)
    return contact


def contact_now(contact: Contact) -> Contact:
    with reading() as session:
        return session.get_one(Contact, contact.id)


def write(person: Person, conversation_id: str, body: str = PLAIN, **more: Any) -> Message:
    facts = {"client_id": uuid4().hex, "conversation_id": conversation_id}
    message: Message = act(post_message, person, body=body, **facts, **more).message
    return message
