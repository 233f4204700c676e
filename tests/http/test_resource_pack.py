"""The pack and the suggestions through the door."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from models.clock import clock
from models.roles import Role
from models.session import transaction
from server.actions.resources import archive_resource
from server.crisis_watch import refresh
from server.queries.crisis_memory import known
from tests.factories.api import Caller
from tests.factories.people import act, make_person
from tests.factories.resources import put_on_shelf


@pytest.fixture
def carer(app):
    return Caller(app, make_person())


def test_a_phone_that_asks_again_hears_that_nothing_changed_or_gets_what_did(carer):
    put_on_shelf("in-a-crisis", pinned="crisis", body="Call. <script>alert(1)</script>")
    first = carer.get("/library/pack")
    assert (first.status_code, first.json["whole"]) == (200, True)
    assert "<script" not in first.text
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    assert carer.request("GET", "/library/pack", headers={"If-None-Match": tag}).status_code == 304
    put_on_shelf("first-steps", pinned="first_steps")
    assert carer.request("GET", "/library/pack", headers={"If-None-Match": tag}).status_code == 200
    later = carer.get("/library/pack", since=first.json["version"])
    assert [piece["slug"] for piece in later.json["pieces"]] == ["first-steps"]
    assert later.json["help"] is None


def test_the_crisis_answer_names_what_to_read_to_whoever_asks(app):
    put_on_shelf("in-a-crisis", title="In a crisis", pinned="crisis")
    put_on_shelf("only-there", title="Only there", pinned="crisis", regions=["DE"])
    put_on_shelf("first-steps", pinned="first_steps")
    nobody = Caller(app)
    assert nobody.get("/crisis").json["resources"] == []
    assert refresh()
    named = nobody.get("/crisis").json["resources"]
    assert named == [{"slug": "in-a-crisis", "title": "In a crisis", "language": "en", "current": True}]


def test_what_the_crisis_page_names_can_be_read_by_whoever_asks_and_nothing_else_can(app, client):
    put_on_shelf("in-a-crisis", title="In <a> crisis", pinned="crisis", body="Call, *now*. <script>alert(1)</script>")
    put_on_shelf("first-steps", pinned="first_steps")
    assert refresh()
    clock.move(timedelta(minutes=1))  # the page is made anew each minute
    assert refresh()
    assert '<a href="/crisis/in-a-crisis" lang="en">In &lt;a&gt; crisis</a>' in client.get("/crisis.html").text
    piece = client.get("/crisis/in-a-crisis")
    assert (piece.status_code, piece.content_type) == (200, "text/html; charset=utf-8")
    assert "<h1>In &lt;a&gt; crisis</h1>" in piece.text
    assert "Call, <em>now</em>." in piece.text
    assert "<script" not in piece.text
    assert "out of date" not in piece.text
    assert piece.headers["Content-Security-Policy"].startswith("default-src 'none'")
    tag = piece.headers["ETag"]
    assert not tag.startswith("W/")
    assert client.get("/crisis/in-a-crisis", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/crisis/first-steps").status_code == 404
    act(archive_resource, make_person(Role.COORDINATOR), "in-a-crisis", version=1)
    assert refresh()
    assert client.get("/crisis/in-a-crisis").status_code == 404


def test_a_library_that_cannot_be_read_keeps_no_number_from_being_up_to_date(app):
    put_on_shelf("in-a-crisis", title="In a crisis", pinned="crisis")
    assert refresh()
    clock.move(timedelta(minutes=5))
    with transaction() as session:
        session.execute(text("ALTER TABLE resource_doc RENAME TO resource_doc_away"))
    try:
        assert refresh()
    finally:
        with transaction() as session:
            session.execute(text("ALTER TABLE resource_doc_away RENAME TO resource_doc"))
    assert known(clock.now()).stale is False
    assert [piece["slug"] for piece in Caller(app).get("/crisis").json["resources"]] == ["in-a-crisis"]


def test_what_is_suggested_says_what_it_goes_by(carer):
    put_on_shelf("for-all", title="A for all")
    put_on_shelf("for-parents", title="B for parents", audience=["parent"])
    put_on_shelf("for-siblings", title="C for siblings", audience=["sibling"])
    assert [item["slug"] for item in carer.get("/library/for-me").json["items"]] == ["for-all"]
    preference = {"kind": "relationship", "value": "parent", "weight": "matters"}
    assert carer.put("/me/preferences", preferences=[preference]).status_code == 200
    stated = carer.get("/library/for-me").json
    assert [item["slug"] for item in stated["items"]] == ["for-parents", "for-all"]
    assert stated["because"] == {"audience": ["parent"], "region": "AU"}
    named = carer.get("/library/for-me", audience="sibling").json
    assert [item["slug"] for item in named["items"]] == ["for-siblings", "for-all"]


def test_a_piece_says_what_the_person_who_asks_made_of_it_and_nobody_else(app, carer):
    put_on_shelf("respite")
    other = Caller(app, make_person())
    assert carer.get("/resources/respite").json["mine"] == {"bookmarked": False, "helpful": None}
    tag = carer.get("/resources/respite").headers["ETag"]
    assert carer.put("/me/bookmarks/respite").status_code == 200
    assert carer.post("/resources/respite/helpful", helpful=False, why="Too long.").status_code == 200
    changed = carer.request("GET", "/resources/respite", headers={"If-None-Match": tag})
    assert changed.json["mine"] == {"bookmarked": True, "helpful": False}
    assert other.get("/resources/respite").json["mine"] == {"bookmarked": False, "helpful": None}
