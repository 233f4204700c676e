"""Ids are UUIDv7 strings: sortable by time of making, unguessable enough not to be walked.

This module is the one place ids and secrets of chance come from.
"""

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
