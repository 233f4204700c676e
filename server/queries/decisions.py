"""What the service has decided: what stands now, and how it came to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.decisions import DEFAULTS, DecisionName, PeerRoleModel, ServiceDecision
from models.errors import NotFound
from models.people import Person
from server.queries.paging import LARGEST_SEQ, Page, as_seq, decode_cursor, encode_cursor


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What stands of one name. Version 0 is the default, which nobody decided."""

    name: DecisionName
    value: str
    version: int = 0
    since: datetime | None = None
    reason: str | None = None
    decided_by: Person | None = None


def current_decision(session: Session, name: DecisionName) -> str:
    """The value that counts now: the newest decided, else the default."""
    query = select(ServiceDecision.value).where(ServiceDecision.name == name)
    return session.scalars(query.order_by(ServiceDecision.version.desc()).limit(1)).one_or_none() or DEFAULTS[name]


def hold_decision(session: Session, name: DecisionName, *, to_change: bool = False) -> None:
    """Keep the decision as it is until the transaction ends; with `to_change`, keep those out who rely on it too.

    The first row of a name stands for all of it. Where there is none yet only the default counts, and two who make the
    first one at once clash by its version.
    """
    first = select(ServiceDecision.id).where(ServiceDecision.name == name, ServiceDecision.version == 1)
    session.execute(first.with_for_update(read=not to_change))


def held_peer_role_model(session: Session) -> PeerRoleModel:
    """The model that counts now and until the transaction ends."""
    hold_decision(session, DecisionName.PEER_ROLE_MODEL)
    return PeerRoleModel(current_decision(session, DecisionName.PEER_ROLE_MODEL))


def named_decision(name: str) -> DecisionName:
    """Raises NotFound for a name that is not one."""
    if name not in list(DecisionName):
        raise NotFound
    return DecisionName(name)


def standing_decision(session: Session, name: DecisionName) -> Standing:
    return next(each for each in standing_decisions(session) if each.name is name)


def standing_decisions(session: Session) -> Sequence[Standing]:
    """What stands of every name, in the order of the names, in one query."""
    newest = select(ServiceDecision.name, func.max(ServiceDecision.version).label("version"))
    found = newest.group_by(ServiceDecision.name).subquery()
    rows = session.execute(
        select(ServiceDecision, Person)
        .join(found, (ServiceDecision.name == found.c.name) & (ServiceDecision.version == found.c.version))
        .join(Person, Person.id == ServiceDecision.decided_by)
    )
    decided = {decision.name: _standing(decision, person) for decision, person in rows}
    return [decided.get(name, Standing(name=name, value=DEFAULTS[name])) for name in DecisionName]


def decision_history(session: Session, name: DecisionName, *, limit: int, cursor: str | None) -> Page[Standing]:
    """Every decision of this name with who and why, newest first."""
    (before,) = decode_cursor(cursor, as_seq) or (LARGEST_SEQ,)
    rows = session.execute(
        select(ServiceDecision, Person)
        .join(Person, Person.id == ServiceDecision.decided_by)
        .where(ServiceDecision.name == name, ServiceDecision.version < min(before, 2**31 - 1))
        .order_by(ServiceDecision.version.desc())
        .limit(limit + 1)
    )
    items = [_standing(decision, person) for decision, person in rows]
    more = len(items) > limit
    return Page(items=items[:limit], next_cursor=encode_cursor(items[limit - 1].version) if more else None)


def _standing(decision: ServiceDecision, person: Person) -> Standing:
    return Standing(
        name=decision.name,
        value=decision.value,
        version=decision.version,
        since=decision.decided_at,
        reason=decision.reason,
        decided_by=person,
    )
