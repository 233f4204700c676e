"""Files of the library: a place for one that is being stored, and the version that names one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import Invalid
from models.ids import new_id
from models.people import Person
from models.policy import Facts, authorise
from models.resource_files import FileFacts, ResourceFile, TranscriptMissing, spoken
from models.resources import ResourceVersion
from models.sealing import new_key


def may_upload(actor: Person) -> None:
    """Raises Forbidden."""
    authorise("resource.write", actor, Facts())


def begin_file(session: Session, facts: FileFacts, *, by: str | None, now: datetime) -> ResourceFile:
    """A row with the key under which what a cleaning left is to be stored. `by` None: whoever runs the service."""
    file = ResourceFile(
        id=new_id(),
        uploaded_by=by,
        media_type=facts.media_type,
        size=facts.size,
        pages=facts.pages,
        seconds=facts.seconds,
        digest=facts.digest,
        removed=list(facts.removed),
        key=new_key(),
        stored=False,
        created_at=now,
    )
    session.add(file)
    return file


def name_file(session: Session, version: ResourceVersion, content: Mapping[str, Any] | None) -> None:
    """Let a version name the uploaded file of its content, if there is one, and say of it what is known, not what was sent.

    What was taken out of the file joins what was taken out of the text. Raises Invalid where it is not here any more.
    """
    file_id = content.get("id") if content is not None else None
    if content is None or file_id is None:
        version.file_id = None
        return
    # It stays until the transaction ends: whoever takes unused files away waits, and then finds it used.
    query = select(ResourceFile).where(ResourceFile.id == file_id, ResourceFile.stored.is_(True)).with_for_update()
    file = session.scalars(query).one_or_none()
    if file is None:
        raise Invalid(errors={"file": ["This file is not here any more. Please choose it again."]})
    version.file_id = file.id
    version.facts = {**version.facts, "file": file.as_content(content.get("transcript"))}
    version.removed = [*version.removed, *({**each, "line": None} for each in file.removed)]


def refuse_unwritten(version: ResourceVersion) -> None:
    """What is heard has to be readable before it is shown. Raises TranscriptMissing."""
    content = version.facts.get("file")
    if content is not None and spoken(content) and not content.get("transcript"):
        raise TranscriptMissing(errors={"transcript": ["Is missing."]})
