"""Supervisors' visits to one-to-ones, made by the real actions."""

from typing import Any

from models.contacts import Contact
from models.people import Person
from models.roles import Role
from models.session import reading
from models.visits import Visit
from server.actions.visits import agree_to_visit, ask_for_visit, begin_visit, end_visit
from server.queries.contacts import find_contact_of
from server.queries.visits import VisitView
from tests.factories.notes import person_of
from tests.factories.one_to_ones import make_one_to_one
from tests.factories.people import act, make_person


def asked_visit(contact: Contact | None = None, supervisor: Person | None = None, **more: Any) -> VisitView:
    """A visit that its supervisor has asked for."""
    contact = contact or make_one_to_one()
    facts = {"supervisor_id": None, "minutes": 30, "show_earlier": False, **more}
    view: VisitView = act(ask_for_visit, supervisor or make_person(Role.SUPERVISOR), contact.conversation_id, **facts)
    return view


def agree(contact: Contact, visit: Visit, *, show_earlier: bool = False) -> None:
    """Both of the two."""
    for person_id in (contact.carer_id, contact.worker_id):
        act(agree_to_visit, person_of(person_id), visit.id, show_earlier=show_earlier)


def come_in(contact: Contact, supervisor: Person, *, show_earlier: bool = False, minutes: int = 30) -> Visit:
    """A visit that goes on."""
    visit = asked_visit(contact, supervisor, minutes=minutes).visit
    agree(contact, visit, show_earlier=show_earlier)
    begun: Visit = act(begin_visit, supervisor, visit.id).visit
    return begun


def send_away(by_id: str, visit: Visit) -> None:
    act(end_visit, person_of(by_id), visit.id)


def visit_now(visit_id: str) -> Visit:
    with reading() as session:
        return session.get_one(Visit, visit_id)


def carer_visited(visit_id: str) -> Person:
    with reading() as session:
        visit = session.get(Visit, visit_id)
        contact = find_contact_of(session, visit.conversation_id) if visit is not None else None
        return session.get_one(Person, contact.carer_id if contact is not None else "")
