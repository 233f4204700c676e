"""What may be imposed, by whom and for how long, in readable tables; and the words in which a sanctioned person is refused.

Pure. Proportion is kept twice: no role goes past its row, and the ladder says what usually comes next. The ladder is a
suggestion to a human and never more: nothing is ever imposed by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from models.errors import Conflict, DomainError, Forbidden, Invalid
from models.phrases import Phrase, date_in_words, joined
from models.roles import Role
from models.sanctions import LIMITING, Sanction, SanctionEnding, SanctionKind

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LASTING = timedelta.max

SHORTEST = HOUR

# How long a timed one is at most; what is to be longer is lasting, where the kind can be.
LONGEST: Mapping[SanctionKind, timedelta] = {
    SanctionKind.READ_ONLY: 30 * DAY,
    SanctionKind.REMOVAL: 90 * DAY,
    SanctionKind.SUSPENSION: 90 * DAY,
}

# How long each role may decide by itself. Advice and warnings have no length: everybody at the desk may give them.
# A suspension by a moderator is for a night or a weekend: until a supervisor has looked.
BY_ROLE: Mapping[SanctionKind, Mapping[Role, timedelta]] = {
    SanctionKind.READ_ONLY: {Role.MODERATOR: 7 * DAY, Role.SUPERVISOR: 30 * DAY, Role.COORDINATOR: 30 * DAY},
    SanctionKind.REMOVAL: {Role.MODERATOR: 7 * DAY, Role.SUPERVISOR: LASTING, Role.COORDINATOR: LASTING},
    SanctionKind.SUSPENSION: {Role.MODERATOR: 3 * DAY, Role.SUPERVISOR: LASTING, Role.COORDINATOR: LASTING},
}

# Whether it names a group: it must, it may, or it is about all of them.
MUST, MAY, NEVER = "must", "may", "never"
NAMES_GROUP: Mapping[SanctionKind, str] = {
    SanctionKind.ADVICE: MAY,
    SanctionKind.WARNING: MAY,
    SanctionKind.READ_ONLY: MAY,
    SanctionKind.REMOVAL: MUST,
    SanctionKind.SUSPENSION: NEVER,
}

# What usually comes after how much. The last step stays the last.
LADDER: Sequence[tuple[SanctionKind, timedelta | None]] = (
    (SanctionKind.ADVICE, None),
    (SanctionKind.WARNING, None),
    (SanctionKind.READ_ONLY, DAY),
    (SanctionKind.READ_ONLY, 7 * DAY),
    (SanctionKind.REMOVAL, 7 * DAY),
    (SanctionKind.REMOVAL, 30 * DAY),
    (SanctionKind.SUSPENSION, 30 * DAY),
)
REMEMBERED = timedelta(days=365)  # what is longer ago no longer moves anybody up the ladder


class SanctionBeyondRole(Forbidden):
    code = "sanction_beyond_role"
    user_message = "That is more than your role decides alone. Please choose a shorter time, or ask a supervisor."


class SanctionOver(Conflict):
    code = "sanction_over"
    user_message = "This is over already. There is nothing left to lift."


class SanctionNotHere(Conflict):
    code = "sanction_not_here"
    user_message = "A sanction goes with a decision that something was wrong and is settled. Please decide that first."


class MemberSanctioned(Conflict):
    """Somebody else would let them in."""

    code = "member_sanctioned"
    user_message = "Moderators decided that this person is not in this group for now. Please ask them first."


SAID = ("until", "reason", "decision_id", "support")  # what such a refusal carries for the person's own device


def _words_told(error: DomainError) -> Phrase:
    """What was decided, why, until when and how to ask again, in the person's own time, where that was looked up."""
    told: Phrase | None = error.facts.get("told")
    return Phrase(error.user_message) if told is None else told


class ReadOnly(Forbidden):
    code = "read_only"
    user_message = "You can read here and not write for now. The crisis page and your worker stay open to you."
    public = SAID
    plain_words = _words_told


class RemovedFromGroup(Forbidden):
    """Also of who was put out by a facilitator, without a sanction."""

    code = "removed_from_group"
    user_message = "You cannot join this group again by yourself. Please ask the service."
    public = SAID
    plain_words = _words_told


class SuspendedFromGroups(Forbidden):
    code = "suspended_from_groups"
    user_message = "You are not in any group for now. The crisis page and your worker stay open to you."
    public = SAID
    plain_words = _words_told


REFUSALS: Mapping[SanctionKind, type[Forbidden]] = {
    SanctionKind.READ_ONLY: ReadOnly,
    SanctionKind.REMOVAL: RemovedFromGroup,
    SanctionKind.SUSPENSION: SuspendedFromGroups,
}

WHAT: Mapping[SanctionKind, str] = {
    SanctionKind.ADVICE: "A moderator has a word of advice for you.",
    SanctionKind.WARNING: "A moderator gives you a warning.",
    SanctionKind.READ_ONLY: "You can read and not write in {where}",
    SanctionKind.REMOVAL: "You are not in this group",
    SanctionKind.SUSPENSION: "You are not in any group",
}
ONE, ALL = "this group", "the groups"
LASTS = "for now; no end has been set."
UNTIL = "until {until}, your time."
WHAT_AND_HOW_LONG = "{what} {lasts}"
WHY = "Why: {words}"
STILL_OPEN = (
    "The crisis page, asking for somebody in a crisis, the library and the talks with your worker stay open "
    "to you all the time."
)
HOW_TO_APPEAL = (
    "If you think this is wrong, you can appeal within 30 days: say so in your own words, and somebody else decides."
)
# Said where the refused words tell of a risk.
DESK_TOLD = (
    "What you just wrote was not sent and not kept. Because it sounds as if somebody may be in danger, the people who look "
    "after the groups are told that; not what you wrote."
)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A sanction as it is asked for, before anything was looked at. At most one of the three lengths."""

    kind: SanctionKind
    conversation_id: str | None
    hours: int | None = None
    days: int | None = None
    until: datetime | None = None


def plan(wish: Wish, role: Role, *, now: datetime) -> datetime | None:
    """Until when a sanction that is asked for lasts; None: without an end, or without a length.

    Raises Invalid where it cannot be meant, SanctionBeyondRole where somebody else has to decide it.
    """
    _check_group(wish)
    length = _length(wish, now)
    if wish.kind not in LIMITING:
        if length is not None:
            raise Invalid(errors={"kind": ["This kind has no length."]})
        return None
    if length is None and wish.kind is SanctionKind.READ_ONLY:
        raise Invalid(errors={"hours": ["Say for how long: in hours, in days or until when."]})
    if length is not None and not SHORTEST <= length <= LONGEST[wish.kind]:
        most = LONGEST[wish.kind].days
        raise Invalid(errors={_named(wish): [Phrase("Between 1 hour and {most} days.", most=most)]})
    if (length or LASTING) > BY_ROLE[wish.kind].get(role, timedelta()):
        raise SanctionBeyondRole
    return None if length is None else now + length


def _check_group(wish: Wish) -> None:
    names = NAMES_GROUP[wish.kind]
    if names is MUST and wish.conversation_id is None:
        raise Invalid(errors={"conversation_id": ["Say which group."]})
    if names is NEVER and wish.conversation_id is not None:
        raise Invalid(errors={"conversation_id": ["This kind is about all groups."]})


def _length(wish: Wish, now: datetime) -> timedelta | None:
    given = {
        "hours": HOUR * wish.hours if wish.hours is not None else None,
        "days": DAY * wish.days if wish.days is not None else None,
        "until": wish.until - now if wish.until is not None else None,
    }
    lengths = {name: length for name, length in given.items() if length is not None}
    if len(lengths) > 1:
        raise Invalid(errors={list(lengths)[-1]: ["Say how long in one way only."]})
    return next(iter(lengths.values()), None)


def _named(wish: Wish) -> str:
    return "hours" if wish.hours is not None else "days" if wish.days is not None else "until"


def may_end(sanction: Sanction, role: Role) -> bool:
    """Whether this role may lift it: who could have imposed it."""
    if sanction.kind not in LIMITING:
        return False
    length = LASTING if sanction.until is None else sanction.until - sanction.imposed_at
    return length <= BY_ROLE[sanction.kind].get(role, timedelta())


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What usually comes next. `hours` None: the kind has no length."""

    kind: SanctionKind
    hours: int | None
    earlier: int  # how many sanctions of the last year it counts


def suggest(earlier: Sequence[Sanction], *, now: datetime) -> Suggestion:
    """The step of the ladder after the gravest the person has had; those overturned, or long ago, count for nothing."""
    counting = [
        each for each in earlier if each.ending is not SanctionEnding.OVERTURNED and now - each.imposed_at < REMEMBERED
    ]
    step = max((_step(each) + 1 for each in counting), default=0)
    kind, length = LADDER[min(step, len(LADDER) - 1)]
    return Suggestion(kind=kind, hours=None if length is None else int(length / HOUR), earlier=len(counting))


def _step(sanction: Sanction) -> int:
    """The highest step of the ladder that was no more than this."""
    length = LASTING if sanction.until is None else sanction.until - sanction.imposed_at
    steps = [
        step
        for step, (kind, usual) in enumerate(LADDER)
        if _grave(kind) < _grave(sanction.kind) or (kind is sanction.kind and (usual is None or usual <= length))
    ]
    return max(steps, default=-1)


def _grave(kind: SanctionKind) -> int:
    return list(SanctionKind).index(kind)


def hindrance(sanctions: Sequence[Sanction], conversation_id: str, *, at: datetime) -> Sanction | None:
    """Of somebody's sanctions the gravest that keeps them from writing in this group now, and of those the longest."""
    here = [
        each
        for each in sanctions
        if each.limits(at) and (each.conversation_id is None or each.conversation_id == conversation_id)
    ]
    return max(here, key=lambda each: (_grave(each.kind), each.until is None, each.until or at), default=None)


def read_only_until(sanctions: Sequence[Sanction], conversation_id: str, *, at: datetime) -> datetime | None:
    """What the membership row keeps: the latest end of those that let the person only read here."""
    ends = [
        each.until
        for each in sanctions
        if each.kind is SanctionKind.READ_ONLY
        and each.limits(at)
        and each.until is not None
        and (each.conversation_id is None or each.conversation_id == conversation_id)
    ]
    return max(ends, default=None)


def tell(sanction: Sanction, zone: str) -> Phrase:
    """What was decided, why, until when, what stays open and how to appeal, in one text for the person."""
    what = Phrase(WHAT[sanction.kind], where=Phrase(ONE if sanction.conversation_id else ALL))
    why = Phrase(WHY, words=sanction.words)
    if sanction.kind not in LIMITING:
        return joined([what, why, Phrase(HOW_TO_APPEAL)])
    lasts = Phrase(LASTS) if sanction.until is None else Phrase(UNTIL, until=in_words(sanction.until, zone))
    return joined([Phrase(WHAT_AND_HOW_LONG, what=what, lasts=lasts), why, Phrase(STILL_OPEN), Phrase(HOW_TO_APPEAL)])


def in_words(moment: datetime, zone: str) -> Phrase:
    """As `Saturday 28 November 2026, 14:05` on the person's own clock."""
    return date_in_words(moment.astimezone(ZoneInfo(zone)))
