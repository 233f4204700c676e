"""Screening: what a message may need a second look for, said before anybody else reads it.

Owns the pipeline from text to hits; words, patterns and weights are data (moderation/data/screening). Rules come first; the
model is asked about sentences in which they found nothing of a label. A hit is a reason to look and never a verdict.
Invariant: a pure function of its arguments; no text is kept in a hit, logged or raised.
"""

from collections.abc import Mapping

from moderation.screening import model
from moderation.screening.checks import checks_of
from moderation.screening.hits import Hit, Label, Severity
from moderation.screening.matching import Reading, find
from moderation.screening.replies import agreement
from moderation.screening.rulebook import Rule, load
from moderation.screening.service_rules import NO_RULES, ServiceRules, Together

__all__ = ["MODEL_VERSION", "RULES_VERSION", "SHIPPED", "Hit", "Label", "ServiceRules", "Severity", "explain", "screen"]

_BOOK = load()
RULES_VERSION: str = _BOOK.version
_MODEL = model.load()
_LEARNED = frozenset(rule.id for rule in _MODEL.rules())
MODEL_VERSION: str = _MODEL.version
SHIPPED: Mapping[str, Rule] = {rule.id: rule for rule in (*_BOOK.rules, *_MODEL.rules())}  # all that comes with a release

_CHECKS = checks_of(_BOOK.lists)


def screen(
    text: str, *, previous: str | None = None, region: str = "AU", service: ServiceRules | Together = NO_RULES
) -> tuple[Hit, ...]:
    """Hits in `text`, the gravest first, then in reading order.

    `service` are the rules the service has of its own, as they stand now.
    `previous` is the message before it in the conversation: a bare "yes" may answer a grave question.
    `region` is the ISO 3166-1 alpha-2 code by which telephone numbers without a country code are read.
    """
    reading = Reading(text, _BOOK.lexicon)
    hits = find(reading, _BOOK, _CHECKS, region)
    hits += _MODEL.find(reading, hits)
    if previous is not None and (answer := agreement(reading, previous, _BOOK)):
        hits.append(answer)
    if service:
        hits = service.apply(reading, hits)
    if not hits:  # as of most messages
        return ()
    return tuple(sorted(hits, key=lambda hit: (-hit.severity, hit.span, hit.label, hit.rule)))


def explain(text: str, hit: Hit) -> list[tuple[str, float]]:
    """What weighed most in a hit of the model, the heaviest first: words, and classes of words in capitals. Else nothing.

    `text` is the message as it was screened.
    """
    return _MODEL.explain(text[slice(*hit.span)], hit.label) if hit.rule in _LEARNED else []
