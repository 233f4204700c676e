"""The pack for when there is no network: what is needed most, no more than fits, and later only what changed."""

from datetime import timedelta

import orjson
import pytest

from models.clock import clock
from models.crisis import base_directory
from models.people import Person
from models.resource_pack import LARGEST_PACK, read_pack_version
from models.resource_text import LONGEST_BODY
from models.resources import CURRENT_FOR, Resource, ResourceKind
from models.roles import Role
from models.session import reading, transaction
from server.actions.library_import import carry_out_import, plan_import
from server.actions.resources import archive_resource, revise_resource
from server.actions.shelf_use import set_bookmark
from server.library_files import STARTER, read_file
from server.queries.resource_pack import pack_for, suggested_for
from server.schemas.resource_pack import dump_help, dump_pack
from tests.factories.people import act, make_person
from tests.factories.queries import counted
from tests.factories.resources import put_on_shelf

LONG = "Sleep when you can. " * (LONGEST_BODY // 20 - 1)


@pytest.fixture
def carer(app):
    return make_person()


def pack(carer, since=None, language="en"):
    with reading() as session:
        packed, more = pack_for(session, session.get(Person, carer.id), language=language, today=clock.now().date())
        numbers = dump_help(base_directory(), carer.region)
        return dump_pack(packed, numbers, more_bookmarks=more, since=since)


def bookmark(carer, *slugs):
    for slug in slugs:
        act(set_bookmark, carer, slug, kept=True)
        clock.move(timedelta(seconds=1))


def slugs(answer):
    return [piece["slug"] for piece in answer["pieces"]]


def test_the_starter_library_fits_with_everything_pinned_in_it_and_nothing_unread_is_current(carer):
    filed = [read_file(path.name, path.read_bytes()) for path in sorted(STARTER.glob("*.md"))]
    with transaction() as session:
        carry_out_import(session, plan_import(session, filed), now=clock.now())
    bookmark(carer, *(each.slug for each in filed))
    answer = pack(carer)
    pinned = {each.slug for each in filed if each.words["pinned"] is not None}
    whys = [piece["why"] for piece in answer["pieces"]]
    assert pinned <= set(slugs(answer))
    assert whys == sorted(whys, key=["crisis", "first_steps", "bookmark"].index)
    assert len(orjson.dumps(answer)) < LARGEST_PACK
    assert {*slugs(answer), *(each["slug"] for each in answer["left_out"])} == {each.slug for each in filed}
    assert answer["help"]["numbers"] == ["000"]
    assert not any(piece["current"] for piece in answer["pieces"])


def test_what_does_not_fit_is_named_and_what_is_smaller_still_goes_in(carer):
    put_on_shelf("first", title="First", pinned="first_steps")
    put_on_shelf("crisis", title="In a crisis", pinned="crisis")
    put_on_shelf("small", title="Small")
    for number in range(6):
        put_on_shelf(f"long-{number}", title=f"Long {number}", body=LONG)
    bookmark(carer, "small", *(f"long-{number}" for number in range(6)))
    answer = pack(carer)
    assert slugs(answer)[:2] == ["crisis", "first"]
    assert slugs(answer)[-1] == "small"
    assert {"slug": "long-0", "title": "Long 0"} in answer["left_out"]
    assert LARGEST_PACK * 0.75 < len(orjson.dumps(answer)) < LARGEST_PACK


def test_later_only_what_changed_and_what_went_is_sent(carer):
    put_on_shelf("stays", pinned="crisis")
    put_on_shelf("changes", pinned="first_steps")
    put_on_shelf("goes")
    bookmark(carer, "goes")
    before = pack(carer)
    assert (before["whole"], len(before["pieces"]), before["removed"]) == (True, 3, [])
    same = pack(carer, since=before["version"])
    assert (same["whole"], same["pieces"], same["removed"], same["help"]) == (False, [], [], None)
    put_on_shelf("changes", pinned="first_steps", body="Other words.")
    act(set_bookmark, carer, "goes", kept=False)
    after = pack(carer, since=before["version"])
    assert slugs(after) == ["changes"]
    assert after["removed"] == [piece["key"] for piece in before["pieces"] if piece["slug"] == "goes"]
    assert after["order"] == pack(carer)["order"] == before["order"][:2]
    assert after["version"] == pack(carer)["version"]


def test_what_is_due_to_be_read_again_is_sent_anew_and_no_longer_as_current(carer):
    put_on_shelf("piece", pinned="crisis")
    before = pack(carer)
    assert [piece["current"] for piece in before["pieces"]] == [True]
    clock.move(CURRENT_FOR[ResourceKind.ARTICLE])
    assert [piece["current"] for piece in pack(carer, since=before["version"])["pieces"]] == [False]


def test_drafts_and_what_was_archived_are_not_in_it(carer):
    put_on_shelf("piece", pinned="crisis", body="As it was agreed to.")
    coordinator = make_person(Role.COORDINATOR)
    act(revise_resource, coordinator, "piece", version=1, words={"body": "Not yet read."})
    before = pack(carer)
    assert "As it was agreed to" in before["pieces"][0]["html"]
    act(archive_resource, coordinator, "piece", version=2)
    after = pack(carer, since=before["version"])
    assert (after["pieces"], after["removed"]) == ([], before["order"])


def test_a_pin_counts_where_one_lives_and_in_ones_own_language(carer):
    put_on_shelf("here", regions=["AU"], pinned="crisis")
    put_on_shelf("elsewhere", regions=["DE"], pinned="crisis")
    with reading() as session:
        work_id = session.query(Resource).filter_by(slug="here").one().work_id
    put_on_shelf("hier", pinned="crisis")
    with transaction() as session:
        session.query(Resource).filter_by(slug="hier").update({"work_id": work_id, "language": "de"})
        session.execute(Resource.metadata.tables["resource_doc"].update().where(_is("hier", session)).values(language="de"))
    assert slugs(pack(carer)) == ["here"]
    assert slugs(pack(carer, language="de")) == ["hier"]


def _is(slug, session):
    docs = Resource.metadata.tables["resource_doc"]
    return docs.c.resource_id == session.query(Resource).filter_by(slug=slug).one().id


@pytest.mark.parametrize("since", ["x", "AAAA", "not-a-version"])
def test_a_version_that_is_not_ours_is_answered_with_everything(carer, since):
    put_on_shelf("piece", pinned="crisis")
    assert read_pack_version(since) is None
    assert pack(carer, since=since)["whole"]
    assert slugs(pack(carer, since=since)) == ["piece"]


def test_a_pack_takes_as_many_queries_however_much_is_in_it(carer):
    counts = set()
    for number in range(3):
        put_on_shelf(f"pin-{number}", pinned="crisis")
        put_on_shelf(f"mark-{number}")
        bookmark(carer, f"mark-{number}")
        with counted() as sent:
            assert len(pack(carer)["pieces"]) == 2 * (number + 1)
        counts.add(len(sent))
    assert len(counts) == 1


def test_suggestions_go_by_who_they_are_and_where_they_live(carer):
    put_on_shelf("for-all", title="A for all")
    put_on_shelf("for-partners", title="B for partners", audience=["partner"])
    put_on_shelf("for-siblings", title="C for siblings", audience=["sibling"])
    put_on_shelf("for-all-here", title="D for all here", regions=["AU"])
    put_on_shelf("for-partners-there", title="E for partners there", audience=["partner"], regions=["DE"])

    def suggested(*audiences):
        with reading() as session:
            found = suggested_for(session, region="AU", audiences=audiences, limit=5, today=clock.now().date())
            return [shown.resource.slug for shown in found]

    assert suggested("partner") == ["for-partners", "for-all-here", "for-all"]
    assert suggested() == ["for-all-here", "for-all"]
