"""What somebody sends to sign up."""

from itertools import count
from typing import Any
from uuid import uuid4

from models import code_of_conduct

PASSWORD = "seven kettles by the lake"
NUMBERS = count(1)


def registration(**changes: Any) -> dict[str, Any]:
    return {
        "email": f"{uuid4().hex}@example.test",
        "password": PASSWORD,
        "display_name": f"Newcomer {next(NUMBERS)}",
        "timezone": "Australia/Sydney",
        "region": "AU",
        "accepted_code_version": code_of_conduct.STARTER_VERSION,
        **changes,
    }
