"""What a cleaning finds, and why it refuses. Which kind of file it is, is told by its first bytes, never by its name."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.errors import DomainError, Invalid, TooLarge
from models.media_types import MediaType

HEAD_BYTES = 64  # enough to tell


class FileKindUnknown(Invalid):
    code = "file_kind_unknown"
    user_message = "This file is none that the library can take. A PDF works, or a recording as MP3, M4A or Ogg."


class FileTooLarge(TooLarge):
    code = "file_too_large"
    user_message = "This file is too large. A PDF may have 10 MB, a recording 30 MB."


class PdfLocked(Invalid):
    code = "pdf_locked"
    user_message = "This PDF is locked with a password. Please save it without one and choose it again."


class PdfUnreadable(Invalid):
    code = "pdf_unreadable"
    user_message = "This PDF is damaged or not all there. Please save it again and choose it once more."


class PdfTooMuch(Invalid):
    code = "pdf_too_much"
    user_message = "There is too much in this PDF to look through it. Fewer pages or smaller pictures will help."


class PdfUnsafe(Invalid):
    code = "pdf_unsafe"
    user_message = "There is something in this PDF that could do harm and cannot be taken out. Please print it to a new PDF."


class RecordingUnreadable(Invalid):
    code = "recording_unreadable"
    user_message = "This recording is damaged or not all there. Please save it again as MP3, M4A or Ogg."


class RecordingNotOnlySound(Invalid):
    code = "recording_not_only_sound"
    user_message = (
        "There is more than sound in this recording, such as pictures or several parts. Please save the sound alone."
    )


REFUSALS: dict[str, type[DomainError]] = {
    refusal.code: refusal
    for refusal in (
        FileKindUnknown,
        PdfLocked,
        PdfUnreadable,
        PdfTooMuch,
        PdfUnsafe,
        RecordingUnreadable,
        RecordingNotOnlySound,
    )
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was taken out: `kind` one of models.media_types.TAKEN_OUT; `text` says which, where there is something to say."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Clean:
    """What is left of a file. `pages` of a PDF, `seconds` of a recording."""

    media_type: MediaType
    data: bytes
    pages: int | None
    seconds: int | None
    removed: Sequence[Finding]


def media_type_of(head: bytes) -> MediaType:
    """By at least HEAD_BYTES of a file's beginning, or all of it. Raises FileKindUnknown."""
    if head.startswith(b"%PDF-"):
        return MediaType.PDF
    if head.startswith(b"OggS"):
        return MediaType.OGG
    if head[4:8] == b"ftyp":
        return MediaType.MP4
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):  # noqa: PLR2004 - layer III
        return MediaType.MP3
    raise FileKindUnknown
