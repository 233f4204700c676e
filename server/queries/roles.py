"""What each role is, as it stands now."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.role_descriptions import RoleDescription, StarterDescription, starter_descriptions
from models.roles import Role

Described = RoleDescription | StarterDescription


def describe_roles(session: Session) -> Sequence[Described]:
    """The newest description of every role, in the order of the roles; starters where a service wrote none yet."""
    newest = (
        select(RoleDescription.role, func.max(RoleDescription.version).label("version"))
        .group_by(RoleDescription.role)
        .subquery()
    )
    rows = session.scalars(
        select(RoleDescription).join(
            newest, (RoleDescription.role == newest.c.role) & (RoleDescription.version == newest.c.version)
        )
    )
    written: dict[Role, Described] = {row.role: row for row in rows}
    return [written.get(role, starter_descriptions()[role]) for role in Role]
