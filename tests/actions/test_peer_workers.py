"""The directory of peer workers and whom it suggests: who is in it, in which order, and why."""

import random
from datetime import timedelta

import pytest

from models.clock import clock
from models.contact_windows import DAYS, Window
from models.contacts import WallKind
from models.decisions import DecisionName, PeerRoleModel
from models.ids import new_id
from models.openings import ContactLeave, ContactTerms, Limits, use_limits
from models.pairings import Pairing
from models.peer_vocabulary import Trait, labels
from models.people import Person, PersonState
from models.preferences import Weight
from models.roles import Role
from models.rota import ClearanceKind
from models.session import reading, transaction
from server.actions.role_changes import change_role
from server.actions.rota_changes import record_clearance
from server.actions.walls import record_consent
from server.actions.worker_profiles import withdraw_profile
from server.queries import candidates
from server.queries.openings import openings
from server.queries.peer_workers import Looked, get_peer_worker, list_peer_workers, suggest_peer_workers
from tests.factories.contacts import ask, by_consent, connect, decided, suspend, wall_off
from tests.factories.openings import make_terms
from tests.factories.people import act, make_person
from tests.factories.privacy import erase
from tests.factories.queries import counted
from tests.factories.refusals import assert_refused
from tests.factories.rota import make_leave
from tests.factories.worker_profiles import listed_worker, look_for, publish, write

CONSUMER = Role.CONSUMER_PEER_WORKER
ALOT = Weight.MATTERS_A_LOT
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def carer():
    return make_person(timezone="UTC")


def directory(viewer, *, role=None, open_now=False, has_capacity=False, limit=50, **traits):
    looked = Looked(
        traits={Trait(name): value for name, value in traits.items()},
        role=role,
        open_now=open_now,
        has_capacity=has_capacity,
    )
    with reading() as session:
        found, cursor = [], None
        while True:
            page = list_peer_workers(session, viewer, looked, limit=limit, cursor=cursor, now=clock.now())
            found += [each.worker.id for each in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return found


def person_now(person_id):
    with reading() as session:
        return session.get_one(Person, person_id)


def suggested(carer, limit=20):
    with reading() as session:
        return suggest_peer_workers(session, carer, limit=limit, now=clock.now())


def order(carer, limit=20):
    return [each.worker.id for each in suggested(carer, limit).items]


def entry(viewer, worker):
    with reading() as session:
        return get_peer_worker(session, viewer, worker.id, now=clock.now())


def assert_hidden(viewer, worker):
    assert worker.id not in directory(viewer)
    assert worker.id not in order(viewer)
    assert_refused("not_found", entry, viewer, worker)


def assert_shown(viewer, worker):
    assert worker.id in directory(viewer)
    assert worker.id in order(viewer)
    assert entry(viewer, worker).worker.id == worker.id


# Who is in it.


def test_only_an_agreed_profile_is_shown_and_as_it_was_agreed(carer):
    worker = make_person(Role.CARER_PEER_WORKER)
    write(worker, languages=["el"])
    assert_hidden(carer, worker)
    publish(worker, languages=["el"])
    assert_shown(carer, worker)
    write(worker, languages=["it"])
    assert entry(carer, worker).profile.says["languages"] == ["el"]
    assert directory(carer, language="el") == [worker.id]
    assert directory(carer, language="it") == []
    publish(worker, languages=["it"])
    assert entry(carer, worker).profile.says["languages"] == ["it"]
    assert directory(carer, language="it") == [worker.id]


def test_whoever_takes_it_back_is_gone_at_once(carer):
    worker = listed_worker()
    assert_shown(carer, worker)
    act(withdraw_profile, worker)
    assert_hidden(carer, worker)


def test_a_suspended_worker_is_hidden_until_reinstated(carer):
    worker = listed_worker()
    suspend(worker)
    assert_hidden(carer, worker)
    with transaction() as session:
        session.get_one(Person, worker.id).state = PersonState.ACTIVE
    assert_shown(carer, worker)


def test_an_erased_worker_is_hidden(carer):
    worker = listed_worker()
    erase(worker)
    assert_hidden(carer, worker)


def test_a_worker_in_another_role_is_hidden_also_in_the_other_peer_role(carer):
    by_consent()
    worker = listed_worker()
    change = {"reason": "Agreed.", "handovers": {}}
    coordinator = make_person(Role.COORDINATOR)
    act(change_role, coordinator, worker.id, role=CONSUMER, current_role=Role.CARER_PEER_WORKER, **change)
    assert_hidden(carer, worker)
    publish(worker, languages=["el"])
    assert entry(carer, worker).worker.role is CONSUMER


@pytest.mark.parametrize("declarer", ["carer", "worker"])
def test_a_wall_hides_worker_and_carer_from_each_other_until_it_is_lifted(carer, declarer):
    worker = listed_worker()
    pair = (carer, worker) if declarer == "carer" else (worker, carer)
    wall = wall_off(*pair, WallKind.SUPPORTS_THE_CONSUMER)
    assert_hidden(carer, worker)
    assert_shown(make_person(), worker)
    act(record_consent, make_person(Role.COORDINATOR), wall.id, note="On file.")
    assert_shown(carer, worker)


def test_a_pause_hides_a_worker(carer):
    worker = listed_worker()
    make_terms(worker, paused_at=clock.now())
    assert_hidden(carer, worker)
    with transaction() as session:
        session.get_one(ContactTerms, worker.id).paused_at = None
    assert_shown(carer, worker)


def test_lapsed_training_hides_a_worker_until_it_is_renewed(carer):
    worker, coordinator = listed_worker(), make_person(Role.COORDINATOR)
    clear = {"person_id": worker.id, "kind": ClearanceKind.TRAINING}
    act(record_clearance, coordinator, **clear, valid_until=clock.now() + DAY)
    assert_shown(carer, worker)
    clock.move(2 * DAY)
    assert_hidden(carer, worker)
    act(record_clearance, coordinator, **clear, valid_until=clock.now() + DAY)
    assert_shown(carer, worker)


def test_somebody_who_is_nobody_is_not_found(carer):
    assert_refused("not_found", entry, carer, make_person(Role.CARER_PEER_WORKER))
    with reading() as session:
        assert_refused("not_found", get_peer_worker, session, carer, new_id(), now=clock.now())


def test_the_two_peer_roles_are_in_one_list_only_where_both_may_be_asked(carer):
    worker, consumer_worker = listed_worker(), listed_worker(CONSUMER)
    assert directory(carer) == order(carer) == [worker.id]
    assert directory(carer, role=CONSUMER) == [consumer_worker.id]
    assert entry(carer, consumer_worker).pairing is Pairing.REFUSED
    by_consent()
    assert set(directory(carer)) == set(order(carer)) == {worker.id, consumer_worker.id}
    assert directory(carer, role=Role.CARER_PEER_WORKER) == [worker.id]
    assert (entry(carer, consumer_worker).pairing, entry(carer, worker).pairing) == (Pairing.BY_CONSENT, Pairing.USUAL)
    decided(DecisionName.PEER_ROLE_MODEL, PeerRoleModel.DISTINCT)
    assert directory(carer) == order(carer) == [worker.id]


# What is looked for.

HAS = {
    "relationships": ["parent"],
    "conditions": ["bipolar", "anxiety"],
    "languages": ["en", "el-CY"],
    "cultures": ["greek"],
    "topics": ["respite"],
    "gender": "woman",
    "age_band": "40_49",
    "years_as_carer": 12,
}


@pytest.mark.parametrize(
    ("trait", "met", "not_met"),
    [
        ("relationship", "parent", "partner"),
        ("condition", "anxiety", "ocd"),
        ("language", "el", "it"),
        ("culture", "greek", "dutch"),
        ("gender", "woman", "man"),
        ("age_band", "40_49", "50_59"),
        ("years_as_carer", "10_plus", "20_plus"),
        ("topic", "respite", "money"),
        ("time", "thu_evening", "thu_morning"),
    ],
)
def test_each_filter_lets_through_who_has_it(carer, trait, met, not_met):
    worker, other = listed_worker(**HAS), listed_worker()
    make_terms(worker, [Window(3, 18 * 60, 20 * 60)])
    assert directory(carer, **{trait: met}) == [worker.id]
    assert directory(carer, **{trait: not_met}) == []
    assert set(directory(carer)) == {worker.id, other.id}


def test_filters_must_all_be_met(carer):
    worker = listed_worker(**HAS)
    listed_worker(languages=["el"])
    assert directory(carer, language="el", gender="woman") == [worker.id]
    assert directory(carer, language="el", gender="man") == []


def test_who_is_open_now_and_who_has_a_place(carer):
    there, full, away, silent = (listed_worker() for _ in range(4))
    now = clock.now()
    always = [Window(day, 0, 24 * 60) for day in range(7)]
    make_terms(there, always)
    make_terms(full, always, capacity=1)
    connect(make_person(), full)
    make_terms(away, always)
    make_leave(away, now + HOUR, now + DAY)
    clock.move(2 * HOUR)
    assert set(directory(carer, open_now=True)) == {there.id, full.id}
    assert set(directory(carer, has_capacity=True)) == {there.id, silent.id}
    assert directory(carer, open_now=True, has_capacity=True) == [there.id]


def test_pages_hold_everybody_once_in_an_order_kept_for_each_viewer(carer):
    workers = {listed_worker().id for _ in range(7)}
    found = directory(carer, limit=3)
    assert (set(found), len(found)) == (workers, 7)
    assert found == directory(carer, limit=50)
    assert len({tuple(directory(make_person())) for _ in range(5)}) > 1


# What is suggested.


def test_who_fits_best_comes_first_with_the_reasons_in_words(carer):
    speaks, parent, both, neither = (
        listed_worker(languages=["el"]),
        listed_worker(relationships=["parent"]),
        listed_worker(languages=["el"], relationships=["parent"]),
        listed_worker(),
    )
    look_for(carer, (Trait.RELATIONSHIP, "parent"), (Trait.LANGUAGE, "el", ALOT), (Trait.TOPIC, "money"))
    assert order(carer) == [both.id, speaks.id, parent.id, neither.id]
    assert [list(each.reasons) for each in suggested(carer).items] == [
        ["Speaks Greek", "Also cared for a son or daughter"],
        ["Speaks Greek"],
        ["Also cared for a son or daughter"],
        [],
    ]


def test_evenings_are_those_of_the_carers_own_clock():
    worker = listed_worker()
    make_terms(worker, [Window(3, 8 * 60, 10 * 60)], zone="UTC")
    carer = make_person(timezone="Asia/Tokyo")  # nine hours ahead all year round
    look_for(carer, (Trait.TIME, "thu_evening"))
    assert list(suggested(carer).items[0].reasons) == ["Free on Thursday evenings"]
    assert list(suggested(carer).items[0].free) == ["thu_afternoon", "thu_evening"]


def test_whoever_has_a_place_comes_before_who_fits_and_has_none(carer):
    full, free = listed_worker(languages=["el"]), listed_worker()
    make_terms(full, capacity=1)
    connect(make_person(), full)
    look_for(carer, (Trait.LANGUAGE, "el", ALOT))
    assert order(carer) == [free.id, full.id]
    assert [each.opening.takes_new for each in suggested(carer).items] == [True, False]


def test_among_those_who_fit_as_well_the_least_taken_up_comes_first(carer):
    busy, half, idle = (listed_worker() for _ in range(3))
    for worker, contacts in ((busy, 3), (half, 1)):
        make_terms(worker, capacity=4)
        for _ in range(contacts):
            connect(make_person(), worker)
    assert order(carer) == [idle.id, half.id, busy.id]


def test_ties_are_drawn_for_each_carer_and_stay_as_they_are_drawn():
    workers = [listed_worker() for _ in range(6)]
    carers = [make_person() for _ in range(40)]
    drawn = {carer.id: order(carer) for carer in carers}
    assert all(set(found) == {worker.id for worker in workers} for found in drawn.values())
    assert {carer.id: order(carer) for carer in carers} == drawn
    assert {found[0] for found in drawn.values()} == {worker.id for worker in workers}


def test_whoever_the_carer_talks_with_or_has_asked_is_not_suggested_again(carer):
    talks, asked, new = (listed_worker() for _ in range(3))
    connect(carer, talks)
    ask(carer, asked)
    assert order(carer) == [new.id]
    assert set(directory(carer)) == {talks.id, asked.id, new.id}


def test_where_nobody_has_a_place_it_is_said_when_somebody_has_one_again(carer):
    full, away, paused = (listed_worker() for _ in range(3))
    make_terms(full, capacity=0)
    make_terms(paused, paused_at=clock.now())
    now = clock.now()
    make_terms(away, [Window(day, 0, 24 * 60) for day in range(7)])
    back = now.replace(microsecond=0) + 3 * DAY
    with transaction() as session:
        leave = {"since": now - HOUR, "until": back, "made_at": now}
        session.add(ContactLeave(id=new_id(), person_id=away.id, **leave))
    found = suggested(carer)
    assert not any(each.opening.takes_new for each in found.items)
    assert found.next_opening_at == back
    with transaction() as session:
        session.get_one(ContactTerms, away.id).capacity = 0
    assert suggested(carer).next_opening_at is None


def test_where_somebody_has_a_place_it_is_said_when_they_are_next_there(carer):
    now = clock.now()
    later = (now + 2 * HOUR).replace(minute=0, second=0, microsecond=0)
    worker = listed_worker()
    make_terms(worker, [Window(later.weekday(), later.hour * 60, later.hour * 60 + 60)])
    found = suggested(carer)
    assert (found.next_opening_at, found.items[0].opening.takes_new) == (later, True)


def test_suggestions_are_for_carers_and_the_directory_not_for_moderators():
    listed_worker()
    for role in set(Role) - {Role.CARER}:
        with reading() as session:
            assert_refused("forbidden", suggest_peer_workers, session, make_person(role), limit=5, now=clock.now())
    assert_refused("forbidden", directory, make_person(Role.MODERATOR))


# What it costs, and what it agrees with.


def test_suggestions_take_the_same_queries_whatever_there_is_to_suggest(carer):
    look_for(carer, (Trait.LANGUAGE, "el"), (Trait.TOPIC, "respite", ALOT))
    counts = []
    for _ in range(3):
        for _ in range(40):
            listed_worker(languages=["el"])
        order(carer)  # what was never met before is worked out once
        with counted() as sent, reading() as session:
            suggest_peer_workers(session, carer, limit=20, now=clock.now())
        counts.append(len(sent))
    assert counts == [7, 7, 7]


def test_what_was_worked_out_is_forgotten_when_nobody_needs_it_any_more(carer, monkeypatch):
    monkeypatch.setattr(candidates, "MOST_KNOWN", 3)
    workers = {listed_worker(languages=["el"]).id for _ in range(3)}
    directory(carer)
    for worker_id in list(workers)[:2]:
        publish(person_now(worker_id), languages=["it"])
        assert set(directory(carer)) == workers
    assert len(candidates._Memory.known) <= 4


def test_who_takes_on_whom_is_said_as_it_is_everywhere_else(carer):
    """Workers at random: the directory works out from what it knows what `openings` asks the database for."""
    chance = random.Random(11)
    workers, now = [listed_worker() for _ in range(25)], clock.now()
    for worker in workers:
        if chance.random() < 0.8:
            windows = [Window(day, minute, minute + 90) for day in range(7) if (minute := chance.randrange(0, 1400)) > 300]
            zone = chance.choice(["UTC", "Australia/Sydney", "America/New_York"])
            make_terms(worker, windows, zone=zone, capacity=chance.choice([None, 0, 1, 2]))
        if chance.random() < 0.3:
            since = now + timedelta(hours=chance.randint(-30, 30))
            with transaction() as session:
                leave = {"since": since, "until": since + DAY, "made_at": now}
                session.add(ContactLeave(id=new_id(), person_id=worker.id, **leave))
    use_limits(Limits(capacity=1))
    try:
        for worker in chance.sample(workers, 8):
            with reading() as session:
                free = openings(session, [worker.id], now)[worker.id]
            if free.takes_new:
                connect(make_person(), worker)
        with reading() as session:
            expected = openings(session, [worker.id for worker in workers], clock.now())
            looked = Looked(traits={})
            found = list_peer_workers(session, carer, looked, limit=100, cursor=None, now=clock.now()).items
        soon = {worker_id: (o.takes_new, o.places_left, o.open_now) for worker_id, o in expected.items()}
        assert {e.worker.id: (e.opening.takes_new, e.opening.places_left, e.opening.open_now) for e in found} == soon
    finally:
        use_limits(Limits())


def test_days_of_windows_and_of_preferences_are_the_same():
    assert {value[:3] for value in labels(Trait.TIME)} == set(DAYS)
