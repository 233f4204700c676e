"""What both of a contact agree to before they write: the text as it stands, and what is shown with it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.beginnings import STARTER_VERSION, BeginningText, StarterBeginning, starter_beginning
from models.code_of_conduct import CodeOfConduct, StarterCode
from models.contacts import ContactState
from models.errors import NotFound
from models.openings import ContactTerms
from models.people import Person
from server.queries.code_of_conduct import current_code
from server.queries.contacts import ContactView, get_contact
from server.queries.openings import Opening, openings
from server.queries.roles import Described, describe_roles

Text = BeginningText | StarterBeginning


def current_text(session: Session) -> Text:
    """The newest version the service wrote, or the starter."""
    newest = select(BeginningText).order_by(BeginningText.version.desc()).limit(1)
    return session.scalars(newest).one_or_none() or starter_beginning()


def get_text(session: Session, version: int) -> Text:
    """One version, old or new. Raises NotFound for one that was never written."""
    if version == STARTER_VERSION:
        return starter_beginning()
    # Compared as the database keeps it: a number too large for the column is no version either.
    found = session.get(BeginningText, version) if version <= current_text(session).version else None
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """All that the two are shown, as it stands now."""

    view: ContactView
    text: Text
    role: Described
    code: CodeOfConduct | StarterCode
    terms: ContactTerms | None
    opening: Opening


def get_beginning(session: Session, actor: Person, contact_id: str, *, now: datetime) -> Beginning:
    """Also before anybody accepted: who asks and who is asked may know what it would be. Raises NotFound."""
    view = get_contact(session, actor, contact_id)
    return Beginning(
        view=view,
        text=current_text(session),
        role=next(each for each in describe_roles(session) if each.role is view.worker.role),
        code=current_code(session),
        terms=session.get(ContactTerms, view.worker.id),
        opening=openings(session, [view.worker.id], now)[view.worker.id],
    )


def has_begun(view: ContactView) -> bool:
    return view.contact.state is ContactState.ACCEPTED and not view.begins
