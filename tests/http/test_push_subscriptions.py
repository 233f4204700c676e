"""Subscribing a device, taking it away, and the trial that shows whether pushes reach it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.clock import clock
from models.jobs import Job, JobKind, JobState
from models.notifications import CONFIRMED_LASTS, MOST_SUBSCRIPTIONS, TRIAL_LASTS, PushSubscription
from models.session import reading
from server.actions.push import enqueue_push
from server.vapid import public_key, read_key
from tests.factories.api import Caller, assert_problem, assert_refused_field, items
from tests.factories.notifications import new_push_keys
from tests.factories.push import Calls, in_one
from tests.factories.push_service import running_push_service
from tests.factories.races import race
from tests.factories.settings import VAPID_PRIVATE_KEY

DEVICES = "/me/push-subscriptions"


@pytest.fixture
def calls(app, settings):
    """A push service, and this service calling devices there."""
    with running_push_service() as service:
        app.extensions["settings"] = replace(settings, push_hosts=frozenset({service.host}))
        yield Calls(service)
        app.extensions["settings"] = settings
        assert service.refusals == []


@pytest.fixture
def off(app, settings):
    app.extensions["settings"] = replace(settings, vapid_private_key=None)
    yield
    app.extensions["settings"] = settings


def subscribe(caller, device):
    return caller.post(DEVICES, **device.subscription)


def confirm(caller, device_id, code):
    return caller.post(f"{DEVICES}/{device_id}/confirm", code=code)


def tried(caller, calls, device):
    """The device's id, and the code of a trial push that reached it."""
    device_id = subscribe(caller, device).json["id"]
    assert caller.post(f"{DEVICES}/{device_id}/trial").status_code == 202
    calls.send()
    assert device.data[-1]["kind"] == "trial"
    assert device.data[-1]["subscription_id"] == device_id
    return device_id, device.data[-1]["code"]


def row(device_id):
    with reading() as session:
        return session.get(PushSubscription, device_id)


# -- subscribing -----------------------------------------------------------------------------------------------------


def test_the_key_to_subscribe_for_is_the_public_half_of_the_services(caller):
    assert caller().get("/push/key").json == {"public_key": public_key(read_key(VAPID_PRIVATE_KEY))}


def test_without_web_push_everything_says_so_in_one_code_and_what_is_there_can_be_taken_away(caller, calls, off):
    one = caller()
    device = calls.service.device()
    made = calls.subscribe(one.person, device)
    assert_problem(one.get("/push/key"), 409, "push_off")
    assert_problem(subscribe(one, calls.service.device()), 409, "push_off")
    assert_problem(one.post(f"{DEVICES}/{made.id}/trial"), 409, "push_off")
    assert one.delete(f"{DEVICES}/{made.id}").status_code == 204


def test_a_device_is_listed_without_where_it_points_to(caller, calls):
    one, device = caller(), calls.service.device()
    made = subscribe(one, device)
    assert made.status_code == 201
    assert set(made.json) == {"id", "this_device", "created_at", "confirmed_at", "confirmed"}
    assert (made.json["this_device"], made.json["confirmed"], made.json["confirmed_at"]) == (True, False, None)
    assert items(one.get(DEVICES)) == [made.json]


def test_another_device_of_mine_is_not_this_one(app, caller, calls):
    one = caller()
    subscribe(one, calls.service.device())
    (seen,) = items(Caller(app, one.person).get(DEVICES))
    assert seen["this_device"] is False


def test_subscribing_again_is_harmless_and_takes_the_newer_keys(caller, calls):
    one, device = caller(), calls.service.device()
    device_id, code = tried(one, calls, device)
    confirm(one, device_id, code)
    again = subscribe(one, device)
    assert (again.status_code, again.json["id"], again.json["confirmed"]) == (200, device_id, True)
    renewed = one.post(DEVICES, endpoint=device.endpoint, keys=new_push_keys())
    assert (renewed.json["id"], renewed.json["confirmed"]) == (device_id, False)
    assert len(items(one.get(DEVICES))) == 1


def test_a_phone_that_changes_hands_belongs_to_the_last_who_subscribed_and_tells_nothing_of_the_one_before(caller, calls):
    before, after, device = caller(), caller(), calls.service.device()
    first = subscribe(before, device)
    in_one(enqueue_push, person_id=before.person.id, data={"kind": "x"}, ttl=timedelta(hours=1))
    second = subscribe(after, device)
    assert (second.status_code, set(second.json)) == (201, set(first.json))
    assert second.json["id"] != first.json["id"]
    assert items(before.get(DEVICES)) == []
    assert_problem(before.delete(f"{DEVICES}/{second.json['id']}"), 404, "not_found")
    calls.send()  # what was on its way to the one before
    assert device.pushes == []


def test_two_who_subscribe_one_endpoint_at_once_leave_one_owner(app, caller, calls):
    one, other, device = caller(), caller(), calls.service.device()
    answers = race(lambda: subscribe(one, device).status_code, lambda: subscribe(other, device).status_code)
    assert answers == [201, 201]
    assert len(items(one.get(DEVICES))) + len(items(other.get(DEVICES))) == 1


def test_past_the_most_a_person_can_have_the_oldest_goes(caller, calls):
    one = caller()
    made = [subscribe(one, calls.service.device()).json["id"] for _ in range(MOST_SUBSCRIPTIONS + 1)]
    assert [device["id"] for device in items(one.get(DEVICES))] == made[1:]


def test_a_device_goes_with_its_sign_in(app, caller, calls):
    one, device = caller(), calls.service.device()
    subscribe(one, device)
    other = Caller(app, one.person)
    subscribe(other, calls.service.device())
    one.post("/auth/logout")
    assert [seen["this_device"] for seen in items(other.get(DEVICES))] == [True]
    assert in_one(enqueue_push, person_id=one.person.id, data={"kind": "x"}, ttl=timedelta(hours=1)) == 1
    calls.send()
    assert device.pushes == []


def test_taking_a_device_away_ends_its_pushes(caller, calls):
    one, device = caller(), calls.service.device()
    device_id = subscribe(one, device).json["id"]
    in_one(enqueue_push, person_id=one.person.id, data={"kind": "x"}, ttl=timedelta(hours=1))
    assert one.delete(f"{DEVICES}/{device_id}").status_code == 204
    calls.send()
    assert device.pushes == []
    assert_problem(one.delete(f"{DEVICES}/{device_id}"), 404, "not_found")


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://push.example.org/x",
        "http://127.0.0.1:1/x",
        "https://169.254.169.254/x",
        "https://a@fcm.googleapis.com/x",
        "x",
    ],
)
def test_only_a_push_service_is_ever_posted_to(caller, calls, endpoint):
    one = caller()
    assert_problem(one.post(DEVICES, endpoint=endpoint, keys=new_push_keys()), 422, "push_service_unknown")
    known = one.post(DEVICES, endpoint="https://fcm.googleapis.com/fcm/send/x", keys=new_push_keys())
    assert known.status_code == 201


@pytest.mark.parametrize("name", ["p256dh", "auth"])
@pytest.mark.parametrize("bad", ["", "AAAA", "!" * 87, "A" * 87, "A" * 88, "A" * 23, "B" + "A" * 86, None, 1, "A" * 200])
def test_keys_that_no_browser_made_are_refused(caller, name, bad):
    body = {"endpoint": "https://fcm.googleapis.com/fcm/send/x", "keys": {**new_push_keys(), name: bad}}
    assert_refused_field(caller().post(DEVICES, **body), "keys")


def test_keys_may_come_with_padding(caller, calls):
    one, device = caller(), calls.service.device()
    padded = {name: key + "=" * (-len(key) % 4) for name, key in device.keys.items()}
    assert one.post(DEVICES, endpoint=device.endpoint, keys=padded).status_code == 201
    in_one(enqueue_push, person_id=one.person.id, data={"kind": "x"}, ttl=timedelta(hours=1))
    calls.send()
    assert device.data == [{"kind": "x"}]


def test_where_a_device_points_to_is_not_readable_in_the_database(caller, calls):
    one, device = caller(), calls.service.device()
    subscribe(one, device)
    with reading() as session:
        stored = session.connection().exec_driver_sql("SELECT * FROM push_subscription").one()
    everything = b"".join(bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in stored)
    for secret in (device.endpoint, device.keys["p256dh"], device.keys["auth"]):
        assert secret.encode() not in everything


# -- trials ----------------------------------------------------------------------------------------------------------


def test_a_code_that_comes_back_shows_that_the_device_is_reached(caller, calls):
    one, device = caller(), calls.service.device()
    device_id, code = tried(one, calls, device)
    assert device.pushes[-1].headers["urgency"] == "high"
    answer = confirm(one, device_id, code.lower().replace("-", " "))
    assert (answer.status_code, answer.json["confirmed"]) == (200, True)
    assert row(device_id).confirmed(clock.now())
    clock.move(CONFIRMED_LASTS)
    assert not row(device_id).confirmed(clock.now())


def test_a_code_is_good_once_and_for_a_while_and_for_its_own_device(caller, calls):
    one = caller()
    device_id, code = tried(one, calls, calls.service.device())
    other_id, other_code = tried(one, calls, calls.service.device())
    for wrong in (other_code, "2345-6789-ABCD-EFGH-JKMN"):
        assert_problem(confirm(one, device_id, wrong), 409, "push_trial_wrong")
    assert confirm(one, device_id, code).status_code == 200
    assert_problem(confirm(one, device_id, code), 409, "push_trial_wrong")
    clock.move(TRIAL_LASTS)
    assert_problem(confirm(one, other_id, other_code), 409, "push_trial_wrong")
    assert row(other_id).confirmed_at is None


def test_nobody_confirms_anothers_device(caller, calls):
    device_id, code = tried(caller(), calls, calls.service.device())
    stranger = caller()
    assert_problem(confirm(stranger, device_id, code), 404, "not_found")
    assert_problem(stranger.post(f"{DEVICES}/{device_id}/trial"), 404, "not_found")


def test_a_trial_that_is_tried_again_carries_another_code_and_the_last_counts(caller, calls):
    one, device = caller(), calls.service.device()
    device_id = subscribe(one, device).json["id"]
    device.answers = [(503, {})]
    one.post(f"{DEVICES}/{device_id}/trial")
    calls.send()
    lost = row(device_id).trial_index
    clock.move(timedelta(minutes=1))
    calls.send()
    assert row(device_id).trial_index != lost
    assert confirm(one, device_id, device.data[-1]["code"]).status_code == 200


def test_the_code_lies_nowhere_but_as_a_keyed_digest(caller, calls, logs):
    one, device = caller(), calls.service.device()
    device_id = subscribe(one, device).json["id"]
    one.post(f"{DEVICES}/{device_id}/trial")
    with reading() as session:
        (job,) = session.scalars(select(Job).where(Job.kind == JobKind.PUSH, Job.state == JobState.WAITING)).all()
    calls.send()
    code = device.data[-1]["code"]
    kept = row(device_id)
    for place in (job.payload, kept.trial_index, logs.getvalue()):
        assert code not in place
        assert code.replace("-", "") not in place


def test_guesses_and_trials_are_limited(caller, calls):
    one = caller()
    device_id = subscribe(one, calls.service.device()).json["id"]
    answers = [confirm(one, device_id, "2345-6789-ABCD-EFGH-JKMN").status_code for _ in range(21)]
    assert answers == [409] * 20 + [429]
    answers = [one.post(f"{DEVICES}/{device_id}/trial").status_code for _ in range(21)]
    assert answers == [202] * 20 + [429]
