"""Of the made-up people in a demo: what peer workers say of themselves, and what carers look for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.peer_vocabulary import Trait
from models.people import Person
from models.preferences import Preference, Weight
from models.worker_profiles import EMPTY
from server.actions.preferences import change_preferences
from server.actions.worker_profiles import agree_to_profile, write_profile
from server.queries.worker_profiles import draft_of

PROFILES: Mapping[str, Mapping[str, Any]] = {
    "worker1": {
        "relationships": ["parent"],
        "conditions": ["psychosis", "substance_use"],
        "languages": ["en", "el"],
        "cultures": ["greek"],
        "topics": ["hospital", "working_with_services", "boundaries", "recovery"],
        "gender": "woman",
        "age_band": "50_59",
        "years_as_carer": 14,
        "approach": "I listen first. Then we look together at what you have tried, and at what you need yourself.",
    },
    "worker2": {
        "relationships": ["partner"],
        "conditions": ["bipolar", "depression"],
        "languages": ["en", "vi"],
        "cultures": ["vietnamese"],
        "topics": ["relationships", "money", "relapse", "own_wellbeing"],
        "gender": "man",
        "age_band": "40_49",
        "years_as_carer": 8,
        "approach": "Plain talk, one small step at a time. It is all right to be angry and tired here.",
    },
    "worker3": {
        "relationships": ["sibling", "adult_child"],
        "conditions": ["eating_disorder", "anxiety"],
        "languages": ["en", "asf"],
        "topics": ["siblings_at_home", "work_and_study", "far_away", "respite"],
        "age_band": "30_39",
    },
    "consumerpeer": {
        "conditions": ["bpd", "self_harm"],
        "languages": ["en"],
        "topics": ["recovery", "communication", "stigma"],
        "gender": "non_binary",
        "approach": "I have lived with this myself, and can say how it looked from the other side.",
    },
}

LOT = Weight.MATTERS_A_LOT
LOOKED_FOR: Mapping[str, tuple[Preference, ...]] = {
    "carer1": (
        Preference(kind=Trait.RELATIONSHIP, value="parent", weight=LOT),
        Preference(kind=Trait.CONDITION, value="psychosis"),
        Preference(kind=Trait.LANGUAGE, value="el"),
        Preference(kind=Trait.TIME, value="thu_evening"),
    ),
    "carer2": (
        Preference(kind=Trait.RELATIONSHIP, value="parent"),
        Preference(kind=Trait.TOPIC, value="respite", weight=LOT),
    ),
    "carer3": (
        Preference(kind=Trait.RELATIONSHIP, value="partner", weight=LOT),
        Preference(kind=Trait.CONDITION, value="bipolar", weight=LOT),
        Preference(kind=Trait.GENDER, value="man"),
    ),
    "carer5": (
        Preference(kind=Trait.RELATIONSHIP, value="sibling", weight=LOT),
        Preference(kind=Trait.TOPIC, value="far_away"),
    ),
}


def make_profiles(session: Session, people: Mapping[str, Person], *, now: datetime) -> None:
    """Agreed by the demo's coordinator; the training they hang on is on record."""
    for name, said in PROFILES.items():
        worker = people[name]
        write_profile(session, worker, version=None, fields={**EMPTY, **said}, now=now)
        draft = draft_of(session, worker.id)
        if draft is not None:
            agree_to_profile(session, people["coordinator"], draft.id, now=now)
    for name, preferences in LOOKED_FOR.items():
        change_preferences(session, people[name], preferences=preferences, now=now)
