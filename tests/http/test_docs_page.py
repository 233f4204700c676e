"""The page that shows the HTTP interface to people: complete, without script, and there only where it is switched on."""

from html.parser import HTMLParser

import pytest

from server.app import create_app
from server.settings import read_settings
from tests.factories.api import PREFIX, assert_problem
from tests.factories.settings import make_settings


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.ids, self.words = [], [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        self.tags.append((tag, facts))
        self.links += [facts["href"]] if "href" in facts else []
        self.ids |= {facts["id"]} if "id" in facts else set()

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture
def shown(app, database_url):
    return create_app(make_settings(database_url=database_url, api_docs=True)).test_client()


def test_it_is_not_there_unless_switched_on(client):
    for path in ("/docs", "/docs.css"):
        assert_problem(client.get(PREFIX + path), 404, "not_found")


def test_it_is_on_in_a_demo_and_off_elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_settings({"DEMO": "1"}).api_docs
    assert not read_settings({"DEMO": "1", "API_DOCS": "no"}).api_docs
    assert not make_settings().api_docs


def test_it_names_every_operation_and_every_schema(shown):
    page = Page(shown.get(f"{PREFIX}/docs").text)
    document = shown.get(f"{PREFIX}/openapi.json").get_json()
    for path, item in document["paths"].items():
        for method in item.keys() - {"parameters"}:
            assert f"{method.upper()} {path}" in page.words
    assert page.ids == set(document["components"]["schemas"])
    assert {link[1:] for link in page.links if link.startswith("#")} <= page.ids
    assert f"{PREFIX}/openapi.json" in page.links


def test_it_runs_no_script_and_carries_nothing_inline(shown):
    answer = shown.get(f"{PREFIX}/docs")
    page = Page(answer.text)
    assert not {"script", "style", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert not any(name == "style" or name.startswith("on") for _, facts in page.tags for name in facts)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "script-src" not in policy
    assert "unsafe" not in policy
    style = shown.get(f"{PREFIX}/docs.css")
    assert (style.status_code, style.content_type) == (200, "text/css; charset=utf-8")
    assert style.headers["X-Content-Type-Options"] == "nosniff"
