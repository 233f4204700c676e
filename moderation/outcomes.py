"""What happens at the door to a message that screening found something in: one readable table.

allow < advise < flag < hold. A group may set its own outcome for a label (it then holds for every severity of it).
Text that tells of a risk to its author is never met with advice about something else: it goes to a human at once, and no
group can set that aside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import partial

from models.groups import ModerationMode
from moderation.screening import Hit, Label, Severity

NEWCOMER_MESSAGES = 3  # a newcomer's first messages that a `new_members` group looks at before they appear


class Outcome(IntEnum):
    ALLOW = 0
    ADVISE = 1
    FLAG = 2
    HOLD = 3


#                                   LOW             MEDIUM           HIGH
DEFAULTS: Mapping[Label, tuple[Outcome, Outcome, Outcome]] = {
    Label.RISK_TO_SELF: (Outcome.FLAG, Outcome.FLAG, Outcome.FLAG),
    Label.HOSTILITY: (Outcome.ALLOW, Outcome.ADVISE, Outcome.HOLD),
    Label.CONTACT_DETAILS: (Outcome.ALLOW, Outcome.ADVISE, Outcome.ADVISE),
    Label.THIRD_PARTY_PRIVACY: (Outcome.ALLOW, Outcome.ADVISE, Outcome.ADVISE),
}

ADVICE: Mapping[Label, str] = {
    Label.RISK_TO_SELF: "You do not have to carry this alone. The numbers here are answered now.",
    Label.HOSTILITY: "Some of these words may hurt someone who reads them. Could you say how it makes you feel instead?",
    Label.CONTACT_DETAILS: "This looks like a phone number, address or account. To keep everyone safe we stay in touch "
    "in the app. You can leave it out.",
    Label.THIRD_PARTY_PRIVACY: "This seems to name the person you care for, or their hospital. They are not here to agree. "
    'Could you write "my son" or "the ward" instead?',
}

# What fits better in a one-to-one, whoever of the two writes it.
ADVICE_BETWEEN_TWO: Mapping[Label, str] = {
    **ADVICE,
    Label.CONTACT_DETAILS: "This looks like a phone number, address or account. The two of you stay in touch in the app and "
    "at the times that were said: it keeps you both safe and lets work come to an end. When something cannot wait, you can "
    "ask here for somebody on duty. You can leave it out.",
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The outcome for one message, the hits that led to it, and whether it waits only because of who wrote where."""

    outcome: Outcome
    hits: tuple[Hit, ...] = ()  # those that count here
    found: tuple[Hit, ...] = ()  # all, also those this group allows
    pre_moderated: bool = False

    @property
    def tells_of_risk(self) -> bool:
        return any(hit.label is Label.RISK_TO_SELF for hit in self.hits)

    @property
    def advice(self) -> list[Label]:
        """Labels to offer another wording for, each once, the most severe first."""
        labels = [hit.label for hit in self.hits if hit.label is not Label.RISK_TO_SELF]
        return list(dict.fromkeys(labels))


def outcome_of(hit: Hit, overrides: Mapping[str, str]) -> Outcome:
    chosen = overrides.get(hit.label.value)
    if chosen is not None:
        outcome = Outcome[chosen.upper()]
        return max(outcome, Outcome.FLAG) if hit.label is Label.RISK_TO_SELF else outcome
    return DEFAULTS[hit.label][Severity(hit.severity) - 1]


def judge(
    hits: Sequence[Hit],
    *,
    mode: ModerationMode,
    overrides: Mapping[str, str],
    newcomer: bool,
    trusted: bool,
    acknowledged: bool,
) -> Verdict:
    """Decide what happens to a message.

    `newcomer`: fewer than NEWCOMER_MESSAGES of theirs have appeared here. `trusted`: staff, whose words a group that
    looks first need not wait for. `acknowledged`: the author has seen the advice and sends anyway.
    """
    found = [(hit, outcome_of(hit, overrides)) for hit in hits]
    kept = tuple(hit for hit, outcome in found if outcome is not Outcome.ALLOW)
    outcomes = {outcome for _, outcome in found}
    looks_first = mode is ModerationMode.BEFORE or (mode is ModerationMode.NEW_MEMBERS and newcomer)
    verdict = partial(Verdict, hits=kept, found=tuple(hits))
    if Outcome.HOLD in outcomes:
        return verdict(outcome=Outcome.HOLD)
    at_risk = any(hit.label is Label.RISK_TO_SELF for hit in kept)
    if Outcome.ADVISE in outcomes and not acknowledged and not at_risk:
        return verdict(outcome=Outcome.ADVISE)
    if looks_first and not trusted:
        return verdict(outcome=Outcome.HOLD, pre_moderated=True)
    if Outcome.FLAG in outcomes:
        return verdict(outcome=Outcome.FLAG)
    return verdict(outcome=Outcome.ALLOW)
