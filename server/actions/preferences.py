"""What a carer looks for in a worker, changed by them alone and as a whole."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import Invalid
from models.peer_vocabulary import is_value
from models.people import Person
from models.policy import Facts, authorise
from models.preferences import CarerPreferences, Preference, write_preferences
from server.queries.preferences import own_preferences
from server.queries.privacy import lock_person


def change_preferences(
    session: Session, actor: Person, *, preferences: Sequence[Preference], now: datetime
) -> Sequence[Preference]:
    """These in place of all they had; none: as if they had never said any. Raises Forbidden, Invalid.

    Nobody answers to the service for what they wish for, so the audit trail says nothing of it.
    """
    authorise("preferences.own", actor, Facts())
    lock_person(session, actor.id)
    _refuse_unknown(preferences)
    row = session.get(CarerPreferences, actor.id)
    if row is not None and not preferences:
        session.delete(row)
    elif row is not None:
        row.content, row.changed_at = write_preferences(preferences), now
    elif preferences:
        session.add(CarerPreferences(person_id=actor.id, content=write_preferences(preferences), changed_at=now))
    session.flush()  # they are read back
    return own_preferences(session, actor)


def _refuse_unknown(preferences: Sequence[Preference]) -> None:
    named = [(each.kind, each.value) for each in preferences]
    errors = {
        number: {"value": ["Not among the choices."]}
        for number, each in enumerate(preferences)
        if not is_value(each.kind, each.value)
    } | {number: ["This is there twice."] for number, pair in enumerate(named) if pair in named[:number]}
    if errors:
        raise Invalid(errors={"preferences": errors})
