"""The service's screening rules, and the shipped ones, on the wire."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from models.people import Person
from models.screening_rules import ScreeningRule, ScreeningRuleKind, ScreeningRuleState
from moderation.outcomes import RISKS, Outcome
from moderation.rule_trials import Trial
from moderation.screening import Label, Severity
from moderation.screening.rulebook import Rule
from moderation.screening.service_phrases import LONGEST_PHRASE
from moderation.screening.service_rules import PREFIX
from server.actions.screening_rules import MOST_PHRASES, needs_agreement
from server.schemas.fields import IdField, Moment, Text, Whole, WireSchema
from server.schemas.groups import PageArgsSchema
from server.schemas.people import PersonRefSchema

SEVERITIES = [severity.name.lower() for severity in Severity]
MOST_DAYS = 90


class SeverityField(fields.String):
    def __init__(self, **more: Any) -> None:
        super().__init__(validate=validate.OneOf(SEVERITIES), **more)


def as_severity(data: dict[str, Any]) -> dict[str, Any]:
    """What was sent, with the severity as screening knows it."""
    name = data.get("severity")
    return {**data, "severity": Severity[name.upper()]} if name is not None else data


def _phrases(**more: Any) -> fields.List[Any]:
    phrase = Text(most=LONGEST_PHRASE, one_line=True)
    return fields.List(phrase, validate=validate.Length(min=1, max=MOST_PHRASES), **more)


def _label(**more: Any) -> fields.Enum[Label]:
    return fields.Enum(Label, by_value=True, **more)


class WriteScreeningRuleSchema(WireSchema):
    """`phrases` wants a label, a severity and phrases; `exception` a label and phrases; `silence` a shipped rule's id."""

    kind = fields.Enum(ScreeningRuleKind, by_value=True, required=True)
    label = _label(allow_none=True, load_default=None)
    severity = SeverityField(allow_none=True, load_default=None)
    phrases = _phrases(allow_none=True, load_default=None)
    silenced = Text(most=80, one_line=True, allow_none=True, load_default=None)
    reason = Text(most=500, required=True)


class VersionOfRuleSchema(WireSchema):
    version = Whole(least=1, required=True)


class ChangeScreeningRuleSchema(VersionOfRuleSchema):
    """Any of what a draft says, and the version it was read at."""

    label = _label()
    severity = SeverityField()
    phrases = _phrases()
    silenced = Text(most=80, one_line=True)
    reason = Text(most=500)


class TryScreeningRuleSchema(VersionOfRuleSchema):
    days = Whole(least=1, most=MOST_DAYS, load_default=14)


class ScreeningRulesArgsSchema(PageArgsSchema):
    state = fields.String(load_default=None, validate=validate.OneOf(list(ScreeningRuleState)))
    kind = fields.String(load_default=None, validate=validate.OneOf(list(ScreeningRuleKind)))


class ScreeningRuleSchema(WireSchema):
    id = IdField()
    name = fields.String(metadata={"description": "how a flag names it"})
    kind = fields.Enum(ScreeningRuleKind, by_value=True)
    state = fields.Enum(ScreeningRuleState, by_value=True)
    version = Whole()
    label = fields.String()
    severity = fields.String(allow_none=True)
    phrases = fields.List(fields.String())
    silenced = fields.String(allow_none=True)
    reason = fields.String()
    needs_agreement = fields.Boolean(metadata={"description": "of somebody else than who proposes it"})
    tried = fields.Boolean(metadata={"description": "as it is written now"})
    tried_at = Moment(allow_none=True)
    written_by = fields.Nested(PersonRefSchema)
    written_at = Moment()
    changed_at = Moment(allow_none=True)
    proposed_by = fields.Nested(PersonRefSchema, allow_none=True)
    proposed_at = Moment(allow_none=True)
    activated_by = fields.Nested(PersonRefSchema, allow_none=True)
    activated_at = Moment(allow_none=True)
    retired_by = fields.Nested(PersonRefSchema, allow_none=True)
    retired_at = Moment(allow_none=True)


class ScreeningRulesSchema(WireSchema):
    items = fields.List(fields.Nested(ScreeningRuleSchema))
    next_cursor = fields.String(allow_none=True)


class ShippedRuleSchema(WireSchema):
    id = fields.String()
    label = fields.String()
    severity = fields.String()
    why = fields.String()
    silenced_by = IdField(allow_none=True, metadata={"description": "the rule of the service that silences it"})
    needs_agreement = fields.Boolean(metadata={"description": "to be silenced"})


class ShippedRulesSchema(WireSchema):
    items = fields.List(fields.Nested(ShippedRuleSchema))
    next_cursor = fields.String(allow_none=True)


class TrialExampleSchema(WireSchema):
    message_id = IdField()
    conversation_id = IdField()
    text = fields.String()
    span = fields.List(Whole())
    rule = fields.String(metadata={"description": "of the hit that is added, or taken back"})
    outcome_now = fields.String()
    outcome_then = fields.String()


class TrialSchema(WireSchema):
    looked_at = Whole()
    hit = Whole(metadata={"description": "messages in which the rule adds a hit, or takes one back"})
    members = Whole(metadata={"description": "how many people wrote them"})
    changed = Whole(metadata={"description": "of them, with another outcome than without the rule"})
    outcomes = fields.Dict(
        keys=fields.String(validate=validate.OneOf([outcome.name.lower() for outcome in Outcome])), values=Whole()
    )
    examples = fields.List(fields.Nested(TrialExampleSchema))


def dump_rule(rule: ScreeningRule, people: Mapping[str, Person]) -> dict[str, Any]:
    """Ready for ScreeningRuleSchema. `people`: who did something with it, by id."""
    names = ("id", "kind", "state", "version", "label", "phrases", "silenced", "reason")
    who = ("written_by", "proposed_by", "activated_by", "retired_by")
    times = ("tried_at", "written_at", "changed_at", "proposed_at", "activated_at", "retired_at")
    return {
        **{name: getattr(rule, name) for name in (*names, *times)},
        **{name: people.get(getattr(rule, name)) for name in who},
        "name": PREFIX + rule.id,
        "severity": severity_name(rule.severity),
        "needs_agreement": needs_agreement(rule),
        "tried": rule.tried_version == rule.version,
    }


def dump_shipped(rule: Rule, silenced_by: str | None) -> dict[str, Any]:
    return {
        "id": rule.id,
        "label": rule.label.value,
        "severity": severity_name(rule.severity),
        "why": rule.why,
        "silenced_by": silenced_by,
        "needs_agreement": rule.label in RISKS and rule.severity is Severity.HIGH,
    }


def dump_trial(trial: Trial) -> dict[str, Any]:
    return {
        "looked_at": trial.looked_at,
        "hit": trial.hit,
        "members": len(trial.authors),
        "changed": trial.changed,
        "outcomes": {outcome.name.lower(): trial.outcomes[outcome] for outcome in Outcome},
        "examples": [
            {
                "message_id": example.sample.message_id,
                "conversation_id": example.sample.conversation_id,
                "text": example.sample.text,
                "span": list(example.hit.span),
                "rule": example.hit.rule,
                "outcome_now": example.now.name.lower(),
                "outcome_then": example.then.name.lower(),
            }
            for example in trial.examples
        ],
    }


def severity_name(severity: int | None) -> str | None:
    return Severity(severity).name.lower() if severity is not None else None
