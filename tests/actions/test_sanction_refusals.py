"""Refused, and not left alone: words that tell of a danger are answered and put before the desk; other ways stay open."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.clock import clock
from models.conversations import ConversationKind
from models.messages import Message
from models.review import Case, Flag, ReportReason, TargetKind
from models.roles import Role
from models.sanctions import OUT_OF_GROUPS, SanctionKind
from models.session import reading
from models.streams import REVIEW_DESK
from moderation.screening import Label
from server.actions.flags import report_message
from server.queries.conversations import list_conversations
from tests.factories.alerts import ask
from tests.factories.groups import make_group
from tests.factories.messages import PLAIN, RISKY, case_of, post
from tests.factories.one_to_ones import make_one_to_one, make_private
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused
from tests.factories.sanctions import impose
from tests.factories.screening_rules import activate, draft
from tests.factories.streams import kinds_of

CODES = {
    SanctionKind.READ_ONLY: "read_only",
    SanctionKind.REMOVAL: "removed_from_group",
    SanctionKind.SUSPENSION: "suspended_from_groups",
}


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def group(carer):
    return make_group(carer)


@pytest.fixture
def moderator():
    return make_person(Role.MODERATOR)


def cases_about(person):
    with reading() as session:
        query = select(Case).where(Case.about_id == person.id, Case.target_kind == TargetKind.PERSON)
        return session.scalars(query).all()


def flags_of(case):
    with reading() as session:
        return [(flag.label, flag.span_start) for flag in session.scalars(select(Flag).where(Flag.case_id == case.id))]


def messages_of(person):
    with reading() as session:
        return session.scalars(select(Message).where(Message.author_id == person.id)).all()


@pytest.mark.parametrize("kind", CODES)
def test_words_that_tell_of_a_danger_are_answered_and_put_before_the_desk(carer, moderator, group, kind):
    impose(moderator, carer, kind, group)
    refusal = assert_refused(CODES[kind], post, carer, group, RISKY)
    support = refusal.extras()["support"]
    assert support["whose"] == "carer"
    assert support["helplines"]
    assert support["emergency"]["numbers"]
    assert support["alert"] == {"whose": "carer"}  # somebody may be asked to come
    assert "not sent and not kept" in refusal.plain_words()
    (case,) = cases_about(carer)
    assert flags_of(case) == [("risk_to_self", None)]
    assert "case.opened" in kinds_of(REVIEW_DESK)
    assert messages_of(carer) == []


@pytest.mark.parametrize("kind", CODES)
def test_other_words_are_refused_and_nobody_is_told(carer, moderator, group, kind):
    impose(moderator, carer, kind, group)
    refusal = assert_refused(CODES[kind], post, carer, group, PLAIN)
    assert "support" not in refusal.extras()
    assert cases_about(carer) == []


def test_a_danger_told_in_words_only_the_service_knows_is_put_before_the_desk_too(carer, moderator, group):
    activate(draft("going to the river", label=Label.RISK_TO_SELF))
    impose(moderator, carer, SanctionKind.READ_ONLY, group)
    refusal = assert_refused("read_only", post, carer, group, "I am going to the r1ver tonight.")
    assert refusal.keeps
    (case,) = cases_about(carer)
    assert flags_of(case) == [("risk_to_self", None)]


def test_the_desk_is_told_once_while_it_looks(carer, moderator, group):
    impose(moderator, carer, SanctionKind.READ_ONLY, group)
    for _ in range(3):
        assert_refused("read_only", post, carer, group, RISKY)
    (case,) = cases_about(carer)
    assert len(flags_of(case)) == 1
    assert case.version == 1


def test_who_never_was_in_the_group_is_told_of_nothing(moderator, group):
    stranger = make_person()
    impose(moderator, stranger, SanctionKind.SUSPENSION)
    assert_refused("not_found", post, stranger, group, RISKY)


@pytest.mark.parametrize("kind", SanctionKind)
def test_a_one_to_one_and_help_in_a_crisis_stay_open_under_every_kind(carer, group, kind):
    supervisor, worker = make_person(Role.SUPERVISOR), make_person(Role.CARER_PEER_WORKER)
    talk = make_one_to_one(carer, worker)
    crisis = make_private(carer, worker, kind=ConversationKind.CRISIS)
    named = None if kind in OUT_OF_GROUPS - {SanctionKind.REMOVAL} else group
    impose(supervisor, carer, kind, named)
    if kind in CODES:
        assert_refused(CODES[kind], post, carer, group)
    else:
        post(carer, group)
    group.conversation_id = talk.conversation_id
    post(carer, group, "Good evening.")
    post(carer, group, RISKY)
    group.conversation_id = crisis
    post(carer, group, "Good evening.")
    assert ask(carer).alert.carer_id == carer.id
    with reading() as session:
        rows = {row.id: row for row in list_conversations(session, carer, limit=50, cursor=None, now=clock.now()).items}
    assert rows[talk.conversation_id].can_post
    assert rows[crisis].can_post


def test_a_list_of_conversations_says_where_one_only_reads_and_until_when(carer, moderator, group):
    sanction = impose(moderator, carer, SanctionKind.READ_ONLY, group)

    def row():
        with reading() as session:
            (found,) = list_conversations(session, carer, limit=50, cursor=None, now=clock.now()).items
            return (found.can_post, found.read_only_until)

    assert row() == (False, sanction.until)
    clock.move(timedelta(days=1))
    assert row() == (True, None)


def test_who_only_reads_may_still_report(carer, moderator, group):
    other = make_person()
    shared = make_group(carer, other)
    said = post(other, shared).message
    impose(moderator, carer, SanctionKind.READ_ONLY)
    act(report_message, carer, said.id, reason=ReportReason.ABUSE, note=None)
    assert flags_of(case_of(said.id)) == [("abuse", None)]
