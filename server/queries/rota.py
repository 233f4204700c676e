"""Who is on the crisis rota, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import Person, PersonState
from models.rota import LAYER_ROLES, Layer, OverrideKind, RotaOverride

LAYERS = tuple(Layer)


@dataclass(frozen=True, kw_only=True)
class OnDuty:
    person_id: str
    layer: Layer
    since: datetime
    until: datetime


def on_duty(session: Session, *, at: datetime) -> Sequence[OnDuty]:
    """Everybody on at this moment, ordered by layer (primary, backup, supervisor), then since, then id.

    Only people whose account is active and whose role is that of the layer now, whatever was so when it was published.
    """
    overrides = session.scalars(
        select(RotaOverride)
        .join(Person, Person.id == RotaOverride.person_id)
        .where(
            RotaOverride.kind == OverrideKind.ADD,
            RotaOverride.withdrawn_at.is_(None),
            RotaOverride.since <= at,
            RotaOverride.until > at,
            Person.state == PersonState.ACTIVE,
        )
    ).all()
    found = {
        (row.person_id, row.layer): OnDuty(person_id=row.person_id, layer=row.layer, since=row.since, until=row.until)
        for row in overrides
        if session.get_one(Person, row.person_id).role is LAYER_ROLES[row.layer]
    }
    return sorted(found.values(), key=lambda one: (LAYERS.index(one.layer), one.since, one.person_id))
