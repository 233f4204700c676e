"""What to hand a person whose words tell of risk: at once, privately, whatever becomes of the message."""

from typing import Any

from models.crisis import Helpline, Whose, emergency_numbers, helplines
from models.people import Person
from models.roles import Role

Support = dict[str, Any]

WORDS = (
    "It sounds as if things are very hard right now. You do not have to carry this alone. "
    "These lines are answered by people who listen. If you or someone else is in danger now, call {number}."
)


def support_for(person: Person, whose: Whose = Whose.CARER) -> Support:
    """`{whose, text, emergency: {numbers}, helplines: [...]}` for the person's region; never empty."""
    numbers = emergency_numbers(person.region)
    return {
        "whose": whose.value,
        "text": WORDS.format(number=" or ".join(numbers)),
        "emergency": {"region": person.region, "numbers": list(numbers)},
        "helplines": [dump_helpline(line) for line in helplines(person.region, whose)],
        **_asking(person, whose),
    }


def _asking(person: Person, whose: Whose) -> Support:
    """What a carer may send to POST /crisis/alerts, with the message's id, for somebody to come. Only they can want that:
    nobody is called because of what they wrote.
    """
    return {"alert": {"whose": whose.value}} if person.role is Role.CARER else {}


def dump_helpline(line: Helpline) -> dict[str, Any]:
    ways = {"phone": line.phone, "sms": line.sms, "chat_url": line.chat_url}
    return {
        "name": line.name,
        **{way: value for way, value in ways.items() if value},
        "hours": line.hours,
        "region": line.region,
        "last_verified_on": line.last_verified_on,
    }
