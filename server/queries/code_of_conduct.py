"""The code of conduct as it stands now."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.code_of_conduct import STARTER_VERSION, CodeOfConduct, StarterCode, starter_code

# Part of the query that loads whoever acts: whether they have agreed is asked with every request.
CURRENT_VERSION = select(func.coalesce(func.max(CodeOfConduct.version), STARTER_VERSION)).scalar_subquery()


def current_version(session: Session) -> int:
    return int(session.execute(select(CURRENT_VERSION)).scalar_one())


def current_code(session: Session) -> CodeOfConduct | StarterCode:
    """The newest version the service wrote, or the starter."""
    newest = select(CodeOfConduct).order_by(CodeOfConduct.version.desc()).limit(1)
    return session.scalars(newest).one_or_none() or starter_code()
