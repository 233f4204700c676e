"""How somebody who is sanctioned is refused when they write: with what was decided, and never alone.

Whoever writes in words that tell of a danger is shown the numbers to call and who could come, also here, and the desk is
told that they did. What they wrote is refused: it is not sent, and not kept.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.conversations import Membership
from models.errors import Unavailable
from models.groups import ModerationMode
from models.people import Person
from models.review import Case, CaseState, Flag, FlagSource, TargetKind
from models.streams import REVIEW_DESK, EventKind, record_to_desk
from moderation.outcomes import RISKS, judge, whose_crisis
from moderation.review import Reason, Target, gather
from moderation.sanctions import DESK_TOLD, hindrance
from moderation.screening import Hit, screen
from server.queries.crisis import support_for
from server.queries.sanctions import refusal_of, standing_sanctions
from server.queries.screening_rules import current_rules


def refuse_sanctioned(session: Session, actor: Person, conversation_id: str, text: str, *, now: datetime) -> None:
    """Raises ReadOnly, RemovedFromGroup or SuspendedFromGroups, where one of them is why the text cannot be sent here.

    Asks the database; only for who was found to be kept from writing, or not to belong here.
    """
    if session.get(Membership, (conversation_id, actor.id)) is None:
        return  # they never were here: that there is such a conversation is not theirs to know
    found = hindrance(standing_sanctions(session, actor.id, at=now), conversation_id, at=now)
    if found is None:
        return
    hits = screen(text, region=actor.region, service=current_rules(session))
    whose = whose_crisis(hits)
    support = support_for(actor, whose, now=now) if whose is not None else None
    told = _tell_desk(session, actor, hits, now)
    refusal = refusal_of(found, actor, support=support, also=[DESK_TOLD] if told else [])
    refusal.keeps = told
    raise refusal


def _tell_desk(session: Session, actor: Person, hits: Sequence[Hit], now: datetime) -> bool:
    """Whether somebody has to look; each label is put before the desk once while the case about the person is open."""
    verdict = judge(hits, mode=ModerationMode.AFTER, overrides={}, newcomer=False, trusted=True, acknowledged=True)
    grave = {hit.label.value: hit for hit in reversed(verdict.hits) if hit.label in RISKS}
    if not grave:
        return False
    target = Target(kind=TargetKind.PERSON, about_id=actor.id)
    known = _labels_of(session, _open_case(session, actor.id))
    reasons = [
        Reason(source=FlagSource.SCREENING, label=label, severity=int(hit.severity), rule=hit.rule)
        for label, hit in grave.items()
        if label not in known
    ]
    if reasons:
        case, is_new = gather(session, target, reasons, now=now)
        session.flush()  # the desk's event names the case
        kind = EventKind.CASE_OPENED if is_new else EventKind.CASE_CHANGED
        record_to_desk(session, REVIEW_DESK, kind, case.id, now=now)
    return True


def _open_case(session: Session, person_id: str) -> Case | None:
    """Locked, but never waited for: a conversation is held here already, and whoever holds the case may wait for that.

    Raises Unavailable while somebody decides it at this very moment; the same message a second later finds it free.
    """
    query = select(Case).where(
        Case.target_kind == TargetKind.PERSON, Case.about_id == person_id, Case.state != CaseState.CLOSED
    )
    found = session.scalars(query.with_for_update(skip_locked=True)).one_or_none()
    if found is None and session.scalars(query.with_only_columns(Case.id)).first() is not None:
        raise Unavailable(retry_after=1)
    return found


def _labels_of(session: Session, case: Case | None) -> set[str]:
    if case is None:
        return set()
    query = select(Flag.label).where(Flag.case_id == case.id, Flag.source == FlagSource.SCREENING)
    return set(session.scalars(query))
