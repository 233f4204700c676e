"""Escalation's reads: who may be called for an alert now, and which alerts are due for their next step."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Integer, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from models.alerts import REFUSED, TAKEN, Alert, AlertPage, AlertState
from models.escalation import Policy
from models.messages import Message
from models.people import Person, PersonState
from models.prepared import Prepared
from models.roles import Role
from models.rota import Layer
from server.queries.rota import on_duty
from server.queries.walls import standing_wall, walled_off

# Who may be called to a carer in a crisis, whatever the rota says: the pairs for which there may be such a conversation.
ANSWERING = frozenset({Role.CARER_PEER_WORKER, Role.SUPERVISOR})
WATCHING = (Role.SUPERVISOR, Role.COORDINATOR)
# Two processes do not read the clock at the same moment. Only what lies further ahead was put there by a clock set back.
SLACK = timedelta(seconds=15)
LONGEST_PUT_OFF = timedelta(seconds=30)  # of an alert whose next step failed
CARER, TAKER = aliased(Person), aliased(Person)


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


_BEGUN = exists().where(
    Message.conversation_id == Alert.conversation_id,
    Message.author_id == Alert.taken_by,
    Message.seq > Alert.taken_seq,
)
_GONE = or_(
    TAKER.state != PersonState.ACTIVE,
    TAKER.role.not_in(ANSWERING),
    standing_wall(Alert.carer_id, Alert.taken_by),
)
WAITING = (AlertState.PAGING, AlertState.ACKNOWLEDGED, AlertState.IN_CONTACT, AlertState.UNANSWERED)
DUE = Prepared(
    select(Alert.id)
    .join(CARER, CARER.id == Alert.carer_id)
    .outerjoin(TAKER, TAKER.id == Alert.taken_by)
    .where(
        Alert.due_at.is_not(None),
        or_(
            Alert.due_at <= bindparam("now"),
            *(and_(Alert.state == state, Alert.due_at > bindparam(f"{state}_at_most")) for state in WAITING),
            CARER.state == PersonState.ERASED,
            and_(Alert.state == AlertState.ACKNOWLEDGED, _BEGUN),
            and_(Alert.state.in_(TAKEN), _GONE),
        ),
    )
    .order_by(Alert.due_at)
    .limit(bindparam("limit", type_=Integer))
)


def due_alerts(session: Session, policy: Policy, *, now: datetime, limit: int) -> Sequence[str]:
    """Open alerts that something is to be done about, the longest due first.

    Also those that wait for longer than the policy ever does (a clock was set back), whose carer has left, whose taker is
    gone, and those whose taker has begun to write.
    """
    longest = {f"{state}_at_most": now + most + SLACK for state, most in longest_waits(policy).items()}
    return [alert_id for (alert_id,) in DUE.rows(session, now=now, limit=limit, **longest)]


def longest_waits(policy: Policy) -> Mapping[AlertState, timedelta]:
    """How long an alert waits for its next step at most."""
    return {
        AlertState.PAGING: max(policy.longest_pause, LONGEST_PUT_OFF),
        AlertState.ACKNOWLEDGED: policy.contact_within,
        AlertState.IN_CONTACT: policy.still_open_every,
        AlertState.UNANSWERED: timedelta(days=2),
    }
