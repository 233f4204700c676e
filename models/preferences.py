"""What a carer looks for in a worker: theirs alone. It orders what they are suggested and is shown to nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import orjson
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, EncryptedText, Id, UtcDateTime
from models.peer_vocabulary import Trait

MOST_PREFERENCES = 20


class Weight(StrEnum):
    MATTERS = "matters"
    MATTERS_A_LOT = "matters_a_lot"


# How many that matter one that matters a lot outweighs.
COUNTS = {Weight.MATTERS: 1, Weight.MATTERS_A_LOT: 3}


@dataclass(frozen=True, kw_only=True)
class Preference:
    kind: Trait
    value: str
    weight: Weight = Weight.MATTERS


class CarerPreferences(Base):
    """One row a carer: it says what the person they care for lives with, so it is kept as one encrypted text."""

    __tablename__ = "carer_preferences"

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    content: Mapped[str] = mapped_column(EncryptedText("carer_preferences.content"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


def read_preferences(content: str) -> Sequence[Preference]:
    return [
        Preference(kind=Trait(kind), value=value, weight=Weight(weight)) for kind, value, weight in orjson.loads(content)
    ]


def write_preferences(preferences: Sequence[Preference]) -> str:
    return orjson.dumps([[each.kind, each.value, each.weight] for each in preferences]).decode()
