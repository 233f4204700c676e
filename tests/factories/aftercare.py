"""What is owed after decided cases, moved by the real actions."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from models.aftercare import Aftercare, DeclineReason
from models.clock import clock
from models.people import Person
from models.review import Case
from models.roles import Role
from models.session import reading
from server.actions.aftercare import decline_follow_up, schedule_follow_up
from server.queries.aftercare import list_loose_ends
from tests.factories.people import act, make_person


def aftercare_of(case: Case) -> Aftercare | None:
    with reading() as session:
        return session.scalars(select(Aftercare).where(Aftercare.case_id == case.id)).one_or_none()


def case_now(case: Case) -> Case:
    with reading() as session:
        return session.get_one(Case, case.id)


def schedule(person: Person, case: Case, after: timedelta = timedelta(days=2), note: str | None = None) -> Case:
    planned: Case = act(schedule_follow_up, person, case.id, at=clock.now() + after, note=note)
    return planned


def decline(person: Person, case: Case, reason: DeclineReason = DeclineReason.IN_CONTACT) -> Case:
    declined: Case = act(decline_follow_up, person, case.id, reason=reason)
    return declined


def loose_ends(person: Person | None = None) -> Sequence[str]:
    """Ids of all cases that are decided and not done, page by page."""
    found: list[str] = []
    cursor = None
    reader = person or make_person(Role.MODERATOR)
    while True:
        with reading() as session:
            page = list_loose_ends(session, reader, limit=2, cursor=cursor, at=clock.now())
        found += [view.case.id for view in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return found
