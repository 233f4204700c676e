"""What screening says about a message: labels, severities and hits.

A hit names the rule that fired and the place in the original text, so that a moderator can see why. It never
carries the text itself.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Label(StrEnum):
    """`risk_to_self`: the writer's own. `risk_to_other`: anybody else's, at their own hand or at somebody's, also the
    writer's where another is violent to them: it is not by their own hand.
    """

    RISK_TO_SELF = "risk_to_self"
    RISK_TO_OTHER = "risk_to_other"
    HOSTILITY = "hostility"
    STIGMA = "stigma"
    CONTACT_DETAILS = "contact_details"
    THIRD_PARTY_PRIVACY = "third_party_privacy"
    MISINFORMATION = "misinformation"
    SPAM = "spam"


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
