"""Pieces of the library: read by two before anybody is shown them, in versions of which none is lost."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.errors import NotFound
from models.resources import CURRENT_FOR, ResourceKind, ResourceState, VersionState
from models.roles import Role
from models.session import reading
from server.actions.resources import (
    archive_resource,
    confirm_resource,
    restore_version,
    review_resource,
    revise_resource,
    submit_resource,
    unarchive_resource,
)
from server.queries.resource_search import MOST_CANDIDATES
from server.queries.resources import Narrowed, list_due, list_resources, search_resources, show_resource
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused
from tests.factories.resources import draft, publish, put_all_on_shelf, resource_now, version_now

SLUG = "asking-for-respite"
OTHERS = MOST_CANDIDATES + 5


@pytest.fixture
def worker(app):
    return make_person(Role.CARER_PEER_WORKER)


@pytest.fixture
def other(app):
    return make_person(Role.CONSUMER_PEER_WORKER)


@pytest.fixture
def coordinator(app):
    return make_person(Role.COORDINATOR)


def today():
    return clock.now().date()


def shown(slug=SLUG):
    with reading() as session:
        return show_resource(session, slug, today=today())


def listed(**narrowed):
    with reading() as session:
        return list_resources(session, Narrowed(**narrowed), limit=50, cursor=None, today=today())


def found(text, **narrowed):
    with reading() as session:
        answer = search_resources(session, text, Narrowed(**narrowed), limit=20, cursor=None, today=today())
        return [each.resource.slug for each in answer.items]


def test_of_more_than_are_read_closely_those_come_first_that_say_it_at_their_head(app):
    """Whether it stands in the title, in the keywords, or as the beginning of a word; what says little else comes first."""
    put_all_on_shelf(
        {
            "long": {"title": "A day of gardening for everybody who lives near the lake"},
            "short": {"title": "Gardening"},
            "keyword": {"title": "Out of doors together", "keywords": ["gardening"]},
            **{f"place-{number:02}": {"title": "A house", "body": "There is gardening too."} for number in range(OTHERS)},
        }
    )
    for text in ("gardening", "garde", "gardening lake", "gardning"):
        assert set(found(text)[:3]) == {"short", "keyword", "long"}, text
    assert found("gardening near the lake")[0] == "long"
    with reading() as session:
        answer = search_resources(session, "gardening", Narrowed(), limit=20, cursor=None, today=today())
        assert (answer.total, answer.facets["category"]) == (OTHERS + 3, {"respite": OTHERS + 3})
        narrowed = Narrowed(kind=ResourceKind.EVENT)
        assert search_resources(session, "gardening", narrowed, limit=20, cursor=None, today=today()).items == []


def read_by(person, *, agreed=True, version=1, note=None):
    return act(review_resource, person, SLUG, version=version, agreed=agreed, note=note)


def test_nobody_is_shown_a_piece_before_one_who_has_lived_it_and_one_other_agree(worker, other, coordinator):
    draft(worker)
    act(submit_resource, worker, SLUG, version=1)
    for reader in (other, coordinator):
        with pytest.raises(NotFound):
            shown()
        assert found("respite") == []
        read_by(reader)
    assert shown().version.title == "Asking for respite"
    assert found("respite") == [SLUG]
    assert shown().current


@pytest.mark.parametrize("roles", [(Role.COORDINATOR, Role.PROFESSIONAL), (Role.CARER_PEER_WORKER,) * 2])
def test_two_of_the_same_kind_are_not_enough(worker, roles):
    draft(worker)
    act(submit_resource, worker, SLUG, version=1)
    for role in roles:
        read_by(make_person(role))
    assert resource_now().state is ResourceState.DRAFT


def test_nobody_reads_for_others_what_they_wrote(worker):
    draft(worker)
    act(submit_resource, worker, SLUG, version=1)
    assert_refused("own_writing", read_by, worker)


def test_whoever_would_have_it_otherwise_says_what_and_it_is_a_draft_again(worker, other, coordinator):
    draft(worker)
    act(submit_resource, worker, SLUG, version=1)
    read_by(coordinator)
    read_by(other, agreed=False, note="Say who pays.")
    assert version_now().state is VersionState.DRAFT
    assert_refused("resource_not_in_review", read_by, coordinator)


def test_a_draft_is_not_read_before_it_is_submitted_nor_submitted_twice(worker, coordinator):
    draft(worker)
    assert_refused("resource_not_in_review", read_by, coordinator)
    act(submit_resource, worker, SLUG, version=1)
    assert_refused("resource_in_review", act, submit_resource, worker, SLUG, version=1)


def test_what_was_agreed_to_counts_no_more_once_it_is_changed(worker, other, coordinator):
    draft(worker)
    act(submit_resource, worker, SLUG, version=1)
    read_by(coordinator)
    act(revise_resource, worker, SLUG, version=1, words={"title": "Respite, and how to ask"})
    act(submit_resource, worker, SLUG, version=1)
    read_by(other)
    assert resource_now().state is ResourceState.DRAFT
    read_by(coordinator)
    assert shown().version.title == "Respite, and how to ask"


def test_what_is_shown_stays_until_the_next_version_is_agreed_to(worker, other, coordinator):
    publish(body="Ask the neighbours.")
    act(revise_resource, worker, SLUG, version=1, words={"body": "Ask the Carer Gateway."})
    assert "Ask the neighbours" in shown().version.html
    act(submit_resource, worker, SLUG, version=2)
    read_by(other, version=2)
    read_by(coordinator, version=2)
    assert "Carer Gateway" in shown().version.html
    assert (version_now(number=1).state, version_now(number=2).state) == (VersionState.REPLACED, VersionState.PUBLISHED)
    assert (found("gateway"), found("neighbours")) == ([SLUG], [])


def test_an_earlier_version_is_written_again_as_a_draft(worker, coordinator):
    publish()
    act(revise_resource, worker, SLUG, version=1, words={"body": "Something else."})
    act(restore_version, coordinator, SLUG, number=1, version=2)
    assert version_now().body == version_now(number=1).body


def test_who_looked_at_another_version_is_told_so(worker):
    draft(worker)
    error = assert_refused("stale_version", act, revise_resource, worker, SLUG, version=2, words={"title": "New title"})
    assert error.extras() == {"version": 1}


def test_a_short_name_is_used_once_and_a_language_once_for_each_work(worker):
    draft(worker)
    assert_refused("slug_taken", draft, worker)
    draft(worker, "entlastung", language="de", translates=SLUG)
    assert_refused("already_translated", draft, worker, "auszeit", language="de", translates=SLUG)
    assert resource_now("entlastung").work_id == resource_now().work_id


def test_a_piece_has_the_details_of_its_kind(worker):
    assert_refused("invalid", draft, worker, kind=ResourceKind.LINK)
    assert_refused("invalid", draft, worker, link={"url": "https://example.org"})


def test_what_was_not_read_for_long_is_not_current_and_falls_due(coordinator):
    publish()
    clock.move(CURRENT_FOR[ResourceKind.ARTICLE])
    assert not shown().current
    assert [each.current for each in listed().items] == [False]
    assert listed(current_on=today()).items == []
    assert found("respite", current_on=today()) == []
    with reading() as session:
        due = list_due(session, by=today(), limit=10, cursor=None, today=today())
    assert [each.resource.slug for each in due.items] == [SLUG]
    act(confirm_resource, coordinator, SLUG, version=1)
    assert shown().current
    assert shown().resource.review_due == today() + CURRENT_FOR[ResourceKind.ARTICLE]


def test_what_is_archived_is_shown_to_nobody_and_not_lost(coordinator, worker):
    publish()
    assert_refused("forbidden", act, archive_resource, worker, SLUG, version=1)
    act(archive_resource, coordinator, SLUG, version=1)
    assert (found("respite"), listed().total) == ([], 0)
    assert_refused("resource_not_shown", act, archive_resource, coordinator, SLUG, version=1)
    act(unarchive_resource, coordinator, SLUG, version=1)
    assert found("respite") == [SLUG]


@pytest.mark.parametrize("role", [Role.CARER, Role.MODERATOR])
def test_who_does_not_write_the_library_does_not(role):
    assert_refused("forbidden", draft, make_person(role))


def test_the_editor_is_told_what_is_shown_otherwise(worker):
    _, version = draft(worker, body="Read this. <script>alert(1)</script> [x](javascript:alert(1))")
    assert sorted({each["kind"] for each in version.removed}) == ["html", "link"]
    assert "<script" not in version.html
    assert timedelta(0) <= clock.now() - version.written_at
