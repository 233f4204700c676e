"""Stretches of conversations of two, shown to moderators: which messages are in one, which case keeps them, what is read.

Invariant: of such a conversation nothing is read here that does not lie between the two ends of a reported stretch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from models.conversations import Membership, MemberState
from models.errors import Invalid, NotFound
from models.flags import MOST_IN_STRETCH, ReportStretch
from models.messages import Message, MessageRevision
from models.people import Person
from models.phrases import Phrase
from models.review import Case, CaseState, Report, TargetKind
from server.queries.conversations import Place
from server.queries.messages import WITH_AUTHOR

MOST_REVISIONS = 300  # of one stretch, the newest
BELONGED = (MemberState.MEMBER, MemberState.LEFT, MemberState.REMOVED)


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """What was said between two from one message to another, and whom of them a report of it is about."""

    from_seq: int
    to_seq: int
    about_id: str


def look_at_stretch(session: Session, actor: Person, place: Place, from_seq: int, to_seq: int) -> Stretch:
    """The stretch as narrow as its messages. Raises Invalid where there are none, too many, or several others wrote."""
    if not place.shows(from_seq):
        raise NotFound
    rows = session.execute(
        select(Message.seq, Message.author_id)
        .where(Message.conversation_id == place.conversation.id, Message.seq.between(from_seq, to_seq))
        .order_by(Message.seq)
        .limit(MOST_IN_STRETCH + 1)
    ).all()
    if not rows:
        raise Invalid(errors={"from_seq": ["Nothing was said there."]})
    if len(rows) > MOST_IN_STRETCH:
        raise Invalid(errors={"to_seq": [Phrase("At most {most} messages can be shown at once.", most=MOST_IN_STRETCH)]})
    about = _the_other(session, actor, place, {row.author_id for row in rows})
    return Stretch(from_seq=rows[0].seq, to_seq=rows[-1].seq, about_id=about)


def _the_other(session: Session, actor: Person, place: Place, authors: set[str]) -> str:
    """Whom of a conversation of two a stretch is about. In a crisis several may have been there, one after another."""
    others = session.execute(
        select(Membership.person_id, Membership.state).where(
            Membership.conversation_id == place.conversation.id,
            Membership.person_id != actor.id,
            Membership.from_seq == 0,  # whoever came for a while as a third is not what it is about
            Membership.state.in_(BELONGED),
        )
    ).all()
    wrote = [row.person_id for row in others if row.person_id in authors]
    there_now = [row.person_id for row in others if row.state is MemberState.MEMBER]
    for found in (wrote, there_now, [row.person_id for row in others]):
        if len(found) == 1:
            return str(found[0])
        if found:
            break
    raise Invalid(errors={"from_seq": ["Several people wrote there. Please show what one of them wrote."]})


def lock_stretch(session: Session, conversation_id: str, stretch: Stretch) -> None:
    """Its messages as they are now, kept from changes: whoever takes one back waits, and then finds the case."""
    between = Message.conversation_id == conversation_id, Message.seq.between(stretch.from_seq, stretch.to_seq)
    query = select(Message.id).where(*between).order_by(Message.conversation_id, Message.id)
    session.execute(query.with_for_update(of=Message, key_share=True)).all()


def shown_in_open_case() -> ColumnElement[bool]:
    """Of a message: a stretch with it in it lies in a case that is not closed."""
    return exists().where(*SHOWN, Case.state != CaseState.CLOSED)


# Of a case, a report, a stretch and a message: that the message was shown in it.
SHOWN = (
    Case.target_kind == TargetKind.CONVERSATION,
    Case.conversation_id == Message.conversation_id,
    Report.case_id == Case.id,
    ReportStretch.report_id == Report.id,
    ReportStretch.from_seq <= Message.seq,
    Message.seq <= ReportStretch.to_seq,
)


def shown_messages(case_id: str) -> ColumnElement[bool]:
    """Of a message: a stretch of this case has it in it."""
    return exists().where(*SHOWN, Case.id == case_id)


def lock_open_cases(session: Session, message_ids: Sequence[str]) -> dict[str, list[Case]]:
    """The open cases about these messages, and about stretches with them in them, locked; by message.

    The caller holds the messages, so that none is reported meanwhile.
    """
    about = select(Case.message_id, Case.id).where(Case.message_id.in_(message_ids), Case.state != CaseState.CLOSED)
    shown = select(Message.id, Case.id).where(Message.id.in_(message_ids), *SHOWN, Case.state != CaseState.CLOSED)
    pairs = {(str(row[0]), str(row[1])) for query in (about, shown) for row in session.execute(query)}
    if not pairs:
        return {}
    cases = session.scalars(
        select(Case)
        .where(Case.id.in_({case_id for _, case_id in pairs}), Case.state != CaseState.CLOSED)
        .order_by(Case.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    found: dict[str, list[Case]] = {}
    for case in cases:
        for message_id, case_id in pairs:
            if case_id == case.id:
                found.setdefault(message_id, []).append(case)
    return found


def stretches_in(session: Session, report_ids: Sequence[str]) -> dict[str, list[ReportStretch]]:
    """What each of these reports showed, in the order of the conversation."""
    query = select(ReportStretch).where(ReportStretch.report_id.in_(report_ids))
    found: dict[str, list[ReportStretch]] = {}
    for stretch in session.scalars(query.order_by(ReportStretch.from_seq, ReportStretch.id)):
        found.setdefault(stretch.report_id, []).append(stretch)
    return found


@dataclass(frozen=True, kw_only=True)
class ShownStretch:
    """What was reported of a conversation, as a moderator reads it: each message as it is now, and as it was before."""

    from_seq: int
    to_seq: int
    messages: Sequence[Message]
    revisions: Mapping[str, Sequence[MessageRevision]]


def show_stretches(session: Session, conversation_id: str, report_ids: Sequence[str]) -> list[ShownStretch]:
    """The stretches of these reports with their words. Whoever asks for them has it put into the audit trail first."""
    found = [one for stretches in stretches_in(session, report_ids).values() for one in stretches]
    return [_show(session, conversation_id, one) for one in found]


def _show(session: Session, conversation_id: str, stretch: ReportStretch) -> ShownStretch:
    between = Message.conversation_id == conversation_id, Message.seq.between(stretch.from_seq, stretch.to_seq)
    messages = session.scalars(select(Message).options(WITH_AUTHOR).where(*between).order_by(Message.seq)).all()
    newest = session.scalars(
        select(MessageRevision)
        .where(MessageRevision.message_id.in_([message.id for message in messages if message.revision]))
        .order_by(MessageRevision.replaced_at.desc())
        .limit(MOST_REVISIONS)
    ).all()
    revisions: dict[str, list[MessageRevision]] = {}
    for one in reversed(newest):
        revisions.setdefault(one.message_id, []).append(one)
    return ShownStretch(from_seq=stretch.from_seq, to_seq=stretch.to_seq, messages=messages, revisions=revisions)
