"""/notes and /me/care-team over HTTP: who is on whose list, and that a read is recorded before the text leaves."""

import pytest

from models.audit import AuditHead
from models.roles import Role
from models.session import transaction
from server.actions.invites import create_invite
from tests.factories.api import PREFIX, Caller, assert_problem, items
from tests.factories.notes import CALM, integrated, make_note, named_by, opened, reads_of
from tests.factories.people import act, make_person
from tests.factories.registrations import registration


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def shared(carer):
    """A note, open to one professional."""
    integrated()
    note, professional = make_note(carer), named_by(carer)
    opened(note, professional)
    return note, professional


def referral(professional):
    return act(create_invite, professional, role=Role.CARER).code


def test_a_carer_who_signs_up_by_a_referral_has_named_who_referred_them(app):
    professional = make_person(Role.PROFESSIONAL)
    body = registration(invite_code=referral(professional))
    answer = Caller(app).post("/auth/register", **body).get_json()
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    listed = app.test_client().get(f"{PREFIX}/me/care-team", headers=headers).get_json()["items"]
    assert [each["person"]["id"] for each in listed] == [professional.id]


def test_who_signs_up_by_a_coordinators_invite_has_named_nobody(app):
    body = registration(invite_code=act(create_invite, make_person(Role.COORDINATOR), role=Role.CARER).code)
    answer = Caller(app).post("/auth/register", **body).get_json()
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    assert app.test_client().get(f"{PREFIX}/me/care-team", headers=headers).get_json()["items"] == []


def test_a_carer_names_a_professional_and_takes_them_off_again(app, carer):
    caller, professional = Caller(app, carer), make_person(Role.PROFESSIONAL)
    assert caller.post("/me/care-team", invite_code=referral(professional)).status_code == 201
    (listed,) = items(caller.get("/me/care-team"))
    assert listed["person"]["role_label"] == "Mental health professional"
    assert caller.delete(f"/me/care-team/{professional.id}").status_code == 204
    assert items(caller.get("/me/care-team")) == []
    assert_problem(caller.delete(f"/me/care-team/{professional.id}"), 404, "not_found")


def test_codes_are_not_to_be_guessed_here_either(app, carer):
    caller = Caller(app, carer)
    answers = [caller.post("/me/care-team", invite_code="2345-6789-ABCD-EFGH-JKMN").status_code for _ in range(21)]
    assert answers == [422] * 20 + [429]


def test_that_a_note_was_read_is_recorded_before_its_text_leaves(app, shared):
    note, professional = shared
    caller = Caller(app, professional)
    answer = app.test_client().open(f"{PREFIX}/notes/{note.id}", headers=caller.headers, buffered=False)
    assert reads_of(note.id)[-1] == (professional.id, 1)
    assert CALM in answer.get_data(as_text=True)


def test_a_read_that_cannot_be_recorded_shows_nothing(app, shared):
    note, professional = shared
    caller = Caller(app, professional)
    with transaction() as session:
        head = session.get(AuditHead, 1)
        kept = (head.seq, head.digest)
        session.delete(head)
    answer = caller.get(f"/notes/{note.id}")
    assert (answer.status_code, CALM in answer.text) == (500, False)
    with transaction() as session:
        session.add(AuditHead(id=1, seq=kept[0], digest=kept[1]))
    assert CALM in caller.get(f"/notes/{note.id}").text


def test_lists_go_on_where_they_left_off(app, carer, shared):
    note, professional = shared
    for _ in range(3):
        Caller(app, professional).get(f"/notes/{note.id}")
    caller, path, found, cursor = Caller(app, carer), f"/notes/{note.id}/reads", [], {}
    while True:
        page = caller.get(path, limit=2, **cursor).get_json()
        found += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(found) == 3


def test_who_reads_it_is_the_carers_to_see_alone(app, carer, shared):
    note, professional = shared
    assert_problem(Caller(app, professional).get(f"/notes/{note.id}/reads"), 403, "forbidden")
    assert_problem(Caller(app, professional).get(f"/notes/{note.id}/versions"), 403, "forbidden")
    assert Caller(app, carer).get(f"/notes/{note.id}/reads").status_code == 200
