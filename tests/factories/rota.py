"""People on the crisis rota."""

from datetime import datetime, timedelta

from models.clock import clock
from models.ids import new_id
from models.people import Person
from models.rota import Layer, OverrideKind, RotaOverride
from models.session import transaction


def put_on_duty(
    person: Person, layer: Layer, *, since: datetime | None = None, until: datetime | None = None
) -> RotaOverride:
    """On from now for eight hours, unless said otherwise: a one-off, without asking whether they are fit."""
    since = since or clock.now()
    with transaction() as session:
        override = RotaOverride(
            id=new_id(),
            kind=OverrideKind.ADD,
            layer=layer,
            since=since,
            until=until or since + timedelta(hours=8),
            person_id=person.id,
            made_by=person.id,
            made_at=clock.now(),
        )
        session.add(override)
    return override
