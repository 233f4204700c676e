"""What the retention schedule takes, one sweep a kind. `models/retention.py` says how long each is kept and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from models.aftercare import Aftercare
from models.alerts import Alert, AlertPage, FollowUp
from models.appeals import Appeal
from models.auth import EmailProof, SignIn
from models.beginnings import BeginningAgreement
from models.break_glass import ASKED_LASTS, BreakGlass, BreakGlassState
from models.code_of_conduct import Acceptance
from models.concerns import Concern
from models.conversations import Conversation, ConversationKind
from models.crisis_questions import CrisisQuestion
from models.desk import CaseDraft, CaseSkip, Escalation, PendingDecision, SecondOpinion
from models.exposure import AtDesk, DeskCare, Exposure
from models.flags import ReportStretch, SetAside
from models.jobs import Job, JobState
from models.messages import Message, MessageState
from models.notes import CareLink, Note, NoteRead, NoteRevision, NoteShare
from models.notifications import PushSubscription
from models.openings import AfterHours, ContactLeave
from models.passkeys import PasskeyChallenge
from models.people import Person, PersonState
from models.privacy import Erasure, ErasureState, Export
from models.retention import (
    CONCERN_LASTS,
    DECIDED_BY,
    EXPORT_ROW_LASTS,
    EXPOSURE_LASTS,
    HANDOVER_LASTS,
    JOB_LASTS,
    RECORD_LASTS,
    SIGN_IN_LASTS,
    UNVERIFIED_LASTS,
    WORK_LASTS,
)
from models.review import Case, CaseState, Decision, Flag, Report
from models.sanctions import LIMITING, Sanction
from models.shifts import ShiftCheck, ShiftRecord
from models.streams import Event
from models.visits import Visit
from models.waiting import Waiting
from moderation.audit import write_audit
from server.actions.privacy import erase_person
from server.actions.tombstones import lay_tombstones
from server.jobs.erasure import PAGE as TOMBSTONES
from server.jobs.erasure import finish_erasure, wipe_words
from server.queries.decisions import current_decision
from server.queries.privacy import appealable_message, open_case_of_message

PAGE = 100
BY_THE_TABLE = {"synchronize_session": False}
INBOX_LASTS = timedelta(hours=1)  # by then every process has cut the sockets of somebody who left

Take = Callable[[Session, datetime, str | None], tuple[int, str | None]]


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """`take(session, now, after)` does one page and returns how many it took and where to go on (None: at the end)."""

    name: str
    count: Callable[[Session, datetime], int]
    take: Take


def _sweep(
    name: str,
    key: Any,
    due: Callable[[Session, datetime], ColumnElement[bool]],
    do: Callable[[Session, Sequence[Any], datetime], None],
    *,
    page: int = PAGE,
) -> Sweep:
    """A sweep over the rows for which `due` holds, in the order of `key`, done by `do(session, keys, now)`."""

    def count(session: Session, now: datetime) -> int:
        return session.scalar(select(func.count(key)).where(due(session, now))) or 0

    def take(session: Session, now: datetime, after: str | None) -> tuple[int, str | None]:
        query = select(key).where(due(session, now)).order_by(key).limit(page)
        if after is not None:
            query = query.where(key > after)
        keys = session.scalars(query).all()
        if keys:
            do(session, keys, now)
        return len(keys), keys[-1] if len(keys) == page else None

    return Sweep(name=name, count=count, take=take)


def _delete(table: Any, key: Any) -> Callable[[Session, Sequence[Any], datetime], None]:
    def do(session: Session, keys: Sequence[Any], now: datetime) -> None:
        session.execute(delete(table).where(key.in_(keys)), execution_options={"synchronize_session": False})

    return do


def _old_messages(kind: ConversationKind) -> Sweep:
    def due(session: Session, now: datetime) -> ColumnElement[bool]:
        days = int(current_decision(session, DECIDED_BY[kind]))
        return and_(
            Message.created_at < now - timedelta(days=days),
            Message.state != MessageState.DELETED,
            Message.conversation_id.in_(select(Conversation.id).where(Conversation.kind == kind)),
            ~open_case_of_message(),
            ~appealable_message(now),
        )

    def do(session: Session, keys: Sequence[str], now: datetime) -> None:
        lay_tombstones(session, keys, reason="expired", now=now)

    return _sweep(f"messages_{kind.value}", Message.id, due, do, page=TOMBSTONES)


def _wordy_alerts(session: Session, now: datetime) -> ColumnElement[bool]:
    """Over for as long as what was said in a crisis is kept."""
    days = int(current_decision(session, DECIDED_BY[ConversationKind.CRISIS]))
    return and_(Alert.closed_at < now - timedelta(days=days), Alert.note.is_not(None))


def _wipe_alerts(session: Session, keys: Sequence[str], now: datetime) -> None:
    session.execute(update(Alert).where(Alert.id.in_(keys)).values(note=None))


def _forget_alerts(session: Session, keys: Sequence[str], now: datetime) -> None:
    session.execute(update(CrisisQuestion).where(CrisisQuestion.alert_id.in_(keys)).values(alert_id=None))
    for table in (AlertPage, FollowUp):
        session.execute(delete(table).where(table.alert_id.in_(keys)))
    session.execute(delete(Alert).where(Alert.id.in_(keys)))


def _drop_sealed(session: Session, keys: Sequence[str], now: datetime) -> None:
    session.execute(update(Export).where(Export.id.in_(keys)).values(sealed=None))


def _erase_unverified(session: Session, keys: Sequence[str], now: datetime) -> None:
    for person_id in keys:
        erase_person(session, person_id, by=None, now=now)


def _finish_erasures(session: Session, keys: Sequence[str], now: datetime) -> None:
    for person_id in keys:
        wipe_words(session, person_id, now=now)
        finish_erasure(session, person_id, now=now)


def _forget_sign_ins(session: Session, keys: Sequence[str], now: datetime) -> None:
    session.execute(delete(PushSubscription).where(PushSubscription.sign_in_id.in_(keys)))
    session.execute(delete(SignIn).where(SignIn.id.in_(keys)))


def _void_requests(session: Session, keys: Sequence[str], now: datetime) -> None:
    session.execute(
        update(BreakGlass)
        .where(BreakGlass.id.in_(keys), BreakGlass.state == BreakGlassState.ASKED)
        .values(state=BreakGlassState.ENDED, answered_at=now)
    )
    for found in keys:
        write_audit(session, actor_id=None, action="break_glass.void", subject_kind="break_glass", subject_id=found, now=now)


def _old_notes(session: Session, now: datetime) -> ColumnElement[bool]:
    """Kept as long as what was said one-to-one, from their last words on."""
    days = int(current_decision(session, DECIDED_BY[ConversationKind.ONE_TO_ONE]))
    return func.coalesce(Note.edited_at, Note.created_at) < now - timedelta(days=days)


def _forget_notes(session: Session, keys: Sequence[str], now: datetime) -> None:
    for table in (NoteRead, NoteShare, NoteRevision):
        session.execute(delete(table).where(table.note_id.in_(keys)))
    session.execute(delete(Note).where(Note.id.in_(keys)))


def _wipe_handovers(session: Session, keys: Sequence[str], now: datetime) -> None:
    session.execute(update(ShiftRecord).where(ShiftRecord.id.in_(keys)).values(handover_note=None))


ON_A_CASE = (Flag, Report, Decision, CaseDraft, CaseSkip, SecondOpinion, Escalation, PendingDecision)


def _forget_cases(session: Session, keys: Sequence[str], now: datetime) -> None:
    of_them = select(Report.id).where(Report.case_id.in_(keys))
    session.execute(delete(ReportStretch).where(ReportStretch.report_id.in_(of_them)))
    decisions = select(Decision.id).where(Decision.case_id.in_(keys))
    session.execute(delete(Appeal).where(Appeal.decision_id.in_(decisions)), execution_options=BY_THE_TABLE)
    unbound = update(Sanction).where(Sanction.decision_id.in_(decisions)).values(decision_id=None)
    session.execute(unbound, execution_options=BY_THE_TABLE)
    for table in (*ON_A_CASE, Exposure, DeskCare, CrisisQuestion, Aftercare):
        session.execute(delete(table).where(table.case_id.in_(keys)))
    session.execute(delete(Case).where(Case.id.in_(keys)))


def _old_sanctions(_session: Session, now: datetime) -> ColumnElement[bool]:
    """What limited nobody for as long as records are kept: those without a length from when they were given."""
    over = func.coalesce(Sanction.ended_at, Sanction.until, Sanction.imposed_at) <= now - RECORD_LASTS
    lasting = and_(Sanction.ended_at.is_(None), Sanction.until.is_(None), Sanction.kind.in_(LIMITING))
    return and_(over, or_(~lasting, Sanction.person_id.in_(_erased_since(now - RECORD_LASTS))))


def _forget_sanctions(session: Session, keys: Sequence[str], now: datetime) -> None:
    session.execute(delete(Appeal).where(Appeal.sanction_id.in_(keys)))
    session.execute(delete(Sanction).where(Sanction.id.in_(keys)))


def _erased_since(since: datetime) -> Any:
    return select(Erasure.person_id).where(Erasure.requested_at <= since)


def _leftover_inboxes(_session: Session, now: datetime) -> ColumnElement[bool]:
    left = select(cast(Erasure.person_id, String)).where(Erasure.requested_at <= now - INBOX_LASTS)
    return Event.stream_id.in_(left)


def _delete_inboxes(session: Session, keys: Sequence[str], now: datetime) -> None:
    session.execute(delete(Event).where(Event.stream_id.in_(set(keys))))


def _forget_after_hours(session: Session, keys: Sequence[str], now: datetime) -> None:
    old = AfterHours.person_id.in_(keys) & (AfterHours.day <= (now - WORK_LASTS).date())
    session.execute(delete(AfterHours).where(old), execution_options={"synchronize_session": False})


def _forget_desk_times(session: Session, keys: Sequence[str], now: datetime) -> None:
    """What they want covered stays."""
    times = {"began_at": None, "active_at": None, "hard_at": None}
    session.execute(update(AtDesk).where(AtDesk.person_id.in_(keys)).values(**times))


SWEEPS: Sequence[Sweep] = (
    *(_old_messages(kind) for kind in ConversationKind),
    _sweep("old_notes", Note.id, _old_notes, _forget_notes),
    _sweep("old_visits", Visit.id, lambda _session, now: Visit.ended_at <= now - RECORD_LASTS, _delete(Visit, Visit.id)),
    _sweep(
        "old_care_links",
        CareLink.id,
        lambda _session, now: CareLink.ended_at <= now - RECORD_LASTS,
        _delete(CareLink, CareLink.id),
    ),
    _sweep("words_of_alerts", Alert.id, _wordy_alerts, _wipe_alerts),
    _sweep(
        "old_alerts",
        Alert.id,
        lambda _session, now: Alert.closed_at <= now - RECORD_LASTS,
        _forget_alerts,
    ),
    _sweep(
        "expired_exports",
        Export.id,
        lambda _session, now: and_(Export.expires_at <= now, Export.sealed.is_not(None)),
        _drop_sealed,
        page=10,  # they are large
    ),
    _sweep(
        "old_exports",
        Export.id,
        lambda _session, now: Export.expires_at <= now - EXPORT_ROW_LASTS,
        _delete(Export, Export.id),
    ),
    _sweep(
        "done_jobs",
        Job.id,
        lambda _session, now: and_(Job.state.in_([JobState.DONE, JobState.FAILED]), Job.finished_at <= now - JOB_LASTS),
        _delete(Job, Job.id),
    ),
    _sweep(
        "spent_email_proofs",
        EmailProof.id,
        lambda _session, now: or_(EmailProof.expires_at <= now, EmailProof.used_at.is_not(None)),
        _delete(EmailProof, EmailProof.id),
    ),
    _sweep(
        "expired_challenges",
        PasskeyChallenge.id,
        lambda _session, now: PasskeyChallenge.expires_at <= now,
        _delete(PasskeyChallenge, PasskeyChallenge.id),
    ),
    _sweep(
        "ended_sign_ins",
        SignIn.id,
        lambda _session, now: or_(SignIn.ended_at <= now - SIGN_IN_LASTS, SignIn.expires_at <= now - SIGN_IN_LASTS),
        _forget_sign_ins,
    ),
    _sweep(
        "unverified_accounts",
        Person.id,
        lambda _session, now: and_(
            Person.email_verification_due.is_(True),
            Person.email_verified_at.is_(None),
            Person.state != PersonState.ERASED,
            Person.created_at <= now - UNVERIFIED_LASTS,
        ),
        _erase_unverified,
        page=1,  # each ends in its own transaction: its conversations are locked in the order of their ids
    ),
    _sweep(
        "unanswered_break_glass",
        BreakGlass.id,
        lambda _session, now: and_(BreakGlass.state == BreakGlassState.ASKED, BreakGlass.asked_at <= now - ASKED_LASTS),
        _void_requests,
    ),
    _sweep(
        "handover_notes",
        ShiftRecord.id,
        lambda _session, now: and_(ShiftRecord.ended_at <= now - HANDOVER_LASTS, ShiftRecord.handover_note.is_not(None)),
        _wipe_handovers,
    ),
    _sweep(
        "old_shift_records",
        ShiftRecord.id,
        lambda _session, now: ShiftRecord.until <= now - RECORD_LASTS,
        _delete(ShiftRecord, ShiftRecord.id),
    ),
    _sweep(
        "old_shift_checks",
        ShiftCheck.id,
        lambda _session, now: ShiftCheck.checked_at <= now - RECORD_LASTS,
        _delete(ShiftCheck, ShiftCheck.id),
    ),
    _sweep(
        "old_concerns",
        Concern.id,
        lambda _session, now: Concern.until <= now - CONCERN_LASTS,
        _delete(Concern, Concern.id),
    ),
    _sweep(
        "old_contact_leave",
        ContactLeave.id,
        lambda _session, now: ContactLeave.until <= now - WORK_LASTS,
        _delete(ContactLeave, ContactLeave.id),
    ),
    _sweep(
        "old_after_hours",
        AfterHours.person_id,
        lambda _session, now: AfterHours.day <= (now - WORK_LASTS).date(),
        _forget_after_hours,
    ),
    _sweep(
        "old_exposures",
        Exposure.id,
        lambda _session, now: Exposure.seen_at <= now - EXPOSURE_LASTS,
        _delete(Exposure, Exposure.id),
    ),
    _sweep(
        "old_desk_care",
        DeskCare.id,
        lambda _session, now: DeskCare.at <= now - EXPOSURE_LASTS,
        _delete(DeskCare, DeskCare.id),
    ),
    _sweep(
        "old_desk_times",
        AtDesk.person_id,
        lambda _session, now: AtDesk.active_at <= now - EXPOSURE_LASTS,
        _forget_desk_times,
    ),
    _sweep(
        "restricted_erasures",
        Erasure.person_id,
        lambda _session, _now: Erasure.state == ErasureState.RESTRICTED,
        _finish_erasures,
    ),
    _sweep("inboxes_of_the_erased", Event.stream_id, _leftover_inboxes, _delete_inboxes),
    _sweep(
        "acceptances_of_the_erased",
        Acceptance.person_id,
        lambda _session, now: Acceptance.person_id.in_(_erased_since(now - RECORD_LASTS)),
        _delete(Acceptance, Acceptance.person_id),
    ),
    _sweep(
        "beginnings_of_the_erased",
        BeginningAgreement.person_id,
        lambda _session, now: BeginningAgreement.person_id.in_(_erased_since(now - RECORD_LASTS)),
        _delete(BeginningAgreement, BeginningAgreement.person_id),
    ),
    _sweep(
        "old_places_in_line",
        Waiting.id,
        lambda _session, now: Waiting.closed_at <= now - RECORD_LASTS,
        _delete(Waiting, Waiting.id),
    ),
    _sweep(
        "old_cases",
        Case.id,
        lambda _session, now: and_(Case.state == CaseState.CLOSED, Case.closed_at <= now - RECORD_LASTS),
        _forget_cases,
    ),
    _sweep(
        "old_set_asides",
        SetAside.id,
        lambda _session, now: and_(SetAside.at <= now - RECORD_LASTS, ~exists().where(Report.set_aside_id == SetAside.id)),
        _delete(SetAside, SetAside.id),
    ),
    _sweep("old_sanctions", Sanction.id, _old_sanctions, _forget_sanctions),
)
