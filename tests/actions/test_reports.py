"""The service's report: what happened in a month, month by month, and never of few."""

from datetime import UTC, datetime, timedelta

import pytest

from models.alerts import Alert, AlertState, Outcome, Whose
from models.clock import clock
from models.contacts import Contact, ContactState, Origin
from models.errors import Forbidden
from models.ids import new_id
from models.pairings import Pairing
from models.roles import Role
from models.session import reading, transaction
from models.suppression import Breakdown
from models.transfers import Transfer, TransferKind, TransferState
from server.queries.reports import service_report
from tests.factories.one_to_ones import make_one_to_one, write
from tests.factories.people import make_person
from tests.factories.queries import counted

MARCH = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def coordinator(app):
    return make_person(Role.COORDINATOR)


@pytest.fixture
def workers(app):
    return [make_person(Role.CARER_PEER_WORKER) for _ in range(6)]


@pytest.fixture
def carers(app):
    return [make_person() for _ in range(12)]


def contact(carer, worker, state=ContactState.REQUESTED, *, created_at=MARCH, **more):
    with transaction() as session:
        made = Contact(
            id=new_id(),
            carer_id=carer.id,
            worker_id=worker.id,
            pairing=Pairing.USUAL,
            state=state,
            created_at=created_at,
            **more,
        )
        session.add(made)
    return made


def ended(carer, worker, at=MARCH + DAY, **more):
    return contact(carer, worker, ContactState.ENDED, answered_at=MARCH + HOUR, ended_at=at, **more)


def months(coordinator, first="2026-03", last="2026-03", zone="UTC", now=datetime(2026, 12, 1, tzinfo=UTC)):
    with reading() as session:
        return service_report(session, coordinator, first=first, last=last, zone=zone, now=now)


def march(coordinator):
    return months(coordinator)[0]


def test_requests_are_counted_by_how_they_came_about(coordinator, carers, workers):
    for carer in carers[:5]:
        contact(carer, workers[0])
    for carer in carers[5:11]:
        contact(carer, workers[1], origin=Origin.ASSIGNED)
    contact(carers[11], workers[2], created_at=MARCH - 30 * DAY)
    assert march(coordinator).requests == Breakdown(
        total=11, parts={"asked": 5, "assigned": 6, "waiting_list": 0, "handover": 0, "cover": 0}
    )


def test_what_became_of_requests_counts_in_the_month_it_did(coordinator, carers, workers):
    for carer in carers[:5]:
        contact(carer, workers[0], ContactState.DECLINED, created_at=MARCH - 20 * DAY, answered_at=MARCH)
    for carer in carers[5:10]:
        contact(carer, workers[1], ContactState.ACCEPTED, answered_at=MARCH + 2 * HOUR)
    for carer in carers[:6]:
        contact(carer, workers[2], ContactState.EXPIRED, answered_at=MARCH + 40 * DAY)
    found, after = months(coordinator, last="2026-04")
    assert found.answers.parts == {"accepted": 5, "declined": 5, "withdrawn": 0, "expired": 0}
    assert after.answers.parts == {"accepted": 0, "declined": 0, "withdrawn": 0, "expired": 6}
    assert found.until_answer.median == 20 * DAY  # ten: five took two hours, five twenty days


def test_one_small_part_hides_them_all_and_not_the_total(coordinator, carers, workers):
    for carer in carers[:7]:
        ended(carer, workers[0])
    ended(carers[7], workers[0], ends_at=MARCH + HOUR)
    assert march(coordinator).endings == Breakdown(total=8, parts=None)


def test_endings_by_plan_by_handing_over_and_at_once(coordinator, carers, workers):
    for carer in carers[:5]:
        ended(carer, workers[0])
    for carer in carers[5:10]:
        ended(carer, workers[1], ends_at=MARCH + DAY)
    for carer in carers[:5]:
        over = ended(carer, workers[2])
        with transaction() as session:
            session.add(
                Transfer(
                    id=new_id(),
                    contact_id=over.id,
                    kind=TransferKind.HANDOVER,
                    state=TransferState.DONE,
                    to_worker_id=workers[3].id,
                    proposed_by=workers[2].id,
                    created_at=MARCH,
                    closed_at=MARCH + DAY,
                )
            )
    assert march(coordinator).endings == Breakdown(total=15, parts={"planned": 5, "handed_over": 5, "at_once": 5})


def test_how_many_contacts_workers_had_when_the_month_ended(coordinator, carers, workers):
    for worker in workers[:5]:
        contact(carers[0], worker, ContactState.ACCEPTED, answered_at=MARCH)
    for carer in carers[:6]:
        ended(carer, workers[5], at=MARCH + 40 * DAY)  # they went on when March was over
    found, after = months(coordinator, last="2026-04")
    assert found.workloads == Breakdown(total=6, parts=None)  # one worker alone had many
    assert after.workloads == Breakdown(total=5, parts={"1_to_2": 5, "3_to_5": 0, "6_or_more": 0})


def test_who_talked_and_how_soon(coordinator, carers, workers):
    clock.move(MARCH - clock.now())
    made = [make_one_to_one(carer, worker) for carer, worker in zip(carers[:5], workers[:5], strict=True)]
    with transaction() as session:
        for each in made:
            session.get_one(Contact, each.id).answered_at = clock.now()
    for carer, each in zip(carers[:5], made, strict=True):
        write(carer, each.conversation_id)
    clock.move(2 * HOUR)
    for worker, each in zip(workers[:5], made, strict=True):
        write(worker, each.conversation_id)
    clock.move(30 * DAY)
    write(carers[0], made[0].conversation_id)
    found, after = months(coordinator, last="2026-04")
    assert (found.carers_active, found.workers_active, found.conversations_active, found.messages) == (5, 5, 5, 10)
    assert found.until_first_talk.median == found.until_first_response.median
    assert 2 * HOUR <= found.until_first_response.median <= 2 * HOUR + timedelta(minutes=15)
    assert found.until_first_response.ninetieth is None  # of five people it would be somebody's own
    assert (after.carers_active, after.messages) == (None, None)
    assert after.until_first_response.median is None


def alert(carer, **more):
    closed = {"state": AlertState.RESOLVED, "closed_at": MARCH + HOUR, "due_at": None, "outcome": Outcome.SUPPORTED}
    with transaction() as session:
        facts = {"id": new_id(), "carer_id": carer.id, "whose": Whose.CARER, "created_at": MARCH, **closed, **more}
        session.add(Alert(**facts))


def test_crises_by_how_they_ended_and_how_soon_somebody_came(coordinator, carers, workers):
    for carer in carers[:5]:
        taken = {"taken_by": workers[0].id, "taken_at": MARCH + timedelta(minutes=3), "in_contact_at": MARCH + HOUR}
        alert(carer, **taken)
    for carer in carers[5:10]:
        alert(carer, outcome=None)
    found = march(coordinator)
    assert found.crises == Breakdown(total=10, parts={"contact": 5, "nobody_came": 5, "cancelled": 0, "other": 0})
    assert found.until_taken.median == timedelta(minutes=15)


def test_a_month_that_is_not_over_is_left_out(coordinator):
    now = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
    assert [each.month.name for each in months(coordinator, last="2026-05", now=now)] == ["2026-03"]
    assert months(coordinator, last="2026-05", zone="America/New_York", now=now) == ()


def test_a_year_takes_as_many_queries_as_a_month(coordinator, carers, workers):
    for carer in carers:
        ended(carer, workers[0])
    with counted() as few:
        months(coordinator)
    with counted() as many:
        months(coordinator, first="2026-01", last="2026-11")
    assert len(few) == len(many) == 5


@pytest.mark.parametrize("role", [Role.CARER, Role.CARER_PEER_WORKER, Role.MODERATOR, Role.PROFESSIONAL])
def test_reports_are_for_those_who_run_the_service(app, role):
    with pytest.raises(Forbidden):
        months(make_person(role))
    assert len(months(make_person(Role.SUPERVISOR))) == 1
