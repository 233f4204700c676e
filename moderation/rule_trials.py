"""Trying a rule of the service against messages before it takes effect: what it would have done. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from models.groups import ModerationMode
from moderation.outcomes import Outcome, judge
from moderation.screening import Hit, ServiceRules, screen
from moderation.screening.service_rules import Together

MOST_EXAMPLES = 10


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A message as it would be screened again: `text` is all it says, the rest is what its outcome depends on."""

    message_id: str
    conversation_id: str
    author_id: str
    revision: int
    text: str
    region: str
    mode: ModerationMode
    overrides: Mapping[str, str]
    trusted: bool


@dataclass(frozen=True, kw_only=True)
class Example:
    sample: Sample
    hit: Hit  # that the rule adds, or takes back
    now: Outcome
    then: Outcome


@dataclass(kw_only=True)
class Trial:
    """`outcomes`: of the messages that were hit, as they would be with the rule."""

    looked_at: int = 0
    hit: int = 0
    changed: int = 0  # hit, and with another outcome than without the rule
    authors: set[str] = field(default_factory=set)
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)


def try_rule(samples: Iterable[Sample], before: ServiceRules, tried: ServiceRules) -> Trial:
    """What `tried` would have made of these messages beside `before`, the rules that are in force."""
    adds = any(rule.severity is not None for rule in tried.rules)
    both = Together(tried, before) if adds else Together(before, tried)  # exceptions in force hold for what is added
    trial = Trial()
    for sample in samples:
        trial.looked_at += 1
        told = {"text": sample.text, "region": sample.region}
        first = screen(**told, service=both if adds else before)
        if not any(hit.rule == tried.rules[0].name for hit in first) if adds else not first:
            continue  # most messages: nothing was added, or there is nothing to take back
        other = screen(**told, service=before if adds else both)
        differing = [hit for hit in first if hit not in other]
        if differing:
            now, then = (_outcome(sample, hits) for hits in ((other, first) if adds else (first, other)))
            _count(trial, Example(sample=sample, hit=differing[0], now=now, then=then))
    return trial


def _count(trial: Trial, example: Example) -> None:
    trial.hit += 1
    trial.changed += example.now is not example.then
    trial.authors.add(example.sample.author_id)
    trial.outcomes[example.then] += 1
    if len(trial.examples) < MOST_EXAMPLES:
        trial.examples.append(example)


def _outcome(sample: Sample, hits: Iterable[Hit]) -> Outcome:
    """As a settled member's message: whether they were new then is not known any more."""
    return judge(
        tuple(hits),
        mode=sample.mode,
        overrides=sample.overrides,
        newcomer=False,
        trusted=sample.trusted,
        acknowledged=False,
    ).outcome
