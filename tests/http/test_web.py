"""/: the web client's shell and files, as a browser loads them."""

import gzip
import json
import re
from io import BytesIO

import pytest
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from PIL import Image

from models.crisis import emergency_by_region
from models.resource_text import reading_age
from server.assets import STATIC, assets
from server.joined import in_order, read_module
from server.words import LOCALE, languages, parts, words

FIRST_LOAD = 45 * 1024
WITH_SOCKETS = 70 * 1024
STYLES = 8 * 1024
OLDEST_READER = 11  # years of age
FACTS = re.compile(r"\{(\w+)\}")


def loaded(client, path):
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, path
    return answer


def shell_files(client):
    """What the shell names, in its order."""
    return re.findall(r'(?:href|src)="(/[^"]*\.(?:css|js|json|svg|webmanifest))"', client.get("/").text)


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


def test_whatever_a_script_imports_is_there_at_once_or_later(client):
    scripts = {path: asset for path, asset in assets().items() if path.endswith(".js") and "vendor/" not in path}
    imported = {found for one in scripts.values() for found in re.findall(r'(?:from |import\()"([^"]+)"', one.body.decode())}
    assert any(found.endswith("screens/settings.js") for found in imported)
    for found in imported:
        assert client.get(found).status_code == 200, found


def test_what_runs_first_needs_nothing_that_the_shell_did_not_ask_for_already(client):
    main = next(name for name in shell_files(client) if name.endswith("main.js"))
    needed = set(re.findall(r'^import .* from "([^"]+)";$', client.get(main).text, re.MULTILINE))
    assert needed
    assert needed <= set(shell_files(client))


@pytest.mark.parametrize(
    ("asked", "language", "direction"), [("ar", "ar", "rtl"), ("ar-EG;q=0.9, en;q=0.1", "ar", "rtl"), ("", "en", "ltr")]
)
def test_the_shell_comes_in_the_language_of_the_phone(client, asked, language, direction):
    answer = client.get("/", headers={"Accept-Language": asked})
    assert f'<html lang="{language}" dir="{direction}"' in answer.text
    assert f"/words/{language}/app.json" in answer.text
    assert {"Accept-Language", "Cookie"} <= set(answer.vary)


def test_a_language_that_was_chosen_goes_before_the_phones_and_an_unknown_one_counts_for_nothing(client):
    client.set_cookie("language", "ar")
    assert '<html lang="ar"' in client.get("/").text
    client.set_cookie("language", "../en")
    assert '<html lang="en"' in client.get("/", headers={"Accept-Language": "tlh"}).text


def test_every_language_says_everything_with_the_same_facts_in_it():
    for part in parts():
        english = words("en", part)
        for language in languages():
            spoken = words(language, part)
            assert spoken.keys() == english.keys(), (language, part)
            for key, said in spoken.items():
                forms, known = (said, english[key]) if isinstance(said, list) else ([said], [english[key]])
                assert all(forms), (language, part, key)
                assert len(forms) == get_plural(language).num_plurals if len(known) > 1 else len(forms) == 1
                assert {*FACTS.findall(" ".join(forms))} == {*FACTS.findall(" ".join(known))}, (language, key)


def test_a_translator_sees_the_english_words_as_they_are():
    for part in parts():
        english = words("en", part)
        for language in languages().keys() - {"en"}:
            with (LOCALE / language / f"{part}.po").open("rb") as file:
                for message in read_po(file, locale=language):
                    if message.id:
                        key = message.id if isinstance(message.id, str) else message.id[0]
                        said = english[key] if isinstance(english[key], str) else english[key][-1]
                        assert " ".join(message.auto_comments) == said, (language, part, key)


def test_a_part_that_is_loaded_later_says_only_what_is_loaded_with_it():
    sources = {
        path.relative_to(STATIC).as_posix(): path.read_text()
        for path in STATIC.rglob("*.js")
        if path.parent.name != "vendor"
    }
    modules = {path: read_module(path, text) for path, text in sources.items()}
    at_once = in_order(modules, "main.js")
    later = re.findall(r'load: \(\) => import\("\.(?:/|\./)([^"]+)"\), words: "(\w+)"', sources["screens/app.js"])
    assert len(later) > 1
    for path, part in [*later, ("", "app")]:
        root = path if path in modules else f"screens/{path}"
        own = [name for name in in_order(modules, root) if name not in at_once] if path else at_once
        spoken = {key for name in own for key in re.findall(r'\bsay(?:Count)?\("(\w+)"', sources[name])}
        assert spoken - {*words("en", "app"), *words("en", part)} == set(), (path, part)


def test_whatever_the_client_says_is_in_a_catalogue():
    known = [key for part in parts() for key in words("en", part)]
    assert len(known) == len(set(known))
    for path in STATIC.rglob("*.js"):
        if path.parent.name != "vendor":
            for key in re.findall(r'\bsay(?:Count)?\("(\w+)"', path.read_text()):
                assert key in known, (path.name, key)


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
    assert sum(len(asset.packed) for path, asset in assets().items() if path.endswith(".css")) <= STYLES


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
    for said in (manifest["name"], manifest["short_name"], title):
        assert not re.search("carer|mental|support|crisis|peer|ill", said, re.IGNORECASE)


def test_the_icon_is_there_as_pictures_of_the_size_they_say(client):
    icons = json.loads(client.get("/manifest.webmanifest").data)["icons"]
    pictures = [one for one in icons if one["type"] == "image/png"]
    assert {(one["sizes"], one["purpose"]) for one in pictures} >= {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for one in pictures:
        answer = client.get(one["src"])
        picture = Image.open(BytesIO(answer.data))
        assert (answer.mimetype, f"{picture.width}x{picture.height}") == ("image/png", one["sizes"])
        assert len(answer.data) < 4096
        corner, middle = (picture.convert("RGB").getpixel((at, at)) for at in (0, picture.width // 2))
        assert (corner, middle) == ((47, 93, 80), (246, 243, 238))
    touched = re.search(r'rel="apple-touch-icon" href="([^"]+)"', client.get("/").text)[1]
    assert touched in {one["src"] for one in pictures}


def test_no_limit_keeps_many_phones_behind_one_address_from_the_shell(app, client):
    for _ in range(310):  # more than anybody unsigned may ask elsewhere in a minute
        assert client.get("/icon.svg").status_code == 200
    assert client.get("/").status_code == 200


def test_the_words_are_plain_enough_for_somebody_tired():
    """All of a part together: a single button is too short to have a reading age."""
    for part in parts():
        said = [one if isinstance(one, str) else one[-1] for one in words("en", part).values()]
        text = " ".join(f"{one.rstrip('.')}." for one in said if " " in one)
        age = reading_age(FACTS.sub("it", text), "en")
        assert age is not None, part
        assert age <= OLDEST_READER, (part, age)
