"""Taking one's data and leaving, against a real server: what copies of the database tell, and what is left in its files."""

import io
import zipfile

import pytest
import requests

from tests.factories.clients import Refused
from tests.factories.database import all_rows, backup, files_at_rest
from tests.factories.rooms import open_room
from tests.factories.waiting import ask_until
from tests.journeys.test_invariants import CANARY, say_the_canary_everywhere

WORD = "bilbyafternoon"


@pytest.fixture
def quiet_server(new_server):
    return new_server()


def fetch_export(phone):
    def ask():
        bearer = {"Authorization": f"Bearer {phone.access_token}"}
        return requests.get(f"{phone.url}/api/v1/me/export", headers=bearer, timeout=10)

    return ask_until(ask, lambda answer: answer.status_code == 200, within=20).content


def forms(word):
    """As bytes, and as the hexadecimal digits a plain dump shows bytes in."""
    return word.encode(), word.encode().hex().encode(), word.encode("utf-16-le")


def test_7_no_text_is_in_the_clear_in_a_copy_of_the_database_or_of_an_export_in_it(phone, quiet_server, folder):
    say_the_canary_everywhere(phone, quiet_server)
    with zipfile.ZipFile(io.BytesIO(fetch_export(phone("carer1", connect=False, at=quiet_server)))) as archive:
        assert CANARY in archive.read("data.json").decode()
        assert CANARY in archive.read("index.html").decode()
    rows = all_rows(quiet_server.database_url)
    (export,) = [row for table, row in rows if table == "export"]
    assert any(isinstance(value, bytes) for value in export)
    assert not any(isinstance(value, bytes) and b"PK\x03\x04" in value for value in export)
    assert [row for row in rows if CANARY in str(row)] == []
    copy = backup(quiet_server.database_url, folder)
    assert b"@demo.test" not in copy  # nor anybody's address
    assert b"Parents" in copy  # it is the whole of it
    for form in forms(CANARY):
        assert form not in copy
    assert CANARY not in quiet_server.log_text()


def test_whoever_leaves_is_cut_off_and_out_of_the_files_while_the_server_runs(phone, quiet_server, on_postgresql):
    leaving, friend, coordinator = (phone(name, at=quiet_server) for name in ("carer5", "carer1", "coordinator"))
    stream = open_room(coordinator, leaving, friend).conversation_id
    message = leaving.send(stream, f"Good evening, {WORD}.")["message"]
    for one in (leaving, friend):  # both are let into the room
        one.wait_event("message.created", lambda data: data["message"]["id"] == message["id"])
    name = leaving.person["display_name"]
    said = leaving.request("DELETE", "/me")
    assert said["state"] == "running"
    leaving.wait_for(lambda: leaving.closed, "the end of the connection")
    # A socket that was being let into a room at this moment is closed without a reason.
    assert {ended["reason"] for ended in leaving.ended} <= {"erased"}
    with pytest.raises(Refused):
        leaving.get("/me")
    friend.wait_event("member.left", lambda data: data["person"]["id"] == leaving.person["id"])
    friend.wait_event("message.removed", lambda data: data["message_id"] == message["id"])
    (left,) = [item for item in friend.history(stream) if item["id"] == message["id"]]
    assert (left["author"]["display_name"], left["body"]) == ("Someone who left", "")
    ask_until(lambda: erasure_state(quiet_server.database_url), lambda state: state == "done", within=20)
    rows = str(all_rows(quiet_server.database_url))
    assert name not in rows
    if not on_postgresql:  # its old row versions go when it vacuums
        ask_until(lambda: files_with(quiet_server.database_url, name), lambda found: not found, within=10)
    assert WORD not in quiet_server.log_text()


def erasure_state(url):
    (state,) = [row[2] for table, row in all_rows(url) if table == "erasure"]
    return state


def files_with(url, word):
    return [file for file in files_at_rest(url) if word.encode() in file.read_bytes()]
