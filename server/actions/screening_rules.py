"""Rules the service adds to screening, and shipped ones it silences: written as drafts, tried, put in force, retired.

Every step is in the audit trail, with ids and codes; what a rule looks for may name people and is never there.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.errors import Conflict, Invalid, StaleVersion
from models.ids import new_id
from models.people import Person
from models.policy import Facts, authorise
from models.screening_rules import RULE_MOVES, ScreeningRule, ScreeningRuleKind, ScreeningRuleState
from moderation.audit import write_audit
from moderation.outcomes import RISKS
from moderation.screening import SHIPPED, Label, Severity
from moderation.screening.service_phrases import PhraseRefused, read_phrase
from moderation.screening.service_rules import MOST_ENTRIES
from server.queries.screening_rules import entries_in_force, get_rule, newest_in_force

MOST_PHRASES = 100  # of one rule


class ScreeningRuleSettled(Conflict):
    code = "screening_rule_settled"
    user_message = "That is not possible with this rule as it is now. Please look at it again."


class ScreeningRuleUntried(Conflict):
    code = "screening_rule_untried"
    user_message = "Please try this rule against recent messages first, as it is written now."


class ScreeningRulesFull(Conflict):
    code = "screening_rules_full"
    user_message = "There are as many phrases in use as there can be. Please retire a rule first."


def write_rule(
    session: Session, actor: Person, *, kind: ScreeningRuleKind, reason: str, now: datetime, **words: Any
) -> ScreeningRule:
    """A new draft, which has no effect. `words`: `label`, `severity`, `phrases`, `silenced`, as its kind wants them.

    Raises Forbidden, Invalid.
    """
    authorise("screening_rule.edit", actor, Facts())
    rule = ScreeningRule(
        id=new_id(),
        kind=kind,
        state=ScreeningRuleState.DRAFT,
        version=1,
        reason=reason,
        written_by=actor.id,
        written_at=now,
        **_checked(kind, words),
    )
    session.add(rule)
    session.flush()  # the audit row names it
    record_step(session, actor, "screening_rule.written", rule, now)
    return rule


def change_rule(
    session: Session, actor: Person, rule_id: str, *, version: int, changes: Mapping[str, Any], now: datetime
) -> ScreeningRule:
    """Write a draft anew. What was tried was the draft as it stood. Raises NotFound, StaleVersion, ScreeningRuleSettled,
    Invalid.
    """
    rule = _lock(session, actor, rule_id, version)
    if rule.state is not ScreeningRuleState.DRAFT:
        raise ScreeningRuleSettled
    severity = Severity(rule.severity) if rule.severity is not None else None
    words = {"label": Label(rule.label), "severity": severity, "phrases": rule.phrases or None, "silenced": rule.silenced}
    if rule.kind is ScreeningRuleKind.SILENCE:
        words["label"] = None  # it is the silenced rule's
    for name, value in _checked(rule.kind, {**words, **changes}).items():
        setattr(rule, name, value)
    rule.reason = changes.get("reason", rule.reason)
    rule.version += 1
    rule.changed_by, rule.changed_at = actor.id, now
    record_step(session, actor, "screening_rule.changed", rule, now)
    return rule


def activate_rule(session: Session, actor: Person, rule_id: str, *, version: int, now: datetime) -> ScreeningRule:
    """Put a draft in force that was tried as it stands; where it takes ears off a risk, propose it to another.

    Raises NotFound, StaleVersion, ScreeningRuleSettled, ScreeningRuleUntried, ScreeningRulesFull.
    """
    rule = _lock(session, actor, rule_id, version)
    if rule.state is not ScreeningRuleState.DRAFT:
        raise ScreeningRuleSettled
    if rule.tried_version != rule.version:
        raise ScreeningRuleUntried
    if not needs_agreement(rule):
        return _put_in_force(session, actor, rule, "screening_rule.activated", now)
    _move(rule, ScreeningRuleState.PROPOSED)
    rule.proposed_by, rule.proposed_at = actor.id, now
    record_step(session, actor, "screening_rule.proposed", rule, now)
    return rule


def agree_to_rule(session: Session, actor: Person, rule_id: str, *, version: int, now: datetime) -> ScreeningRule:
    """Another than who proposed it agrees, and it is in force. Raises NotFound, Forbidden, StaleVersion,
    ScreeningRuleSettled, ScreeningRulesFull.
    """
    rule = _lock(session, actor, rule_id, version)
    if rule.state is not ScreeningRuleState.PROPOSED:
        raise ScreeningRuleSettled
    authorise("screening_rule.agree", actor, Facts(made_by=rule.proposed_by))
    return _put_in_force(session, actor, rule, "screening_rule.agreed", now)


def retire_rule(session: Session, actor: Person, rule_id: str, *, version: int, now: datetime) -> ScreeningRule:
    """From now on it does not count, for good. Raises NotFound, StaleVersion, ScreeningRuleSettled."""
    rule = _lock(session, actor, rule_id, version)
    if rule.state is ScreeningRuleState.ACTIVE:
        rule.in_force_since = _next_in_force(session, now)
    _move(rule, ScreeningRuleState.RETIRED)
    rule.retired_by, rule.retired_at = actor.id, now
    record_step(session, actor, "screening_rule.retired", rule, now)
    return rule


def needs_agreement(rule: ScreeningRule) -> bool:
    """Whether it would keep a grave sign of risk from being heard: then one person alone does not decide it."""
    if rule.kind is ScreeningRuleKind.EXCEPTION:
        return Label(rule.label) in RISKS
    shipped = SHIPPED.get(rule.silenced or "")
    return shipped is not None and shipped.label in RISKS and shipped.severity is Severity.HIGH


def _lock(session: Session, actor: Person, rule_id: str, version: int) -> ScreeningRule:
    authorise("screening_rule.edit", actor, Facts())
    rule = get_rule(session, rule_id, lock=True)
    if rule.version != version:
        raise StaleVersion(version=rule.version)
    return rule


def _move(rule: ScreeningRule, to: ScreeningRuleState) -> None:
    if to not in RULE_MOVES[rule.state]:
        raise ScreeningRuleSettled
    rule.state = to
    rule.version += 1


def _put_in_force(session: Session, actor: Person, rule: ScreeningRule, action: str, now: datetime) -> ScreeningRule:
    # The place first: of two at one moment the later one clashes by it, so neither counts without the other.
    rule.in_force_since = _next_in_force(session, now)
    if entries_in_force(session) + rule.entries > MOST_ENTRIES:
        raise ScreeningRulesFull
    _move(rule, ScreeningRuleState.ACTIVE)
    rule.activated_by, rule.activated_at = actor.id, now
    record_step(session, actor, action, rule, now)
    return rule


def _next_in_force(session: Session, now: datetime) -> int:
    """Beyond every one before. Milliseconds: another one also after the database was put back to yesterday's."""
    return max(newest_in_force(session) + 1, int(now.timestamp() * 1000))


def _checked(kind: ScreeningRuleKind, words: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that say what the rule does. Raises Invalid, by field, where they do not fit its kind."""
    label, severity = words.get("label"), words.get("severity")
    phrases, silenced = words.get("phrases"), words.get("silenced")
    given = {"label": label, "severity": severity, "phrases": phrases, "silenced": silenced}
    wanted = {
        ScreeningRuleKind.PHRASES: {"label", "severity", "phrases"},
        ScreeningRuleKind.EXCEPTION: {"label", "phrases"},
        ScreeningRuleKind.SILENCE: {"silenced"},
    }[kind]
    errors = {name: ["This is needed here."] for name in wanted if given[name] is None}
    errors |= {name: ["Not for this kind of rule."] for name in given.keys() - wanted if given[name] is not None}
    if not errors and silenced is not None and silenced not in SHIPPED:
        errors = {"silenced": ["There is no shipped rule of this name."]}
    if errors:
        raise Invalid(errors=errors)
    if silenced is not None:
        return {
            "label": SHIPPED[silenced].label.value,
            "severity": None,
            "phrases_text": None,
            "entries": 1,
            "silenced": silenced,
        }
    kept = _checked_phrases(phrases or ())
    return {
        "label": Label(str(label)).value,
        "severity": int(severity) if severity is not None else None,
        "phrases_text": "\n".join(kept),
        "entries": len(kept),
        "silenced": None,
    }


def _checked_phrases(phrases: Sequence[str]) -> Sequence[str]:
    """Each once, as it was written first."""
    different: dict[Any, str] = {}
    errors: dict[str, list[str]] = {}
    for number, phrase in enumerate(phrases):
        try:
            different.setdefault(read_phrase(phrase), phrase)
        except PhraseRefused as refusal:
            errors[str(number)] = [str(refusal)]
    if errors:
        raise Invalid(errors={"phrases": errors})
    return list(different.values())


def record_step(
    session: Session,
    actor: Person,
    action: str,
    rule: ScreeningRule,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Into the audit trail: ids and codes, never a phrase."""
    said = {"kind": rule.kind.value, "label": rule.label, "version": rule.version, **(data or {})}
    if rule.silenced is not None:
        said["silenced"] = rule.silenced
    write_audit(
        session, actor_id=actor.id, action=action, subject_kind="screening_rule", subject_id=rule.id, now=now, data=said
    )
