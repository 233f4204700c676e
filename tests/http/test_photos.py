"""/photos: put into a conversation, seen by those who may see its message, and gone with it."""

import io

import pytest
from PIL import Image

from models.clock import clock
from models.groups import ModerationMode
from models.photos import UNSENT_LASTS, Photo
from models.review import DecisionKind
from models.roles import Role
from models.session import reading
from server.actions.edits import delete_message
from server.actions.groups import leave_group
from server.images import LARGEST_FILE
from server.jobs.photos import sweep
from tests.factories.api import assert_problem, items
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, NUMBERED, case_of, decide
from tests.factories.people import act, make_person
from tests.factories.photos import make_picture
from tests.factories.streams import audited


@pytest.fixture
def carer(caller):
    return caller()


@pytest.fixture
def reader(caller):
    return caller()


@pytest.fixture
def group(carer, reader):
    return make_group(carer.person, reader.person, photos=True)


def upload(caller, group, data=None, kind="image/jpeg"):
    path = f"/conversations/{group.conversation_id}/photos"
    return caller.request("POST", path, data=make_picture() if data is None else data, content_type=kind)


def send(caller, group, *photos, body="Look.", client_id="p1", **more):
    wanted = [{"id": photo, "description": "Our cat on a chair"} for photo in photos]
    return caller.post(
        f"/conversations/{group.conversation_id}/messages", client_id=client_id, body=body, photos=wanted, **more
    )


@pytest.fixture
def photo(carer, group):
    answer = upload(carer, group)
    assert answer.status_code == 201, answer.text
    return answer.get_json()["id"]


@pytest.fixture
def message(carer, group, photo):
    answer = send(carer, group, photo)
    assert answer.status_code == 201, answer.text
    return answer.get_json()["message"]


def files(app):
    folder = app.extensions["storage"].folder
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_photo_is_seen_by_who_may_see_its_message(reader, group, message, photo):
    (shown,) = items(reader.get(f"/conversations/{group.conversation_id}/messages"))
    assert shown["photos"] == [{"id": photo, "width": 60, "height": 40, "description": "Our cat on a chair"}]
    for path in (f"/photos/{photo}", f"/photos/{photo}/thumbnail"):
        answer = reader.get(path)
        assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert Image.open(io.BytesIO(answer.data)).format == "JPEG"


def test_a_phone_that_has_it_is_not_sent_it_again(reader, message, photo):
    etag = reader.get(f"/photos/{photo}").headers["ETag"]
    again = reader.request("GET", f"/photos/{photo}", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


def test_nobody_else_sees_it(caller, message, photo):
    for role in (Role.CARER, Role.MODERATOR, Role.COORDINATOR):
        assert_problem(caller(role).get(f"/photos/{photo}"), 404, "not_found")
    assert_problem(caller(None).get(f"/photos/{photo}"), 401, "sign_in_required")


def test_until_it_is_sent_only_who_took_it_sees_it(carer, reader, photo):
    assert carer.get(f"/photos/{photo}").status_code == 200
    assert_problem(reader.get(f"/photos/{photo}"), 404, "not_found")


def test_who_left_does_not_see_it_any_more(reader, group, message, photo):
    act(leave_group, reader.person, group.id)
    assert_problem(reader.get(f"/photos/{photo}"), 404, "not_found")


def test_what_lies_in_the_store_cannot_be_read_there(app, message):
    assert len(files(app)) >= 2
    for path in files(app):
        assert not path.read_bytes().startswith(b"\xff\xd8\xff")


def test_where_everything_is_read_first_a_photo_waits_with_its_words(carer, reader):
    group = make_group(carer.person, reader.person, photos=True, moderation=ModerationMode.BEFORE)
    photo = upload(carer, group).get_json()["id"]
    message = send(carer, group, photo).get_json()["message"]
    assert message["state"] == "held"
    assert carer.get(f"/photos/{photo}").status_code == 200
    assert_problem(reader.get(f"/photos/{photo}"), 404, "not_found")
    decide(make_person(Role.MODERATOR), case_of(message["id"]), DecisionKind.APPROVE)
    assert reader.get(f"/photos/{photo}").status_code == 200


def test_a_moderator_sees_it_in_the_case_and_it_is_written_down_that_they_looked(caller, carer, reader, group, photo):
    message = send(carer, group, photo, body=HOSTILE).get_json()["message"]
    case = case_of(message["id"])
    moderator = caller(Role.MODERATOR)
    assert moderator.get(f"/review/cases/{case.id}").get_json()["message"]["photos"][0]["id"] == photo
    assert_problem(moderator.get(f"/review/cases/{case.id}/photos/{photo}"), 409, "reveal_first")
    assert "case.photo_read" not in audited(case.id)
    moderator.post(f"/review/cases/{case.id}/reveal")
    assert moderator.get(f"/review/cases/{case.id}/photos/{photo}").content_type == "image/jpeg"
    assert "case.photo_read" in audited(case.id)
    assert_problem(reader.get(f"/review/cases/{case.id}/photos/{photo}"), 403, "forbidden")


def test_a_photo_of_another_message_is_not_in_the_case(caller, carer, group, message, photo):
    held = send(carer, group, body=HOSTILE, client_id="p2").get_json()["message"]
    path = f"/review/cases/{case_of(held['id']).id}/photos/{photo}"
    assert_problem(caller(Role.MODERATOR).get(path), 404, "not_found")


@pytest.mark.parametrize("decision", [DecisionKind.HIDE, DecisionKind.REMOVE])
def test_a_photo_goes_out_of_sight_with_its_message_and_comes_back(carer, reader, message, photo, decision):
    reader.post(f"/messages/{message['id']}/report", reason="privacy")
    moderator = make_person(Role.MODERATOR)
    decide(moderator, case_of(message["id"]), decision)
    for one in (carer, reader):
        assert_problem(one.get(f"/photos/{photo}"), 404, "not_found")
    decide(moderator, case_of(message["id"]), DecisionKind.RESTORE)
    assert reader.get(f"/photos/{photo}").status_code == 200


def test_a_deleted_photo_is_gone_at_once_and_its_files_soon(app, carer, reader, message, photo):
    before = len(files(app))
    act(delete_message, carer.person, message["id"])
    for one in (carer, reader):
        assert_problem(one.get(f"/photos/{photo}"), 404, "not_found")
    with reading() as session:
        assert session.get(Photo, photo).key == ""
    assert sweep(app.extensions["storage"], now=clock.now()) == 1
    assert len(files(app)) == before - 2
    with reading() as session:
        assert session.get(Photo, photo) is None


def test_what_was_never_sent_is_swept_away_after_a_day_and_not_before(app, carer, photo):
    storage = app.extensions["storage"]
    assert sweep(storage, now=clock.now()) == 0
    clock.move(UNSENT_LASTS)
    assert sweep(storage, now=clock.now()) == 1
    assert sweep(storage, now=clock.now()) == 0


def test_a_sent_photo_is_not_swept_away(app, reader, message, photo):
    clock.move(UNSENT_LASTS * 2)
    assert sweep(app.extensions["storage"], now=clock.now()) == 0


def test_a_photo_is_sent_once(carer, group, message, photo):
    assert_problem(send(carer, group, photo, client_id="p2"), 409, "photo_sent")


def test_the_same_send_again_gets_the_first_result(carer, group, message, photo):
    again = send(carer, group, photo)
    assert (again.status_code, again.get_json()["message"]["id"]) == (200, message["id"])


def test_advice_leaves_the_photo_to_be_sent_after_it(carer, group, photo):
    assert_problem(send(carer, group, photo, body=NUMBERED), 409, "advice_given")
    assert send(carer, group, photo, body=NUMBERED, acknowledged_advice=True).status_code == 201


def test_what_a_photo_is_described_with_is_screened_too(carer, group, photo):
    path = f"/conversations/{group.conversation_id}/messages"
    answer = carer.post(path, client_id="p1", body="Look.", photos=[{"id": photo, "description": HOSTILE}])
    assert answer.get_json()["message"]["state"] == "held"


def test_nobody_sends_anothers_photo_or_one_of_another_place(carer, reader, group, photo):
    assert_problem(send(reader, group, photo), 422, "invalid")
    elsewhere = make_group(carer.person, photos=True)
    assert_problem(send(carer, elsewhere, photo), 422, "invalid")
    assert items(carer.get(f"/conversations/{group.conversation_id}/messages")) == []


def test_a_group_without_photos_takes_none(carer, reader):
    plain = make_group(carer.person, reader.person)
    assert_problem(upload(carer, plain), 403, "photos_not_here")


def test_a_stranger_puts_nothing_in(caller, group):
    assert_problem(upload(caller(), group), 404, "not_found")


@pytest.mark.parametrize("kind", ["image/svg+xml", "image/gif", "text/html", "application/json", ""])
def test_only_photos_are_taken(carer, group, kind):
    assert upload(carer, group, kind=kind).status_code == 415


def test_a_page_that_says_it_is_a_photo_is_refused(app, carer, group):
    before = len(files(app))
    assert_problem(upload(carer, group, b"<script>alert(1)</script>"), 422, "picture_unreadable")
    assert len(files(app)) == before


def test_a_file_that_is_too_large_is_refused(carer, group):
    assert upload(carer, group, b"\xff\xd8" + bytes(LARGEST_FILE)).status_code == 413
