"""What happens at the door to a message that screening found something in: one readable table.

allow < advise < flag < hold. What is said, how the group is moderated and how the author stands in it lead to one cell. A
group may set its own outcome for a label (it then holds for every severity of it). Text that tells of a risk is never met
with advice about something else, and no group can set it aside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from functools import cache, partial

from models.groups import ModerationMode
from models.helplines import Whose
from moderation.screening import Hit, Label, Severity


class Outcome(IntEnum):
    ALLOW = 0
    ADVISE = 1
    FLAG = 2
    HOLD = 3


class Sender(StrEnum):
    """How the author stands here. A newcomer: fewer messages of theirs have appeared than the group looks at first."""

    NEWCOMER = "newcomer"
    MEMBER = "member"
    TRUSTED = "trusted"  # facilitators, guests and staff


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """What is done with a text. Letters, as the table has them:

    `.` it is posted; `F` somebody looks at it; `H` it waits for what it says; `w` it waits as everything of theirs does
    here; `A` another wording is offered first, and what comes after the letter is done when it is sent anyway.
    """

    advises: bool = False
    flags: bool = False
    holds: bool = False
    waits: bool = False

    @property
    def counts(self) -> bool:
        """Whether what was found is told: to its author, or on the desk."""
        return self.advises or self.flags or self.holds


# What is low is worth knowing and no more; what is high and sent in spite of the advice is looked at. Between two people
# nobody else reads what is only unwise: a mother may name her son to her worker.
TABLE = """
                             between  after                       new_members                 before
                             two      newcomer  member  trusted   newcomer  member  trusted   newcomer  member  trusted
nothing              -       .        .         .       .         w         .       .         w         w       .
risk_to_self         low     F        F         F       F         Fw        F       F         Fw        Fw      F
risk_to_self         medium  F        F         F       F         Fw        F       F         Fw        Fw      F
risk_to_self         high    F        F         F       F         Fw        F       F         Fw        Fw      F
risk_to_other        low     .        .         .       .         w         .       .         w         w       .
risk_to_other        medium  F        F         F       F         Fw        F       F         Fw        Fw      F
risk_to_other        high    F        F         F       F         Fw        F       F         Fw        Fw      F
hostility            low     .        .         .       .         w         .       .         w         w       .
hostility            medium  A        AF        A       A         Aw        A       A         Aw        Aw      A
hostility            high    H        H         H       H         H         H       H         H         H       H
stigma               low     .        .         .       .         w         .       .         w         w       .
stigma               medium  A        A         A       A         Aw        A       A         Aw        Aw      A
stigma               high    A        AF        AF      AF        Aw        AF      AF        Aw        Aw      AF
contact_details      low     .        .         .       .         w         .       .         w         w       .
contact_details      medium  A        AF        A       A         Aw        A       A         Aw        Aw      A
contact_details      high    A        AF        AF      AF        Aw        AF      AF        Aw        Aw      AF
third_party_privacy  low     .        .         .       .         w         .       .         w         w       .
third_party_privacy  medium  A        A         A       A         Aw        A       A         Aw        Aw      A
third_party_privacy  high    A        AF        AF      AF        Aw        AF      AF        Aw        Aw      AF
misinformation       low     .        .         .       .         w         .       .         w         w       .
misinformation       medium  F        F         F       F         Fw        F       F         Fw        Fw      F
misinformation       high    F        F         F       F         Fw        F       F         Fw        Fw      F
spam                 low     .        F         .       .         Fw        F       .         Fw        w       .
spam                 medium  F        H         F       F         H         H       F         H         Fw      F
spam                 high    H        H         H       H         H         H       H         H         H       H
"""

Column = tuple[ModerationMode | None, Sender]  # without a mode: between two people

COLUMNS: Sequence[Column] = (
    (None, Sender.MEMBER),
    *((mode, sender) for mode in ModerationMode for sender in Sender),
)


def read_cell(letters: str) -> Cell:
    return Cell(advises="A" in letters, flags="F" in letters, holds="H" in letters, waits="w" in letters)


def _read_table() -> Mapping[tuple[str, str], Mapping[Column, Cell]]:
    """(label, severity), both in the table's words -> column -> cell."""
    rows: dict[tuple[str, str], Mapping[Column, Cell]] = {}
    for line in TABLE.splitlines()[3:]:
        label, severity, *cells = line.split()
        rows[label, severity] = dict(zip(COLUMNS, map(read_cell, cells), strict=True))
    return rows


ROWS = _read_table()
NOTHING_FOUND = ROWS["nothing", "-"]

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


# Of a message in which nothing was found, as most are.
ALLOWED = Verdict(outcome=Outcome.ALLOW)
WAITS = Verdict(outcome=Outcome.HOLD, pre_moderated=True)


def whose_crisis(hits: Sequence[Hit]) -> Whose | None:
    """Whose numbers to show beside a text that tells of risk, the writer's own before anybody else's.

    Also where it is too little for a flag: who writes "he says he wants to die" wants the numbers at hand.
    """
    if not hits:
        return None
    told = {hit.label for hit in hits} & RISKS
    if Label.RISK_TO_SELF in told:
        return Whose.CARER
    if not told:
        return None
    gravest = max((hit for hit in hits if hit.label in RISKS), key=lambda hit: hit.severity)
    return next((whose for rule, whose in WHOSE.items() if gravest.rule.startswith(rule)), Whose.CONSUMER)


@cache
def look_up(label: Label, severity: Severity, mode: ModerationMode | None, sender: Sender) -> Cell:
    """The table's own cell. Between two people (`mode` None) everybody stands alike."""
    return ROWS[label.value, severity.name.lower()][mode, sender if mode is not None else Sender.MEMBER]


def cell_of(hit: Hit, mode: ModerationMode | None, sender: Sender, overrides: Mapping[str, str]) -> Cell:
    """The table's cell, or the group's own outcome in its place: never less than a look at what tells of a risk."""
    usual = look_up(hit.label, Severity(hit.severity), mode, sender)
    chosen = overrides.get(hit.label.value)
    if chosen is None:
        return usual
    outcome = Outcome[chosen.upper()]
    if hit.label in RISKS:
        outcome = Outcome.FLAG if outcome is Outcome.ADVISE else outcome
        if usual.flags and outcome is not Outcome.HOLD:
            return usual
    return Cell(
        advises=outcome is Outcome.ADVISE,
        # What is high and sent in spite of the advice is looked at, in the table and here.
        flags=outcome is Outcome.FLAG or (outcome is Outcome.ADVISE and hit.severity == Severity.HIGH and mode is not None),
        holds=outcome is Outcome.HOLD,
        waits=usual.waits or NOTHING_FOUND[mode, sender if mode is not None else Sender.MEMBER].waits,
    )


def judge(
    hits: Sequence[Hit],
    *,
    mode: ModerationMode | None,
    overrides: Mapping[str, str],
    newcomer: bool,
    trusted: bool,
    acknowledged: bool,
) -> Verdict:
    """Decide what happens to a message.

    `mode` None: between two people. `newcomer`: few of theirs have appeared here yet. `trusted`: a facilitator, guest or
    one of the staff. `acknowledged`: the author has seen the advice and sends anyway.
    """
    sender = Sender.TRUSTED if trusted else Sender.NEWCOMER if newcomer else Sender.MEMBER
    waits = mode is not None and NOTHING_FOUND[mode, sender].waits
    if not hits:
        return WAITS if waits else ALLOWED
    cells = [cell_of(hit, mode, sender, overrides) for hit in hits]
    kept = tuple(hit for hit, cell in zip(hits, cells, strict=True) if cell.counts)
    verdict = partial(Verdict, hits=kept, found=tuple(hits))
    if any(cell.holds for cell in cells):
        return verdict(outcome=Outcome.HOLD)
    at_risk = any(hit.label in RISKS for hit in kept)
    if any(cell.advises for cell in cells) and not acknowledged and not at_risk:
        return verdict(outcome=Outcome.ADVISE)
    if waits:
        return verdict(outcome=Outcome.HOLD, pre_moderated=True)
    if any(cell.flags for cell in cells):
        return verdict(outcome=Outcome.FLAG)
    return verdict(outcome=Outcome.ALLOW)


def while_closed(verdict: Verdict) -> Verdict:
    """Of words that tell of a risk, written when the room is closed: they wait there, and somebody looks at once."""
    told = tuple(hit for hit in verdict.found if hit.label in RISKS or hit in verdict.hits)
    return replace(verdict, outcome=Outcome.HOLD, hits=told)
