"""What the service has decided: what stands now."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.decisions import DEFAULTS, DecisionName, ServiceDecision


def current_decision(session: Session, name: DecisionName) -> str:
    """The value that counts now: the newest decided, else the default."""
    query = select(ServiceDecision.value).where(ServiceDecision.name == name)
    return session.scalars(query.order_by(ServiceDecision.id.desc()).limit(1)).one_or_none() or DEFAULTS[name]
