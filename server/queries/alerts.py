"""Crisis alerts: who may be called for one, who may see what of it, and which are due for their next step."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from models.alerts import Alert, AlertPage, AlertState
from models.contacts import Wall
from models.errors import NotFound
from models.messages import Message, MessageState
from models.people import Person
from models.policy import Facts, allows
from server.queries.crisis import Support, support_for
from server.queries.escalation import ANSWERING
from server.queries.paging import Page, as_id, decode_cursor, encode_cursor
from server.queries.rota import on_duty
from server.queries.walls import standing_wall, walled_off

CARER, TAKER = aliased(Person), aliased(Person)
WITH_PEOPLE = (
    select(Alert, CARER, TAKER).join(CARER, CARER.id == Alert.carer_id).outerjoin(TAKER, TAKER.id == Alert.taken_by)
)


@dataclass(frozen=True, kw_only=True)
class AlertView:
    """An alert as one person may see it. `words`: also what the carer said with it; `desk`: also who was paged."""

    alert: Alert
    carer: Person
    taker: Person | None
    own: bool = False
    words: bool = False
    desk: bool = False
    member: bool = False
    called: bool = False
    support: Support | None = None  # to the carer: numbers to call
    message: Message | None = None
    pages: Sequence[tuple[AlertPage, Person]] = field(default_factory=tuple)


def lock_alert(session: Session, alert_id: str) -> Alert:
    """The alert as it is now, kept from other changes until the transaction ends. Raises NotFound."""
    query = select(Alert).where(Alert.id == alert_id).with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def lock_open_alert(session: Session, carer_id: str) -> Alert | None:
    """The carer's open alert, kept from other changes. Another that is being opened at this moment is not seen."""
    query = select(Alert).where(Alert.carer_id == carer_id, Alert.closed_at.is_(None))
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def facts_about(session: Session, actor: Person, alert: Alert, *, at: datetime) -> Facts:
    """How the actor stands to the alert. Whoever a wall stands before was not called and is not on duty for it."""
    if actor.id == alert.carer_id or walled_off(session, alert.carer_id, [actor.id]):
        return Facts(alert=alert, called=False, on_call=False)
    if _called(session, actor, [alert.id]):
        return Facts(alert=alert, called=True, on_call=False)
    return Facts(alert=alert, called=False, on_call=actor.role in ANSWERING and _rostered(session, actor, at))


def _called(session: Session, actor: Person, alert_ids: Sequence[str]) -> set[str]:
    """Those of these alerts that the actor was paged for, or took."""
    return set(
        session.scalars(select(AlertPage.alert_id).where(AlertPage.person_id == actor.id, AlertPage.alert_id.in_(alert_ids)))
    )


def _rostered(session: Session, actor: Person, at: datetime) -> bool:
    return any(duty.person_id == actor.id for duty in on_duty(session, at=at))


def get_alert(session: Session, actor: Person, alert_id: str, *, at: datetime) -> AlertView:
    """The alert, if this person may know of it; else NotFound."""
    row = session.execute(WITH_PEOPLE.where(Alert.id == alert_id)).one_or_none()
    if row is None:
        raise NotFound
    facts = facts_about(session, actor, row[0], at=at)
    if not allows("alert.read", actor, facts):
        raise NotFound
    return _views(session, actor, [row], [facts], at)[0]


def find_open_alert(session: Session, carer: Person, *, at: datetime) -> AlertView | None:
    """The carer's own, if one is open."""
    query = select(Alert.id).where(Alert.carer_id == carer.id, Alert.closed_at.is_(None))
    alert_id = session.scalars(query).one_or_none()
    return get_alert(session, carer, alert_id, at=at) if alert_id is not None else None


def list_alerts(
    session: Session, actor: Person, *, state: AlertState | None, limit: int, cursor: str | None, at: datetime
) -> Page[AlertView]:
    """Newest first: a carer's own, everybody's for the desk, and for a worker those they were called for.

    Without `state`, a desk sees those that are open; others see all of theirs.
    """
    query = WITH_PEOPLE.order_by(Alert.id.desc())
    desk = allows("alert.desk", actor, Facts())
    if state is not None:
        query = query.where(Alert.state == state)
    elif desk:
        query = query.where(Alert.closed_at.is_(None))
    if not desk:
        called = exists().where(AlertPage.alert_id == Alert.id, AlertPage.person_id == actor.id)
        query = query.where(
            or_(Alert.carer_id == actor.id, and_(called, ~standing_wall(Alert.carer_id, actor.id))),
        )
    before = decode_cursor(cursor, as_id)
    if before is not None:
        query = query.where(Alert.id < before[0])
    rows = session.execute(query.limit(limit + 1)).all()
    shown = rows[:limit]
    views = _views(session, actor, shown, _facts_in_list(session, actor, [row[0] for row in shown]), at)
    more = encode_cursor(views[-1].alert.id) if len(rows) > limit else None
    return Page(items=views, next_cursor=more)


def _facts_in_list(session: Session, actor: Person, alerts: Sequence[Alert]) -> list[Facts]:
    """As `facts_about`, in two queries however many. Who is on duty now does not matter to what a list shows."""
    called = _called(session, actor, [alert.id for alert in alerts])
    walled = walled_off(session, actor.id, {alert.carer_id for alert in alerts})
    return [
        Facts(alert=alert, called=alert.id in called and alert.carer_id not in walled, on_call=False) for alert in alerts
    ]


def _views(session: Session, actor: Person, rows: Sequence[Any], facts: Sequence[Facts], at: datetime) -> list[AlertView]:
    """In two more queries however many: what the alerts came from, and who was paged."""
    words = [allows("alert.words", actor, fact) for fact in facts]
    desk = allows("alert.desk", actor, Facts())
    messages = _messages(session, [row[0].message_id for row, seen in zip(rows, words, strict=True) if seen])
    pages = _paged(session, [row[0].id for row in rows]) if desk else {}
    return [
        AlertView(
            alert=alert,
            carer=carer,
            taker=taker,
            own=actor.id == carer.id,
            words=seen,
            desk=desk,
            member=actor.id in (carer.id, alert.taken_by),
            called=bool(fact.called),
            support=support_for(carer, alert.whose, now=at) if actor.id == carer.id else None,
            message=messages.get(alert.message_id or "") if seen else None,
            pages=pages.get(alert.id, ()),
        )
        for (alert, carer, taker), fact, seen in zip(rows, facts, words, strict=True)
    ]


def _messages(session: Session, ids: Sequence[str | None]) -> dict[str, Message]:
    wanted = [message_id for message_id in ids if message_id is not None]
    if not wanted:
        return {}
    query = select(Message).where(Message.id.in_(wanted), Message.state.in_([MessageState.VISIBLE, MessageState.HELD]))
    return {message.id: message for message in session.scalars(query)}


def _paged(session: Session, alert_ids: Sequence[str]) -> dict[str, list[tuple[AlertPage, Person]]]:
    rows = session.execute(
        select(AlertPage, Person)
        .join(Person, Person.id == AlertPage.person_id)
        .where(AlertPage.alert_id.in_(alert_ids))
        .order_by(AlertPage.id)
    )
    found: dict[str, list[tuple[AlertPage, Person]]] = {}
    for page, person in rows:
        found.setdefault(page.alert_id, []).append((page, person))
    return found


@dataclass(frozen=True, kw_only=True)
class ShownAlert:
    """An alert as its events show it. `walled`: people it must not be shown to, whatever their inbox says of it."""

    alert: Alert
    carer: Person
    taker: Person | None
    walled: frozenset[str]


def shown_alerts(session: Session, alert_ids: Sequence[str]) -> dict[str, ShownAlert]:
    """By id, in two queries however many."""
    if not alert_ids:
        return {}
    rows = session.execute(WITH_PEOPLE.where(Alert.id.in_(alert_ids))).all()
    walls: dict[str, set[str]] = {}
    carers = {row[1].id for row in rows}
    standing = select(Wall.carer_id, Wall.worker_id).where(
        or_(Wall.carer_id.in_(carers), Wall.worker_id.in_(carers)),
        Wall.withdrawn_at.is_(None),
        Wall.consent_recorded_at.is_(None),
    )
    for one, other in session.execute(standing):
        walls.setdefault(one, set()).add(other)
        walls.setdefault(other, set()).add(one)
    return {
        alert.id: ShownAlert(alert=alert, carer=carer, taker=taker, walled=frozenset(walls.get(carer.id, ())))
        for alert, carer, taker in rows
    }
