"""Messages, reports and decisions, made by the real actions; and texts that screening is sure about."""

from typing import Any
from uuid import uuid4

from sqlalchemy import select

from models.groups import Group
from models.messages import Message
from models.people import Person
from models.review import Case, Decision, DecisionKind, Report, ReportReason
from models.roles import Role
from models.session import reading
from server.actions.flags import report_message
from server.actions.messages import Sent, post_message
from server.actions.review import claim_case, decide_case
from server.queries.messages import WITH_AUTHOR
from tests.factories.people import act, make_person

PLAIN = "Thank you all for yesterday, it helped."
RISKY = "I want to kill myself tonight"  # risk to self, high: flagged
HOSTILE = "I will find you and hurt you"  # hostility, high: held
RUDE = "You are a pathetic idiot"  # hostility, medium: advised
NUMBERED = "My number is 0412 345 678"  # contact details, medium: advised


def post(person: Person, group: Group, body: str = PLAIN, **more: Any) -> Sent:
    facts = {"client_id": uuid4().hex, "conversation_id": group.conversation_id, **more}
    sent: Sent = act(post_message, person, body=body, **facts)
    return sent


def report(person: Person, message: Message, reason: ReportReason = ReportReason.ABUSE, note: str | None = None) -> Report:
    made: Report = act(report_message, person, message.id, reason=reason, note=note)
    return made


def claim(person: Person, case: Case) -> Case:
    claimed: Case = act(claim_case, person, case.id)
    return claimed


def decide(person: Person, case: Case, decision: DecisionKind, *, version: int | None = None) -> Case:
    """Decide at the case's present version unless told another."""
    current = case_of(case.message_id).version if version is None else version
    decided: Case = act(decide_case, person, case.id, decision=decision, note="Looked at it.", version=current)
    return decided


def decided(author: Person, group: Group, reporter: Person, decision: DecisionKind = DecisionKind.REMOVE) -> Decision:
    """What a moderator decided about a message that somebody reported."""
    message = post(author, group).message
    report(reporter, message)
    case = case_of(message.id)
    decide(make_person(Role.MODERATOR), case, decision)
    return decision_of(case)


def decision_of(case: Case) -> Decision:
    """The newest decision in this case."""
    with reading() as session:
        query = select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc())
        return session.scalars(query.limit(1)).one()


def find_case(message_id: str) -> Case | None:
    """The newest case on this message."""
    with reading() as session:
        return session.scalars(select(Case).where(Case.message_id == message_id).order_by(Case.id.desc())).first()


def case_of(message_id: str) -> Case:
    found = find_case(message_id)
    assert found is not None, "no case on this message"
    return found


def message_now(message_id: str) -> Message:
    with reading() as session:
        return session.get_one(Message, message_id, options=[WITH_AUTHOR])
