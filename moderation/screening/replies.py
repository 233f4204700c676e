"""Replies: a short answer that only means something with the question before it."""

from moderation.screening.hits import Hit
from moderation.screening.matching import Reading
from moderation.screening.rulebook import Rulebook

_SHORT = 40  # letters: beyond a sentence or two the answer speaks for itself


def agreement(reading: Reading, previous: str, book: Rulebook) -> Hit | None:
    """The hit of a short yes, when `previous` asked what a reply rule waits for."""
    if len(reading.letters) > _SHORT:
        return None
    for reply in book.replies:
        found = next(filter(None, (p.expression.match(reading.letters) for p in reply.patterns)), None)
        if found is None:
            continue
        asked = Reading(previous, book.lexicon).letters
        if any(pattern.expression.search(asked) for pattern in reply.asked):
            return Hit(
                label=reply.rule.label,
                severity=reply.rule.severity,
                rule=reply.rule.id,
                span=reading.original_span(*found.span()),
            )
    return None
