"""Proofs of an address: finding one by its code, and who else claims what it proves."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.auth import EmailProof, ProofPurpose
from models.crypto import current_keyring
from models.errors import Invalid
from models.ids import normalise_code
from models.people import Person, PersonState


class ProofInvalid(Invalid):
    """The same answer for a code that never was, was used, or has run out."""

    code = "proof_invalid"
    user_message = "This code cannot be used. It may have run out or been used before. Please ask for a new one."

    def __init__(self, **facts: object) -> None:
        super().__init__(errors={"code": ["This code cannot be used."]}, **facts)


def proof_index(purpose: ProofPurpose, code: str) -> str:
    """The keyed digest a proof is found by."""
    return current_keyring().blind_index(f"proof {purpose.value} {normalise_code(code)}")


def find_proof(session: Session, purpose: ProofPurpose, code: str, *, now: datetime) -> tuple[EmailProof, Person]:
    """A proof that still counts and its person, as they are at this moment. Raises ProofInvalid."""
    row = session.execute(
        select(EmailProof, Person)
        .join(Person, Person.id == EmailProof.person_id)
        .where(EmailProof.code_index == proof_index(purpose, code))
    ).one_or_none()
    if row is None or not row.EmailProof.good(now) or row.Person.state is PersonState.ERASED:
        raise ProofInvalid
    return row.EmailProof, row.Person


def lock_proof(session: Session, purpose: ProofPurpose, code: str, *, now: datetime) -> tuple[EmailProof, Person]:
    """As `find_proof`, and nobody else can spend it until the transaction ends."""
    locked = select(EmailProof.id).where(EmailProof.code_index == proof_index(purpose, code)).with_for_update()
    session.execute(locked).all()
    return find_proof(session, purpose, code, now=now)


def lock_claimants(session: Session, person: Person, index: str) -> Sequence[Person]:
    """The person, and everybody who claims the address with this digest, as they are now and locked in the order of ids."""
    return session.scalars(
        select(Person)
        .where(or_(Person.id == person.id, Person.email_index == index))
        .order_by(Person.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
