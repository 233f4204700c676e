"""/crisis: what everybody finds, however they ask, whoever they are, and whatever else is broken."""

import json
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

from models.clock import clock
from models.crisis import base_directory
from models.helplines import REGION_NAMES, Whose
from models.roles import Role
from models.session import bind
from server.crisis_watch import refresh
from server.http.crisis_region import read_asked
from server.http.door import ALWAYS_OPEN
from server.limits import RateLimits
from server.queries import crisis_memory
from server.queries.availability import Availability, OnDuty
from tests.factories.api import PREFIX
from tests.factories.helplines import do

PAGES = ["/api/v1/crisis", "/api/v1/crisis.html", "/crisis.html"]
CASES = ["", *Whose]
AWAY = ["sqlite:////nowhere/at/all.sqlite", "postgresql://nobody@127.0.0.1:1/none"]


@pytest.fixture(autouse=True)
def _fresh(app):
    crisis_memory.forget()
    refresh()
    yield
    crisis_memory.forget()


def at(text):
    """Move the clock to this moment."""
    clock.move(datetime.fromisoformat(text).replace(tzinfo=UTC) - clock.now())
    refresh()


def lines(client, **query):
    return client.get("/api/v1/crisis", query_string=query).get_json()["helplines"]


def staff(monkeypatch, **facts):
    """As the rota will say: somebody is on duty."""
    somebody = OnDuty(display_name="Wren", role=Role.CARER_PEER_WORKER)
    found = Availability(**{"staffed_now": True, "on_duty": (somebody,), **facts})
    monkeypatch.setattr(crisis_memory, "look_up_availability", lambda *_: found)
    refresh()


@pytest.mark.parametrize("whose", CASES)
@pytest.mark.parametrize("region", [*REGION_NAMES, "UK", "DE", ""])
def test_nobody_anywhere_finds_an_empty_page_or_one_too_large_for_a_bad_connection(client, region, whose):
    for path in PAGES:
        answer = client.get(path, query_string={"region": region, "whose": whose})
        assert answer.status_code == 200
        assert len(answer.data) < 10_000
    found = client.get("/api/v1/crisis", query_string={"region": region, "whose": whose}).get_json()
    assert found["helplines"]
    assert found["emergency"]["numbers"]
    assert any(line["open_now"] for line in found["helplines"])
    assert all(not whose or whose in line["audience"] for line in found["helplines"])


def test_the_answer_has_everything_the_contract_names(client):
    found = client.get("/api/v1/crisis?region=AU&whose=carer").get_json()
    assert (found["staffed_now"], found["on_duty"], found["next_staffed_at"], found["stale"]) == (False, [], None, False)
    assert found["emergency"]["numbers"] == ["000"]
    lifeline = next(line for line in found["helplines"] if line["id"] == "au-lifeline")
    assert lifeline["phone"] == "13 11 14"
    assert lifeline["hours"] == "24 hours, every day"
    assert (lifeline["open_now"], lifeline["region"], lifeline["languages"]) == (True, "AU", ["en"])
    assert lifeline["last_verified_on"] is None
    assert "not an emergency service" in found["text"]


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-04-02 20:59", False),  # Friday 7:59 in Sydney, still summer time
        ("2026-04-02 21:00", True),
        ("2026-04-05 21:59", False),  # Monday 7:59 in Sydney, the clocks went back on Sunday
        ("2026-04-05 22:00", True),
        ("2026-10-01 21:59", False),  # Friday 7:59 in Sydney, winter time
        ("2026-10-01 22:00", True),
        ("2026-10-04 20:59", False),  # Monday 7:59 in Sydney, the clocks went forward on Sunday
        ("2026-10-04 21:00", True),
    ],
)
def test_a_line_is_open_by_the_clock_on_its_own_wall(client, moment, is_open):
    at(moment)
    gateway = next(line for line in lines(client, region="AU", whose="carer") if line["id"] == "au-carer-gateway")
    assert gateway["open_now"] is is_open


@pytest.mark.parametrize("path", [*PAGES, "/crisis.css"])
def test_who_has_it_already_is_told_so_and_sent_nothing(client, path):
    at("2026-03-04 03:30")
    first = client.get(path)
    tag = first.headers["ETag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)  # strong
    for known in (tag, f'"other", {tag}', "*", f"W/{tag}"):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
        assert "Content-Type" not in again.headers
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_tag_changes_with_what_is_said(client):
    at("2026-03-04 03:30")
    first = client.get("/api/v1/crisis?region=NZ").headers["ETag"]
    assert client.get("/api/v1/crisis?region=NZ").headers["ETag"] == first
    do("withdraw", "nz-1737")
    refresh()
    assert client.get("/api/v1/crisis?region=NZ").headers["ETag"] != first


@pytest.mark.parametrize("path", [*PAGES, "/crisis.css"])
def test_head_has_the_headers_of_get_and_no_body(client, path):
    at("2026-03-04 03:30")
    full, head = client.get(path), client.head(path)
    assert (head.status_code, head.data) == (200, b"")
    assert {**head.headers} == {**full.headers}
    assert head.headers["Content-Length"] == str(len(full.data))


@pytest.mark.parametrize("path", PAGES)
def test_phones_may_keep_it_and_show_it_while_the_service_is_away(client, path):
    headers = client.get(path).headers
    assert headers["Cache-Control"] == "public, max-age=30, stale-if-error=604800"
    assert headers["Vary"] == "Accept-Language"
    assert not {"Set-Cookie", "Access-Control-Allow-Credentials"} & set(headers.keys())


@pytest.mark.parametrize("path", [*PAGES, "/crisis.css"])
def test_the_headers_that_keep_an_answer_safe_are_there(client, path):
    for answer in (client.get(path), client.get(path, headers={"If-None-Match": "*"})):
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://127.0.0.1:8000"])
def test_every_page_of_the_web_may_show_it_without_credentials(client, origin):
    headers = client.get("/api/v1/crisis", headers={"Origin": origin}).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in headers


@pytest.mark.parametrize("token", ["", "nonsense", "Bearer", "Bearer nonsense", "Bearer " + "a." * 2000, "Basic YTpi"])
@pytest.mark.parametrize("path", PAGES)
def test_no_token_and_a_bad_one_are_as_good_as_any(client, path, token):
    at("2026-03-04 03:30")
    answer = client.get(path, headers={"Authorization": token})
    assert answer.status_code == 200
    assert answer.data == client.get(path).data


def test_whoever_is_suspended_or_signed_out_finds_it_too(caller):
    carer = caller()
    assert carer.get("/crisis").status_code == 200
    carer.post("/auth/logout")
    assert carer.get("/me").status_code == 401
    assert carer.get("/crisis").status_code == 200


HOSTILE = [
    "",
    " ",
    "x" * 5000,
    "%00",
    "%ff%fe",
    "%F0%9F%98%80",
    "<script>alert(1)</script>",
    "%22%3E%3Cscript%3E",
    "' OR 1=1 --",
    "../../etc/passwd",
    "AU&region=NZ",
    "%",
    "au;nz",
    "Å",
    "\u202eUA",
    "K%C4%B0",
]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["region", "whose", "anything", "region[]", "limit"])
def test_however_somebody_asks_they_are_answered(client, name, value):
    for path in PAGES:
        answer = client.get(f"{path}?{name}={value}")
        assert answer.status_code == 200, (path, answer.text)
        assert "<script" not in answer.text
        assert len(answer.data) < 10_000


@pytest.mark.parametrize(
    "value", ["", "*", "en", ";;;", ",,,,", "en-AU;q=x", "x" * 9000, "en-" + "A" * 5000, "\xff\xfe", "en-AU;q=1e999", "-AU"]
)
def test_a_strange_accept_language_is_answered(client, value):
    answer = client.get("/api/v1/crisis", headers={"Accept-Language": value})
    assert answer.status_code == 200
    assert answer.get_json()["helplines"]


@pytest.mark.parametrize(
    ("query", "languages", "region"),
    [
        ("NZ", "en-AU", "NZ"),
        ("nz", "", "NZ"),
        ("UK", "", "GB"),
        ("FR", "en-AU", "ZZ"),
        ("", "en-AU,en;q=0.8", "AU"),
        ("", "fr;q=0.9,en-IE;q=0.8", "IE"),
        ("", "de-DE", "ZZ"),
        ("", "zh-Hant-NZ", "NZ"),
        ("", "", "ZZ"),
        ("", "en-US", "US"),
    ],
)
def test_the_region_is_the_one_asked_for_or_the_one_the_phone_speaks_of(client, query, languages, region):
    answer = client.get("/api/v1/crisis", query_string={"region": query}, headers={"Accept-Language": languages})
    assert answer.get_json()["region"] == region


def test_a_flood_of_asking_refuses_nobody_and_counts_against_nobody(app, client, caller):
    app.extensions["limits"] = RateLimits()
    for _ in range(1500):
        assert client.get("/api/v1/crisis").status_code == 200
    answer = client.get("/api/v1/roles")
    assert answer.status_code == 200
    assert answer.headers["RateLimit-Limit"] == "300"
    assert int(answer.headers["RateLimit-Remaining"]) == 299


def test_keeping_the_lines_right_is_counted_like_everything_else(caller):
    assert "RateLimit-Limit" in caller(Role.COORDINATOR).get("/crisis/helplines").headers


def test_nothing_in_the_log_says_that_somebody_asked(client, logs):
    for path in PAGES:
        client.get(path)
    assert logs.getvalue() == ""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_it_is_only_for_reading(client, method):
    answer = client.open("/api/v1/crisis", method=method)
    assert (answer.status_code, answer.get_json()["code"]) == (405, "method_not_allowed")


def test_the_application_itself_gives_the_same_answer_as_what_stands_before_it(app, client):
    """Its routes are in the documents: they must not say something else, nor be counted."""
    at("2026-03-04 03:30")
    for path in [*PAGES, "/crisis.css"]:
        with app.test_request_context(path):
            inside = app.full_dispatch_request()
        outside = client.get(path)
        assert inside.data == outside.data
        assert inside.headers["ETag"] == outside.headers["ETag"]
        assert "RateLimit-Limit" not in inside.headers
    assert {"crisis.crisis", "crisis.page", "crisis.short", "crisis.style"} <= ALWAYS_OPEN


# The database is away


@pytest.mark.parametrize("url", AWAY)
def test_with_the_database_away_it_says_what_it_knew_and_since_when(client, url):
    at("2026-03-04 03:30")
    do("withdraw", "nz-1737")
    refresh()
    bind(url)
    assert refresh() is False
    found = client.get("/api/v1/crisis?region=NZ").get_json()
    assert (found["stale"], found["as_of"]) == (False, "2026-03-04T03:30:00.000Z")
    clock.move(timedelta(hours=3))
    assert refresh() is False
    found = client.get("/api/v1/crisis?region=NZ").get_json()
    assert found["stale"] is True
    assert found["as_of"].startswith("2026-03-04T03:30:0")
    assert "nz-1737" not in [line["id"] for line in found["helplines"]]
    page = client.get("/crisis.html?region=NZ").text
    assert "the last ones we knew" in page


def test_a_process_that_never_saw_its_database_gives_the_numbers_it_was_installed_with(app, client):
    crisis_memory.forget()
    bind(AWAY[0])
    found = client.get("/api/v1/crisis?region=NZ").get_json()
    assert (found["stale"], found["as_of"]) == (True, None)
    assert {line["id"] for line in found["helplines"]} >= {line.id for line in base_directory().lines if line.region == "NZ"}


def test_what_is_stale_still_knows_what_time_it_is(client):
    at("2026-03-03 20:59")  # 7:59 on Wednesday in Sydney

    def gateway_open():
        found = client.get("/api/v1/crisis?region=AU&whose=carer").get_json()["helplines"]
        return next(line["open_now"] for line in found if line["id"] == "au-carer-gateway")

    assert not gateway_open()
    clock.move(timedelta(hours=1))
    assert client.get("/api/v1/crisis").get_json()["stale"] is True
    assert gateway_open()


# Who is on duty


def test_who_is_on_duty_is_said_for_half_a_minute_and_not_once_it_is_stale(client, monkeypatch):
    at("2026-03-04 03:30")
    staff(monkeypatch)
    answer = client.get("/api/v1/crisis")
    assert answer.get_json()["staffed_now"] is True
    assert answer.get_json()["on_duty"] == [{"display_name": "Wren", "role": "carer_peer_worker"}]
    assert "Wren (Carer peer worker)" in client.get("/crisis.html").text
    clock.move(timedelta(seconds=31))
    found = client.get("/api/v1/crisis").get_json()
    assert (found["staffed_now"], found["on_duty"], found["next_staffed_at"]) == (False, [], None)
    page = client.get("/crisis.html").text
    assert "Wren" not in page
    assert "We cannot see right now" in page


def test_a_claim_that_somebody_is_on_duty_is_never_older_than_a_minute(client, monkeypatch):
    """What this process knows, and what a phone may keep of it, one after the other."""
    staff(monkeypatch)
    keep = client.get("/api/v1/crisis").headers["Cache-Control"]
    assert keep == "public, max-age=30"
    assert crisis_memory.FRESH_FOR + timedelta(seconds=int(keep.rpartition("=")[2])) <= timedelta(seconds=60)


def test_when_somebody_is_on_duty_next_is_said(client, monkeypatch):
    at("2026-03-04 03:30")
    staff(monkeypatch, staffed_now=False, on_duty=(), next_staffed_at=clock.now() + timedelta(hours=5))
    found = client.get("/api/v1/crisis").get_json()
    assert found["staffed_now"] is False
    assert found["next_staffed_at"].startswith("2026-03-04T08:30")
    assert "Somebody is on duty again from 08:30, 04 March 2026 (UTC)" in client.get("/crisis.html").text


def test_a_clock_that_was_put_back_makes_no_claim_last(client, monkeypatch):
    staff(monkeypatch)
    clock.move(timedelta(hours=-2))
    assert client.get("/api/v1/crisis").get_json()["staffed_now"] is False


# The page


class Elements(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def all(self, tag):
        return [attrs for name, attrs in self.found if name == tag]


@pytest.mark.parametrize("region", REGION_NAMES)
def test_the_page_has_every_number_to_call_and_to_text_and_no_script(client, region):
    text = client.get("/crisis.html", query_string={"region": region}).text
    page = Elements(text)
    assert not page.all("script")
    assert not [name for _, attrs in page.found for name in attrs if name.startswith("on") or name == "style"]
    links = [attrs["href"] for attrs in page.all("a")]
    found = client.get("/api/v1/crisis", query_string={"region": region}).get_json()
    for number in found["emergency"]["numbers"]:
        assert f"tel:{number}" in links
    for line in found["helplines"]:
        if "phone" in line:
            assert "tel:" + re.sub(r"[ -]", "", line["phone"]) in links
        if "sms" in line:
            number = re.sub(r"[ ]", "", line["sms"].rpartition(" to ")[2])
            assert [link for link in links if link.split("?")[0] == f"sms:{number}"]
        if "chat_url" in line:
            assert line["chat_url"] in links


def test_a_text_that_must_begin_with_a_word_has_it_filled_in(client):
    assert 'href="sms:85258?body=SHOUT"' in client.get("/crisis.html?region=GB").text


def test_the_page_says_that_it_is_no_emergency_service_and_leads_to_every_region_and_case(client):
    page = client.get("/crisis.html?region=GB&whose=child").text
    assert "This is not an emergency service" in page
    links = [attrs["href"] for attrs in Elements(page).all("a")]
    for region in REGION_NAMES:
        assert f"?region={region}&whose=child" in links
    for whose in Whose:
        assert f"?region=GB&whose={whose}" in links


def test_a_line_that_speaks_more_than_english_says_so(client):
    page = client.get("/crisis.html?region=US").text
    assert "24 hours, every day. In English and Spanish" in page
    assert "In English<" not in page


def luminance(colour):
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_on_the_page_can_be_read_by_tired_eyes(client, theme):
    """WCAG 2.2 AA: 4.5 for text, 3 for what only shows where something begins."""
    themes = client.get("/crisis.css").text.split("@media")
    found = dict(re.findall(r"--(\w+): (#[0-9a-f]+)", themes[0] if theme == "light" else themes[1]))
    assert set(found) == {"ink", "paper", "soft", "line", "link", "call", "open"}
    for name in ("ink", "link", "open"):
        for ground in ("paper", "soft"):
            assert contrast(found[name], found[ground]) >= 4.5, (name, ground)
    assert contrast("#fff", found["call"]) >= 4.5
    assert contrast(found["line"], found["paper"]) >= 3


def rule(style, selector):
    (found,) = re.findall(rf"(?m)^{re.escape(selector)} {{([^}}]*)}}", style)
    return dict(re.findall(r"([a-z-]+): ([^;]+);", found))


def test_what_is_pressed_is_large_enough_for_a_thumb_that_shakes(client):
    style = client.get("/crisis.css").text
    assert rule(style, "a")["min-height"] == rule(style, "a")["min-width"] == "44px"
    assert rule(style, ".call a")["min-height"] == "60px"
    assert rule(style, '.ways [href^="tel:"]')["min-height"] == "60px"
    assert "outline: 3px" in style


def test_text_grows_with_what_the_reader_has_set_and_nothing_is_cut_off(client):
    style = client.get("/crisis.css").text
    assert not re.findall(r"font(?:-size)?:[^;]*\dpx", style)
    assert not re.findall(r"[^-]height: \d|overflow: hidden|white-space: nowrap", style)
    assert "user-scalable" not in client.get("/crisis.html").text


def test_the_document_in_openapi_is_true_of_the_answer(app, client):
    document = client.get("/api/v1/openapi.json").get_json()
    schema = document["components"]["schemas"]["Crisis"]
    found = json.loads(client.get("/api/v1/crisis").data)
    assert set(found) == set(schema["properties"])
    assert set(schema["required"]) == set(found)
    assert PREFIX + "/crisis.html" in document["paths"]


@pytest.mark.parametrize(
    ("own", "languages", "region"),
    [("NZ", "", "NZ"), ("NZ", "en-US", "NZ"), ("NZ", "en-AU", "AU"), ("NZ", "de-DE", "NZ"), (None, "en-US", "US")],
)
def test_where_the_service_is_counts_for_a_phone_that_nobody_told_where_it_is(own, languages, region):
    assert read_asked({"HTTP_ACCEPT_LANGUAGE": languages}, own).region == region
