"""A folder of files in, a folder of files out: all or nothing, nothing twice, and back again without a difference."""

import json

import pytest

from models.clock import clock
from models.resources import Resource, ResourceState
from models.session import reading, transaction
from server.actions.library_import import Change, carry_out_import, plan_import
from server.cleaning.clean import clean
from server.hsds import read_services
from server.library_files import LARGEST_FILE, UnreadableFile, as_file, read_file
from server.queries.resources import get_version, show_resource
from tests.factories.files import make_mp3, make_pdf
from tests.factories.refusals import assert_refused
from tests.factories.resources import publish, resource_now, version_now

FILE = """---
slug: first-steps
title: 'First steps: after a diagnosis'
kind: article
summary: What to do in the first days, and what can wait.
language: en
categories: [condition, self_care]
audience: [parent, partner]
keywords: [diagnosis, just found out]
authors:
- {name: Hearthside editors, role: lived_experience_author}
licence: CC BY 4.0
reviewed_on: 2026-11-01
---

# Today

Breathe. **Nothing** has to be decided tonight.
"""


def bring_in(*texts):
    filed = [read_file(f"{number}.md", text.encode()) for number, text in enumerate(texts)]
    with reading() as session:
        planned = plan_import(session, filed)
    with transaction() as session:
        carry_out_import(session, planned, now=clock.now())
    return [each.change for each in planned]


def problems(text):
    with pytest.raises(UnreadableFile) as caught:
        read_file("a.md", text if isinstance(text, bytes) else text.encode())
    return [str(each) for each in caught.value.problems]


def test_a_file_is_taken_over_once_and_what_changed_is_a_new_version(app):
    assert bring_in(FILE) == [Change.NEW]
    assert bring_in(FILE) == [Change.SAME]
    assert bring_in(FILE.replace("tonight", "this week")) == [Change.CHANGED]
    assert resource_now("first-steps").version == 2
    assert "this week" in version_now("first-steps").html
    assert version_now("first-steps", 1).body.endswith("tonight.")


def test_what_is_written_out_reads_back_to_the_same(app):
    bring_in(FILE)
    with reading() as session:
        found = show_resource(session, "first-steps", today=clock.now().date())
        text = as_file(found.resource, found.version)
    assert read_file("a.md", text.encode()).words == read_file("b.md", FILE.encode()).words
    assert bring_in(text) == [Change.SAME]


def test_a_piece_written_here_goes_out_and_comes_back(app):
    publish(body='Ask --- the *neighbours*: `now`\n\n---\n\nand "again" ü')
    resource = resource_now()
    with reading() as session:
        text = as_file(resource, get_version(session, resource, 1))
    assert bring_in(text) == [Change.SAME]


def test_what_nobody_says_was_read_is_shown_and_not_current(app):
    bring_in(FILE.replace("reviewed_on: 2026-11-01\n", ""))
    with reading() as session:
        assert not show_resource(session, "first-steps", today=clock.now().date()).current


def test_a_translation_shares_the_work_and_comes_after_what_it_translates(app):
    german = FILE.replace("first-steps", "erste-schritte").replace("language: en", "language: de\ntranslates: first-steps")
    assert bring_in(german, FILE) == [Change.NEW, Change.NEW]
    assert resource_now("erste-schritte").work_id == resource_now("first-steps").work_id
    changed = [read_file("a.md", FILE.replace("language: en", "language: fr").encode())]
    with reading() as session:
        assert_refused("language_changed", plan_import, session, changed)


def test_nothing_is_half_imported(app):
    lost = FILE.replace("first-steps", "verloren").replace("language: en", "language: de\ntranslates: nowhere")
    filed = [read_file("a.md", FILE.encode()), read_file("b.md", lost.encode())]
    with reading() as session:
        assert_refused("not_found", plan_import, session, filed)
        assert session.query(Resource).count() == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("licence: CC BY 4.0\n", ""), "a.md: licence: Missing data for required field."),
        (("[condition, self_care]", "[magic]"), "a.md:7: categories: 0: Must be one of"),
        (("slug: first-steps", "slug: First Steps"), "a.md:2: slug: Small letters, digits, hyphens."),
        (("kind: article", "kind: link"), "a.md: link: Is missing."),
        (("licence: CC BY 4.0", "body: x\nlicence: CC BY 4.0"), "a.md:12: The text comes below."),
        (("kind: article", "kind: &a article\nkeywords: *a"), "a.md:5: aliases are not used here"),
        (("kind: article", "kind: !!python/object/apply:os.system [id]"), "a.md:4: could not determine a constructor"),
        (("summary: What", "summary: [What"), "a.md:"),
        (("Breathe.", ""), None),
        (("---\n\n# Today", "\n# Today"), "a.md:1: No front matter between two lines of ---."),
    ],
)
def test_a_file_that_cannot_be_taken_says_where_and_why(change, said):
    text = FILE.replace(*change)
    if said is None:
        assert read_file("a.md", text.encode()).slug == "first-steps"
    else:
        assert any(problem.startswith(said) for problem in problems(text)), problems(text)


def test_a_file_too_large_or_of_another_encoding_is_refused():
    assert problems(FILE + "x" * LARGEST_FILE) == [f"a.md: Larger than {LARGEST_FILE:,} bytes."]
    assert problems(FILE.encode() + b"\xff\xfe") == ["a.md:19: Not text in UTF-8."]
    assert problems("") == ["a.md:1: No front matter between two lines of ---."]


WITH_FILE = FILE.replace("kind: article", "kind: file").replace("---\n\n#", "file: {path: files/form.pdf}\n---\n\n#")
HEARD = """file:
  path: files/a.mp3
  transcript: |-
    Breathe.

    And out.
---

#"""
WITH_SOUND = (
    FILE.replace("slug: first-steps", "slug: a-breath").replace("kind: article", "kind: file").replace("---\n\n#", HEARD)
)


def run(app, *args):
    result = app.test_cli_runner().invoke(args=["library", *map(str, args)])
    return result.output


def write(folder, **files):
    (folder / "files").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def test_files_lie_beside_their_pieces_and_go_out_as_they_came_in(app, tmp_path):
    came, gone = tmp_path / "in", tmp_path / "out"
    pdf = make_pdf(catalogue=b"/OpenAction << /S /JavaScript /JS (x) >>")
    write(came, form_md=WITH_FILE, sound_md=WITH_SOUND, files__form_pdf=pdf, files__a_mp3=make_mp3(20))
    assert "Would be: 2 new, 0 changed, 0 same." in run(app, "import", came, "--dry-run")
    assert "Done: 2 new, 0 changed, 0 same." in run(app, "import", came)
    assert "Done: 0 new, 0 changed, 2 same." in run(app, "import", came)
    version = version_now("first-steps")
    assert (version.facts["file"]["pages"], version.removed) == (1, [{"kind": "script", "line": None, "text": ""}])
    assert "2 pieces" in run(app, "export", gone)
    assert (gone / "files" / "first-steps.pdf").read_bytes() == clean(pdf).data
    assert (gone / "files" / "a-breath.mp3").read_bytes() == make_mp3(20)
    assert "Done: 0 new, 0 changed, 2 same." in run(app, "import", gone)
    assert version_now("a-breath").facts["file"]["transcript"] == "Breathe.\n\nAnd out."
    (gone / "files" / "a-breath.mp3").write_bytes(make_mp3(30))
    assert "Done: 0 new, 1 changed, 1 same." in run(app, "import", gone)


def test_a_file_that_cannot_be_taken_over_is_named_with_its_line_and_nothing_is_imported(app, tmp_path):
    write(
        tmp_path,
        a_md=WITH_FILE,
        b_md=WITH_SOUND.replace("files/a.mp3", "../a.mp3"),
        c_md=WITH_SOUND.replace("a-breath", "c-breath").replace(HEARD, "file: {path: files/c.mp3}\n---\n\n#"),
        files__form_pdf=b"<html><script>alert(1)</script>",
        files__c_mp3=make_mp3(),
    )
    said = run(app, "import", tmp_path)
    assert "Nothing was imported. 3 problem(s):" in said
    assert "a.md:14: file: files/form.pdf: This file is none that the library can take." in said
    assert "b.md:14: file: ../a.mp3 is not in the folder." in said
    assert "c.md:14: file: A recording needs its words in writing" in said


SERVICE = {
    "id": "6a2e6c9e-1111-4a4b-9f00-5d0c2f8e7a10",
    "name": "Weekend Respite House",
    "status": "active",
    "description": "A house where the person you care for can stay for a weekend. Carers get time off.",
    "url": "https://respite.example.org",
    "eligibility_description": "Carers of adults.",
    "organization": {"name": "Harbour Community Care"},
    "phones": [{"number": "(02) 5550 1234"}],
    "schedules": [{"byday": "MO,TU", "opens_at": "09:00", "closes_at": "17:00"}],
    "service_areas": [{"name": "Illawarra"}],
    "service_at_locations": [{"location": {"addresses": [{"address_1": "1 Harbour St", "city": "Wollongong"}]}}],
}


def test_services_come_from_open_referral(app):
    found, wrong = read_services("s.json", json.dumps({"contents": [SERVICE, {**SERVICE, "status": "defunct"}]}).encode())
    assert wrong == []
    (piece,) = found
    assert piece.slug == "weekend-respite-house-2f8e7a10"
    assert piece.words["service"] == {
        "area": "Illawarra",
        "eligibility": "Carers of adults.",
        "hours": "Mon, Tue 09:00-17:00",
        "phone": "(02) 5550 1234",
        "email": None,
        "url": "https://respite.example.org",
        "address": "1 Harbour St, Wollongong",
    }
    with reading() as session:
        planned = plan_import(session, found)
    with transaction() as session:
        carry_out_import(session, planned, now=clock.now())
    assert resource_now(piece.slug).state is ResourceState.PUBLISHED


@pytest.mark.parametrize(
    "content", [b"", b"[1, 2]", b'{"contents": 7}', b'[{"name": "x"}]', b"{" * 100, b'[{"phones": {"a": 1}}]']
)
def test_anything_else_says_what_is_the_matter(content):
    found, wrong = read_services("s.json", content)
    assert (found, bool(wrong)) == ([], True)
