"""The desk at work, by the real actions."""

from datetime import timedelta
from typing import Any

from models.clock import clock
from models.people import Person
from models.review import Case, DecisionKind
from models.session import reading
from server.actions.review import decide_case
from server.queries.desk import on_desk
from server.queries.review import list_cases
from tests.factories.people import act

MORE = timedelta(seconds=0.001)


def case_now(case: Case) -> Case:
    with reading() as session:
        return session.get_one(Case, case.id)


def desk_of(case: Case) -> Any:
    """What lies on the case: a decision that can be undone, a second opinion, an escalation."""
    with reading() as session:
        return on_desk(session, [session.get_one(Case, case.id)])[case.id]


def decide_so(person: Person, case: Case, decision: DecisionKind = DecisionKind.REMOVE, **more: Any) -> Case:
    """At the case's present version unless told another."""
    facts = {"decision": decision, "note": "Looked at it.", "version": case_now(case).version, **more}
    decided: Case = act(decide_case, person, case.id, **facts)
    return decided


def desk_list(person: Person, *, limit: int = 100, skipped: bool = False, cursor: str | None = None) -> Any:
    with reading() as session:
        facts = {"state": None, "queue": None, "skipped": skipped, "limit": limit, "cursor": cursor}
        return list_cases(session, person, **facts, at=clock.now())


def listed_ids(person: Person, **how: Any) -> list[str]:
    return [view.case.id for view in desk_list(person, **how).items]
