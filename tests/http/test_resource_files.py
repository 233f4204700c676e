"""/resource-files: a file is cleaned, named by a piece, read once the piece is shown, and gone when no piece names it."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.media_types import LARGEST, MediaType
from models.resource_files import PIECE_BYTES, UNUSED_LASTS, ResourceFile
from models.resources import ResourceKind
from models.roles import Role
from models.session import reading, transaction
from server.actions.resources import draft_resource
from server.jobs.resource_files import sweep_files
from tests.factories.api import assert_problem
from tests.factories.files import id3, make_mp3, make_pdf
from tests.factories.photos import stores
from tests.factories.races import behind
from tests.factories.resources import WORDS, store_file

PIECE = {name: value for name, value in WORDS.items() if value is not None and name != "kind"}
SCRIPT = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"


@pytest.fixture
def worker(caller):
    return caller(Role.CARER_PEER_WORKER)


@pytest.fixture
def carer(caller):
    return caller()


def upload(caller, data, kind="application/octet-stream", **more):
    return caller.request("POST", "/resource-files", data=data, content_type=kind, **more)


def uploaded(caller, data):
    answer = upload(caller, data)
    assert answer.status_code == 201, answer.text
    return answer.get_json()


def write(caller, file, slug="the-form"):
    return caller.post("/resources", **PIECE, kind="file", slug=slug, language="en", file=file)


def show(caller, worker, slug="the-form"):
    """Through its readers, as any piece."""
    version = worker.get(f"/resources/{slug}/draft").get_json()["version"]
    assert worker.post(f"/resources/{slug}/submit", version=version).status_code == 200
    for role in (Role.CARER_PEER_WORKER, Role.COORDINATOR):
        answer = caller(role).post(f"/resources/{slug}/review", version=version, agreed=True)
        assert answer.status_code == 200, answer.text


def kept():
    return [path for path in stores[-1].folder.glob("library/**/*") if path.is_file()]


def test_a_pdf_is_cleaned_told_about_and_read_by_everybody_once_its_piece_is_shown(caller, worker, carer):
    made = uploaded(worker, make_pdf(catalogue=SCRIPT))
    assert (made["kind"], made["media_type"], made["pages"], made["seconds"]) == ("pdf", "application/pdf", 1, None)
    told = [(one["kind"], one["words"]) for one in made["removed"]]
    assert told == [("script", "Programs that would run when it is opened or used.")]
    draft = write(worker, {"id": made["id"]})
    assert draft.status_code == 201, draft.text
    assert draft.get_json()["removed"] == [{"kind": "script", "line": None, "text": ""}]
    path = f"/resource-files/{made['id']}"
    assert_problem(carer.get(path), 404, "not_found")
    assert worker.get(path).status_code == 200
    show(caller, worker)
    piece = carer.get("/resources/the-form").get_json()
    assert piece["file"] == {
        "id": made["id"],
        "url": f"/api/v1{path}",
        "media_type": "application/pdf",
        "bytes": made["bytes"],
        "pages": 1,
        "seconds": None,
        "transcript": None,
    }
    answer = carer.get(path)
    assert (answer.status_code, answer.content_type, len(answer.data)) == (200, "application/pdf", made["bytes"])
    assert b"JavaScript" not in answer.data
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Cache-Control"] == "private, max-age=86400, immutable"
    again = carer.request("GET", path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert_problem(caller(None).get(path), 401, "sign_in_required")
    # What is written on with what was shown of it names the same file; in the store nothing of it can be read.
    shown = worker.get("/resources/the-form/draft").get_json()
    changed = worker.patch("/resources/the-form", version=1, title="The new form", file=shown["file"])
    assert (changed.status_code, changed.get_json()["file"]) == (200, shown["file"])
    restored = worker.post("/resources/the-form/restore", number=1, version=2)
    assert (restored.get_json()["version"], restored.get_json()["file"]) == (2, shown["file"])
    assert kept()
    assert not any(b"%PDF" in file.read_bytes() for file in kept())
    # Taken out of the library, it is nobody's to read but theirs who write it.
    assert caller(Role.COORDINATOR).post("/resources/the-form/archive", version=2).status_code == 200
    assert_problem(carer.get(path), 404, "not_found")


def test_a_recording_is_heard_in_parts_and_only_with_its_words(caller, worker, carer):
    sound = make_mp3(3000)
    assert PIECE_BYTES < len(sound) < 2 * PIECE_BYTES
    made = uploaded(worker, id3(b"Secret Street") + sound)
    assert (made["kind"], made["seconds"], [one["kind"] for one in made["removed"]]) == ("audio", 78, ["details"])
    assert write(worker, {"id": made["id"]}).status_code == 201
    refused = worker.post("/resources/the-form/submit", version=1)
    assert assert_problem(refused, 422, "transcript_missing")["errors"] == {"transcript": ["Is missing."]}
    assert (
        worker.patch("/resources/the-form", version=1, file={"id": made["id"], "transcript": "Breathe."}).status_code == 200
    )
    show(caller, worker)
    path = f"/resource-files/{made['id']}"
    whole = carer.get(path)
    assert (whole.data, whole.content_type, whole.headers["Accept-Ranges"]) == (sound, "audio/mpeg", "bytes")
    for asked, first, last in (
        ("bytes=0-99", 0, 99),
        (f"bytes={PIECE_BYTES - 5}-{PIECE_BYTES + 4}", PIECE_BYTES - 5, PIECE_BYTES + 4),
        (f"bytes={PIECE_BYTES + 7}-", PIECE_BYTES + 7, len(sound) - 1),
        ("bytes=-10", len(sound) - 10, len(sound) - 1),
    ):
        part = carer.request("GET", path, headers={"Range": asked})
        assert (part.status_code, part.data) == (206, sound[first : last + 1]), asked
        assert part.headers["Content-Range"] == f"bytes {first}-{last}/{len(sound)}"
        assert int(part.headers["Content-Length"]) == last - first + 1
    for asked in ("bytes=9999999-", "bytes=0-1,5-6"):
        assert carer.request("GET", path, headers={"Range": asked}).status_code == 416
    # Another file than the one that was begun: all of it comes.
    other = carer.request("GET", path, headers={"Range": "bytes=0-99", "If-Range": '"another"'})
    assert (other.status_code, len(other.data)) == (200, len(sound))
    (found,) = carer.get("/resources", q="breathe").get_json()["items"]
    assert found["slug"] == "the-form"


def test_what_is_no_file_of_the_library_is_refused(worker, carer):
    assert_problem(upload(carer, make_pdf()), 403, "forbidden")
    assert_problem(upload(worker, b"<html><script>alert(1)</script>", "application/pdf"), 422, "file_kind_unknown")
    assert_problem(upload(worker, b"<svg onload='alert(1)'/>", "audio/mpeg"), 422, "file_kind_unknown")
    assert_problem(upload(worker, b""), 422, "file_kind_unknown")
    assert_problem(upload(worker, make_pdf(), "text/html"), 415, "json_only")
    assert_problem(upload(worker, b"%PDF-1.7" + bytes(LARGEST[MediaType.PDF])), 413, "file_too_large")
    assert_problem(upload(worker, b"%PDF-1.7\n%%EOF"), 422, "pdf_unreadable")
    refused = write(worker, {"id": "00000000-0000-7000-8000-000000000000"})
    assert assert_problem(refused, 422, "invalid")["errors"] == {
        "file": ["This file is not here any more. Please choose it again."]
    }
    elsewhere = {"url": "https://example.org/a.pdf", "media_type": "application/pdf"}
    assert assert_problem(write(worker, elsewhere), 422, "invalid")["errors"] == {"file": {"bytes": ["Is missing."]}}
    assert assert_problem(write(worker, {}), 422, "invalid")["errors"] == {"file": {"id": ["Which file is it?"]}}


def test_a_file_goes_when_no_version_names_it_and_never_before(worker):
    first, unused, last = (store_file(make_mp3(count)) for count in (20, 21, 22))
    write(worker, {"id": first.id})
    assert sweep_files(stores[-1], now=clock.now()) == 0
    later = clock.now() + UNUSED_LASTS + timedelta(hours=1)
    assert write(worker, {"id": last.id}, slug="another").status_code == 201
    assert worker.patch("/resources/another", version=1, file={"id": first.id, "transcript": None}).status_code == 200
    assert sweep_files(stores[-1], now=later) == 2
    with reading() as session:
        assert session.get(ResourceFile, unused.id) is None
        assert session.get(ResourceFile, last.id) is None
        assert session.get(ResourceFile, first.id) is not None
    assert [file.name for file in kept() if unused.id in file.name or last.id in file.name] == []
    assert worker.get(f"/resource-files/{first.id}").status_code == 200


def test_a_file_that_is_named_while_unused_ones_are_swept_stays(worker):
    file = store_file(make_mp3(20))
    later = clock.now() + UNUSED_LASTS + timedelta(hours=1)
    place = {"slug": "just-in-time", "language": "en", "translates": None}
    words = {**WORDS, "kind": ResourceKind.FILE, "file": {"id": file.id, "transcript": None}}
    with transaction() as session:
        draft_resource(session, worker.person, **place, words=words, now=clock.now())
        sweep = behind(lambda: sweep_files(stores[-1], now=later))
    sweep.outcome()
    assert worker.get(f"/resource-files/{file.id}").status_code == 200
