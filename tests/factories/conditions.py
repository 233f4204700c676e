"""People something stands in the way of: for each, the code with which everything but a few things is refused."""

from typing import Any

from models.people import Person, PersonState
from models.roles import Role
from models.session import transaction
from tests.factories.people import make_person

CONDITIONS: dict[str, dict[str, Any]] = {
    "suspended": {"state": PersonState.SUSPENDED},
    "approval_pending": {"state": PersonState.PENDING},
    "email_unverified": {"email_verification_due": True},
    "second_factor_required": {"second_factor_due": True},
    "acceptance_required": {"accepted_code_version": 0},
}


def make_hindered(role: Role, code: str) -> Person:
    """Somebody of this role to whom everything is refused with this code."""
    person = make_person(role)
    with transaction() as session:
        changed = session.get_one(Person, person.id)
        for name, value in CONDITIONS[code].items():
            setattr(changed, name, value)
    return changed
