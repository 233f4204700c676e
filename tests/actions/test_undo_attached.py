"""What goes with a decision that can be undone, a sanction or a follow-up, waits with it and is not lost."""

from datetime import timedelta

import orjson
import pytest

from models.aftercare import AftercareState, DeclineReason
from models.clock import clock
from models.desk import CaseDraft, PendingDecision
from models.people import Person
from models.review import CaseState, DecisionKind
from models.roles import Role
from models.sanctions import SanctionKind
from models.session import reading, transaction
from server.actions.undo import undo_decision
from server.jobs.desk import watch_desk
from server.queries.aftercare import find_aftercare
from tests.factories.desk import case_now, decide_so
from tests.factories.groups import make_group
from tests.factories.messages import RISKY, case_of, post
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused
from tests.factories.sanctions import asked, sanctions_of

SECONDS = timedelta(seconds=10)


@pytest.fixture
def author():
    return make_person()


@pytest.fixture
def group(author):
    return make_group(author)


@pytest.fixture
def case(author, group):
    return case_of(post(author, group, RISKY).message.id)


def aftercare_of(case):
    with reading() as session:
        return find_aftercare(session, case.id)


def test_a_sanction_is_imposed_when_the_decision_stands_and_not_before(ann, author, group, case):
    decide_so(ann, case, DecisionKind.REMOVE, undo_seconds=10, sanction=asked(SanctionKind.READ_ONLY, group, hours=5))
    assert sanctions_of(author) == []
    clock.move(SECONDS)
    watch_desk()
    (imposed,) = sanctions_of(author)
    assert (imposed.kind, imposed.conversation_id, imposed.imposed_by) == (
        SanctionKind.READ_ONLY,
        group.conversation_id,
        ann.id,
    )
    assert imposed.until == imposed.imposed_at + timedelta(hours=5)


def test_what_was_undone_imposes_nothing(ann, author, group, case):
    decide_so(ann, case, DecisionKind.REMOVE, undo_seconds=10, sanction=asked(SanctionKind.WARNING, None))
    act(undo_decision, ann, case.id)
    clock.move(SECONDS)
    watch_desk()
    assert (sanctions_of(author), case_now(case).state) == ([], CaseState.CLAIMED)


def test_what_was_undone_is_a_draft_with_all_that_went_with_it(ann, case):
    wanted = asked(SanctionKind.READ_ONLY, None, days=2)
    follow_up = {"at": clock.now() + timedelta(days=2), "note": "Ask how the night was.", "declined": None}
    decide_so(ann, case, DecisionKind.REMOVE, undo_seconds=10, sanction=wanted, follow_up=follow_up)
    act(undo_decision, ann, case.id)
    with reading() as session:
        kept = orjson.loads(session.get(CaseDraft, (case.id, ann.id)).attached)
    place = {"kind": "read_only", "conversation_id": None, "hours": 48}
    assert kept["sanction"] == {**place, "reason": wanted.reason.value, "words": wanted.words}
    assert kept["follow_up"] == {"days": 2, "note": "Ask how the night was."}


def test_a_follow_up_is_scheduled_with_it(ann, case):
    at = clock.now() + timedelta(days=2)
    follow_up = {"at": at, "note": "Ask how the night was.", "declined": None}
    decide_so(ann, case, DecisionKind.APPROVE, undo_seconds=10, follow_up=follow_up)
    assert aftercare_of(case) is None
    clock.move(SECONDS)
    watch_desk()
    found = aftercare_of(case)
    assert (found.follow_up, found.follow_up_at, found.note) == (AftercareState.SCHEDULED, at, "Ask how the night was.")


def test_or_declined(ann, case):
    follow_up = {"at": None, "note": None, "declined": DeclineReason.IN_CONTACT}
    decide_so(ann, case, DecisionKind.APPROVE, undo_seconds=10, follow_up=follow_up)
    clock.move(SECONDS)
    watch_desk()
    assert (aftercare_of(case).follow_up, aftercare_of(case).declined) == (AftercareState.DECLINED, DeclineReason.IN_CONTACT)


@pytest.mark.parametrize(
    ("code", "decision", "attached"),
    [
        ("sanction_not_here", DecisionKind.APPROVE, {"sanction": asked(SanctionKind.WARNING, None)}),
        ("sanction_beyond_role", DecisionKind.REMOVE, {"sanction": asked(SanctionKind.SUSPENSION, None, days=90)}),
        ("invalid", DecisionKind.HIDE, {"follow_up": {"at": None, "declined": DeclineReason.IN_CONTACT}}),
        ("invalid", DecisionKind.APPROVE, {"follow_up": {"at": clock.now() - SECONDS, "declined": None}}),
    ],
)
def test_what_could_never_be_carried_out_is_refused_at_once(ann, case, code, decision, attached):
    assert_refused(code, decide_so, ann, case, decision, undo_seconds=10, **attached)
    with reading() as session:
        assert session.get(PendingDecision, case.id) is None


def test_a_decision_whose_sanction_can_no_longer_be_imposed_comes_back(ann, author, case):
    decide_so(ann, case, DecisionKind.REMOVE, undo_seconds=10, sanction=asked(SanctionKind.WARNING, None))
    with transaction() as session:
        session.get_one(Person, author.id).role = Role.MODERATOR  # whom moderators do not judge
    clock.move(SECONDS)
    watch_desk()
    with reading() as session:
        assert session.get(PendingDecision, case.id) is None
        assert session.get(CaseDraft, (case.id, ann.id)).note == "Looked at it."
    assert (sanctions_of(author), case_now(case).state) == ([], CaseState.CLAIMED)
