"""/: the web client's shell and files, as a browser loads them."""

import gzip
import json
import re

import pytest

from models.crisis import emergency_by_region
from server.assets import STATIC, assets

FIRST_LOAD = 45 * 1024
WITH_SOCKETS = 70 * 1024
STYLES = 8 * 1024


def loaded(client, path):
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, path
    return answer


def shell_files(client):
    """What the shell names, in its order."""
    return re.findall(r'(?:href|src)="(/[^"]*\.(?:css|js|svg|webmanifest))"', client.get("/").text)


def test_the_shell_names_every_emergency_number_also_without_scripts(client):
    answer = client.get("/")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    for numbers in emergency_by_region().values():
        assert all(f'href="tel:{number}"' in answer.text for number in numbers)


def test_the_shell_leads_to_what_helps_in_a_crisis(client):
    assert 'href="/crisis.html"' in client.get("/").text
    assert client.get("/crisis.html").status_code == 200


def test_every_file_that_the_shell_names_is_there(client):
    files = shell_files(client)
    assert any(name.endswith("main.js") for name in files)
    for name in files:
        assert client.get(name).status_code == 200, name


def test_every_module_is_asked_for_by_the_shell_before_a_script_has_run(client):
    named = {name.rpartition("/")[2] for name in shell_files(client) if name.endswith(".js")}
    modules = {path.name for path in STATIC.rglob("*.js") if not path.name.startswith("socket-")}
    assert named == modules


def test_what_a_module_imports_is_there(client):
    for path in STATIC.rglob("*.js"):
        if path.parent.name == "vendor":
            continue
        for found in re.findall(r'from "([^"]+)"', path.read_text()):
            if found.startswith("/"):
                assert client.get(found).status_code == 200, found
            else:
                assert (path.parent / found).resolve().is_file(), (path.name, found)


@pytest.mark.parametrize("directive", ["script-src 'self'", "connect-src 'self'", "require-trusted-types-for 'script'"])
def test_the_shell_runs_nothing_that_is_not_a_file_of_ours(client, directive):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert directive in [part.strip().partition(" ws")[0] for part in policy.split(";")]
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|javascript:", client.get("/").text)


def test_a_file_of_a_release_may_be_kept_for_good_and_the_shell_never(client):
    main = next(name for name in shell_files(client) if name.endswith("main.js"))
    assert "immutable" in loaded(client, main).headers["Cache-Control"]
    assert loaded(client, "/").headers["Cache-Control"] == "no-store"


def test_who_has_a_file_already_is_not_sent_it_again(client):
    first = loaded(client, "/sw.js")
    again = client.get("/sw.js", headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_files_come_packed_to_who_can_unpack_them_and_plain_to_others(client):
    for path in ["/", *shell_files(client)]:
        packed, plain = loaded(client, path), client.get(path)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        assert gzip.decompress(packed.data) == plain.data
        assert packed.headers["ETag"] != plain.headers["ETag"]


def test_what_a_phone_loads_first_stays_small(client):
    files = {name: len(loaded(client, name).data) for name in {"/", *shell_files(client)}}
    sockets = sum(len(asset.packed) for path, asset in assets().items() if re.search(r"vendor/socket-.*\.js$", path))
    first = sum(files.values())
    assert sockets > 0
    assert first <= FIRST_LOAD, files
    assert first + sockets <= WITH_SOCKETS, files
    assert sum(size for name, size in files.items() if name.endswith(".css")) <= STYLES


def test_nothing_else_of_the_machine_is_served(client):
    for name in ("../../app.py", "%2e%2e/%2e%2e/app.py", "vendor/", "main.js", "templates/sw.js", ""):
        assert client.get(f"/static/{name}").status_code == 404, name


def test_the_service_worker_keeps_the_shell_and_the_numbers_and_nothing_of_anybody(client):
    script = loaded(client, "/sw.js")
    text = gzip.decompress(script.data).decode()
    kept = json.loads(re.search(r"const FILES = (\[.*?\]);", text)[1])
    assert {"/", *shell_files(client)} <= set(kept)
    assert script.headers["Cache-Control"] == "no-cache"
    for path in kept:
        assert client.get(path).status_code == 200, path
    asked = {path for path in re.findall(r'"(/[^"]*)"', text) if path.startswith("/api/")}
    assert asked == {"/api/v1/crisis"}


def test_the_name_and_title_on_a_phone_tell_nobody_what_it_is_for(client):
    manifest = json.loads(client.get("/manifest.webmanifest").data)
    title = re.search("<title>(.*)</title>", client.get("/").text)[1]
    for words in (manifest["name"], manifest["short_name"], title):
        assert not re.search("carer|mental|support|crisis|peer|ill", words, re.IGNORECASE)


def test_no_limit_keeps_many_phones_behind_one_address_from_the_shell(app, client):
    for _ in range(310):  # more than anybody unsigned may ask elsewhere in a minute
        assert client.get("/icon.svg").status_code == 200
    assert client.get("/").status_code == 200
