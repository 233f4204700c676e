"""Sanctions and appeals, made by the real actions."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from models.appeals import Appeal
from models.groups import Group
from models.people import Person
from models.review import Case, Decision, DecisionKind
from models.sanctions import LIMITING, Sanction, SanctionKind, SanctionReason
from models.session import reading
from moderation.sanctions import NAMES_GROUP, NEVER, Wish
from server.actions.appeals import make_appeal
from server.actions.review import decide_case
from server.actions.sanctions import Asked, impose_sanction
from server.jobs.sanctions import end_sanctions
from server.queries.sanctions import newest_sanctions
from tests.factories.messages import case_of
from tests.factories.people import act

WORDS = "You wrote to somebody here that they are worth nothing."


def asked(kind: SanctionKind, group: Group | None, **length: Any) -> Asked:
    """A day long where the kind has a length and none is given."""
    if kind in LIMITING and not length:
        length = {"days": 1}
    named = None if NAMES_GROUP[kind] is NEVER or group is None else group.conversation_id
    wish = Wish(kind=kind, conversation_id=named, **{name: value for name, value in length.items() if value is not None})
    return Asked(wish=wish, reason=SanctionReason.ABUSE, words=WORDS)


def impose(by: Person, on: Person, kind: SanctionKind, group: Group | None = None, **length: Any) -> Sanction:
    """`days=None`: lasting."""
    imposed: Sanction = act(impose_sanction, by, on.id, asked(kind, group, **length))
    return imposed


def decide_with(by: Person, message_id: str, sanction: Asked | None, decision: DecisionKind = DecisionKind.REMOVE) -> Case:
    case = case_of(message_id)
    facts = {"decision": decision, "note": "Looked at it.", "version": case.version}
    decided: Case = act(decide_case, by, case.id, **facts, sanction=sanction)
    return decided


def appeal(sanction: Sanction, words: str = "It was meant for nobody here.") -> Appeal:
    """By the person concerned."""
    with reading() as session:
        person = session.get_one(Person, sanction.person_id)
    made: Appeal = act(make_appeal, person, sanction.appealed_as, words=words)
    return made


def sweep() -> int:
    return end_sanctions()


def sanctions_of(person: Person) -> Sequence[Sanction]:
    with reading() as session:
        return newest_sanctions(session, person.id)


def sanction_now(sanction: Sanction) -> Sanction:
    with reading() as session:
        return session.get_one(Sanction, sanction.id)


def appeal_now(appeal: Appeal) -> Appeal:
    with reading() as session:
        return session.get_one(Appeal, appeal.id)


def decision_about(message_id: str) -> Decision:
    """The newest."""
    with reading() as session:
        query = select(Decision).join(Case, Case.id == Decision.case_id).where(Case.message_id == message_id)
        return session.scalars(query.order_by(Decision.id.desc())).first()
