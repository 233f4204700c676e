"""Everything about oneself, and nothing about anybody else."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from sqlalchemy import LargeBinary, select, type_coerce

from models.clock import clock
from models.jobs import Job, JobKind, JobState
from models.privacy import Export, ExportState
from models.roles import Role
from models.session import reading, transaction
from models.tables import metadata
from server.actions.privacy import EXPORTS_A_DAY, begin_export, get_export, remove_export
from server.jobs import export as work
from server.jobs.engine import claim
from server.queries import personal_data
from server.queries.personal_data import LEFT_OUT, SECTIONS
from server.storage import make_storage
from tests.factories.groups import make_group
from tests.factories.messages import PLAIN, post, report
from tests.factories.people import act, make_person
from tests.factories.privacy import (
    CANARY,
    OTHERS,
    erase,
    exported,
    exports_of,
    make_life,
    open_zip,
    places_with,
    rows_of,
    run_jobs,
)
from tests.factories.refusals import assert_refused
from tests.factories.server import ROOT

FORMAT = ROOT / "docs" / "export.md"


@pytest.fixture
def life():
    return make_life()


def columns_that_refer_to_people():
    for table in metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == "person" for key in column.foreign_keys):
                yield f"{table.name}.{column.name}"


def test_every_column_that_refers_to_a_person_is_exported_or_left_out_with_a_reason():
    covered = {name for section in SECTIONS for name in section.covers}
    assert covered.isdisjoint(LEFT_OUT)
    assert covered | set(LEFT_OUT) == set(columns_that_refer_to_people())
    assert all(LEFT_OUT.values())


def test_every_column_a_section_answers_for_is_asked_for_in_its_query():
    for section in SECTIONS:
        text = str(section.query("somebody"))
        for name in section.covers:
            assert name.replace("case.", '"case".') in text, (section.name, name)


def test_every_section_has_something_to_show_of_a_whole_life(life):
    erase_rows = {"erasures"}  # there is none while somebody can ask
    data, page = exported(life.person)
    assert {section["name"] for section in data["sections"] if not section["rows"]} == erase_rows
    assert [section["name"] for section in data["sections"]] == [section.name for section in SECTIONS]
    assert (data["schema"], data["version"], data["person_id"]) == ("hearthside-export", 1, life.person.id)
    assert all(f'id="{section.name}"' in page for section in SECTIONS)


def test_every_section_is_described_for_who_reads_the_file_with_a_program():
    described = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\|([^|]*)\|", FORMAT.read_text(), re.MULTILINE))))
    assert described == {section.name for section in SECTIONS}


def test_what_the_person_wrote_is_there_in_every_state(life):
    data, page = exported(life.person)
    messages = {row["id"]: row for row in rows_of(data, "messages")}
    assert set(messages) == {life.seen.id, life.held.id, life.removed.id}
    assert {row["state"] for row in messages.values()} == {"visible", "held", "removed"}
    for message in (life.seen, life.held, life.removed):
        assert messages[message.id]["body"] == message.body
        assert message.body in page
    assert rows_of(data, "profile")[0]["email"] == f"{CANARY}@example.test"
    assert rows_of(data, "reports")[0]["note"] == CANARY
    assert (
        rows_of(data, "contacts")[0] | {"your_note": CANARY, "with_name": "Bo", "with_role": "carer_peer_worker"}
        == (rows_of(data, "contacts")[0])
    )
    assert [row["decision"] for row in rows_of(data, "decisions")] == ["remove"]


def test_nothing_another_person_wrote_is_there(life):
    data, page = exported(life.person)
    assert OTHERS not in str(data)
    assert OTHERS not in page
    assert OTHERS in str(exported(life.other))


def test_no_secret_is_there(life):
    data, _ = exported(life.person)
    names = {name for section in data["sections"] for row in section["rows"] for name in row}
    assert names.isdisjoint(
        {"password_hash", "email_index", "secret", "public_key", "credential_id", "code_index", "refresh_id", "refresh_key"}
    )


def test_a_report_that_changed_nothing_is_not_shown_to_whom_it_was_about():
    author, reader = make_person(), make_person()
    group = make_group(author, reader)
    message = post(author, group).message
    report(reader, message, note=OTHERS)
    data, _ = exported(author)
    assert rows_of(data, "decisions") == []
    assert OTHERS not in str(data)
    assert "message.reported" not in str(data)


def test_walls_others_declared_are_not_shown(life):
    data, _ = exported(life.person)
    assert [row["reason"] for row in rows_of(data, "walls")] == [CANARY]


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text, self.ids, self.links = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data):
        self.text.append(data)


def test_the_page_is_one_file_without_script_or_network_and_shows_words_as_they_are():
    hostile = '<script>alert(1)</script> & "quotes" </dd> it\'s'
    carer = make_person(display_name="<b>Ann</b>")
    post(carer, make_group(carer), hostile)
    _, page = exported(carer)
    reader = Reader()
    reader.feed(page)
    assert "script" not in reader.tags
    assert "b" not in reader.tags
    assert hostile in "".join(reader.text)
    assert {link[1:] for link in reader.links} == set(reader.ids) == {section.name for section in SECTIONS}
    assert all(link.startswith("#") for link in reader.links)
    assert not re.search(r"https?:|url\(|@import", page)
    assert {"main", "nav", "h1", "h2", "header"} <= set(reader.tags)
    assert 'lang="en"' in page
    assert "prefers-color-scheme: dark" in page


def test_long_histories_are_read_in_pages_and_none_is_lost(monkeypatch):
    carer = make_person()
    group = make_group(carer)
    written = [post(carer, group, f"{PLAIN} {number}").message.id for number in range(7)]
    monkeypatch.setattr(personal_data, "PAGE", 3)
    data, _ = exported(carer)
    assert [row["id"] for row in rows_of(data, "messages")] == written


def test_progress_is_told_while_it_goes_on(life):
    act(get_export, life.person)
    seen = []

    def look():
        with reading() as session:
            row = session.execute(select(Export.state, Export.progress)).one()
            seen.append((row.state, row.progress))

    claimed = claim_export()
    work.make_export(storage=make_storage("file:nowhere"), pause=look, run=lambda function, *args: function(*args))(claimed)
    assert {state for state, _ in seen} == {ExportState.RUNNING}
    progress = [each for _, each in seen]
    assert progress == sorted(progress)
    assert progress[0] < progress[-1] == work.COLLECTED
    (export,) = exports_of(life.person)
    assert (export.state, export.progress) == (ExportState.READY, 100)


def claim_export():
    return claim({JobKind.EXPORT: None}, now=clock.now())


def test_the_zip_is_made_by_what_runs_off_the_hub(life):
    act(get_export, life.person)
    ran = []

    def run(function, *args):
        ran.append(function)
        return function(*args)

    work.make_export(storage=make_storage("file:nowhere"), pause=lambda: None, run=run)(claim_export())
    assert ran == [work.make_zip]


def test_one_that_waits_is_not_begun_twice():
    carer = make_person()
    first, second = act(get_export, carer), act(get_export, carer)
    assert first.id == second.id == act(begin_export, carer).id
    assert first.state is ExportState.WAITING


def test_one_that_is_ready_is_given_again_until_it_expires():
    carer = make_person()
    exported(carer)
    ready = act(get_export, carer)
    clock.move(timedelta(hours=23, minutes=59))
    assert act(get_export, carer).id == ready.id
    clock.move(timedelta(minutes=2))
    assert act(get_export, carer).state is ExportState.WAITING


def test_a_fresh_one_can_be_asked_for():
    carer = make_person()
    exported(carer)
    assert act(begin_export, carer).state is ExportState.WAITING


def test_five_a_day_are_enough():
    carer = make_person()
    for _ in range(EXPORTS_A_DAY):
        act(begin_export, carer)
        run_jobs()
    refused = assert_refused("too_many_requests", act, begin_export, carer)
    assert 0 < refused.facts["retry_after"] <= 24 * 3600
    clock.move(timedelta(days=1, seconds=1))
    assert act(begin_export, carer).state is ExportState.WAITING


def test_a_ready_one_can_be_taken_away():
    carer = make_person()
    assert_refused("not_found", act, remove_export, carer)
    exported(carer)
    act(remove_export, carer)
    assert exports_of(carer)[0].expires_at <= clock.now()
    assert_refused("not_found", act, remove_export, carer)
    assert act(get_export, carer).state is ExportState.WAITING


def test_it_is_stored_sealed(life):
    exported(life.person)
    with reading() as session:
        raw = session.scalars(select(type_coerce(Export.__table__.c.sealed, LargeBinary))).one()
        sealed = session.scalars(select(Export.sealed)).one()
    assert b"PK\x03\x04" not in bytes(raw)
    assert CANARY in open_zip(sealed)[1]


def test_one_too_large_fails_plainly_and_is_not_tried_again(monkeypatch):
    carer = make_person()
    monkeypatch.setattr(work, "MOST_BYTES", 1000)
    act(get_export, carer)
    assert run_jobs() == 1
    assert act(get_export, carer).state is ExportState.FAILED
    with reading() as session:
        assert session.scalars(select(Job.state)).one() is JobState.DONE
    monkeypatch.undo()
    assert act(begin_export, carer).state is ExportState.WAITING


def test_one_whose_job_was_given_up_has_failed():
    carer = make_person()
    act(get_export, carer)
    with transaction() as session:
        session.scalars(select(Job)).one().state = JobState.FAILED
    assert act(get_export, carer).state is ExportState.FAILED
    assert act(begin_export, carer).state is ExportState.WAITING


def test_whoever_leaves_meanwhile_gets_no_export():
    carer = make_person(display_name=CANARY)
    act(get_export, carer)
    claimed = claim_export()
    erase(carer)
    work.make_export(storage=make_storage("file:nowhere"), pause=lambda: None, run=lambda function, *args: function(*args))(
        claimed
    )
    (export,) = exports_of(carer)
    assert export.state is ExportState.FAILED
    assert "export.sealed" not in places_with("PK")


@pytest.mark.parametrize("role", Role)
def test_every_role_can_have_its_data(role):
    data, _ = exported(make_person(role))
    assert rows_of(data, "profile")[0]["role"] == role.value
