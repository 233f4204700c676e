"""Words that tell of a risk while the worker is at home: whoever is on duty learns that it is so, and never who or what."""

import json
from datetime import timedelta

import pytest

from models.clock import clock
from models.concerns import AGAIN_AFTER, LASTS
from models.contact_windows import Window
from models.helplines import Whose
from models.retention import CONCERN_LASTS
from models.roles import Role
from models.rota import Layer
from models.session import reading
from models.streams import CRISIS_DESK
from server.actions.alerts import cancel_alert, open_alert
from server.actions.concerns import offer_contact
from server.actions.edits import edit_message
from server.jobs.retention import sweep_all
from server.queries.concerns import list_concerns
from tests.factories.alerts import on_duty
from tests.factories.concerns import concerns
from tests.factories.contacts import wall_off
from tests.factories.digests import at
from tests.factories.messages import HOSTILE, PLAIN, RISKY
from tests.factories.one_to_ones import make_one_to_one, write
from tests.factories.openings import make_terms
from tests.factories.people import act, make_person
from tests.factories.push import Calls
from tests.factories.push_service import running_push_service
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of, kinds_of

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _night():
    at(2030, 6, 10, 3)


@pytest.fixture
def calls():
    with running_push_service() as service:
        yield Calls(service)
        assert service.refusals == []


@pytest.fixture
def carer():
    return make_person(display_name="Juniper Vale")


@pytest.fixture
def worker():
    return make_person(Role.CARER_PEER_WORKER)


@pytest.fixture
def talk(carer, worker):
    make_terms(worker)
    return make_one_to_one(carer, worker)


def seen_by(person):
    with reading() as session:
        return list_concerns(session, person, limit=100, cursor=None, now=clock.now()).items


def noticed(person):
    return kinds_of(person.id).count("notice.concern")


def test_whoever_is_on_duty_is_called_and_the_worker_at_home_is_not(calls, carer, worker, talk):
    there = on_duty()
    phone, at_home = calls.phone(there), calls.phone(worker)
    write(carer, talk.conversation_id, RISKY)
    calls.settle()
    (concern,) = concerns()
    assert phone.data == [{"kind": "concern", "concern_id": concern.id}]
    assert at_home.data == []
    assert (noticed(there), noticed(worker)) == (1, 0)
    assert audited(concern.id) == ["concern.raised"]


def test_they_learn_that_it_is_so_and_neither_who_nor_what(carer, worker, talk):
    there = on_duty()
    message = write(carer, talk.conversation_id, RISKY)
    told = [event.data for event in (*events_of(there.id), *events_of(CRISIS_DESK)) if event.kind == "notice.concern"]
    assert len(told) == 2
    for secret in (carer.id, carer.display_name, worker.id, message.id, talk.conversation_id, RISKY):
        assert secret not in json.dumps(told)
    assert kinds_of(talk.conversation_id) == ["message.created"]


def test_other_words_call_nobody(carer, talk):
    there = on_duty()
    write(carer, talk.conversation_id, PLAIN)
    assert (concerns(), noticed(there)) == ([], 0)


def test_within_a_window_it_is_the_workers_to_answer(carer, talk):
    there = on_duty()
    at(2030, 6, 10, 10)
    write(carer, talk.conversation_id, RISKY)
    assert (concerns(), noticed(there)) == ([], 0)


def test_a_workers_own_words_call_nobody(worker, talk):
    there = on_duty()
    write(worker, talk.conversation_id, RISKY)
    assert (concerns(), noticed(there)) == ([], 0)


def test_words_that_are_held_call_all_the_same(carer, talk):
    on_duty()
    message = write(carer, talk.conversation_id, f"{RISKY} {HOSTILE}", acknowledged_advice=True)
    assert message.seq is None
    assert len(concerns()) == 1


def test_words_changed_into_such_words_call_too(carer, talk):
    on_duty()
    message = write(carer, talk.conversation_id, PLAIN)
    act(edit_message, carer, message.id, body=RISKY, content_warning=None, acknowledged_advice=False)
    assert [concern.message_id for concern in concerns()] == [message.id]


def test_more_such_words_are_one_call_and_after_a_while_another(carer, talk):
    there = on_duty()
    for _ in range(3):
        write(carer, talk.conversation_id, RISKY)
    assert ([concern.times for concern in concerns()], noticed(there)) == ([3], 1)
    clock.move(AGAIN_AFTER)
    write(carer, talk.conversation_id, RISKY)
    assert ([concern.times for concern in concerns()], noticed(there)) == ([4], 2)


def test_it_is_over_when_the_worker_reads_again(carer, talk):
    there = on_duty()
    write(carer, talk.conversation_id, RISKY)
    assert len(seen_by(there)) == 1
    at(2030, 6, 10, 9, 0, 1)
    assert seen_by(there) == []
    assert_refused("concern_over", act, offer_contact, there, concerns()[0].id)


def test_it_is_over_after_half_a_day_however_long_the_worker_is_away(carer):
    worker = make_person(Role.CARER_PEER_WORKER)
    make_terms(worker, [Window(5, 540, 600)])  # on Saturdays; it is Monday
    write(carer, make_one_to_one(carer, worker).conversation_id, RISKY)
    assert concerns()[0].until - concerns()[0].raised_at == LASTS


def test_where_nobody_else_is_on_duty_a_supervisor_on_duty_is_called(carer, talk):
    behind = on_duty(Layer.SUPERVISOR)
    write(carer, talk.conversation_id, RISKY)
    assert noticed(behind) == 1


def test_where_somebody_is_on_duty_supervisors_behind_them_sleep_on(carer, talk):
    first, behind = on_duty(), on_duty(Layer.SUPERVISOR)
    write(carer, talk.conversation_id, RISKY)
    assert (noticed(first), noticed(behind)) == (1, 0)


def test_nobody_on_duty_leaves_it_on_the_desk(carer, talk):
    write(carer, talk.conversation_id, RISKY)
    assert kinds_of(CRISIS_DESK) == ["notice.concern"]
    assert len(seen_by(make_person(Role.SUPERVISOR))) == 1


def test_who_a_wall_keeps_from_the_carer_is_neither_called_nor_shown_it(carer, talk):
    walled, other = on_duty(), on_duty(Layer.BACKUP)
    wall_off(carer, walled)
    write(carer, talk.conversation_id, RISKY)
    assert (noticed(walled), noticed(other)) == (0, 1)
    assert (len(seen_by(walled)), len(seen_by(other))) == (0, 1)
    concern = concerns()[0]
    assert_refused("not_found", act, offer_contact, walled, concern.id)
    assert act(offer_contact, other, concern.id).offered_by == other.id


def test_an_offer_reaches_the_carer_and_it_is_theirs_to_ask(calls, carer, talk):
    there = on_duty()
    phone = calls.phone(carer)
    message = write(carer, talk.conversation_id, RISKY)
    (concern,) = concerns()
    act(offer_contact, there, concern.id)
    calls.send()
    assert phone.data == [{"kind": "crisis_offer", "concern_id": concern.id}]
    (offer,) = [event.data for event in events_of(carer.id) if event.kind == "notice.crisis_offer"]
    assert offer == {"concern_id": concern.id, "conversation_id": talk.conversation_id, "message_id": message.id}
    assert "alert.paged" not in kinds_of(there.id)
    act(open_alert, carer, whose=Whose.CARER, note=None, message_id=offer["message_id"])
    assert "alert.paged" in kinds_of(there.id)


def test_an_offer_is_made_once_and_everybody_on_duty_sees_that_it_was(carer, talk):
    there, other = on_duty(), on_duty(Layer.BACKUP)
    write(carer, talk.conversation_id, RISKY)
    (concern,) = concerns()
    for _ in range(2):
        act(offer_contact, there, concern.id)
    assert_refused("concern_over", act, offer_contact, other, concern.id)
    assert kinds_of(carer.id).count("notice.crisis_offer") == 1
    assert [event.data["offered"] for event in events_of(other.id) if event.kind == "notice.concern"] == [False, True]
    assert audited(concern.id) == ["concern.raised", "concern.offered"]


def test_who_is_not_on_duty_sees_none(carer, worker, talk):
    write(carer, talk.conversation_id, RISKY)
    for person in (worker, carer, make_person(Role.MODERATOR)):
        assert_refused("forbidden", seen_by, person)
        assert_refused("not_found", act, offer_contact, person, concerns()[0].id)
    assert_refused("forbidden", act, offer_contact, make_person(Role.COORDINATOR), concerns()[0].id)


def test_where_no_windows_were_named_nobody_but_the_worker_is_called(carer):
    there = on_duty()
    write(carer, make_one_to_one(carer).conversation_id, RISKY)
    assert (concerns(), noticed(there)) == ([], 0)


def test_a_concern_that_is_long_over_is_forgotten_and_stays_in_the_record(carer, talk):
    write(carer, talk.conversation_id, RISKY)
    (concern,) = concerns()
    clock.move(concern.until - clock.now() + CONCERN_LASTS - HOUR)
    sweep_all(pause=lambda: None)
    assert len(concerns()) == 1
    clock.move(2 * HOUR)
    sweep_all(pause=lambda: None)
    assert concerns() == []
    assert audited(concern.id) == ["concern.raised"]


def test_who_has_asked_for_somebody_already_is_no_concern_any_more(carer, talk):
    there = on_duty()
    write(carer, talk.conversation_id, RISKY)
    assert len(seen_by(there)) == 1
    alert = act(open_alert, carer, whose=Whose.CARER, note=None, message_id=None).view.alert
    assert seen_by(there) == []
    assert_refused("concern_over", act, offer_contact, there, concerns()[0].id)
    clock.move(AGAIN_AFTER)
    write(carer, talk.conversation_id, RISKY)
    assert noticed(there) == 1
    act(cancel_alert, carer, alert.id)
    write(carer, talk.conversation_id, RISKY)
    assert noticed(there) == 2
