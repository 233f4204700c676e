"""What a person wants of notifications, over HTTP."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from models.audit import AuditEntry
from models.clock import clock
from models.crypto import current_keyring
from models.notifications import NotificationSettings
from models.session import reading, transaction
from models.streams import events_after
from server.actions.notifications import STOP_DIGEST
from server.actions.privacy import erase_oneself
from server.queries.push import when_to_tell
from tests.factories.api import assert_problem, assert_refused_field
from tests.factories.groups import make_group
from tests.factories.messages import post as say
from tests.factories.notifications import add_subscription
from tests.factories.people import act, make_person, make_sign_in

PATH = "/me/notifications"
CHOSEN = {"quiet_from": "22:30", "quiet_until": "07:05", "email_digest": False}
USUAL = {"quiet_from": None, "quiet_until": None, "email_digest": True}


def inbox(person):
    with reading() as session:
        return [event.kind for event in events_after(session, person.id, 0, limit=50)]


def stored(person):
    with reading() as session:
        return session.get(NotificationSettings, person.id)


def audited(person):
    with reading() as session:
        query = select(AuditEntry).where(AuditEntry.action == "notifications.changed", AuditEntry.subject_id == person.id)
        return [(entry.actor_id, entry.data) for entry in session.scalars(query.order_by(AuditEntry.seq))]


def test_who_chose_nothing_has_no_quiet_hours_and_gets_mail(caller, settings):
    one = caller()
    found = one.get(PATH).json
    assert found == {
        **USUAL,
        "timezone": "Australia/Sydney",
        "mail_available": False,
        "push_available": True,
        "devices": 0,
    }
    assert stored(one.person) is None


def test_what_was_chosen_is_what_is_read(caller):
    one, other = caller(), caller()
    answer = one.put(PATH, **CHOSEN)
    assert answer.status_code == 200
    assert answer.json == one.get(PATH).json
    assert {name: answer.json[name] for name in CHOSEN} == CHOSEN
    assert {name: other.get(PATH).json[name] for name in USUAL} == USUAL
    assert {name: one.put(PATH, **USUAL).json[name] for name in USUAL} == USUAL


@pytest.mark.parametrize("shown", ["00:00", "09:05", "23:59"])
def test_any_minute_of_the_day_can_begin_them(caller, shown):
    assert caller().put(PATH, **{**CHOSEN, "quiet_from": shown}).json["quiet_from"] == shown


@pytest.mark.parametrize(
    "wrong", ["24:00", "7:05", "07:60", "07:05:00", " 07:05", "07:05\n", "0705", "\u0660\u0667:\u0660\u0665", "", 425, True]
)
def test_what_no_clock_shows_is_refused_by_name(caller, wrong):
    one = caller()
    assert_refused_field(one.put(PATH, **{**CHOSEN, "quiet_from": wrong}), "quiet_from")
    assert_refused_field(one.put(PATH, **{**CHOSEN, "quiet_until": wrong}), "quiet_until")
    assert stored(one.person) is None
    assert one.put(PATH, **CHOSEN).status_code == 200


def test_quiet_hours_have_both_ends_or_neither_and_they_differ(caller):
    one = caller()
    assert_refused_field(one.put(PATH, **{**CHOSEN, "quiet_from": None}), "quiet_from")
    assert_refused_field(one.put(PATH, **{**CHOSEN, "quiet_until": None}), "quiet_until")
    assert_refused_field(one.put(PATH, **{**CHOSEN, "quiet_until": CHOSEN["quiet_from"]}), "quiet_until")
    assert stored(one.person) is None


@pytest.mark.parametrize("name", CHOSEN)
def test_all_is_said_at_once(caller, name):
    assert_refused_field(caller().put(PATH, **{key: value for key, value in CHOSEN.items() if key != name}), name)


def test_other_devices_hear_of_a_change_and_of_nothing_else(caller):
    one = caller()
    one.put(PATH, **CHOSEN)
    assert inbox(one.person).count("notifications.changed") == 1
    one.put(PATH, **CHOSEN)
    assert inbox(one.person).count("notifications.changed") == 1
    one.put(PATH, **USUAL)
    assert inbox(one.person).count("notifications.changed") == 2


def test_a_change_is_in_the_audit_trail_without_what_was_chosen(caller):
    one = caller()
    one.put(PATH, **CHOSEN)
    one.put(PATH, **{**CHOSEN, "email_digest": True})
    assert audited(one.person) == [
        (one.person.id, {"fields": ["email_digest", "quiet_from", "quiet_until"]}),
        (one.person.id, {"fields": ["email_digest"]}),
    ]


def test_the_quiet_hours_are_those_of_the_zone_the_person_moved_to(caller):
    one = caller()
    writer = make_person()
    group = make_group(writer, one.person)
    say(writer, group)
    moment = clock.now().replace(
        hour=12, minute=30, second=0, microsecond=0
    )  # half past ten in the evening in Brisbane, all year
    one.patch("/me", timezone="Australia/Brisbane")
    one.put(PATH, quiet_from="22:00", quiet_until="06:00", email_digest=True)
    with reading() as session:
        assert when_to_tell(session, one.person.id, group.conversation_id, now=moment) == moment.replace(hour=20, minute=0)
    assert one.patch("/me", timezone="Africa/Abidjan").json["timezone"] == "Africa/Abidjan"
    assert one.get(PATH).json["timezone"] == "Africa/Abidjan"
    with reading() as session:
        assert when_to_tell(session, one.person.id, group.conversation_id, now=moment) == moment
    assert_refused_field(one.patch("/me", timezone="Mars/Olympus"), "timezone")


def test_it_says_what_the_service_has_and_how_many_devices_are_called(app, caller, post, settings):
    one = caller()
    add_subscription(one.person, one.sign_in)
    add_subscription(one.person, make_sign_in(one.person))
    found = one.get(PATH).json
    assert (found["mail_available"], found["push_available"], found["devices"]) == (True, True, 2)
    app.extensions["settings"] = replace(settings, vapid_private_key=None)
    found = one.get(PATH).json
    assert (found["mail_available"], found["push_available"]) == (False, False)


def test_changes_are_limited(caller):
    one = caller()
    answers = [one.put(PATH, **CHOSEN).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]


# -- a link that stops mail -------------------------------------------------------------------------------------------


@pytest.fixture
def link(app, settings):
    """`link(person)`: the path in a mail to them."""
    return lambda person: f"/unsubscribe/{current_keyring().seal_for_link(person.id, STOP_DIGEST)}"


def test_opening_the_link_changes_nothing_and_its_button_stops_mail(client, caller, link):
    one, other = caller(), caller()
    one.put(PATH, **{**CHOSEN, "email_digest": True})
    page = client.get(link(one.person))
    assert page.status_code == 200
    assert '<form method="post">' in page.text
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    assert stored(one.person).email_digest
    done = client.post(link(one.person), data={"List-Unsubscribe": "One-Click"})
    assert (done.status_code, done.content_type) == (200, "text/html; charset=utf-8")
    assert one.get(PATH).json["email_digest"] is False
    assert one.get(PATH).json["quiet_from"] == CHOSEN["quiet_from"]
    assert other.get(PATH).json["email_digest"] is True


def test_it_works_signed_out_for_who_never_chose_anything_and_twice(client, caller, link):
    one = caller()
    one.post("/auth/logout")
    for _ in range(2):
        assert client.post(link(one.person)).status_code == 200
    assert not stored(one.person).email_digest
    assert inbox(one.person).count("notifications.changed") == 1
    assert audited(one.person) == [(None, {"fields": ["email_digest"]})]


def test_a_mail_program_may_post_a_form_of_either_kind(client, caller, link):
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        one = caller()
        client.post(link(one.person), data={"List-Unsubscribe": "One-Click"}, content_type=kind)
        assert one.get(PATH).json["email_digest"] is False


def test_it_can_be_switched_on_again(client, caller, link):
    one = caller()
    client.post(link(one.person))
    assert one.put(PATH, **USUAL).json["email_digest"] is True


def test_a_link_that_was_changed_anywhere_stops_nobodys_mail(client, caller, link, logs):
    one = caller()
    path = link(one.person)
    start = len("/unsubscribe/")
    for place in range(start, len(path)):
        wrong = path[:place] + ("A" if path[place] != "A" else "B") + path[place + 1 :]
        for ask in (client.get, client.post):
            assert ask(wrong).status_code == 404
    for wrong in ("x", "é", "%00", path[start:-1], path[start:] + "A", one.person.id, "A" * 5000):
        assert client.post(f"/unsubscribe/{wrong}").status_code == 404
    assert one.get(PATH).json["email_digest"] is True
    assert "Traceback" not in logs.getvalue()


def test_a_link_made_for_something_else_stops_nobodys_mail(app, client, caller):
    one = caller()
    token = current_keyring().seal_for_link(one.person.id, "something else")
    assert client.post(f"/unsubscribe/{token}").status_code == 404
    assert one.get(PATH).json["email_digest"] is True


def test_neither_link_nor_page_tells_whose_it_is(client, caller, link):
    one = caller()
    first, second = link(one.person), link(one.person)
    assert first != second
    for said in (first, client.get(first).text, client.post(first).text):
        for word in (one.person.id, one.person.display_name, one.person.email):
            assert word not in said


def test_the_link_goes_into_no_log(client, caller, link, logs):
    path = link(caller().person)
    client.get(path)
    client.post(path)
    assert "/unsubscribe/<string:token>" in logs.getvalue()
    assert path not in logs.getvalue()


def test_who_erased_their_account_is_told_the_same_and_gets_nothing_stored(client, caller, link):
    one = caller()
    act(erase_oneself, one.person)
    assert client.post(link(one.person)).status_code == 200
    assert stored(one.person) is None


def test_who_is_held_up_by_something_else_can_still_choose(caller):
    one = caller()
    with transaction() as session:
        session.merge(one.person).accepted_code_version = 0
    assert_problem(one.get("/groups"), 403, "acceptance_required")
    assert one.put(PATH, **CHOSEN).status_code == 200
