"""One file, cleaned as what its first bytes say it is."""

from importlib import import_module

from models.media_types import MediaType
from server.cleaning.kinds import Clean, media_type_of

CLEANINGS = {MediaType.PDF: "pdf", MediaType.MP3: "mp3", MediaType.MP4: "mp4", MediaType.OGG: "ogg"}


def clean(data: bytes) -> Clean:
    """Raises any of server.cleaning.kinds.REFUSALS. For hostile files: only apart from the service."""
    name = CLEANINGS[media_type_of(data)]
    # Only what is needed: for every file a process begins anew.
    made: Clean = getattr(import_module(f"server.cleaning.{name}"), f"clean_{name}")(data)
    return made
