"""The desk's reads: cases with what a moderator needs to decide them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, or_, select
from sqlalchemy.orm import Session

from models.aftercare import Aftercare
from models.crisis_questions import CrisisQuestion, QuestionState
from models.desk import CaseSkip, SecondOpinion
from models.errors import NotFound
from models.groups import Group
from models.messages import Message, MessageRevision
from models.people import Person
from models.policy import DESK, Actor, Facts, allows
from models.review import Case, CaseState, Decision, Flag, Queue, Report, TargetKind, Urgency
from moderation.desk import OnDesk, Scene, allowed_actions
from moderation.flags import Record
from moderation.review import holder, possible_decisions
from server.queries.case_context import CaseContext, context_of
from server.queries.crisis_questions import questions_of
from server.queries.desk import laid_aside_by, on_desk, skips_of
from server.queries.flags import record_of
from server.queries.messages import load_messages, revisions_of
from server.queries.paging import Page, as_id, as_moment, as_rank, as_seq, decode_cursor, encode_cursor
from server.queries.stretches import ShownStretch, show_stretches

MOST_RECORDS = 20
LEAST_URGENT, MOST_COUNTED = max(Urgency), 1_000_000  # from which is counted down, so that every part of the key rises


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
    parties: frozenset[str]
    desk: OnDesk
    holder: Person | None
    question: CrisisQuestion | None  # whether the author was asked whose crisis it is
    asked: QuestionState | None
    aftercare: Aftercare | None  # of a case that was decided

    @property
    def labels(self) -> list[str]:
        return list(dict.fromkeys(flag.label for flag in self.flags))

    @property
    def veiled(self) -> bool:
        """About how somebody behaves who may hear the desk themselves: whom it concerns is said in the case alone."""
        return self.case.target_kind is not TargetKind.MESSAGE and self.about.role in DESK

    @property
    def state(self) -> CaseState:
        """A claim that ran out leaves the case open to others."""
        if self.case.state is CaseState.CLAIMED and self.holder is None:
            return CaseState.OPEN
        return self.case.state

    def allowed_actions(self, viewer: Actor, *, at: datetime) -> list[str]:
        scene = Scene(
            actor=viewer,
            case=self.case,
            message=self.message,
            labels=self.labels,
            facts=Facts(parties=self.parties, case_kind=self.case.target_kind, case_role=self.about.role),
            desk=self.desk,
            at=at,
        )
        return allowed_actions(scene)


@dataclass(frozen=True, kw_only=True)
class CaseDetail:
    """`skips`: the viewer's own, or everybody's for whoever may know."""

    view: CaseView
    context: CaseContext
    opinions: Sequence[SecondOpinion]
    skips: Sequence[CaseSkip]
    reported: Sequence[Report]
    records: Mapping[str, Record]  # what came of earlier reports, by reporter, of the latest MOST_RECORDS
    decisions: Sequence[tuple[Decision, Person]]
    revisions: Sequence[MessageRevision]
    stretches: Sequence[ShownStretch] = ()  # of a conversation of two: what was reported of it
    covered: bool = False  # none of its words are shown yet (models/exposure.py)
    word: str | None = None  # for whoever looks all the same

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


def case_parties(session: Session, found: Case) -> frozenset[str]:
    """Who may not judge this case: whom it is about and everyone who reported it."""
    reporters = session.scalars(select(Report.reporter_id).where(Report.case_id == found.id))
    return frozenset([found.about_id, *reporters])


def case_facts(session: Session, found: Case) -> Facts:
    """What decides who may look into this case, and judge it."""
    about = session.get_one(Person, found.about_id)
    return Facts(parties=case_parties(session, found), case_kind=found.target_kind, case_role=about.role)


def view_cases(session: Session, cases: Sequence[Case], *, at: datetime) -> list[CaseView]:
    """Views of these cases in the same order, in as many queries however many there are."""
    ids = [found.id for found in cases]
    messages = load_messages(session, [found.message_id for found in cases if found.message_id])
    flags: dict[str, list[Flag]] = {}
    for flag in session.scalars(select(Flag).where(Flag.case_id.in_(ids)).order_by(Flag.severity.desc(), Flag.id)):
        flags.setdefault(flag.case_id, []).append(flag)
    reporters: dict[str, list[str]] = {}
    for case_id, reporter_id in session.execute(select(Report.case_id, Report.reporter_id).where(Report.case_id.in_(ids))):
        reporters.setdefault(case_id, []).append(reporter_id)
    beside = on_desk(session, cases)
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
            reports=len(reporters.get(found.id, ())),
            parties=frozenset([found.about_id, *reporters.get(found.id, ())]),
            desk=beside[found.id],
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
    viewer: Actor,
    *,
    state: CaseState | None,
    queue: Queue | None,
    skipped: bool,
    limit: int,
    cursor: str | None,
    at: datetime,
) -> Page[CaseView]:
    """Cases in the order in which they should be looked at. Without `state`, those not closed.

    Safety first, then the worse, then those past their target time, then those more people reported, then the older. What
    is past its target is judged as of the first page, so that no case moves from one page to another while somebody pages.
    What the viewer laid aside is left out unless `skipped`.
    """
    after = decode_cursor(cursor, as_moment, as_rank, as_seq, as_rank, as_seq, as_moment, as_id)
    judged = after[0] if after is not None else at
    key = (
        case((Case.queue == Queue.SAFETY, 0), else_=1),
        literal(LEAST_URGENT) - Case.urgency,
        case((Case.due_at <= judged, 0), else_=1),
        literal(MOST_COUNTED) - Case.weight,
        Case.due_at,
        Case.id,
    )
    query = select(Case, *key[:4]).order_by(*key)
    query = query.where(*_in_state(state, at))
    if queue is not None:
        query = query.where(Case.queue == queue)
    if not skipped:
        query = query.where(~laid_aside_by(viewer.id, at=at))
    if after is not None:
        query = query.where(_past(key, after[1:]))
    rows = session.execute(query.limit(limit + 1)).all()
    next_cursor = None
    if len(rows) > limit:
        last, *ranks = rows[limit - 1]
        next_cursor = encode_cursor(judged, *ranks, last.due_at, last.id)
    return Page(items=view_cases(session, [row[0] for row in rows[:limit]], at=at), next_cursor=next_cursor)


def _in_state(state: CaseState | None, at: datetime) -> Sequence[ColumnElement[bool]]:
    expired = and_(Case.state == CaseState.CLAIMED, Case.claim_until <= at)
    if state is None:
        return [Case.state != CaseState.CLOSED]
    if state is CaseState.OPEN:
        return [or_(Case.state == CaseState.OPEN, expired)]
    if state is CaseState.CLAIMED:
        return [Case.state == CaseState.CLAIMED, Case.claim_until > at]
    return [Case.state == state]


def _past(key: Sequence[Any], position: Sequence[Any]) -> ColumnElement[bool]:
    """Rows that come after a position in the order of `key`."""
    past: ColumnElement[bool] = key[-1] > position[-1]
    for column, value in reversed(list(zip(key[:-1], position[:-1], strict=True))):
        past = or_(column > value, and_(column == value, past))
    return past


def detail_case(session: Session, case_id: str, *, viewer: Actor, at: datetime) -> CaseDetail:
    """Everything a moderator needs to decide a case. Raises NotFound."""
    found = get_case(session, case_id)
    reported = session.scalars(select(Report).where(Report.case_id == case_id).order_by(Report.id)).all()
    decisions = session.execute(
        select(Decision, Person)
        .join(Person, Person.id == Decision.moderator_id)
        .where(Decision.case_id == case_id)
        .order_by(Decision.id)
    ).all()
    whose = None if allows("review.skips", viewer, Facts()) else viewer.id
    opinions = select(SecondOpinion).where(SecondOpinion.case_id == case_id).order_by(SecondOpinion.id)
    view = view_cases(session, [found], at=at)[0]
    return CaseDetail(
        view=view,
        context=context_of(session, found, view.message, at=at),
        opinions=session.scalars(opinions).all(),
        skips=skips_of(session, [case_id], whose, at=at),
        reported=reported,
        records={report.reporter_id: record_of(session, report.reporter_id, at=at) for report in reported[-MOST_RECORDS:]},
        decisions=[(decision, person) for decision, person in decisions],
        revisions=revisions_of(session, found.message_id) if found.message_id else (),
        stretches=_stretches(session, found, reported),
    )


def _stretches(session: Session, found: Case, reported: Sequence[Report]) -> Sequence[ShownStretch]:
    if found.target_kind is not TargetKind.CONVERSATION or found.conversation_id is None:
        return ()
    return show_stretches(session, found.conversation_id, [report.id for report in reported])
