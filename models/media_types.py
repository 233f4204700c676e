"""Which files the library takes, how large they may be, and what may be taken out of one. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class MediaType(StrEnum):
    PDF = "application/pdf"
    MP3 = "audio/mpeg"
    MP4 = "audio/mp4"
    OGG = "audio/ogg"


# The largest of each that is taken.
LARGEST: Mapping[MediaType, int] = {
    MediaType.PDF: 10_000_000,
    MediaType.MP3: 30_000_000,
    MediaType.MP4: 30_000_000,
    MediaType.OGG: 30_000_000,
}
ENDINGS: Mapping[MediaType, str] = {MediaType.PDF: "pdf", MediaType.MP3: "mp3", MediaType.MP4: "m4a", MediaType.OGG: "ogg"}
# What may be taken out of a file, and the words for whoever chose it.
TAKEN_OUT: Mapping[str, str] = {
    "script": "Programs that would run when it is opened or used.",
    "action": "Commands, such as to open another file or send what is in this one.",
    "attachment": "Files that were hidden in it.",
    "form": "Form fields. They can be seen, but not filled in here.",
    "media": "Sound, film or 3D in it.",
    "comment": "Notes that somebody wrote onto its pages.",
    "link": "A link to somewhere that nobody should follow.",
    "details": "Who made it, when, where and with what.",
    "junk": "What belongs to no recording or page.",
}
