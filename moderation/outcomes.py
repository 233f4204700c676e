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
from models.helplines import Whose
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
    Label.RISK_TO_OTHER: (Outcome.ALLOW, Outcome.FLAG, Outcome.FLAG),  # low: "he says he wants to die", a daily sentence
    Label.HOSTILITY: (Outcome.ALLOW, Outcome.ADVISE, Outcome.HOLD),
    Label.STIGMA: (Outcome.ALLOW, Outcome.ADVISE, Outcome.ADVISE),  # another wording, never a telling-off
    Label.CONTACT_DETAILS: (Outcome.ALLOW, Outcome.ADVISE, Outcome.ADVISE),
    Label.THIRD_PARTY_PRIVACY: (Outcome.ALLOW, Outcome.ADVISE, Outcome.ADVISE),
    Label.MISINFORMATION: (Outcome.ALLOW, Outcome.FLAG, Outcome.FLAG),  # seen by others at once: somebody has to answer
    Label.SPAM: (Outcome.ALLOW, Outcome.FLAG, Outcome.HOLD),
}

# Where a group's mode asks for more than the table above. In a group that looks first, everything waits anyway.
BY_MODE: Mapping[tuple[Label, ModerationMode], tuple[Outcome, Outcome, Outcome]] = {
    # These groups expect strangers: what sells waits for a look, also of somebody who is no newcomer any more.
    (Label.SPAM, ModerationMode.NEW_MEMBERS): (Outcome.FLAG, Outcome.HOLD, Outcome.HOLD),
}

# Never met with advice about something else, never set aside, and answered with the numbers to call.
RISKS = frozenset({Label.RISK_TO_SELF, Label.RISK_TO_OTHER})

# By the beginning of the rule's id; what is not here is the crisis of the person cared for.
WHOSE: Mapping[str, Whose] = {
    "risk_to_other.child.": Whose.CHILD,
    "risk_to_other.violence.": Whose.VIOLENCE,
    "risk_to_other.writer.": Whose.VIOLENCE,
}

ADVICE: Mapping[Label, str] = {
    Label.RISK_TO_SELF: "You do not have to carry this alone. The numbers here are answered now.",
    Label.RISK_TO_OTHER: "You do not have to handle this alone. If somebody is in danger now, call the number here.",
    Label.HOSTILITY: "Some of these words may hurt someone who reads them. Could you say how it makes you feel instead?",
    Label.STIGMA: "Some of these words can hurt people who live with this, and some of them read here. Could you say what "
    'happened, or how it is for you? For example "he is unwell" or "I am worn out by it".',
    Label.CONTACT_DETAILS: "This looks like a phone number, address or account. To keep everyone safe we stay in touch "
    "in the app. You can leave it out.",
    Label.THIRD_PARTY_PRIVACY: "This seems to name the person you care for, or their hospital. They are not here to agree. "
    'Could you write "my son" or "the ward" instead?',
    Label.MISINFORMATION: "This may not be right for everyone and could do harm. Could you say how it was for you, and "
    "leave treatment to the people who know the person?",
    Label.SPAM: "This looks like something for sale. We keep these groups free of offers.",
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
        return whose_crisis(self.found) is not None

    @property
    def calls_for_somebody(self) -> bool:
        """It tells of a risk grave enough that somebody has to look."""
        return any(hit.label in RISKS for hit in self.hits)

    @property
    def advice(self) -> list[Label]:
        """Labels to offer another wording for, each once, the most severe first."""
        labels = [hit.label for hit in self.hits if hit.label not in RISKS]
        return list(dict.fromkeys(labels))


def whose_crisis(hits: Sequence[Hit]) -> Whose | None:
    """Whose numbers to show beside a text that tells of risk, the writer's own before anybody else's.

    Also where it is too little for a flag: who writes "he says he wants to die" wants the numbers at hand.
    """
    told = {hit.label for hit in hits} & RISKS
    if Label.RISK_TO_SELF in told:
        return Whose.CARER
    if not told:
        return None
    gravest = max((hit for hit in hits if hit.label in RISKS), key=lambda hit: hit.severity)
    return next((whose for rule, whose in WHOSE.items() if gravest.rule.startswith(rule)), Whose.CONSUMER)


def outcome_of(hit: Hit, mode: ModerationMode, overrides: Mapping[str, str]) -> Outcome:
    row = BY_MODE.get((hit.label, mode), DEFAULTS[hit.label])
    usual = row[Severity(hit.severity) - 1]
    chosen = overrides.get(hit.label.value)
    if chosen is None:
        return usual
    return max(Outcome[chosen.upper()], usual) if hit.label in RISKS else Outcome[chosen.upper()]


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
    found = [(hit, outcome_of(hit, mode, overrides)) for hit in hits]
    kept = tuple(hit for hit, outcome in found if outcome is not Outcome.ALLOW)
    outcomes = {outcome for _, outcome in found}
    looks_first = mode is ModerationMode.BEFORE or (mode is ModerationMode.NEW_MEMBERS and newcomer)
    verdict = partial(Verdict, hits=kept, found=tuple(hits))
    if Outcome.HOLD in outcomes:
        return verdict(outcome=Outcome.HOLD)
    at_risk = any(hit.label in RISKS for hit in kept)
    if Outcome.ADVISE in outcomes and not acknowledged and not at_risk:
        return verdict(outcome=Outcome.ADVISE)
    if looks_first and not trusted:
        return verdict(outcome=Outcome.HOLD, pre_moderated=True)
    if Outcome.FLAG in outcomes:
        return verdict(outcome=Outcome.FLAG)
    return verdict(outcome=Outcome.ALLOW)
