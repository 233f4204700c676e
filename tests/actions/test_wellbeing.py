"""Check-ins: for whoever made them, and for their supervisor if they choose."""

import pytest
from sqlalchemy.exc import IntegrityError

from models.errors import Conflict, NotFound
from models.roles import Role
from models.session import reading, transaction
from models.supervision import NoSupervisor
from models.wellbeing import CheckIn
from server.actions.wellbeing import delete_check_in, share_check_in
from server.queries import reports
from server.queries.wellbeing import list_check_ins, list_shared_check_ins
from tests.factories.people import make_person
from tests.factories.supervision import assign, check, make_pair


@pytest.fixture
def pair(app):
    return make_pair()


def own(worker):
    with reading() as session:
        return [each.id for each in list_check_ins(session, worker, limit=10, cursor=None).items]


def shared_with(supervisor):
    with reading() as session:
        return [each.id for each, _ in list_shared_check_ins(session, supervisor, limit=10, cursor=None).items]


def test_a_check_in_is_ones_own_unless_it_is_shared(pair):
    kept, shared = check(pair.worker, words="Tired."), check(pair.worker, share=True)
    assert own(pair.worker) == [shared.id, kept.id]
    assert own(make_person(Role.CARER_PEER_WORKER)) == []
    assert shared_with(pair.supervisor) == [shared.id]
    assert shared_with(make_person(Role.SUPERVISOR)) == []


def test_sharing_can_be_chosen_later_and_taken_back(pair):
    made = check(pair.worker)
    act_on = {"check_in_id": made.id}
    for share in (True, False, True):
        with transaction() as session:
            share_check_in(session, pair.worker, **act_on, share=share)
        assert shared_with(pair.supervisor) == ([made.id] if share else [])
    assign(pair.worker, make_person(Role.SUPERVISOR))
    assert shared_with(pair.supervisor) == []


def test_without_a_supervisor_there_is_nobody_to_share_with(app):
    worker = make_person(Role.CARER_PEER_WORKER)
    check(worker)
    with pytest.raises(NoSupervisor):
        check(worker, share=True)


def test_only_ones_own_can_be_deleted(pair):
    made = check(pair.worker, share=True)
    for person, refused in ((make_person(Role.CARER_PEER_WORKER), True), (pair.worker, False)):
        with transaction() as session:
            if refused:
                with pytest.raises(NotFound):
                    delete_check_in(session, person, made.id)
            else:
                delete_check_in(session, person, made.id)
    assert (own(pair.worker), shared_with(pair.supervisor)) == ([], [])


@pytest.mark.parametrize("value", [0, 6])
def test_an_answer_off_its_scale_is_not_kept(pair, value):
    with pytest.raises((Conflict, IntegrityError)):
        check(pair.worker, coping=value)
    assert own(pair.worker) == []


def test_no_report_knows_of_check_ins():
    """What a person says of how they are is no figure of the service."""
    assert CheckIn not in vars(reports).values()
