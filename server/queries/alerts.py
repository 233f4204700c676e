"""Crisis alerts: who may be called for one, who may see what of it, and which are due for their next step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from models.alerts import REFUSED, TAKEN, Alert, AlertPage, AlertState
from models.contacts import Wall
from models.errors import NotFound
from models.escalation import Policy
from models.messages import Message, MessageState
from models.people import Person, PersonState
from models.policy import Facts, allows
from models.roles import Role
from models.rota import Layer
from server.queries.crisis import Support, support_for
from server.queries.paging import Page, as_id, decode_cursor, encode_cursor
from server.queries.rota import on_duty
from server.queries.walls import standing_wall, walled_off

# Who may be called to a carer in a crisis, whatever the rota says: the pairs for which there may be such a conversation.
ANSWERING = frozenset({Role.CARER_PEER_WORKER, Role.SUPERVISOR})
WATCHING = (Role.SUPERVISOR, Role.COORDINATOR)
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


def on_call(session: Session, carer_id: str, *, at: datetime) -> Mapping[Layer, Sequence[str]]:
    """Who may be paged for this carer now, by layer: on duty, able to answer, and not behind a wall."""
    duties = on_duty(session, at=at)
    ids = {duty.person_id for duty in duties}
    able = set(
        session.scalars(
            select(Person.id).where(Person.id.in_(ids), Person.state == PersonState.ACTIVE, Person.role.in_(ANSWERING))
        )
    )
    able -= walled_off(session, carer_id, able)
    found: dict[Layer, list[str]] = {}
    for duty in duties:
        if duty.person_id in able and duty.person_id not in found.setdefault(duty.layer, []):
            found[duty.layer].append(duty.person_id)
    return found


def pages_of(session: Session, alert_id: str) -> Sequence[AlertPage]:
    return session.scalars(select(AlertPage).where(AlertPage.alert_id == alert_id).order_by(AlertPage.id)).all()


def refusers(alert: Alert, pages: Iterable[AlertPage]) -> set[str]:
    """Who said no to this alert since paging for it last began, or said yes and did not come."""
    return {page.person_id for page in pages if page.round == alert.round and page.answer in REFUSED}


def watchers(session: Session) -> Sequence[str]:
    """Supervisors and coordinators: whoever must know when nobody comes."""
    query = select(Person.id).where(Person.role.in_(WATCHING), Person.state == PersonState.ACTIVE)
    return session.scalars(query.order_by(Person.id)).all()


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
    return _views(session, actor, [row], [facts])[0]


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
    views = _views(session, actor, shown, _facts_in_list(session, actor, [row[0] for row in shown]))
    more = encode_cursor(views[-1].alert.id) if len(rows) > limit else None
    return Page(items=views, next_cursor=more)


def _facts_in_list(session: Session, actor: Person, alerts: Sequence[Alert]) -> list[Facts]:
    """As `facts_about`, in two queries however many. Who is on duty now does not matter to what a list shows."""
    called = _called(session, actor, [alert.id for alert in alerts])
    walled = walled_off(session, actor.id, {alert.carer_id for alert in alerts})
    return [
        Facts(alert=alert, called=alert.id in called and alert.carer_id not in walled, on_call=False) for alert in alerts
    ]


def _views(session: Session, actor: Person, rows: Sequence[Any], facts: Sequence[Facts]) -> list[AlertView]:
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
            support=support_for(carer, alert.whose) if actor.id == carer.id else None,
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


def spoken(session: Session, alert: Alert) -> bool:
    """Whether whoever has taken it has written in its conversation since."""
    if alert.taken_seq is None:
        return False
    query = select(Message.id).where(
        Message.conversation_id == alert.conversation_id,
        Message.author_id == alert.taken_by,
        Message.seq > alert.taken_seq,
    )
    return session.scalars(query.limit(1)).first() is not None


def taker_gone(session: Session, alert: Alert) -> bool:
    """Whether whoever has taken it cannot go on: paused, left, in another role, or a wall stands between them now."""
    if alert.taken_by is None:
        return False
    taker = session.get(Person, alert.taken_by, populate_existing=True)
    if taker is None or taker.state is not PersonState.ACTIVE or taker.role not in ANSWERING:
        return True
    return bool(walled_off(session, alert.carer_id, [taker.id]))


def due_alerts(session: Session, policy: Policy, *, now: datetime, limit: int) -> Sequence[str]:
    """Open alerts that something is to be done about, the longest due first.

    Also those that wait for longer than the policy ever does (a clock was set back), whose carer has left, whose taker is
    gone, and those whose taker has begun to write.
    """
    begun = exists().where(
        Message.conversation_id == Alert.conversation_id,
        Message.author_id == Alert.taken_by,
        Message.seq > Alert.taken_seq,
    )
    gone = or_(
        TAKER.state != PersonState.ACTIVE,
        TAKER.role.not_in(ANSWERING),
        standing_wall(Alert.carer_id, Alert.taken_by),
    )
    query = (
        select(Alert.id)
        .join(CARER, CARER.id == Alert.carer_id)
        .outerjoin(TAKER, TAKER.id == Alert.taken_by)
        .where(
            Alert.due_at.is_not(None),
            or_(
                Alert.due_at <= now,
                *(and_(Alert.state == state, Alert.due_at > now + most) for state, most in longest_waits(policy).items()),
                CARER.state == PersonState.ERASED,
                and_(Alert.state == AlertState.ACKNOWLEDGED, begun),
                and_(Alert.state.in_(TAKEN), gone),
            ),
        )
        .order_by(Alert.due_at)
        .limit(limit)
    )
    return session.scalars(query).all()


def longest_waits(policy: Policy) -> Mapping[AlertState, timedelta]:
    """How far ahead the next look at an alert can lie at most. One that lies further was put there by another clock."""
    return {
        AlertState.PAGING: max(policy.longest_pause, LONGEST_PUT_OFF),
        AlertState.ACKNOWLEDGED: policy.contact_within,
        AlertState.IN_CONTACT: policy.still_open_every,
        AlertState.UNANSWERED: timedelta(days=2),
    }


LONGEST_PUT_OFF = timedelta(seconds=30)  # of an alert whose next step failed
