"""Ids are UUIDv7 strings: sortable by time of making, unguessable enough not to be walked.

This module is the one place ids and secrets of chance come from.
"""

import secrets
from typing import NewType

import uuid_utils

PersonId = NewType("PersonId", str)
SignInId = NewType("SignInId", str)
GroupId = NewType("GroupId", str)
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
CaseId = NewType("CaseId", str)
# A conversation's id, a person's id (their inbox) or a desk's name.
StreamId = NewType("StreamId", str)


def new_id() -> str:
    """A fresh UUIDv7 in its canonical 36-character form."""
    return str(uuid_utils.uuid7())


def new_challenge() -> bytes:
    """What a device signs to show that it answers now, and not from memory."""
    return secrets.token_bytes(32)


def new_digest() -> str:
    """A fresh value of chance in the form of a keyed digest: nothing has it, and nothing is found by it."""
    return secrets.token_hex(32)


# No letters or digits that are mistaken for each other when read aloud or copied by hand.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12  # 58 bits: not to be guessed, still to be typed
LINK_CODE_LENGTH = 20  # 98 bits: opens an account by itself, and mostly comes by a link


def new_code(length: int = CODE_LENGTH) -> str:
    """A fresh code for a person to type, in groups of four: `7KQM-2XHD-R9TW`."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))
    return "-".join(letters[start : start + 4] for start in range(0, length, 4))


def normalise_code(code: str) -> str:
    """A typed code as it was made: case, spaces and dashes do not matter."""
    return "".join(letter for letter in code.upper() if letter in CODE_ALPHABET)
