"""Break-glass over HTTP: what the service sees, what members see afterwards, and that there is no other way in."""

from datetime import timedelta

import pytest

from models.audit import AuditHead, verify
from models.clock import clock
from models.conversations import Membership, MemberState
from models.people import Person, PersonState
from models.roles import Role
from models.session import reading, transaction
from server.jobs.engine import Engine
from server.jobs.kinds import make_works
from tests.factories.api import PREFIX, Caller, assert_problem, assert_refused_field, items
from tests.factories.one_to_ones import make_private, write
from tests.factories.people import make_person
from tests.factories.streams import audited

REASON = "A carer told the service that she is afraid."
SECRET = "Nobody else knows about the heron."


@pytest.fixture
def carer():
    return make_person(display_name="Wattle")


@pytest.fixture
def private(app, carer):
    conversation_id = make_private(carer, make_person(Role.CARER_PEER_WORKER))
    write(carer, conversation_id, SECRET)
    return conversation_id


@pytest.fixture
def supervisor(caller):
    return caller(make_person(Role.SUPERVISOR, display_name="Banksia"))


@pytest.fixture
def coordinator(caller):
    return caller(Role.COORDINATOR)


def ask(by, private, **changes):
    body = {"purpose": "safety", "reason": REASON, "minutes": 60, **changes}
    return by.post(f"/conversations/{private}/break-glass", **body)


@pytest.fixture
def access_id(supervisor, coordinator, private):
    """An access that is open for an hour."""
    made = ask(supervisor, private)
    assert made.status_code == 201
    assert coordinator.post(f"/break-glass/{made.get_json()['id']}/grant").get_json()["state"] == "granted"
    return made.get_json()["id"]


def test_a_request_is_shown_to_those_who_may_answer_it_with_its_reason(supervisor, coordinator, private):
    made = ask(supervisor, private).get_json()
    (listed,) = items(coordinator.get("/break-glass", state="asked"))
    assert listed == made
    assert (listed["reason"], listed["purpose"], listed["asked_by"]["display_name"]) == (REASON, "safety", "Banksia")
    assert items(coordinator.get("/break-glass", state="granted")) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("reason", "Too short."), ("minutes", 4), ("minutes", 1441), ("purpose", "curiosity"), ("reason", "a" * 2001)],
)
def test_a_request_without_a_real_reason_or_bound_is_refused(supervisor, private, field, value):
    assert_refused_field(ask(supervisor, private, **{field: value}), field)
    assert ask(supervisor, private).status_code == 201


def test_whoever_asked_reads_page_by_page_while_it_is_open(supervisor, carer, private, access_id):
    write(carer, private, "And about the wren.")
    page = supervisor.get(f"/break-glass/{access_id}/messages", limit=1).get_json()
    assert [row["body"] for row in page["items"]] == ["And about the wren."]
    assert page["items"][0]["author"]["display_name"] == "Wattle"
    older = supervisor.get(f"/break-glass/{access_id}/messages", limit=1, before=page["next_cursor"]).get_json()
    assert ([row["body"] for row in older["items"]], older["next_cursor"]) == ([SECRET], None)
    clock.move(timedelta(hours=1))
    assert_problem(supervisor.get(f"/break-glass/{access_id}/messages"), 403, "access_closed")


def test_a_look_is_recorded_also_when_nobody_reads_the_answer(app, supervisor, access_id):
    answer = app.test_client().open(f"{PREFIX}/break-glass/{access_id}/messages", headers=supervisor.headers, buffered=False)
    assert audited(access_id)[-1] == "break_glass.read"
    answer.close()


def test_what_cannot_be_recorded_is_not_shown(supervisor, access_id):
    with transaction() as session:
        head = session.get(AuditHead, 1)
        kept = (head.seq, head.digest)
        session.delete(head)
    answer = supervisor.get(f"/break-glass/{access_id}/messages")
    assert answer.status_code == 500
    assert "heron" not in answer.text
    with transaction() as session:
        session.add(AuditHead(id=1, seq=kept[0], digest=kept[1]))
    assert "heron" in supervisor.get(f"/break-glass/{access_id}/messages").text
    with reading() as session:
        verify(session)


def test_an_open_access_opens_no_other_way_in(supervisor, coordinator, private, access_id):
    for person in (supervisor, coordinator):
        assert_problem(person.get(f"/conversations/{private}/messages"), 404, "not_found")
        body = {"client_id": "1", "body": "I was here."}
        assert_problem(person.post(f"/conversations/{private}/messages", **body), 404, "not_found")
        assert items(person.get("/conversations")) == []
        assert private not in person.post("/sync", streams={private: 0}).get_json()["streams"]
    assert_problem(coordinator.get(f"/break-glass/{access_id}/messages"), 403, "forbidden")


def test_without_a_grant_nothing_is_shown(supervisor, private):
    made = ask(supervisor, private).get_json()
    assert_problem(supervisor.get(f"/break-glass/{made['id']}/messages"), 403, "access_closed")


def test_nobody_else_of_the_service_reads_or_lists(caller, private, access_id):
    for role in (Role.MODERATOR, Role.PROFESSIONAL, Role.CARER_PEER_WORKER, Role.CARER):
        person = caller(role)
        assert_problem(person.get("/break-glass"), 403, "forbidden")
        assert_problem(person.get(f"/break-glass/{access_id}/messages"), 403, "forbidden")


def test_a_member_sees_nothing_while_it_is_open_and_all_of_it_afterwards(
    app, settings, supervisor, carer, private, access_id
):
    member = Caller(app, carer)
    supervisor.get(f"/break-glass/{access_id}/messages")
    supervisor.get(f"/break-glass/{access_id}/messages")
    assert items(member.get("/me/access-log")) == []
    clock.move(timedelta(hours=1))
    member = Caller(app, carer)
    (entry,) = items(member.get("/me/access-log"))  # by the clock, also where no job has run yet
    Engine(make_works(settings), sleep=lambda _seconds: None).run_due()
    assert items(member.get("/me/access-log")) == [entry]
    assert entry["opened_at"] < entry["until"]
    assert {name: entry[name] for name in ("id", "conversation_id", "purpose", "pages_read")} == {
        "id": access_id,
        "conversation_id": private,
        "purpose": "safety",
        "pages_read": 2,
    }
    assert (entry["who"]["display_name"], entry["who"]["role_label"]) == ("Banksia", "Supervisor")
    assert REASON not in member.get("/me/access-log").text
    inbox = member.post("/sync", streams={carer.id: 0}).get_json()["streams"][carer.id]["events"]
    notices = [event["data"] for event in inbox if event["kind"] == "notice.access"]
    assert notices == [{"conversation_id": private, "break_glass_id": access_id}]


def test_the_log_names_the_role_in_which_somebody_looked(app, supervisor, coordinator, carer, access_id):
    body = {"role": "moderator", "current_role": "supervisor", "reason": "Agreed.", "handovers": []}
    assert coordinator.post(f"/people/{supervisor.person.id}/role", **body).status_code == 200
    clock.move(timedelta(hours=1))
    (entry,) = items(Caller(app, carer).get("/me/access-log"))
    assert entry["who"]["role"] == "supervisor"


def test_somebody_suspended_still_reads_who_looked(app, carer, access_id):
    clock.move(timedelta(hours=1))
    with transaction() as session:
        session.get(Person, carer.id).state = PersonState.SUSPENDED
    assert len(items(Caller(app, carer).get("/me/access-log"))) == 1


def test_nobody_sees_the_log_of_conversations_that_are_not_theirs(app, caller, access_id):
    clock.move(timedelta(hours=1))
    assert items(caller().get("/me/access-log")) == []


def test_staff_who_belong_to_a_conversation_do_not_find_it_in_the_services_list(app, caller, private, access_id):
    staff = caller(Role.COORDINATOR)
    assert len(items(staff.get("/break-glass"))) == 1
    with transaction() as session:
        session.add(
            Membership(
                conversation_id=private,
                person_id=staff.person.id,
                state=MemberState.MEMBER,
                standing="guest",
                since=clock.now(),
            )
        )
    assert items(staff.get("/break-glass")) == []


def test_the_lists_are_paged(app, supervisor, coordinator, carer):
    for _ in range(3):
        made = ask(supervisor, make_private(carer)).get_json()
        coordinator.post(f"/break-glass/{made['id']}/grant")
        supervisor.post(f"/break-glass/{made['id']}/end")
    for reader, path in ((coordinator, "/break-glass"), (Caller(app, carer), "/me/access-log")):
        first = reader.get(path, limit=2).get_json()
        rest = reader.get(path, limit=2, cursor=first["next_cursor"]).get_json()
        ids = [row["id"] for row in first["items"] + rest["items"]]
        assert len(set(ids)) == len(ids) == 3
        assert rest["next_cursor"] is None
