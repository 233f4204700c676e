"""Who is acting, as the database knows them now."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models import code_of_conduct
from models.auth import SignIn
from models.crypto import current_keyring
from models.errors import AcceptanceRequired, SecondFactorRequired, SessionEnded
from models.people import Person

# Written once: this runs with every request and every socket event, and building a statement costs more than sending it.
ACTOR = (
    select(Person, SignIn)
    .join(SignIn, SignIn.person_id == Person.id)
    .where(SignIn.id == bindparam("sign_in_id"), Person.id == bindparam("person_id"))
)


def get_actor(session: Session, person_id: str, sign_in_id: str, *, now: datetime, set_up: bool = True) -> Person:
    """The person behind a token, loaded afresh: what a token or a socket said at its start may no longer be so.

    Raises SessionEnded when the sign-in is over, AcceptanceRequired when the code of conduct has changed since they
    agreed to it, SecondFactorRequired when their role needs one and they have none; `set_up=False` is for what must
    work before both.
    """
    row = session.execute(ACTOR, {"sign_in_id": sign_in_id, "person_id": person_id}).one_or_none()
    if row is None or not row.SignIn.live(now):
        raise SessionEnded
    person: Person = row.Person
    if set_up and person.second_factor_due:
        raise SecondFactorRequired
    if set_up and person.accepted_code_version < code_of_conduct.VERSION:
        raise AcceptanceRequired
    return person


def normalise_email(email: str) -> str:
    return email.strip().lower()


def find_by_email(session: Session, email: str) -> Person | None:
    index = current_keyring().blind_index(normalise_email(email))
    return session.scalars(select(Person).where(Person.email_index == index)).one_or_none()
