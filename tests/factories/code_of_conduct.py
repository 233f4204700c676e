"""A code of conduct that changed."""

from models.clock import clock
from models.code_of_conduct import CodeOfConduct
from models.people import Person
from models.roles import Role
from models.session import reading, transaction
from server.queries.code_of_conduct import current_version
from tests.factories.people import make_person


def change_code(by: Person | None = None) -> int:
    """Write the next version of the code of conduct; returns its number."""
    author = by or make_person(Role.COORDINATOR)
    with reading() as session:
        version = current_version(session) + 1
    with transaction() as session:
        session.add(
            CodeOfConduct(
                version=version,
                title="How we treat each other",
                text="Be kind. What is said here stays here.",
                confidentiality_broken_when="When a life may be in danger.",
                created_by=author.id,
                created_at=clock.now(),
            )
        )
    return version
