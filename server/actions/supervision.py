"""Supervision: who supervises whom, and sessions from plan to held. One that was held keeps the worker in supervision."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from models.clock import utc_text
from models.diary import DiaryEntry
from models.errors import Invalid, NotFound
from models.ids import new_id
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.roles import Role
from models.rota import ClearanceKind
from models.streams import EventKind, record_to_inboxes
from models.supervision import (
    FURTHEST_SESSION,
    SESSION_LASTS,
    SUPERVISED,
    NoSupervisor,
    Supervised,
    SupervisionSession,
    SupervisionState,
    Theme,
)
from models.wellbeing import CheckIn
from moderation.audit import write_audit
from server.actions.rota_changes import record_clearance
from server.queries.fitness import load_records
from server.queries.supervision import SessionView, get_session, session_facts, supervisor_of

BEFORE_TIME = timedelta(days=1)  # how long before its time a session may be said to have been held


def assign_supervisor(
    session: Session, actor: Person, worker_id: str, *, supervisor_id: str | None, now: datetime
) -> Person | None:
    """Who supervises a worker from now on; nobody for None. What was shared with the one before is theirs no more.

    Raises NotFound for who is no peer worker, Invalid for a supervisor who is none.
    """
    authorise("supervision.assign", actor, Facts(about=worker_id))
    # In the order of their ids, as everybody locks people.
    both = sorted({worker_id, supervisor_id or worker_id})
    locked = {each: session.get(Person, each, with_for_update=True, populate_existing=True) for each in both}
    worker = locked[worker_id]
    if worker is None or worker.role not in SUPERVISED or worker.state is PersonState.ERASED:
        raise NotFound
    row = session.get(Supervised, worker_id, with_for_update=True, populate_existing=True)
    before = row.supervisor_id if row is not None else None
    if supervisor_id == before:
        return supervisor_of(session, worker_id)
    if supervisor_id is not None:
        chosen = locked[supervisor_id]
        if chosen is None or chosen.role is not Role.SUPERVISOR or chosen.state is not PersonState.ACTIVE:
            raise Invalid(errors={"supervisor_id": ["Nobody here with this id supervises."]})
    if row is not None:
        _part(session, row, by=actor.id, now=now)
    if supervisor_id is not None:
        session.add(Supervised(worker_id=worker_id, supervisor_id=supervisor_id, set_by=actor.id, set_at=now))
        session.flush()
    _audit(session, actor.id, "supervision.assigned", "person", worker_id, now, supervisor_id=supervisor_id or "")
    told = [who for who in (worker_id, before, supervisor_id) if who is not None]
    _tell(session, told, worker_id, "assigned", now)
    return supervisor_of(session, worker_id)


def end_supervision(session: Session, person_id: str, *, by: str | None, now: datetime) -> None:
    """Somebody leaves, or has another role: they are supervised, or supervise, no more."""
    concerned = or_(Supervised.worker_id == person_id, Supervised.supervisor_id == person_id)
    query = select(Supervised).where(concerned).order_by(Supervised.worker_id)
    for row in session.scalars(query.with_for_update()).all():
        _part(session, row, by=by, now=now)


def _part(session: Session, row: Supervised, *, by: str | None, now: datetime) -> None:
    """Nothing that was shared is read any more, also if the same two meet again; what they had planned is called off."""
    for table, gone in ((DiaryEntry, {"shared_with": None, "shared_at": None}), (CheckIn, {"shared_with": None})):
        session.execute(
            update(table).where(table.person_id == row.worker_id, table.shared_with.is_not(None)).values(**gone),
            execution_options={"synchronize_session": "fetch"},
        )
    planned = select(SupervisionSession).where(
        SupervisionSession.worker_id == row.worker_id, SupervisionSession.state == SupervisionState.PLANNED
    )
    for called_off in session.scalars(planned.order_by(SupervisionSession.id).with_for_update()).all():
        _call_off(session, called_off, by=by, now=now)
    session.delete(row)
    session.flush()  # who comes instead has the same key


def _call_off(session: Session, called_off: SupervisionSession, *, by: str | None, now: datetime) -> None:
    called_off.move(SupervisionState.CANCELLED, at=now)
    _audit(session, by, "supervision.cancelled", "supervision_session", called_off.id, now)
    _tell(session, [called_off.worker_id, called_off.supervisor_id], called_off.id, "cancelled", now)


def plan_session(
    session: Session, actor: Person, *, worker_id: str | None, planned_at: datetime, now: datetime
) -> SessionView:
    """A worker plans one with their supervisor, a supervisor one with somebody they supervise.

    Raises Forbidden, NoSupervisor, Invalid for a time that has passed or is too far off.
    """
    about = worker_id or actor.id
    supervisor = supervisor_of(session, about)
    facts = Facts(about=about, supervisor_id=supervisor.id if supervisor is not None else None)
    authorise("supervision.plan", actor, facts)
    if supervisor is None:
        raise NoSupervisor
    if not now - BEFORE_TIME <= planned_at <= now + FURTHEST_SESSION:
        raise Invalid(errors={"planned_at": ["Please give a time within a year from now."]})
    made = SupervisionSession(
        id=new_id(),
        worker_id=about,
        supervisor_id=supervisor.id,
        planned_by=actor.id,
        state=SupervisionState.PLANNED,
        planned_at=planned_at,
        themes_text="",
    )
    session.add(made)
    session.flush()
    _audit(session, actor.id, "supervision.planned", "supervision_session", made.id, now)
    _tell(session, [about, supervisor.id], made.id, "planned", now, planned_at=utc_text(planned_at))
    return get_session(session, actor, made.id)


def hold_session(
    session: Session, actor: Person, session_id: str, *, themes: Sequence[Theme], words: str | None, now: datetime
) -> SessionView:
    """It took place; themes, and words for the two. The worker is in supervision for as long as that lasts.

    Raises NotFound, Forbidden, SessionOver, Invalid for one that is planned for later.
    """
    view = get_session(session, actor, session_id, lock=True)
    held = view.session
    authorise("supervision.hold", actor, session_facts(held))
    if held.planned_at > now + BEFORE_TIME:
        raise Invalid(errors={"session_id": ["It is planned for later. Please plan one for today instead."]})
    held.move(SupervisionState.HELD, at=now)
    held.themes_text, held.words = " ".join(dict.fromkeys(theme.value for theme in themes)), words
    until = now + SESSION_LASTS
    known = load_records(session, [held.worker_id], now=now)[held.worker_id].supervised_until
    if known is None or known < until:
        record_clearance(
            session, actor, person_id=held.worker_id, kind=ClearanceKind.SUPERVISION, valid_until=until, now=now
        )
    _audit(session, actor.id, "supervision.held", "supervision_session", held.id, now)
    _tell(session, [held.worker_id, held.supervisor_id], held.id, "held", now)
    return view


def cancel_session(session: Session, actor: Person, session_id: str, *, now: datetime) -> SessionView:
    """Either of the two calls it off. Again changes nothing. Raises NotFound, SessionOver."""
    view = get_session(session, actor, session_id, lock=True)
    called_off = view.session
    if called_off.state is not SupervisionState.CANCELLED:
        _call_off(session, called_off, by=actor.id, now=now)
    return view


def tell_shared(session: Session, entry: DiaryEntry, supervisor_id: str, now: datetime) -> None:
    """To the supervisor: somebody has shared a page of their diary with them."""
    _tell(session, [supervisor_id], entry.id, "shared", now)


def _tell(session: Session, people: Sequence[str], subject_id: str, change: str, now: datetime, **more: str) -> None:
    record_to_inboxes(
        session, sorted(set(people)), EventKind.NOTICE_SUPERVISION, subject_id, now=now, data={"change": change, **more}
    )


def _audit(session: Session, by: str | None, action: str, kind: str, subject_id: str, now: datetime, **data: str) -> None:
    write_audit(session, actor_id=by, action=action, subject_kind=kind, subject_id=subject_id, now=now, data=data)
