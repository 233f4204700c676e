"""Writing role descriptions, together with those who hold the role."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import Invalid, StaleVersion
from models.people import Person
from models.policy import Facts, authorise
from models.role_descriptions import RoleDescription
from models.roles import Role
from moderation.audit import write_audit
from server.queries.roles import describe_roles

NOT_BY_WORKERS = frozenset({Role.CARER})


def describe_role(
    session: Session,
    actor: Person,
    role: Role,
    *,
    summary: str,
    does: list[str],
    does_not: list[str],
    written_with: list[str],
    version: int,
    now: datetime,
) -> RoleDescription:
    """Write the next version of a role's description. `written_with`: ids of people who hold the role now.

    A staff role's description is agreed with somebody who holds it [Barr T3.3]. Raises Forbidden, StaleVersion (another
    version was written meanwhile), Invalid (somebody named does not hold the role, or nobody is named).
    """
    authorise("role.describe", actor, Facts())
    current = next(each for each in describe_roles(session) if each.role is role)
    if version != current.version:
        raise StaleVersion(version=current.version)
    holders = set(session.scalars(select(Person.id).where(Person.id.in_(written_with), Person.role == role)))
    if set(written_with) - holders or (not holders and role not in NOT_BY_WORKERS):
        raise Invalid(errors={"written_with": ["Name at least one person who holds this role, and only such people."]})
    description = RoleDescription(
        role=role,
        version=version + 1,
        summary=summary,
        does=does,
        does_not=does_not,
        written_with=sorted(holders),
        created_by=actor.id,
        created_at=now,
    )
    session.add(description)
    write_audit(
        session,
        actor_id=actor.id,
        action="role.described",
        subject_kind="person",
        subject_id=actor.id,
        now=now,
        data={"role": role.value, "version": version + 1, "written_with": sorted(holders)},
    )
    return description
