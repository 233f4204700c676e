"""Words that go with a decision: a data file of templates, each for some decisions and some rules of the house.

Invariant: a file that loads is complete: every decision and rule it names exists, every key is there once.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.errors import Invalid
from models.review import DecisionKind, HouseRule

FILE = Path(__file__).parent / "data" / "templates.toml"


@dataclass(frozen=True, kw_only=True)
class Template:
    key: str
    title: str
    decisions: Sequence[DecisionKind]
    reasons: Sequence[HouseRule]
    to_author: str
    to_reporter: str


@cache
def templates() -> Mapping[str, Template]:
    """By key, in the order of the file."""
    rows = tomllib.loads(FILE.read_text("utf-8"))["template"]
    found = [_read(row) for row in rows]
    by_key = {template.key: template for template in found}
    if len(by_key) != len(found):
        raise ValueError("a template's key is there twice")
    return by_key


def _read(row: Mapping[str, object]) -> Template:
    facts = dict(row)
    decisions, reasons = facts.pop("decisions"), facts.pop("reasons")
    if not isinstance(decisions, list) or not isinstance(reasons, list):
        raise TypeError("decisions and reasons are lists")
    words = {name: str(value).strip() for name, value in facts.items()}
    return Template(
        decisions=[DecisionKind(each) for each in decisions], reasons=[HouseRule(each) for each in reasons], **words
    )


def words_of(key: str | None) -> str | None:
    """What a template says to whom a decision is about; None without one, or where it is no longer in the file."""
    found = templates().get(key) if key is not None else None
    return found.to_author if found is not None else None


def check_template(key: str | None, decision: DecisionKind, reason: HouseRule | None) -> None:
    """Raises Invalid for a template that there is not, or that does not go with this decision and reason."""
    if key is None:
        return
    found = templates().get(key)
    if found is None:
        raise Invalid(errors={"template": ["There is no such template."]})
    if decision not in found.decisions:
        raise Invalid(errors={"template": ["This template does not go with that decision."]})
    if reason is not None and reason not in found.reasons:
        raise Invalid(errors={"template": ["This template does not go with that reason."]})
