"""Files of the library: for whoever writes it all of them, for everybody else those of what is shown."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.people import Person
from models.policy import Facts, allows, authorise
from models.resource_files import ResourceFile
from models.resources import Resource, ResourceState, ResourceVersion


def get_file(session: Session, actor: Person, file_id: str) -> ResourceFile:
    """Raises NotFound also for one that is there and belongs to nothing that is shown."""
    authorise("resource.read", actor, Facts())
    file = session.get(ResourceFile, file_id)
    if file is None or not file.stored:
        raise NotFound
    if not allows("resource.write", actor, Facts()) and not _is_shown(session, file_id):
        raise NotFound
    return file


def _is_shown(session: Session, file_id: str) -> bool:
    query = (
        select(Resource.id)
        .join(ResourceVersion, (ResourceVersion.resource_id == Resource.id) & (ResourceVersion.number == Resource.version))
        .where(ResourceVersion.file_id == file_id, Resource.state == ResourceState.PUBLISHED)
    )
    return session.scalars(query.limit(1)).first() is not None


def find_same(session: Session, digests: list[str]) -> ResourceFile | None:
    """A stored file with one of these contents, the oldest."""
    query = select(ResourceFile).where(ResourceFile.digest.in_(digests), ResourceFile.stored.is_(True))
    return session.scalars(query.order_by(ResourceFile.id).limit(1)).first()
