"""Taking a display name."""

from sqlalchemy.orm import Session

from models.display_names import passes_for_staff
from models.errors import Conflict, Invalid
from models.name_skeletons import skeleton_of
from models.people import Person
from models.roles import Role
from server.queries.display_names import free_names_like, name_taken


class DisplayNameTaken(Conflict):
    code = "display_name_taken"
    user_message = "Somebody has this name, or one that looks like it. Please choose another one."
    public = ("suggestions",)


class DisplayNameReserved(Invalid):
    """A carer's name that others could take for one of the people who run the service."""

    code = "display_name_reserved"
    user_message = "This name looks like somebody who works here. Please choose another one."

    def __init__(self, **facts: object) -> None:
        super().__init__(errors={"display_name": [self.user_message]}, **facts)


def refuse_staff_name(name: str, role: Role) -> None:
    """Raise DisplayNameReserved for a carer who would pass for staff."""
    if role is Role.CARER and passes_for_staff(name):
        raise DisplayNameReserved


def refuse_taken_name(session: Session, name: str, *, but_by: str | None = None) -> None:
    """Raise DisplayNameTaken, with names that are free, when somebody else has one that looks like this."""
    if name_taken(session, name, but_by=but_by):
        raise DisplayNameTaken(suggestions=list(free_names_like(session, name)))


def rename(session: Session, person: Person, name: str) -> None:
    """Give the person this name. Raises DisplayNameReserved or DisplayNameTaken."""
    refuse_staff_name(name, person.role)
    refuse_taken_name(session, name, but_by=person.id)
    person.display_name, person.name_skeleton = name, skeleton_of(name)
