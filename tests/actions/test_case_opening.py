"""Looking into a case: by somebody without a part in it, and never unseen."""

import pytest
from sqlalchemy import select

from models.audit import AuditEntry
from models.review import DecisionKind
from models.roles import Role
from models.session import reading
from server.actions.review import decide_case, open_case
from tests.factories.groups import make_group
from tests.factories.messages import case_of, post, report
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused


@pytest.fixture
def scene():
    """A message in a group, and somebody who can report it."""
    author, reader = make_person(), make_person()
    return post(author, make_group(author, reader)).message, reader


@pytest.fixture
def moderator():
    return make_person(Role.MODERATOR)


def test_whoever_looks_sees_what_was_written_and_is_in_the_audit_trail(scene, moderator):
    message, reader = scene
    report(reader, message)
    case = case_of(message.id)
    assert act(open_case, moderator, case.id).view.message.body == message.body
    with reading() as session:
        query = select(AuditEntry).where(AuditEntry.subject_id == case.id).order_by(AuditEntry.seq)
        entries = session.scalars(query).all()
    assert [(entry.action, entry.actor_id) for entry in entries][-1] == ("case.read", moderator.id)


def test_a_moderator_does_not_look_into_a_case_they_reported():
    author, moderator = make_person(), make_person(Role.MODERATOR)
    message = post(author, make_group(author, moderator)).message
    report(moderator, message)
    assert_refused("forbidden", act, open_case, moderator, case_of(message.id).id)


def test_an_old_case_restores_nothing_while_a_newer_one_is_open(scene, moderator):
    message, reader = scene
    report(reader, message)
    old = case_of(message.id)
    act(decide_case, moderator, old.id, decision=DecisionKind.REMOVE, note="Unkind.", version=old.version)
    report(reader, message)
    version = act(open_case, moderator, old.id).view.case.version
    facts = {"decision": DecisionKind.RESTORE, "note": "It stands.", "version": version}
    assert_refused("case_closed", act, decide_case, moderator, old.id, **facts)
