"""What to hand a person in a crisis: at once, whoever they are, whatever else works."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from models.clock import utc_text
from models.crisis import emergency_numbers, helplines, helplines_for_all
from models.helplines import INTERNATIONAL, REGION_NAMES, Directory, Helpline, Whose
from models.people import Person
from models.phrases import Phrase, any_of
from models.roles import Role
from server.queries.availability import NOBODY, Availability
from server.queries.crisis_memory import known
from server.queries.crisis_pieces import CrisisPiece

Support = dict[str, Any]

WORDS = (
    "It sounds as if things are very hard right now. You do not have to carry this alone. "
    "These lines are answered by people who listen. If you or someone else is in danger now, call {number}."
)
UNTIL_THEN = (
    "If it cannot wait: you can ask for somebody on duty, or call one of these lines. "
    "If someone is in danger now, call {number}."
)
NOT_AN_EMERGENCY_SERVICE = "This is not an emergency service. If someone is in danger now, call {number}."
ELSEWHERE = "112 works from a mobile phone in most countries. If your country has another emergency number, call that one."

WHAT_TO_DO: dict[Whose | None, tuple[str, ...]] = {
    None: (
        "If someone may be badly hurt or may die, call the emergency number first. You need not be sure.",
        "If you are in danger yourself, go somewhere safer if you can, and call from there.",
        "If nobody is in danger but it is too much, call one of these lines. “I need to talk” is enough to say.",
    ),
    Whose.CARER: (
        "If you might hurt yourself, call the emergency number or go to a hospital. Tell somebody near you.",
        "If it is too much right now, call one of these lines. They are for you too, not only for the person you care for.",
        "You need no right words. “I care for someone and I cannot go on tonight” is enough.",
    ),
    Whose.CONSUMER: (
        "If they have hurt themselves or are about to, call the emergency number. You need not be sure.",
        "Stay with them if it is safe for you. If it is not, leave, and call from somewhere safe.",
        "If you can do it safely, move what they could harm themselves with.",
        "You can call these lines yourself to ask what to do; they need not come to the phone.",
    ),
    Whose.CHILD: (
        "If a child is hurt or in danger now, call the emergency number.",
        "Take the child somewhere safe with an adult they trust, if you can.",
        "A child or a teenager can call these lines themselves, and you can call because you are worried about one.",
    ),
    Whose.VIOLENCE: (
        "If you are in danger now, get out if you can and call the emergency number. Take the children with you.",
        "Somebody may see on this phone which numbers you called. If you can, use a phone they never look at.",
        "You can call these lines before you have decided anything. They will not make you leave.",
    ),
}


def look_up_crisis(
    directory: Directory,
    availability: Availability = NOBODY,
    *,
    region: str,
    whose: Whose | None,
    at: datetime,
    as_of: datetime | None = None,
    stale: bool = False,
    pieces: Sequence[CrisisPiece] = (),
) -> dict[str, Any]:
    """Everything the crisis page says, for everybody, signed in or not. Lines that are open `at` come first.

    Regions without lines of their own are answered as ZZ; without `whose`, lines of every case. Asks no database: the page
    must be there when that is not. `stale`: `directory` is the last that is known, since `as_of`, and who is on duty is not.
    """
    duty = NOBODY if stale else availability
    region = region if region in REGION_NAMES else INTERNATIONAL
    numbers = emergency_numbers(directory, region)
    lines = helplines(directory, region, whose) if whose else helplines_for_all(directory, region)
    return {
        "as_of": as_of if stale else at,
        "stale": stale,
        "region": region,
        "whose": whose,
        "text": NOT_AN_EMERGENCY_SERVICE.format(number=" or ".join(numbers)),
        "what_to_do": WHAT_TO_DO[whose],
        "staffed_now": duty.staffed_now,
        "on_duty": [{"display_name": one.display_name, "role": one.role.value} for one in duty.on_duty],
        "next_staffed_at": duty.next_staffed_at,
        "emergency": {
            "region": region,
            "region_name": REGION_NAMES[region],
            "numbers": list(numbers),
            "note": ELSEWHERE if region == INTERNATIONAL else None,
        },
        "helplines": _dump(_with_one_open(directory, lines, at), at),
        "resources": [piece.named() for piece in pieces],
    }


def _with_one_open(directory: Directory, lines: tuple[Helpline, ...], at: datetime) -> tuple[Helpline, ...]:
    """At an hour when all of them sleep, where to find others as well."""
    if any(line.open_at(at) for line in lines):
        return lines
    return (*lines, *(line for line in helplines_for_all(directory, INTERNATIONAL) if line not in lines))


def support_for(person: Person, whose: Whose = Whose.CARER, *, now: datetime) -> Support:
    """`{whose, text, emergency: {numbers}, helplines: [...]}` for the person's region; never empty."""
    directory = known(now).facts.directory
    numbers = emergency_numbers(directory, person.region)
    lines = helplines(directory, person.region, whose)
    return {
        "whose": whose.value,
        "text": Phrase(WORDS, number=any_of(numbers)),
        "emergency": {"region": person.region, "numbers": list(numbers)},
        "helplines": _dump(_with_one_open(directory, lines, now), now),
        **_asking(person, whose),
    }


def where_to_turn(person: Person, *, now: datetime) -> Support:
    """For a carer whose worker reads later: what is there until then, whatever they wrote; never empty."""
    facts = known(now)
    duty = NOBODY if facts.stale else facts.facts.availability
    numbers = emergency_numbers(facts.facts.directory, person.region)
    lines = helplines(facts.facts.directory, person.region, Whose.CARER)
    return {
        "text": Phrase(UNTIL_THEN, number=any_of(numbers)),
        "page": "/api/v1/crisis.html",
        "staffed_now": duty.staffed_now,
        "on_duty": [{"display_name": one.display_name, "role": one.role.value} for one in duty.on_duty],
        "next_staffed_at": utc_text(duty.next_staffed_at) if duty.next_staffed_at is not None else None,
        "emergency": {"region": person.region, "numbers": list(numbers)},
        "helplines": _dump(_with_one_open(facts.facts.directory, lines, now), now),
        **_asking(person, Whose.CARER),
    }


def _asking(person: Person, whose: Whose) -> Support:
    """What a carer may send to POST /crisis/alerts, with the message's id, for somebody to come. Only they can want that:
    nobody is called because of what they wrote.
    """
    return {"alert": {"whose": whose.value}} if person.role is Role.CARER else {}


def _dump(lines: Iterable[Helpline], at: datetime) -> list[dict[str, Any]]:
    """Open ones first, otherwise in the order they were written in."""
    return sorted((dump_helpline(line, at) for line in lines), key=lambda line: not line["open_now"])


def dump_helpline(line: Helpline, at: datetime) -> dict[str, Any]:
    """A line as it stands `at`. Ways it cannot be reached by are left out."""
    ways = {"phone": line.phone, "sms": line.sms, "chat_url": line.chat_url}
    open_ways = [way.value for way in line.open_ways(at)]
    return {
        "id": line.id,
        "name": line.name,
        **{way: value for way, value in ways.items() if value},
        "hours": line.hours_in_words(),
        "open_now": bool(open_ways),
        "open_ways": open_ways,
        "region": line.region,
        "audience": [kind.value for kind in line.whose],
        "for_whom": line.for_whom,
        "languages": list(line.languages),
        "source": line.source,
        "last_verified_on": line.last_verified_on.isoformat() if line.last_verified_on else None,
    }
