"""Settings from the environment: production refuses what is missing or weak, the demo makes its own secrets."""

import base64
import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from server.settings import SettingsError, read_settings
from server.vapid import new_key, public_key, read_key

STRONG = {
    "DATABASE_URL": "postgresql://db/hearthside",
    "PUBLIC_URL": "https://carers.example",
    "SECRET_KEY": "bD4-qLw0XzP7sK2mVtY9cRfH8nGjA1eU",
    "JWT_SECRET_KEY": "Zx6_uTr3WqN5yBvC0oMiLk9JhGfD2sPa",
    "ENCRYPTION_KEYS": "k1:" + base64.b64encode(bytes(range(32))).decode(),
}
SHORT_KEY = "k1:" + base64.b64encode(bytes(range(16))).decode()
DULL_KEY = "k1:" + base64.b64encode(b"abcabcabcabcabcabcabcabcabcabcab").decode()


def problems(**changes):
    with pytest.raises(SettingsError) as caught:
        read_settings({name: value for name, value in {**STRONG, **changes}.items() if value is not None})
    return caught.value.problems


def test_strong_values_make_settings():
    settings = read_settings(STRONG)
    assert (settings.demo, settings.database_url) == (False, STRONG["DATABASE_URL"])


@pytest.mark.parametrize("name", STRONG)
@pytest.mark.parametrize("nothing", [None, ""])
def test_production_names_each_missing_value(name, nothing):
    assert problems(**{name: nothing}) == [f"{name} is missing"]


@pytest.mark.parametrize("name", ["SECRET_KEY", "JWT_SECRET_KEY"])
@pytest.mark.parametrize(
    "weak",
    [
        "bD4-qLw0XzP7sK2mVtY9cRfH8nGjA1e",  # 31 characters
        "a" * 64,
        "123123123" * 8,
        "please-change-me-please-change-me-0123456789",
        "my-very-long-SECRET-that-i-typed-in-by-hand",
    ],
)
def test_production_names_each_weak_secret(name, weak):
    (line,) = problems(**{name: weak})
    assert line.startswith(f"{name} ")
    assert weak not in line


@pytest.mark.parametrize(
    "weak", ["k1", "k1:xyz", SHORT_KEY, DULL_KEY, f"{STRONG['ENCRYPTION_KEYS']},{DULL_KEY[:1]}2{DULL_KEY[2:]}"]
)
def test_production_names_a_weak_encryption_key(weak):
    (line,) = problems(ENCRYPTION_KEYS=weak)
    assert line.startswith("ENCRYPTION_KEYS")


def test_a_trailing_comma_after_a_good_key_is_harmless():
    assert read_settings({**STRONG, "ENCRYPTION_KEYS": STRONG["ENCRYPTION_KEYS"] + ","}).keyring()


def test_the_two_secrets_must_differ():
    assert problems(JWT_SECRET_KEY=STRONG["SECRET_KEY"]) == ["SECRET_KEY and JWT_SECRET_KEY must differ"]


def test_everything_wrong_is_named_at_once():
    with pytest.raises(SettingsError) as caught:
        read_settings({"PORT": "http", "TRUSTED_PROXIES": "-1"})
    named = {line.split()[0] for line in caught.value.problems}
    assert named == {*STRONG, "PORT", "TRUSTED_PROXIES"}


@pytest.mark.parametrize("port", ["http", "-1", "80.0", "65536", "1e3"])
def test_a_port_is_a_whole_number(port):
    assert problems(PORT=port) == ["PORT must be a whole number"]


def test_no_secret_shows_when_settings_are_printed():
    shown = repr(read_settings(STRONG))
    assert not [name for name in ("SECRET_KEY", "JWT_SECRET_KEY", "ENCRYPTION_KEYS") if STRONG[name] in shown]


def test_the_own_origin_and_the_listed_ones_are_allowed():
    settings = read_settings({**STRONG, "CORS_ORIGINS": "https://app.example/ , https://beta.example"})
    assert settings.origins == ("https://app.example", "https://beta.example", "https://carers.example")


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def demo(**values):
    return read_settings({"DEMO": "1", **values})


def kept() -> Path:
    (path,) = Path("var").rglob("secrets.json")
    return path


def test_the_demo_makes_its_own_secrets(elsewhere):
    settings = demo()
    assert settings.demo
    assert settings.database_url.startswith("sqlite:///")
    assert settings.keyring()


def test_the_demo_keeps_its_secrets_for_the_next_start(elsewhere):
    first, second = demo(), demo()
    names = ("secret_key", "jwt_secret_key", "encryption_keys")
    assert [getattr(first, name) for name in names] == [getattr(second, name) for name in names]


def test_two_demos_share_no_secret(tmp_path, monkeypatch):
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        made.append(demo())
    assert made[0].secret_key != made[1].secret_key
    assert made[0].encryption_keys != made[1].encryption_keys


def test_the_demos_secrets_are_for_its_owner_only(elsewhere):
    demo()
    assert stat.S_IMODE(kept().stat().st_mode) == 0o600


def test_the_demos_secrets_would_pass_in_production(elsewhere):
    demo()
    assert read_settings({**STRONG, **json.loads(kept().read_text())})


def test_a_value_given_to_the_demo_counts_and_an_empty_one_does_not(elsewhere):
    settings = demo(SECRET_KEY="", DATABASE_URL="", JWT_SECRET_KEY=STRONG["JWT_SECRET_KEY"])
    assert settings.secret_key
    assert settings.database_url.startswith("sqlite:///")
    assert settings.jwt_secret_key == STRONG["JWT_SECRET_KEY"]


@pytest.mark.parametrize("no", ["", "0", "no", "false", "2"])
def test_only_a_plain_yes_makes_a_demo(elsewhere, no):
    assert not read_settings({**STRONG, "DEMO": no}).demo


@pytest.mark.parametrize(("text", "expected"), [("", True), ("yes", True), ("no", False)])
def test_background_work_can_be_kept_out_of_a_serving_process(text, expected):
    assert read_settings({**STRONG, "JOBS": text}).jobs is expected


# -- Web Push --------------------------------------------------------------------------------------------------------

PUSH = {"VAPID_PRIVATE_KEY": new_key(), "VAPID_SUBJECT": "mailto:service@example.test"}


def test_without_a_key_there_is_no_web_push():
    assert read_settings(STRONG).vapid_private_key is None


def test_a_key_and_somebody_to_write_to_make_web_push():
    settings = read_settings({**STRONG, **PUSH, "PUSH_HOSTS": "Push.example.org, 127.0.0.1:9000,"})
    assert (settings.vapid_private_key, settings.vapid_subject) == (PUSH["VAPID_PRIVATE_KEY"], PUSH["VAPID_SUBJECT"])
    assert settings.push_hosts == {"push.example.org", "127.0.0.1:9000"}
    assert PUSH["VAPID_PRIVATE_KEY"] not in repr(settings)


def test_the_key_may_be_a_file(folder):
    pem = read_key(PUSH["VAPID_PRIVATE_KEY"]).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "vapid.pem").write_bytes(pem)
    assert public_key(read_key(str(folder / "vapid.pem"))) == public_key(read_key(PUSH["VAPID_PRIVATE_KEY"]))
    assert read_settings({**STRONG, **PUSH, "VAPID_PRIVATE_KEY": str(folder / "vapid.pem")}).vapid_private_key


@pytest.mark.parametrize("bad", ["x", "A" * 43, "/nowhere/vapid.pem", "_" * 43, __file__, SHORT_KEY])
def test_a_bad_push_key_is_named_and_not_repeated(bad):
    (line,) = problems(**{**PUSH, "VAPID_PRIVATE_KEY": bad})
    assert line.startswith("VAPID_PRIVATE_KEY must be")
    assert bad not in line or bad == "x"


@pytest.mark.parametrize("bad", [None, "", "service@example.test", "mailto:", "http://example.test", "https://"])
def test_push_services_must_be_able_to_write_to_somebody(bad):
    (line,) = problems(**{**PUSH, "VAPID_SUBJECT": bad})
    assert line.startswith("VAPID_SUBJECT ")


@pytest.mark.parametrize(
    "bad", ["10.0.0.1", "127.0.0.1", "localhost", "https://push.example.org", "push.example.org:8443", "*"]
)
def test_a_push_host_that_cannot_be_meant_is_named(bad):
    (line,) = problems(PUSH_HOSTS=f"push.example.org,{bad}")
    assert line.startswith(f"PUSH_HOSTS: {bad!r}")


def test_a_demo_makes_its_push_key_once_and_an_older_demo_gets_one(monkeypatch, folder):
    monkeypatch.chdir(folder)
    first = read_settings({"DEMO": "1"})
    assert read_settings({"DEMO": "1"}).vapid_private_key == first.vapid_private_key
    path = folder / "var/demo/secrets.json"
    older = {name: value for name, value in json.loads(path.read_text()).items() if not name.startswith("VAPID")}
    path.write_text(json.dumps(older))
    settings = read_settings({"DEMO": "1"})
    assert public_key(read_key(settings.vapid_private_key))
    assert settings.secret_key == first.secret_key


@pytest.mark.parametrize(("text", "expected"), [("", None), ("NZ", "NZ"), (" ie ", "IE"), ("ZZ", "ZZ")])
def test_a_service_says_where_it_is_for_phones_that_do_not(text, expected):
    assert read_settings({**STRONG, "REGION": text}).region == expected


@pytest.mark.parametrize("text", ["UK", "FR", "New Zealand", "N"])
def test_a_service_is_where_there_are_helplines(text):
    assert any(line.startswith("REGION") for line in problems(REGION=text))


def test_how_much_a_worker_takes_on_is_the_services_to_say_within_bounds():
    settings = read_settings({**STRONG, "CONTACT_CAPACITY": "5", "WEEKLY_HOURS": "20"})
    assert (settings.contact_capacity, settings.weekly_hours) == (5, 20)
    assert any(line.startswith("CONTACT_CAPACITY") for line in problems(CONTACT_CAPACITY="0"))
    assert any(line.startswith("WEEKLY_HOURS") for line in problems(WEEKLY_HOURS="61"))


def test_how_much_that_is_hard_one_shift_holds_is_the_services_to_say_within_bounds():
    assert read_settings(STRONG).severe_cases_per_shift == 6
    assert read_settings({**STRONG, "SEVERE_CASES_PER_SHIFT": "50"}).severe_cases_per_shift == 50
    for wrong in ("0", "51", "six"):
        assert any(line.startswith("SEVERE_CASES_PER_SHIFT") for line in problems(SEVERE_CASES_PER_SHIFT=wrong))


def test_months_of_reports_begin_on_the_services_clock():
    assert read_settings(STRONG).service_timezone == "UTC"
    assert read_settings({**STRONG, "SERVICE_TIMEZONE": "Australia/Sydney"}).service_timezone == "Australia/Sydney"
    assert any(line.startswith("SERVICE_TIMEZONE") for line in problems(SERVICE_TIMEZONE="Sydney"))


def test_how_long_a_worker_has_to_answer_is_the_services_to_say_within_bounds():
    assert read_settings(STRONG).contact_requests_last == timedelta(hours=72)
    assert read_settings({**STRONG, "CONTACT_REQUEST_HOURS": "24"}).contact_requests_last == timedelta(hours=24)
    for text in ("0", "721", "soon"):
        assert any(line.startswith("CONTACT_REQUEST_HOURS") for line in problems(CONTACT_REQUEST_HOURS=text))


def test_a_file_of_training_kinds_that_cannot_be_used_is_named(tmp_path):
    file = tmp_path / "training.toml"
    file.write_text('[[training]]\ncode = "first_aid"\nlabel = "First aid"\nrequired = true\n')
    assert read_settings({**STRONG, "TRAINING_KINDS": str(file)}).training_kinds == str(file)
    file.write_text("[[training]]\n")
    assert any(line.startswith("TRAINING_KINDS") for line in problems(TRAINING_KINDS=str(file)))
    assert any(line.startswith("TRAINING_KINDS") for line in problems(TRAINING_KINDS=str(tmp_path / "nowhere.toml")))
