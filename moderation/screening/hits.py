"""What screening says about a message: labels, severities and hits.

A hit names the rule that fired and the place in the original text, so that a moderator can see why. It never
carries the text itself.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Label(StrEnum):
    RISK_TO_SELF = "risk_to_self"
    HOSTILITY = "hostility"
    CONTACT_DETAILS = "contact_details"
    THIRD_PARTY_PRIVACY = "third_party_privacy"


class Severity(IntEnum):
    LOW = 1
    MEDIUM = 2
    HIGH = 3


@dataclass(frozen=True, kw_only=True)
class Hit:
    """`span` counts code points of the original text, end excluded."""

    label: Label
    severity: Severity
    rule: str
    span: tuple[int, int]
