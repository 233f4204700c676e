"""What a service must report of its one-to-one contacts and crisis contacts: figures by month, without a word or a name.

Each month's figures are of what happened in it, so that what happens later does not change them. Small numbers are left out
(models/suppression.py); figures from which a left out one could be worked out (what is open at a month's end, how many a
typical time is of) are not given at all.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, String, and_, case, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.alerts import Alert, AlertState
from models.contacts import Contact, ContactState, Origin
from models.messages import Message
from models.months import Month, finished_months
from models.people import Person
from models.policy import Facts, authorise
from models.streams import Event, EventKind
from models.suppression import Breakdown, TypicalTime, breakdown, shown, typical_time
from models.transfers import Transfer, TransferKind, TransferState

Found = Row[*tuple[Any, ...]]
BEGAN = (ContactState.ACCEPTED, ContactState.ENDED)
BANDS = ((1, 2), (3, 5), (6, None))  # contacts of a worker, from and to
FIRST_WORDS = 200  # events of a conversation in which its first words are looked for
BEGAN_LATELY = timedelta(days=92)  # before a month: contacts in which the first words may still have come in it


@dataclass(frozen=True, kw_only=True)
class ServiceMonth:
    """One month. None is a small number, or one that would give a small number away."""

    month: Month
    requests: Breakdown  # by how they came about
    answers: Breakdown  # what became of requests in this month
    endings: Breakdown
    crises: Breakdown  # alerts that were closed
    workloads: Breakdown  # workers, by how many contacts they had at the end of the month
    carers_active: int | None
    workers_active: int | None
    conversations_active: int | None
    messages: int | None
    until_answer: TypicalTime  # from the request
    until_first_talk: TypicalTime  # from the request to the worker's first words
    until_first_response: TypicalTime  # from the carer's first words to the worker's next
    until_taken: TypicalTime  # from an alert to somebody who came


def service_report(
    session: Session, actor: Person, *, first: str, last: str, zone: str, now: datetime
) -> Sequence[ServiceMonth]:
    """Finished months from `first` to `last` (2026-11), at most 12, in five queries. Raises Forbidden, Invalid."""
    authorise("report.read", actor, Facts())
    months = finished_months(first, last, zone, now)
    if not months:
        return ()
    since, until = months[0].since, months[-1].until
    contacts, alerts = _contacts(session, since, until), _alerts(session, since, until)
    handed, talk, words = _handed_over(session, since, until), _talk(session, months), _first_words(session, since, until)
    return [_of(month, contacts, alerts, handed, talk[place], words) for place, month in enumerate(months)]


def _of(
    month: Month,
    contacts: Sequence[Found],
    alerts: Sequence[Found],
    handed: frozenset[str],
    talk: Sequence[tuple[str, str, int]],
    words: Sequence[Found],
) -> ServiceMonth:
    answered = [each for each in contacts if _in(month, each.answered_at)]
    return ServiceMonth(
        month=month,
        requests=_parts(ORIGINS, (each.origin.value for each in contacts if _in(month, each.created_at))),
        answers=_parts(ANSWERS, (_answer(each) for each in answered)),
        endings=_parts(ENDINGS, (_ending(each, handed) for each in contacts if _in(month, each.ended_at))),
        crises=_parts(CRISES, (_crisis(each) for each in alerts if _in(month, each.closed_at))),
        workloads=_workloads(month, contacts),
        carers_active=shown(len({carer for carer, _, _ in talk})),
        workers_active=shown(len({worker for _, worker, _ in talk})),
        conversations_active=shown(len(talk)),
        messages=shown(sum(count for _, _, count in talk)),
        until_answer=_typical((each.created_at, each.answered_at) for each in answered if _answer(each) in BY_WORKER),
        until_first_talk=_typical((each.created_at, each.spoken_at) for each in words if _in(month, each.spoken_at)),
        until_first_response=_typical((each.asked_at, each.replied_at) for each in words if _in(month, each.replied_at)),
        until_taken=_typical((each.created_at, each.taken_at) for each in alerts if _in(month, each.taken_at)),
    )


def _in(month: Month, at: datetime | None) -> bool:
    return at is not None and month.since <= at < month.until


def _typical(stretches: Iterable[tuple[datetime, datetime]]) -> TypicalTime:
    return typical_time([until - since for since, until in stretches])


ORIGINS = tuple(each.value for each in Origin)
ANSWERS = ("accepted", "declined", "withdrawn", "expired")
BY_WORKER = ("accepted", "declined")
ENDINGS = ("planned", "handed_over", "at_once")
CRISES = ("contact", "nobody_came", "cancelled", "other")


def _answer(contact: Found) -> str:
    return "accepted" if contact.state in BEGAN else str(contact.state.value)


def _ending(contact: Found, handed: frozenset[str]) -> str:
    if contact.id in handed:
        return "handed_over"
    planned = contact.ends_at is not None and contact.ended_at >= contact.ends_at
    return "planned" if planned else "at_once"


def _crisis(alert: Found) -> str:
    if alert.in_contact_at is not None:
        return "contact"
    if alert.state is AlertState.CANCELLED:
        return "cancelled"
    return "nobody_came" if alert.taken_by is None else "other"


def _parts(names: Sequence[str], found: Iterable[str]) -> Breakdown:
    counts = Counter(found)
    return breakdown({name: counts[name] for name in names})


def _workloads(month: Month, contacts: Sequence[Found]) -> Breakdown:
    going_on = Counter(
        each.worker_id
        for each in contacts
        if each.state in BEGAN
        and each.answered_at is not None
        and each.answered_at < month.until
        and (each.ended_at is None or each.ended_at >= month.until)
    )
    return breakdown({_band(*band): sum(_within(count, *band) for count in going_on.values()) for band in BANDS})


def _band(least: int, most: int | None) -> str:
    return f"{least}_or_more" if most is None else f"{least}_to_{most}"


def _within(count: int, least: int, most: int | None) -> bool:
    return least <= count and (most is None or count <= most)


WORKLOADS = tuple(_band(*band) for band in BANDS)


def _contacts(session: Session, since: datetime, until: datetime) -> Sequence[Found]:
    """Contacts that were asked for, answered or ended then, or went on."""
    going_on = and_(Contact.state.in_(BEGAN), or_(Contact.ended_at.is_(None), Contact.ended_at >= since))
    return session.execute(
        select(
            Contact.id,
            Contact.worker_id,
            Contact.origin,
            Contact.state,
            Contact.created_at,
            Contact.answered_at,
            Contact.ends_at,
            Contact.ended_at,
        ).where(
            Contact.created_at < until,
            or_(going_on, _between(Contact.created_at, since, until), _between(Contact.answered_at, since, until)),
        )
    ).all()


def _between(column: InstrumentedAttribute[Any], since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(column >= since, column < until)


def _handed_over(session: Session, since: datetime, until: datetime) -> frozenset[str]:
    """Contacts that ended because another worker took them on."""
    query = select(Transfer.contact_id).where(
        Transfer.kind == TransferKind.HANDOVER,
        Transfer.state == TransferState.DONE,
        _between(Transfer.closed_at, since, until),
    )
    return frozenset(session.scalars(query))


def _alerts(session: Session, since: datetime, until: datetime) -> Sequence[Found]:
    return session.execute(
        select(Alert.state, Alert.taken_by, Alert.created_at, Alert.taken_at, Alert.in_contact_at, Alert.closed_at).where(
            or_(_between(Alert.closed_at, since, until), _between(Alert.taken_at, since, until))
        )
    ).all()


def _talk(session: Session, months: Sequence[Month]) -> Sequence[Sequence[tuple[str, str, int]]]:
    """For each month, of each contact in which somebody wrote: its carer, its worker, and how many messages."""
    counts = [
        func.sum(case((_between(Event.created_at, month.since, month.until), 1), else_=0)).label(f"month_{place}")
        for place, month in enumerate(months)
    ]
    since, until = months[0].since, months[-1].until
    rows = session.execute(
        select(Contact.carer_id, Contact.worker_id, *counts)
        .join(Event, Event.stream_id == cast(Contact.conversation_id, String))
        .where(
            Event.kind == EventKind.MESSAGE_CREATED.value,
            _between(Event.created_at, since, until),
            Contact.created_at < until,
            or_(Contact.ended_at.is_(None), Contact.ended_at >= since),
        )
        .group_by(Contact.id, Contact.carer_id, Contact.worker_id)
    ).all()
    return [[(row[0], row[1], row[2 + place]) for row in rows if row[2 + place]] for place in range(len(months))]


def _first_words(session: Session, since: datetime, until: datetime) -> Sequence[Found]:
    """Of contacts that began then or not long before: when they were asked for, and when each of the two first wrote."""
    asked_seq = _first(Message.seq, Contact.carer_id)
    return session.execute(
        select(
            Contact.created_at,
            _first(Message.created_at, Contact.worker_id).label("spoken_at"),
            _first(Message.created_at, Contact.carer_id).label("asked_at"),
            _first(Message.created_at, Contact.worker_id, Message.seq > asked_seq).label("replied_at"),
        ).where(Contact.state.in_(BEGAN), Contact.answered_at >= since - BEGAN_LATELY, Contact.answered_at < until)
    ).all()


def _first(
    column: InstrumentedAttribute[Any], author: InstrumentedAttribute[str], *more: ColumnElement[bool]
) -> ScalarSelect[Any]:
    """Of the author's first message in the contact's conversation."""
    return (
        select(column)
        .where(
            Message.conversation_id == Contact.conversation_id,
            Message.author_id == author,
            Message.seq <= FIRST_WORDS,
            *more,
        )
        .order_by(Message.seq)
        .limit(1)
        .correlate(Contact)
        .scalar_subquery()
    )
