"""What was decided about a person, for that person."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.people import Person
from models.policy import Facts, allows
from models.review import Case, Decision, DecisionKind
from moderation.templates import words_of
from server.queries.privacy import decisions_told


@dataclass(frozen=True, kw_only=True)
class OwnDecision:
    decision: Decision
    message_id: str | None

    @property
    def words(self) -> str | None:
        """What the moderator wrote, or else what the template says."""
        return self.decision.words or words_of(self.decision.template)


def get_own_decision(session: Session, actor: Person, decision_id: str) -> OwnDecision:
    """Raises NotFound for one about somebody else, and for one they were never told of."""
    found = session.get(Decision, decision_id)
    case = session.get(Case, found.case_id) if found is not None else None
    if found is None or case is None or not allows("case_decision.read", actor, Facts(about=case.about_id)):
        raise NotFound
    told = decisions_told(actor.id).with_only_columns(Decision.id)
    query = select(Decision.id).where(
        Decision.id == decision_id, or_(Decision.decision == DecisionKind.UPHOLD, Decision.id.in_(told))
    )
    if session.scalars(query).one_or_none() is None:
        raise NotFound
    return OwnDecision(decision=found, message_id=case.message_id)
