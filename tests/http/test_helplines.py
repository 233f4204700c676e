"""/crisis/helplines: what coordinators are shown and may do, and that everybody sees it at once."""

import pytest

from models.clock import clock
from models.roles import Role
from server.crisis_watch import refresh
from server.queries import crisis_memory
from tests.factories.api import assert_problem, assert_refused_field, items
from tests.http.routes import helpline_body

PATH = "/crisis/helplines"


@pytest.fixture(autouse=True)
def _fresh(app):
    crisis_memory.forget()
    refresh()
    yield
    crisis_memory.forget()


@pytest.fixture
def coordinator(caller):
    return caller(Role.COORDINATOR)


def everybody_sees(client, **query):
    return {line["id"]: line for line in client.get("/api/v1/crisis", query_string=query).get_json()["helplines"]}


def listed(coordinator, line_id):
    (found,) = [line for line in items(coordinator.get(PATH)) if line["id"] == line_id]
    return found


def test_every_line_is_listed_with_where_it_stands(coordinator):
    line = listed(coordinator, "au-carer-gateway")
    assert (line["version"], line["own"], line["withdrawn"]) == (0, False, False)
    assert (line["last_verified_on"], line["verification_due"], line["changed_at"]) == (None, True, None)
    assert (line["hours"], line["zone"]) == (["mon-fri 08:00-17:00"], "Australia/Sydney")
    assert (line["phone"], line["sms"], line["source"]) == ("1800 422 737", None, "https://www.carergateway.gov.au")
    assert line["whose"] == ["carer"]


def test_everybody_sees_at_once_that_a_line_was_verified(client, coordinator):
    answer = coordinator.post(f"{PATH}/nz-1737/verify", version=0)
    assert answer.status_code == 200
    today = clock.now().date().isoformat()
    line = answer.get_json()["helpline"]
    assert (line["last_verified_on"], line["verification_due"], line["version"]) == (today, False, 1)
    assert line == listed(coordinator, "nz-1737")
    assert everybody_sees(client, region="NZ")["nz-1737"]["last_verified_on"] == today


def test_what_was_listed_can_be_sent_back_changed(client, coordinator):
    line = listed(coordinator, "nz-1737")
    shown = ("id", "own", "withdrawn", "last_verified_on", "verification_due", "changed_at")
    body = {name: value for name, value in line.items() if name not in shown} | {"phone": "0800 1737 1737"}
    answer = coordinator.put(f"{PATH}/nz-1737", **body)
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["helpline"]["own"] is True
    assert everybody_sees(client, region="NZ")["nz-1737"]["phone"] == "0800 1737 1737"


def test_a_withdrawn_line_is_gone_for_everybody_and_comes_back(client, coordinator):
    assert coordinator.post(f"{PATH}/nz-1737/withdraw", version=0).get_json()["helpline"]["withdrawn"] is True
    assert "nz-1737" not in everybody_sees(client, region="NZ")
    assert coordinator.post(f"{PATH}/nz-1737/restore", version=1).status_code == 200
    assert "nz-1737" in everybody_sees(client, region="NZ")


def test_an_added_line_is_there_for_everybody_with_hours_in_words(client, coordinator):
    body = helpline_body() | {"hours": {"phone": ["mon-fri 09:00-17:00"], "sms": "24/7", "chat": "24/7"}, "note": None}
    answer = coordinator.post(PATH, **body)
    assert answer.status_code == 201, answer.text
    line = everybody_sees(client, region="NZ", whose="carer")[answer.get_json()["helpline"]["id"]]
    assert line["hours"].startswith("Telephone: Monday to Friday, 9:00 to 17:00 (Auckland time); text message: 24 hours")


@pytest.mark.parametrize("line_id", ["nz-nobody", "x", "%00", "a" * 300, "NZ-1737"])
def test_a_line_that_is_not_there_is_not_found(coordinator, line_id):
    for what in ("verify", "withdraw", "restore"):
        assert_problem(coordinator.post(f"{PATH}/{line_id}/{what}", version=0), 404, "not_found")


def test_a_version_that_is_no_longer_the_newest_is_refused_with_the_newest(coordinator):
    coordinator.post(f"{PATH}/nz-1737/verify", version=0)
    problem = assert_problem(coordinator.post(f"{PATH}/nz-1737/withdraw", version=0), 409, "stale_version")
    assert problem["version"] == 1


def test_the_last_line_for_other_countries_stays(client, coordinator):
    problem = assert_problem(coordinator.post(f"{PATH}/zz-find-a-helpline/withdraw", version=0), 409, "helpline_needed")
    assert "Elsewhere" in problem["user_message"]
    assert "zz-find-a-helpline" in everybody_sees(client, region="FR")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "0800 WHATSUP"),
        ("phone", "tel:123"),
        ("sms", "text us"),
        ("chat_url", "http://listening.example.org"),
        ("chat_url", "javascript:alert(1)"),
        ("source", "https://"),
        ("zone", "Pacific/Aukland"),
        ("hours", "sometimes"),
        ("hours", ["mon 8-17"]),
        ("hours", {"phone": "24/7"}),
        ("hours", {"fax": "24/7"}),
        ("hours", ["mon-fri 08:00-17:00"] * 15),
        ("whose", []),
        ("whose", ["everybody"]),
        ("languages", ["English"]),
        ("region", "FR"),
        ("name", "x" * 81),
    ],
    ids=str,
)
def test_what_would_send_somebody_to_a_wrong_place_is_refused_by_name(coordinator, field, value):
    assert coordinator.post(PATH, **helpline_body()).status_code == 201
    assert_refused_field(coordinator.post(PATH, **(helpline_body() | {field: value})), field)


def test_what_somebody_wrote_is_shown_as_text_and_never_as_markup(client, coordinator):
    body = helpline_body() | {"name": "<b>Ear</b> & Co", "for_whom": '"><script>alert(1)</script>'}
    assert coordinator.post(PATH, **body).status_code == 201
    page = client.get("/crisis.html?region=NZ").text
    assert "&lt;b&gt;Ear&lt;/b&gt; &amp; Co" in page
    assert "<script" not in page
    assert "<b>" not in page
