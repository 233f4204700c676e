"""Screening: what a message may need a second look for, said before anybody else reads it.

Owns the pipeline from text to hits; the words and patterns are data (moderation/data/screening). A hit is a reason to
look and never a verdict. Invariant: a pure function of its arguments; no text is kept in a hit, logged or raised.
"""

from collections.abc import Mapping

from moderation.screening.checks import checks_of
from moderation.screening.hits import Hit, Label, Severity
from moderation.screening.matching import Reading, find
from moderation.screening.replies import agreement
from moderation.screening.rulebook import Rule, load
from moderation.screening.service_rules import NO_RULES, ServiceRules, Together

__all__ = ["RULES_VERSION", "SHIPPED", "Hit", "Label", "ServiceRules", "Severity", "screen"]

_BOOK = load()
RULES_VERSION: str = _BOOK.version
SHIPPED: Mapping[str, Rule] = {rule.id: rule for rule in _BOOK.rules}  # every rule of the rulebook by its id

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
    if previous is not None and (answer := agreement(reading, previous, _BOOK)):
        hits.append(answer)
    if service:
        hits = service.apply(reading, hits)
    return tuple(sorted(hits, key=lambda hit: (-hit.severity, hit.span, hit.label, hit.rule)))
