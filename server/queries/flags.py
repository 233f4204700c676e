"""Reports: what a member reported before and what came of it, and whom they have met here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from models.conversations import Conversation, ConversationKind, Membership, MemberState
from models.errors import NotFound
from models.flags import ReportState, ReportStretch, SetAside
from models.people import Person, PersonState
from models.review import Case, CaseState, Decision, DecisionKind, Report, TargetKind
from models.streams import Event, EventKind
from moderation.flags import FORGOTTEN_AFTER, LOOKS_BACK, SHOWED_SOMETHING, Came, Record, came_of
from moderation.templates import templates
from server.queries.paging import Page, page_by_id
from server.queries.stretches import stretches_in

LATELY = timedelta(days=90)  # after leaving, somebody can still say what happened there
BELONGED = (MemberState.MEMBER, MemberState.LEFT, MemberState.REMOVED)


# What was decided last about a case: a removal that was put right did not stand.
def _last(column: InstrumentedAttribute[Any]) -> ScalarSelect[Any]:
    newest = select(column).where(Decision.case_id == Case.id).order_by(Decision.id.desc()).limit(1)
    return newest.correlate(Case).scalar_subquery()


LAST_DECISION = _last(Decision.decision)


def find_report(session: Session, reporter_id: str, case_id: str) -> Report | None:
    """What this member reported in the case, if they did."""
    return session.scalars(select(Report).where(Report.reporter_id == reporter_id, Report.case_id == case_id)).one_or_none()


def get_report(session: Session, report_id: str) -> Report:
    """Raises NotFound."""
    found = session.get(Report, report_id)
    if found is None:
        raise NotFound
    return found


def record_of(session: Session, reporter_id: str, *, at: datetime) -> Record:
    """What came of the member's last reports that came to an end."""
    since = at - FORGOTTEN_AFTER
    ended = session.execute(
        select(Case.closed_at, Report.reason, LAST_DECISION)
        .join(Case, Case.id == Report.case_id)
        .where(Report.reporter_id == reporter_id, Report.state == ReportState.STANDING)
        .where(Case.state == CaseState.CLOSED, Case.closed_at > since)
        .order_by(Case.closed_at.desc())
        .limit(LOOKS_BACK)
    ).all()
    bad = session.scalars(
        select(SetAside.at)
        .where(SetAside.reporter_id == reporter_id, SetAside.undone_at.is_(None), SetAside.at > since)
        .order_by(SetAside.at.desc())
        .limit(LOOKS_BACK)
    ).all()
    came = [(closed_at, came_of(reason, last)) for closed_at, reason, last in ended]
    came += [(at, Came.BAD_FAITH) for at in bad]
    newest = sorted(came, key=lambda each: each[0], reverse=True)[:LOOKS_BACK]
    return Record.of(one for _, one in newest if one is not None)


def get_met(session: Session, actor: Person, person_id: str, *, at: datetime) -> Person:
    """Somebody the actor shares a conversation with, or did lately. Raises NotFound for everybody else, there or not."""
    mine, theirs = aliased(Membership), aliased(Membership)
    since = at - LATELY
    rows = session.execute(
        select(Person, Conversation, mine, theirs)
        .select_from(mine)
        .join(theirs, theirs.conversation_id == mine.conversation_id)
        .join(Conversation, Conversation.id == mine.conversation_id)
        .join(Person, Person.id == theirs.person_id)
        .where(mine.person_id == actor.id, theirs.person_id == person_id, Person.state != PersonState.ERASED)
        .where(*(_belonged(one, since) for one in (mine, theirs)))
    ).all()
    for person, conversation, own, other in rows:
        if _met(_stay(session, conversation, own), _stay(session, conversation, other)):
            found: Person = person
            return found
    raise NotFound


def _belonged(membership: type[Membership], since: datetime) -> ColumnElement[bool]:
    """Now, or until not long ago."""
    return and_(membership.state.in_(BELONGED), or_(membership.state == MemberState.MEMBER, membership.since > since))


def _stay(session: Session, conversation: Conversation, membership: Membership) -> tuple[datetime, datetime | None] | None:
    """From when until when somebody was there; None for who asked to join a group and never did."""
    if membership.active:
        return membership.since, None
    joined = session.scalar(
        select(func.max(Event.created_at)).where(
            Event.stream_id == conversation.id,
            Event.kind == EventKind.MEMBER_JOINED.value,
            Event.subject_id == membership.person_id,
        )
    )
    if joined is None and conversation.kind is not ConversationKind.GROUP:
        joined = conversation.created_at  # the two of it are there from the start
    return (joined, membership.since) if joined is not None else None


def _met(mine: tuple[datetime, datetime | None] | None, theirs: tuple[datetime, datetime | None] | None) -> bool:
    """Whether the two were there at the same time."""
    if mine is None or theirs is None:
        return False
    return (mine[1] is None or theirs[0] <= mine[1]) and (theirs[1] is None or mine[0] <= theirs[1])


@dataclass(frozen=True, kw_only=True)
class OwnReport:
    """A report as its reporter sees it: what it was about and what came of it, and nobody who had a part in that."""

    report: Report
    case: Case
    last: DecisionKind | None
    template: str | None  # of what was decided last
    about: Person | None  # of a report on a person
    stretches: Sequence[ReportStretch] = field(default_factory=tuple)

    @property
    def state(self) -> str:
        if self.report.state is ReportState.SET_ASIDE:
            return "set_aside"
        return "closed" if self.case.state is CaseState.CLOSED else "open"

    @property
    def outcome(self) -> str | None:
        if self.state != "closed":
            return None
        return "action_taken" if self.last in SHOWED_SOMETHING else "no_action"

    @property
    def words(self) -> str | None:
        """What whoever decided says to those who reported it."""
        found = templates().get(self.template) if self.template is not None and self.state == "closed" else None
        return found.to_reporter if found is not None else None


def list_own_reports(session: Session, actor: Person, *, limit: int, cursor: str | None) -> Page[OwnReport]:
    """The actor's reports, newest first."""
    query = (
        select(Report, Case, LAST_DECISION, _last(Decision.template), Person)
        .join(Case, Case.id == Report.case_id)
        .outerjoin(Person, and_(Person.id == Case.about_id, Case.target_kind == TargetKind.PERSON))
        .where(Report.reporter_id == actor.id)
    )
    page = page_by_id(session, query, Report, lambda *row: row, limit=limit, cursor=cursor)
    shown = stretches_in(session, [row[0].id for row in page.items])
    items = [
        OwnReport(report=report, case=case, last=last, template=template, about=about, stretches=shown.get(report.id, ()))
        for report, case, last, template, about in page.items
    ]
    return Page(items=items, next_cursor=page.next_cursor)
