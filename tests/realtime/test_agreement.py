"""Nobody with a live socket hears more before they agreed to the code of conduct as it is now."""

import pytest

from models.clock import clock
from models.code_of_conduct import STARTER_VERSION
from models.session import transaction
from server.actions.groups import join_group
from server.actions.people import accept_code
from tests.factories.clients import Refused
from tests.factories.code_of_conduct import change_code
from tests.factories.groups import make_group
from tests.factories.messages import post
from tests.factories.people import act, make_person


@pytest.fixture
def carer(app):
    return make_person()


@pytest.fixture
def group(carer):
    return make_group(carer)


def test_a_socket_from_before_the_change_is_hung_up_on_and_hears_nothing_more(wire, carer, group):
    wire.open(carer, "phone")
    newcomer = make_person(accepted_code_version=change_code())
    wire.delivery.compare_heads()
    assert wire.hung_up == ["phone"]
    heard = wire.seqs("phone", group.conversation_id)
    make_member_and_post(newcomer, group)
    wire.settle()
    assert wire.seqs("phone", group.conversation_id) == heard


def make_member_and_post(newcomer, group):
    act(join_group, newcomer, group.id)
    return post(newcomer, group)


def test_while_nothing_changed_nobody_is_hung_up_on(wire, carer, group):
    wire.open(carer, "phone")
    wire.delivery.compare_heads()
    post(carer, group)
    wire.settle()
    assert wire.hung_up == []
    assert wire.seqs("phone", group.conversation_id)


def test_whoever_agreed_and_came_again_is_served(wire, carer, group):
    version = change_code()
    with transaction() as session:
        carer = accept_code(session, session.merge(carer), version=version, now=clock.now())
    wire.open(carer, "phone")
    wire.delivery.compare_heads()
    post(carer, group)
    wire.settle()
    assert wire.hung_up == []
    assert wire.seqs("phone", group.conversation_id)


def test_a_socket_that_attaches_after_the_change_is_hung_up_on_without_a_word_in_the_log(wire, carer, group, capsys):
    wire.connect(carer, "phone")
    change_code()
    wire.delivery.attach("phone", {})
    assert wire.hung_up == ["phone"]
    assert wire.events("phone", group.conversation_id) == []
    assert "Traceback" not in capsys.readouterr().out


def test_a_real_client_is_cut_off_and_refused_until_it_agrees(new_server, phone):
    server = new_server()
    carer, coordinator = phone("carer1", at=server), phone("coordinator", connect=False, at=server)
    new = coordinator.put(
        "/code-of-conduct",
        title="What we promise each other",
        text="Be kind.",
        confidentiality_broken_when="When a life may be in danger.",
        version=STARTER_VERSION,
    )
    carer.wait_for(lambda: carer.closed, "the end of the connection", timeout=5)
    assert carer.ended == []  # its session goes on: it comes again, and is told what to do
    with pytest.raises(Refused) as refused:
        carer.connect()
    assert refused.value.code == "acceptance_required"
    carer.post("/me/acceptances", version=new["version"])
    carer.connect()
    assert carer.sync() is not None
