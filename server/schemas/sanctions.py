"""Sanctions, and how somebody stands, on the wire. The person reads what was decided in words; so does the desk."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import fields

from models.appeals import APPEAL_WITHIN
from models.people import Person
from models.review import Decision, DecisionKind
from models.sanctions import Sanction, SanctionEnding, SanctionKind, SanctionReason
from moderation.appeals import APPEALABLE, appeal_until
from moderation.sanctions import Wish, tell
from server.actions.sanctions import Asked
from server.queries.standing import PersonStanding
from server.schemas.appeals import OwnAppealSchema, dump_own_appeal
from server.schemas.fields import IdField, Moment, Text, UtcMoment, Whole, WireSchema, wire_time
from server.schemas.people import PersonRefSchema, person_ref

MOST_HOURS, MOST_DAYS = 2160, 90


class AskedSanctionSchema(WireSchema):
    """What to impose. `hours`, `days` or `until`: one of them where it has a length; none of them is lasting.

    `words` are to the person: what they did and why this follows. `conversation_id` left out is all groups.
    """

    kind = fields.Enum(SanctionKind, by_value=True, required=True)
    conversation_id = IdField(allow_none=True, load_default=None)
    hours = Whole(least=1, most=MOST_HOURS, allow_none=True, load_default=None)
    days = Whole(least=1, most=MOST_DAYS, allow_none=True, load_default=None)
    until = UtcMoment(allow_none=True, load_default=None)
    reason = fields.Enum(SanctionReason, by_value=True, required=True)
    words = Text(most=1000, required=True)


class ImposeSchema(AskedSanctionSchema):
    person_id = IdField(required=True)


class LiftSchema(WireSchema):
    reason = Text(most=1000, required=True)


class OwnSanctionSchema(WireSchema):
    """As the person sees it. `decision_id` is what they appeal; `user_message` says it all in words."""

    id = IdField()
    decision_id = IdField()
    kind = fields.Enum(SanctionKind, by_value=True)
    conversation_id = IdField(allow_none=True, metadata={"description": "null: all groups"})
    reason = fields.Enum(SanctionReason, by_value=True)
    words = fields.String()
    user_message = fields.String()
    imposed_at = Moment()
    until = Moment(allow_none=True, metadata={"description": "null: no end is set, or it has no length"})
    limits_now = fields.Boolean(metadata={"description": "whether it keeps from anything now"})
    ended_at = Moment(allow_none=True)
    ending = fields.Enum(SanctionEnding, by_value=True, allow_none=True)
    appeal_until = Moment()


class OwnSanctionsSchema(WireSchema):
    items = fields.List(fields.Nested(OwnSanctionSchema))
    next_cursor = fields.String(allow_none=True)


class SanctionSchema(OwnSanctionSchema):
    """As the desk sees it."""

    person_id = IdField()
    imposed_by = IdField()
    imposed_by_name = fields.String(allow_none=True)
    ending_note = fields.String(allow_none=True)


class SanctionAnswerSchema(WireSchema):
    sanction = fields.Nested(SanctionSchema)


class ToldDecisionSchema(WireSchema):
    decision_id = IdField()
    message_id = IdField(allow_none=True)
    decision = fields.Enum(DecisionKind, by_value=True)
    at = Moment()
    appeal_until = Moment(allow_none=True, metadata={"description": "null: took nothing away"})


class DecisionAboutSchema(ToldDecisionSchema):
    decided_by_name = fields.String(allow_none=True)


class OwnStandingSchema(WireSchema):
    """The newest of each, at most 50."""

    present = fields.List(fields.Nested(OwnSanctionSchema))
    past = fields.List(fields.Nested(OwnSanctionSchema))
    decisions = fields.List(fields.Nested(ToldDecisionSchema))
    appeals = fields.List(fields.Nested(OwnAppealSchema))


class NextSanctionSchema(WireSchema):
    """What usually comes next. A suggestion: nothing is imposed by itself."""

    kind = fields.Enum(SanctionKind, by_value=True)
    hours = Whole(allow_none=True)
    earlier = Whole(metadata={"description": "how many sanctions of the last year it counts"})


class StandingSchema(WireSchema):
    """The newest of each, at most 50."""

    person = fields.Nested(PersonRefSchema)
    member_since = Moment()
    present = fields.List(fields.Nested(SanctionSchema))
    past = fields.List(fields.Nested(SanctionSchema))
    decisions = fields.List(fields.Nested(DecisionAboutSchema))
    appeals = fields.List(fields.Nested(OwnAppealSchema))
    suggestion = fields.Nested(NextSanctionSchema)


def as_asked(data: Mapping[str, Any]) -> Asked:
    """What was sent, as the action takes it."""
    length = {name: data[name] for name in ("hours", "days", "until")}
    wish = Wish(kind=data["kind"], conversation_id=data["conversation_id"], **length)
    return Asked(wish=wish, reason=data["reason"], words=data["words"])


def dump_own_sanction(sanction: Sanction, zone: str, now: datetime) -> dict[str, Any]:
    return {
        "id": sanction.id,
        "decision_id": sanction.appealed_as,
        "kind": sanction.kind.value,
        "conversation_id": sanction.conversation_id,
        "reason": sanction.reason.value,
        "words": sanction.words,
        "user_message": tell(sanction, zone),
        "imposed_at": wire_time(sanction.imposed_at),
        "until": wire_time(sanction.until) if sanction.until else None,
        "limits_now": sanction.limits(now),
        "ended_at": wire_time(sanction.ended_at) if sanction.ended_at else None,
        "ending": sanction.ending.value if sanction.ending else None,
        "appeal_until": wire_time(sanction.imposed_at + APPEAL_WITHIN),
    }


def dump_sanction(sanction: Sanction, person: Person, imposer: Person | None, now: datetime) -> dict[str, Any]:
    return {
        **dump_own_sanction(sanction, person.timezone, now),
        "person_id": sanction.person_id,
        "imposed_by": sanction.imposed_by,
        "imposed_by_name": imposer.display_name if imposer else None,
        "ending_note": sanction.ending_note,
    }


def _dump_told(decision: Decision, message_id: str | None) -> dict[str, Any]:
    can = decision.decision in APPEALABLE
    return {
        "decision_id": decision.id,
        "message_id": message_id,
        "decision": decision.decision.value,
        "at": wire_time(decision.created_at),
        "appeal_until": wire_time(appeal_until(decision.created_at)) if can else None,
    }


def dump_own_standing(standing: PersonStanding, now: datetime) -> dict[str, Any]:
    zone = standing.person.timezone
    return {
        "present": [dump_own_sanction(each, zone, now) for each in standing.present],
        "past": [dump_own_sanction(each, zone, now) for each in standing.past],
        "decisions": [_dump_told(decision, message_id) for decision, message_id in standing.decisions],
        "appeals": [dump_own_appeal(each) for each in standing.appeals],
    }


def dump_standing(standing: PersonStanding, now: datetime) -> dict[str, Any]:
    """For the desk. Of the person's appeals the words are in the appeal itself."""
    people, person = standing.people, standing.person
    return {
        "person": person_ref(person),
        "member_since": wire_time(person.created_at),
        "present": [dump_sanction(each, person, people.get(each.imposed_by), now) for each in standing.present],
        "past": [dump_sanction(each, person, people.get(each.imposed_by), now) for each in standing.past],
        "decisions": [
            {**_dump_told(decision, message_id), "decided_by_name": people[decision.moderator_id].display_name}
            for decision, message_id in standing.decisions
        ],
        "appeals": [{**dump_own_appeal(each), "words": None, "answer": None} for each in standing.appeals],
        "suggestion": {
            "kind": standing.suggestion.kind.value,
            "hours": standing.suggestion.hours,
            "earlier": standing.suggestion.earlier,
        },
    }
