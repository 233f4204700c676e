"""What a carer said they look for, to nobody but them."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models.groups import Audience
from models.peer_vocabulary import Trait
from models.people import Person
from models.policy import Facts, authorise
from models.preferences import CarerPreferences, Preference, read_preferences
from models.prepared import Prepared

OWN = Prepared(select(CarerPreferences.content).where(CarerPreferences.person_id == bindparam("person_id")))


def own_preferences(session: Session, actor: Person) -> Sequence[Preference]:
    """In the order in which they were given; none for whoever said nothing yet."""
    authorise("preferences.own", actor, Facts())
    row = OWN.row(session, person_id=actor.id)
    return read_preferences(row[0]) if row is not None else []


def stated_audiences(session: Session, actor: Person, named: str | None) -> Sequence[Audience]:
    """Who they are to the one they care for: as they say now (`named`), else as they said of whom they look for."""
    if named is not None:
        said = {named}
    else:
        row = OWN.row(session, person_id=actor.id)
        stated = read_preferences(row[0]) if row is not None else []
        said = {each.value for each in stated if each.kind is Trait.RELATIONSHIP}
    return [audience for audience in Audience if audience.value in said and audience is not Audience.ANY]
