"""The desk's reads: cases with what a moderator needs to decide them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session

from models.aftercare import Aftercare
from models.crisis_questions import CrisisQuestion, QuestionState
from models.errors import NotFound
from models.groups import Group
from models.messages import Message, MessageRevision
from models.people import Person
from models.review import Case, CaseState, Decision, Flag, Queue, Report
from moderation.review import holder, possible_decisions
from server.queries.crisis_questions import questions_of
from server.queries.messages import load_messages, revisions_of
from server.queries.paging import Page, as_id, as_moment, as_rank, decode_cursor, encode_cursor

# Safety first, then the older target time.
QUEUE_RANK = case({queue.value: rank for rank, queue in enumerate(Queue)}, value=Case.queue)


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """A case with what it is about, the group it happened in, its flags and how many members reported it.

    `message` is None in a case about a person or a one-to-one.
    """

    case: Case
    message: Message | None
    about: Person
    title: str
    flags: Sequence[Flag]
    reports: int
    holder: Person | None
    question: CrisisQuestion | None  # whether the author was asked whose crisis it is
    asked: QuestionState | None
    aftercare: Aftercare | None  # of a case that was decided

    @property
    def labels(self) -> list[str]:
        return list(dict.fromkeys(flag.label for flag in self.flags))

    @property
    def state(self) -> CaseState:
        """A claim that ran out leaves the case open to others."""
        if self.case.state is CaseState.CLAIMED and self.holder is None:
            return CaseState.OPEN
        return self.case.state


@dataclass(frozen=True, kw_only=True)
class CaseDetail:
    view: CaseView
    reported: Sequence[Report]
    decisions: Sequence[tuple[Decision, Person]]
    revisions: Sequence[MessageRevision]

    @property
    def allowed_decisions(self) -> list[str]:
        return [kind.value for kind in possible_decisions(self.view.case, self.view.message)]


def get_case(session: Session, case_id: str, *, lock: bool = False) -> Case:
    query = select(Case).where(Case.id == case_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def has_open_case(session: Session, message_id: str) -> bool:
    found = session.scalars(select(Case.id).where(Case.message_id == message_id, Case.state != CaseState.CLOSED))
    return found.first() is not None


def case_parties(session: Session, found: Case) -> frozenset[str]:
    """Who may not judge this case: whom it is about and everyone who reported it."""
    reporters = session.scalars(select(Report.reporter_id).where(Report.case_id == found.id))
    return frozenset([found.about_id, *reporters])


def find_report(session: Session, reporter_id: str, case_id: str) -> Report | None:
    """What this member reported in the case, if they did."""
    return session.scalars(select(Report).where(Report.reporter_id == reporter_id, Report.case_id == case_id)).one_or_none()


def view_cases(session: Session, cases: Sequence[Case], *, at: datetime) -> list[CaseView]:
    """Views of these cases in the same order, in seven queries however many there are."""
    ids = [found.id for found in cases]
    messages = load_messages(session, [found.message_id for found in cases if found.message_id])
    flags: dict[str, list[Flag]] = {}
    for flag in session.scalars(select(Flag).where(Flag.case_id.in_(ids)).order_by(Flag.severity.desc(), Flag.id)):
        flags.setdefault(flag.case_id, []).append(flag)
    reports: dict[str, int] = {}
    for case_id in session.scalars(select(Report.case_id).where(Report.case_id.in_(ids))):
        reports[case_id] = reports.get(case_id, 0) + 1
    questions = questions_of(session, ids)
    aftercare = {each.case_id: each for each in session.scalars(select(Aftercare).where(Aftercare.case_id.in_(ids)))}
    titles = _titles(session, {found.conversation_id for found in cases if found.conversation_id})
    people = _people(session, {holder(found, at=at) for found in cases} | {found.about_id for found in cases})
    return [
        CaseView(
            case=found,
            message=messages[found.message_id] if found.message_id else None,
            about=people[found.about_id],
            title=titles.get(found.conversation_id or "", ""),
            flags=flags.get(found.id, []),
            reports=reports.get(found.id, 0),
            holder=people.get(holder(found, at=at) or ""),
            question=questions.get(found.id),
            asked=questions[found.id].state(at) if found.id in questions else None,
            aftercare=aftercare.get(found.id),
        )
        for found in cases
    ]


def _titles(session: Session, conversation_ids: Iterable[str]) -> dict[str, str]:
    rows = session.execute(
        select(Group.conversation_id, Group.name).where(Group.conversation_id.in_(list(conversation_ids)))
    )
    return {row[0]: row[1] for row in rows}


def _people(session: Session, ids: Iterable[str | None]) -> dict[str, Person]:
    return {person.id: person for person in session.scalars(select(Person).where(Person.id.in_([*filter(None, ids)])))}


def list_cases(
    session: Session,
    *,
    state: CaseState | None,
    queue: Queue | None,
    limit: int,
    cursor: str | None,
    at: datetime,
) -> Page[CaseView]:
    """Cases by safety first, then target time. Without `state`, those not closed."""
    query = select(Case, QUEUE_RANK).order_by(QUEUE_RANK, Case.due_at, Case.id)
    expired = and_(Case.state == CaseState.CLAIMED, Case.claim_until <= at)
    if state is None:
        query = query.where(Case.state != CaseState.CLOSED)
    elif state is CaseState.OPEN:
        query = query.where(or_(Case.state == CaseState.OPEN, expired))
    elif state is CaseState.CLAIMED:
        query = query.where(Case.state == CaseState.CLAIMED, Case.claim_until > at)
    else:
        query = query.where(Case.state == state)
    if queue is not None:
        query = query.where(Case.queue == queue)
    after = decode_cursor(cursor, as_rank, as_moment, as_id)
    if after is not None:
        rank, due, case_id = after
        query = query.where(
            or_(
                rank < QUEUE_RANK,
                and_(rank == QUEUE_RANK, Case.due_at > due),
                and_(rank == QUEUE_RANK, Case.due_at == due, Case.id > case_id),
            )
        )
    rows = session.execute(query.limit(limit + 1)).all()
    next_cursor = None
    if len(rows) > limit:
        last, rank = rows[limit - 1]
        next_cursor = encode_cursor(rank, last.due_at, last.id)
    return Page(items=view_cases(session, [row[0] for row in rows[:limit]], at=at), next_cursor=next_cursor)


def detail_case(session: Session, case_id: str, *, at: datetime) -> CaseDetail:
    """Everything a moderator needs to decide a case. Raises NotFound."""
    found = get_case(session, case_id)
    reported = session.scalars(select(Report).where(Report.case_id == case_id).order_by(Report.id)).all()
    decisions = session.execute(
        select(Decision, Person)
        .join(Person, Person.id == Decision.moderator_id)
        .where(Decision.case_id == case_id)
        .order_by(Decision.id)
    ).all()
    return CaseDetail(
        view=view_cases(session, [found], at=at)[0],
        reported=reported,
        decisions=[(decision, person) for decision, person in decisions],
        revisions=revisions_of(session, found.message_id) if found.message_id else (),
    )
