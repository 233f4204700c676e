"""/search: finding messages again."""

import dataclasses

import pytest

from server.jobs.search import index_due
from tests.factories.api import assert_problem, assert_refused_field, items
from tests.factories.groups import make_group
from tests.factories.messages import post


@pytest.fixture
def carer(caller):
    return caller()


@pytest.fixture
def group(carer):
    group = make_group(carer.person)
    post(carer.person, group, "The kettle is on.")
    index_due(lambda _seconds: None)
    return group


def test_what_is_found_is_the_message_as_it_is_in_the_history(carer, group):
    (everywhere,) = items(carer.get("/search", q="kettles"))
    (here,) = items(carer.get(f"/conversations/{group.conversation_id}/search", q="kettles"))
    (message,) = items(carer.get(f"/conversations/{group.conversation_id}/messages"))
    assert everywhere == here == message


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "x"}, {"q": "x" * 201}, {"q": "of the"}, {"q": "\x00\x00"}])
def test_a_search_without_a_word_is_refused_by_name(carer, group, query):
    assert_refused_field(carer.get("/search", **query), "q")


@pytest.mark.parametrize("q", ["%%", "a' OR 1=1 --kettle", '"kettle"', "kettle AND NOT", "(kettle*)", "🍵🍵 kettle"])
def test_nothing_in_a_search_is_a_command(carer, group, q):
    assert carer.get("/search", q=q).status_code in {200, 422}


def test_a_service_may_keep_no_index(app, carer, group, monkeypatch):
    off = dataclasses.replace(app.extensions["settings"], search=False)
    monkeypatch.setitem(app.extensions, "settings", off)
    assert_problem(carer.get("/search", q="kettle"), 404, "not_found")
    assert_problem(carer.get(f"/conversations/{group.conversation_id}/search", q="kettle"), 404, "not_found")
