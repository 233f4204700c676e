"""The library as a folder of files: Markdown, with what else is known of a piece in front of it as YAML.

Reading and writing are inverse: what `as_file` writes, `read_file` reads back to the same piece. A file is hostile until it
is parsed: no tags, no aliases, no more letters than a piece may have.
"""

import hashlib
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from marshmallow import ValidationError, fields

from models.errors import DomainError
from models.media_types import ENDINGS, LARGEST, MediaType
from models.resource_files import TranscriptMissing
from models.resources import Resource, ResourceVersion
from server.actions.library_import import Filed, Upload
from server.cleaning.apart import cleaned
from server.cleaning.kinds import HEAD_BYTES, FileTooLarge, media_type_of
from server.schemas.resources import WriteResourceSchema, as_words

STARTER = Path(__file__).resolve().parent / "library"
LARGEST_FILE = 200_000  # bytes
MOST_FILES = 20_000
MOST_IN_FRONT = 1_000  # lines
UNSTORED = "00000000-0000-0000-0000-000000000000"  # for a file that lies beside and has no id yet
_FRONT = re.compile(r"---\n(.*?\n)---\n(.*)", re.DOTALL)
_KEY = re.compile(r"([a-z_]+):")
# In this order in a file; what is not there has its default.
ORDER = (
    "slug",
    "title",
    "kind",
    "summary",
    "language",
    "translates",
    "categories",
    "audience",
    "conditions",
    "regions",
    "keywords",
    "authors",
    "sources",
    "licence",
    "composed",
    "pinned",
    "published",
    "reviewed_on",
    "review_due",
    "link",
    "file",
    "event",
    "service",
)


class _Front(yaml.SafeLoader):
    """YAML without aliases (a few lines of them make millions), and with dates as the text they are."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases are not used here", problem_mark=self.peek_event().start_mark)
        return super().compose_node(parent, index)


_Front.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class FileSchemaOfPiece(WriteResourceSchema):
    """A piece with when it was shown and read: what only whoever runs the service may say."""

    published = fields.Date(load_default=None, allow_none=True)
    reviewed_on = fields.Date(load_default=None, allow_none=True)
    review_due = fields.Date(load_default=None, allow_none=True)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a file cannot be taken: `line` from 1, None where it is about the whole."""

    file: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        return f"{self.file}{'' if self.line is None else f':{self.line}'}: {self.reason}"


class UnreadableFile(Exception):
    """Carries every Problem of one file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


def read_folder(folder: Path, workspace: Path | None = None) -> tuple[list[Filed], list[Problem]]:
    """Every piece in the Markdown files of a folder and those in it, and what is wrong with the others.

    What lies beside them is cleaned into `workspace`, which has to be there as long as they are needed.
    """
    paths = sorted(folder.rglob("*.md"))
    if len(paths) > MOST_FILES:
        return [], [Problem(file=folder.name, line=None, reason=f"More than {MOST_FILES:,} files.")]
    found: list[Filed] = []
    problems: list[Problem] = []
    for path in paths:
        name = path.relative_to(folder).as_posix()
        try:
            content = path.read_bytes()
            filed = read_file(name, content)
            found.append(filed if filed.beside is None else _with_upload(folder, name, content, filed, workspace))
        except UnreadableFile as error:
            problems += error.problems
        except OSError as error:
            problems.append(Problem(file=name, line=None, reason=str(error.strerror)))
    return found, problems


def _with_upload(folder: Path, name: str, content: bytes, filed: Filed, workspace: Path | None) -> Filed:
    """With the file that lies beside, cleaned as one is that somebody uploads. Raises UnreadableFile."""
    line = _line_of(content.decode("utf-8").partition("---\n")[2], "file")
    place = (folder / str(filed.beside)).resolve()
    if workspace is None or not place.is_relative_to(folder.resolve()) or not place.is_file():
        raise UnreadableFile([Problem(file=name, line=line, reason=f"file: {filed.beside} is not in the folder.")])
    try:
        with place.open("rb") as opened:
            kind = media_type_of(opened.read(HEAD_BYTES))
        if place.stat().st_size > LARGEST[kind]:
            raise FileTooLarge
        with cleaned(place, kind) as made:
            kept = workspace / filed.slug
            shutil.move(made.path, kept)
    except DomainError as refusal:
        reason = f"file: {filed.beside}: {refusal.plain_words()}"
        raise UnreadableFile([Problem(file=name, line=line, reason=reason)]) from refusal
    if kind is not MediaType.PDF and filed.words["file"]["transcript"] is None:
        raise UnreadableFile([Problem(file=name, line=line, reason=f"file: {TranscriptMissing.user_message}")])
    upload = Upload(path=kept, came=hashlib.sha256(place.read_bytes()).hexdigest(), facts=made.facts)
    return replace(filed, upload=upload)


def read_file(name: str, content: bytes) -> Filed:
    """The piece that a file holds. Raises UnreadableFile."""
    if len(content) > LARGEST_FILE:
        raise UnreadableFile([Problem(file=name, line=None, reason=f"Larger than {LARGEST_FILE:,} bytes.")])
    try:
        text = content.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnreadableFile([Problem(file=name, line=line, reason="Not text in UTF-8.")]) from error
    found = _FRONT.fullmatch(text)
    if found is None:
        raise UnreadableFile([Problem(file=name, line=1, reason="No front matter between two lines of ---.")])
    front, body = found.groups()
    return _piece(name, front, _parsed(name, front), body)


def _parsed(name: str, front: str) -> dict[str, Any]:
    if front.count("\n") > MOST_IN_FRONT:
        raise UnreadableFile([Problem(file=name, line=None, reason=f"More than {MOST_IN_FRONT} lines of front matter.")])
    try:
        data = yaml.load(front, Loader=_Front)  # noqa: S506 - a SafeLoader with less in it
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "The front matter cannot be read."
        problem = Problem(file=name, line=mark.line + 2 if mark is not None else None, reason=str(reason))
        raise UnreadableFile([problem]) from error
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise UnreadableFile([Problem(file=name, line=2, reason="The front matter is no list of names and values.")])
    if "body" in data:
        raise UnreadableFile([Problem(file=name, line=_line_of(front, "body"), reason="The text comes below.")])
    return data


def _piece(name: str, front: str, data: dict[str, Any], body: str) -> Filed:
    data, beside = _file_beside(data)
    try:
        loaded = FileSchemaOfPiece().load({**data, "body": body})
    except ValidationError as error:
        raise UnreadableFile(
            Problem(file=name, line=_line_of(front, str(key)), reason=f"{key}: {_plain(messages)}")
            for key, messages in sorted(error.messages_dict.items(), key=lambda pair: str(pair[0]))
        ) from error
    apart = ("slug", "language", "translates", "published", "reviewed_on", "review_due")
    place = {key: loaded.pop(key) for key in apart}
    return Filed(**place, words=as_words(loaded), beside=beside)


def _file_beside(data: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Where the file of a piece lies, and the piece with a place for its id."""
    file = data.get("file")
    if not isinstance(file, dict) or not isinstance(file.get("path"), str):
        return data, None
    rest = {name: value for name, value in file.items() if name != "path"}
    return {**data, "file": {**rest, "id": UNSTORED}}, file["path"]


def _line_of(front: str, key: str) -> int | None:
    for number, line in enumerate(front.split("\n"), start=2):
        found = _KEY.match(line)
        if found is not None and found[1] == key:
            return number
    return None


def _plain(messages: Any) -> str:
    if isinstance(messages, dict):
        return "; ".join(f"{key}: {_plain(value)}" for key, value in messages.items())
    return " ".join(map(str, messages)) if isinstance(messages, list) else str(messages)


def place_of_file(resource: Resource, version: ResourceVersion) -> str | None:
    """Where, beside its text, the uploaded file of a version lies; None where it has none."""
    if version.file_id is None:
        return None
    return f"files/{resource.slug}.{ENDINGS[MediaType(version.facts['file']['media_type'])]}"


def as_file(
    resource: Resource, version: ResourceVersion, *, translates: str | None = None, beside: str | None = None
) -> str:
    """A version of a piece as a file. `beside`: where its uploaded file lies; without, the file is named by its id."""
    known: dict[str, Any] = {
        **version.facts,
        "slug": resource.slug,
        "title": version.title,
        "kind": version.kind.value,
        "summary": version.summary,
        "language": resource.language,
        "translates": translates,
    }
    if resource.version == version.number:
        days = {"published": resource.published_on, "reviewed_on": resource.reviewed_on, "review_due": resource.review_due}
        known |= {name: day.isoformat() for name, day in days.items() if day is not None}
    if version.file_id is not None:
        transcript = version.facts["file"]["transcript"]
        named = {"path": beside} if beside is not None else {"id": version.file_id}
        known["file"] = {**named, "transcript": transcript}
    said = {name: _said(known[name]) for name in ORDER if known.get(name) not in (None, [], False)}
    front = yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)
    return f"---\n{front}---\n\n{version.body}\n"


def _said(value: Any) -> Any:
    """Without what is not there."""
    if isinstance(value, dict):
        return {name: _said(each) for name, each in value.items() if each is not None}
    return [_said(each) for each in value] if isinstance(value, list) else value
