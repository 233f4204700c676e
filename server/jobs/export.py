"""The work of an export: collect everything about one person in small pieces, and lay it down as one sealed zip.

Each page is a read of its own; between pages the process goes on with others. What was collected lies in memory only, never
in a file. The zip is compressed off the hub. A job that starts over collects anew: what it shows is one person's own, as it
is then.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import clock
from models.errors import NotFound
from models.jobs import MOST_ATTEMPTS
from models.people import Person, PersonState
from models.privacy import Export, ExportState
from models.retention import EXPORT_LASTS
from models.sealing import Unreadable
from models.session import reading, transaction
from server.jobs import export_page as page
from server.jobs.engine import Claimed, LeaseLostError, Work
from server.queries.personal.sections import Section
from server.queries.personal_data import SECTIONS, as_dicts, count_rows, own_photos, read_page
from server.storage import Storage

SCHEMA = "hearthside-export"
VERSION = 1  # of the form of data.json, described in docs/export.md
MOST_BYTES = 50 * 1024 * 1024  # collected, before compression: what one process can hold beside its work
COLLECTED = 90  # per cent of the progress; the rest is compressing and laying it down

log = structlog.get_logger("hearthside.export")


class ExportTooLargeError(Exception):
    """More than this process can hold. An operator has to help this person."""


class NotWantedError(Exception):
    """The person has left, or took the export away meanwhile."""


@dataclass
class Collected:
    """The two files, growing side by side."""

    data: list[bytes] = field(default_factory=list)
    html: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, data: bytes, html: str) -> None:
        encoded = html.encode()
        self.data.append(data)
        self.html.append(encoded)
        self.size += len(data) + len(encoded)
        if self.size > MOST_BYTES:
            raise ExportTooLargeError


def make_export(*, storage: Storage, pause: Callable[[], object], run: Callable[..., Any]) -> Work:
    """`pause()` lets the rest of the process go on; `run(function, *args)` computes without holding it up."""

    def export(claimed: Claimed) -> None:
        try:
            _export(claimed, storage, pause, run)
        except ExportTooLargeError:
            log.error("export too large", export=claimed.subject_id)  # noqa: TRY400 - its trace says nothing
            _set(claimed, state=ExportState.FAILED, expires_at=clock.now() + EXPORT_LASTS)
        except (LeaseLostError, NotWantedError):
            raise
        except Exception:
            if claimed.attempts >= MOST_ATTEMPTS:
                _set(claimed, state=ExportState.FAILED, expires_at=clock.now() + EXPORT_LASTS)
            raise

    def unless_unwanted(claimed: Claimed) -> None:
        try:
            export(claimed)
        except NotWantedError:
            log.info("export not wanted any more", export=claimed.subject_id)

    return unless_unwanted


def _export(claimed: Claimed, storage: Storage, pause: Callable[[], object], run: Callable[..., Any]) -> None:
    _set(claimed, state=ExportState.RUNNING, progress=0)
    now = clock.now()
    with reading() as session:
        person_id = session.scalars(select(Export.person_id).where(Export.id == claimed.subject_id)).one()
        counts = {section.name: count_rows(session, section, person_id) for section in SECTIONS}
    total, done = max(1, sum(counts.values())), 0
    collected = Collected()
    titles = [(section.name, section.title, counts[section.name]) for section in SECTIONS]
    collected.add(_data_opening(person_id, now), page.opening(now, titles))
    for section in SECTIONS:
        comma = b"" if section is SECTIONS[0] else b",\n"
        collected.add(comma + _section_opening(section), page.section_opening(section.name, section.title, section.about))
        for more in _collect_section(collected, section, person_id):
            done += more
            _set(claimed, progress=min(COLLECTED, COLLECTED * done // total))
            pause()
    collected.add(b"]}\n", page.FOOT)
    files = {"data.json": collected.data, "index.html": collected.html}
    for name, picture in _collect_photos(person_id, storage, collected.size):
        files[name] = [picture]
        _set(claimed)
        pause()
    zipped = run(make_zip, files, now)
    made = {"sealed": zipped, "size": len(zipped), "ready_at": clock.now(), "expires_at": clock.now() + EXPORT_LASTS}
    _set(claimed, state=ExportState.READY, progress=100, **made)


def _collect_section(collected: Collected, section: Section, person_id: str) -> Iterator[int]:
    """Add a section's rows, and how it ends; yields how many after each page, with no transaction open."""
    after, comma = None, b""
    while True:
        with reading() as session:
            rows = read_page(session, section, person_id, after)
            for row in as_dicts(rows):
                collected.add(comma + orjson.dumps(row, option=orjson.OPT_UTC_Z), page.entry(row))
                comma = b",\n"
        if not rows:
            break
        after = rows[-1].position
        yield len(rows)
    collected.add(b"]}", page.SECTION_END if comma else page.NOTHING + page.SECTION_END)


def _collect_photos(person_id: str, storage: Storage, size: int) -> Iterator[tuple[str, bytes]]:
    """File names and pictures, one at a time. One that is gone meanwhile is left out. Raises ExportTooLargeError."""
    with reading() as session:
        photos = own_photos(session, person_id)
    for photo in photos:
        try:
            picture = photo.unseal("full", storage.get(photo.path("full")))
        except (NotFound, Unreadable):
            continue
        size += len(picture)
        if size > MOST_BYTES:
            raise ExportTooLargeError
        yield f"photos/{photo.id}.jpg", picture


def _data_opening(person_id: str, now: datetime) -> bytes:
    head = orjson.dumps(
        {"schema": SCHEMA, "version": VERSION, "made_at": now, "person_id": person_id}, option=orjson.OPT_UTC_Z
    )
    return head.removesuffix(b"}") + b',"sections":['


def _section_opening(section: Section) -> bytes:
    head = orjson.dumps({"name": section.name, "title": section.title, "about": section.about})
    return head.removesuffix(b"}") + b',"rows":['


def make_zip(files: dict[str, list[bytes]], made_at: datetime) -> bytes:
    """These files, deflated, all dated `made_at`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, parts in files.items():
            info = zipfile.ZipInfo(name, made_at.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w") as file:
                for part in parts:
                    file.write(part)
    return buffer.getvalue()


def _set(claimed: Claimed, **values: Any) -> None:
    """Change the export's row, and keep the job in hand, in one transaction. Raises NotWantedError, LeaseLostError."""
    with transaction() as session:
        claimed.renew(session, now=clock.now())
        export = _lock_wanted(session, claimed.subject_id)
        for name, value in values.items():
            setattr(export, name, value)


def _lock_wanted(session: Session, export_id: str | None) -> Export:
    row = session.execute(
        select(Export, Person.state)
        .join(Person, Person.id == Export.person_id)
        .where(Export.id == export_id)
        .with_for_update(of=Export)
    ).one_or_none()
    if row is None or row.state is PersonState.ERASED or row.Export.expires_at is not None:
        raise NotWantedError
    export: Export = row.Export
    return export
