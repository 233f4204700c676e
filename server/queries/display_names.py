"""Which display names are taken: a public fact, since everybody in a group sees them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.display_names import ideas_like
from models.name_skeletons import skeleton_of
from models.people import Person

SUGGESTED = 3


def name_taken(session: Session, name: str, *, but_by: str | None = None) -> bool:
    """Whether somebody, other than the person `but_by`, has a name that looks like this one."""
    holder = session.scalars(select(Person.id).where(Person.name_skeleton == skeleton_of(name))).one_or_none()
    return holder is not None and holder != but_by


def free_names_like(session: Session, name: str) -> Sequence[str]:
    """A few names near this one that nobody has."""
    ideas = {skeleton_of(idea): idea for idea in ideas_like(name)}
    taken = set(session.scalars(select(Person.name_skeleton).where(Person.name_skeleton.in_(list(ideas)))))
    return [idea for skeleton, idea in ideas.items() if skeleton not in taken][:SUGGESTED]
