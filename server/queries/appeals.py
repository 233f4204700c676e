"""Appeals: what one is about, who took part in that, and the lists of the desk and of the person concerned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.appeals import Appeal, AppealState
from models.errors import NotFound
from models.messages import Message
from models.people import Person
from models.policy import Facts
from models.review import Case, Decision
from models.sanctions import Sanction, SanctionEnding
from moderation.appeals import APPEALABLE, COMES_BACK, SENIOR
from server.queries.messages import load_messages
from server.queries.paging import Page, itself, page_by_id
from server.queries.review import case_parties
from server.queries.sanctions import find_sanction_of

GONE = frozenset({SanctionEnding.LIFTED, SanctionEnding.OVERTURNED})


@dataclass(frozen=True, kw_only=True)
class Disputed:
    """What an appeal is about: a decision on a case with its message, a sanction, or both. One of the two is there."""

    person_id: str
    decided_at: datetime
    decision: Decision | None
    case: Case | None
    message: Message | None
    sanction: Sanction | None
    is_latest: bool  # nothing was decided about the case since

    @property
    def told(self) -> bool:
        """Whether the person was told of it; what they were not told of is not there for them."""
        return self.sanction is not None or self._took_away

    @property
    def holds(self) -> bool:
        """Whether anything of it is left that could be given back."""
        hidden = self.message is not None and self.message.state in COMES_BACK
        return (self.is_latest and self._took_away and hidden) or self.punishes

    @property
    def punishes(self) -> bool:
        return self.sanction is not None and self.sanction.ending not in GONE

    @property
    def _took_away(self) -> bool:
        return self.decision is not None and self.decision.decision in APPEALABLE


def find_disputed(session: Session, decision_id: str) -> Disputed:
    """By the id of a decision on a case, or of a sanction on its own. Raises NotFound."""
    decision = session.get(Decision, decision_id)
    if decision is not None:
        return _of_decision(session, decision)
    sanction = session.get(Sanction, decision_id, populate_existing=True)
    if sanction is None:
        raise NotFound
    if sanction.decision_id is not None:
        return _of_decision(session, session.get_one(Decision, sanction.decision_id))
    return Disputed(
        person_id=sanction.person_id,
        decided_at=sanction.imposed_at,
        decision=None,
        case=None,
        message=None,
        sanction=sanction,
        is_latest=True,
    )


def _of_decision(session: Session, decision: Decision) -> Disputed:
    case = session.get_one(Case, decision.case_id)
    newest = select(Decision.id).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1)
    return Disputed(
        person_id=case.about_id,
        decided_at=decision.created_at,
        decision=decision,
        case=case,
        message=load_messages(session, [case.message_id]).get(case.message_id) if case.message_id else None,
        sanction=find_sanction_of(session, decision.id),
        is_latest=session.scalars(newest).one() == decision.id,
    )


def find_appeal(session: Session, disputed: Disputed) -> Appeal | None:
    """The one there is about it."""
    about = (
        Appeal.decision_id == disputed.decision.id
        if disputed.decision is not None
        else Appeal.sanction_id == (disputed.sanction.id if disputed.sanction is not None else None)
    )
    return session.scalars(select(Appeal).where(about)).one_or_none()


def get_appeal(session: Session, appeal_id: str) -> Appeal:
    """Raises NotFound. As it is now: the caller holds the person concerned, or only looks."""
    found = session.get(Appeal, appeal_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def appeal_facts(session: Session, disputed: Disputed) -> Facts:
    """Who has a part in it, who took part in deciding it, and whether one of those stands above the moderators."""
    parties, roles = {disputed.person_id}, {}
    if disputed.case is not None:
        parties |= case_parties(session, disputed.case)
        query = select(Person.id, Person.role).join(Decision, Decision.moderator_id == Person.id)
        roles = {row[0]: row[1] for row in session.execute(query.where(Decision.case_id == disputed.case.id))}
    if disputed.sanction is not None:
        roles[disputed.sanction.imposed_by] = disputed.sanction.imposed_as
    return Facts(
        parties=frozenset(parties),
        deciders=frozenset(roles),
        decided_above=bool(SENIOR.intersection(roles.values())),
    )


@dataclass(frozen=True, kw_only=True)
class AppealView:
    """An appeal with whom it concerns and what it is about, for the desk's list: no words."""

    appeal: Appeal
    person: Person
    decision: Decision | None
    sanction: Sanction | None


@dataclass(frozen=True, kw_only=True)
class AppealDetail:
    """With everything somebody needs who decides it. `may_decide`: whether this reader is the one who could."""

    view: AppealView
    disputed: Disputed
    decided_by: Person
    may_decide: bool


def _views() -> Select[Appeal, Person, Decision, Sanction]:
    return (
        select(Appeal, Person, Decision, Sanction)
        .join(Person, Person.id == Appeal.person_id)
        .outerjoin(Decision, Decision.id == Appeal.decision_id)
        .outerjoin(Sanction, Sanction.id == Appeal.sanction_id)
    )


def _view(appeal: Appeal, person: Person, decision: Decision | None, sanction: Sanction | None) -> AppealView:
    return AppealView(appeal=appeal, person=person, decision=decision, sanction=sanction)


def view_appeal(session: Session, appeal_id: str) -> AppealView:
    """Raises NotFound."""
    row = session.execute(_views().where(Appeal.id == appeal_id)).one_or_none()
    if row is None:
        raise NotFound
    return _view(*row)


def list_appeals(session: Session, *, state: AppealState, limit: int, cursor: str | None) -> Page[AppealView]:
    """Of one state, the oldest first: whoever waits longest is due first."""
    query = _views().where(Appeal.state == state)
    return page_by_id(session, query, Appeal, _view, limit=limit, cursor=cursor, oldest_first=True)


def list_own_appeals(session: Session, actor: Person, *, limit: int, cursor: str | None) -> Page[Appeal]:
    """The actor's own, the newest first."""
    query = select(Appeal).where(Appeal.person_id == actor.id)
    return page_by_id(session, query, Appeal, itself, limit=limit, cursor=cursor)


def newest_appeals(session: Session, person_id: str, most: int) -> Sequence[Appeal]:
    return session.scalars(select(Appeal).where(Appeal.person_id == person_id).order_by(Appeal.id.desc()).limit(most)).all()
