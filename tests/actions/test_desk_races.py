"""Two moderators at one case at the same moment: one decides, the other is told."""

import pytest

from models.messages import MessageState
from models.people import Person
from models.review import CaseState, DecisionKind, ReportReason
from models.roles import Role
from models.session import transaction
from server.actions import desk
from server.actions.review import claim_case, decide_case
from server.queries.messages import lock_message
from tests.factories.desk import case_now, decide_so, desk_of
from tests.factories.groups import make_group
from tests.factories.messages import case_of, decision_of, message_now, post, report
from tests.factories.people import act, make_person
from tests.factories.races import behind, race
from tests.factories.streams import kinds_of, notices_to

CONFLICTS = {"stale_version", "case_closed", "case_claimed", "decision_pending", "case_escalated"}


@pytest.fixture
def author():
    return make_person()


@pytest.fixture
def case(author):
    reader = make_person()
    message = post(author, make_group(author, reader)).message
    report(reader, message)
    return case_of(message.id)


def one_and_a_conflict(outcomes):
    (refused,) = [outcome for outcome in outcomes if isinstance(outcome, str)]
    return refused in CONFLICTS


@pytest.mark.parametrize("seconds", [0, 10])
def test_of_two_who_decide_at_once_one_does_and_the_other_is_refused(ann, ben, author, case, seconds):
    version = case.version
    outcomes = race(
        lambda: decide_so(ann, case, DecisionKind.REMOVE, version=version, undo_seconds=seconds),
        lambda: decide_so(ben, case, DecisionKind.REMOVE, version=version, undo_seconds=seconds),
    )
    assert one_and_a_conflict(outcomes)
    if seconds:
        assert (desk_of(case).pending is not None, case_now(case).state) == (True, CaseState.CLAIMED)
        return
    assert decision_of(case).moderator_id == (ann.id if isinstance(outcomes[1], str) else ben.id)
    assert message_now(case.message_id).state is MessageState.REMOVED
    assert notices_to(author).count(("notice.message", "removed")) == 1


def test_of_two_who_claim_at_once_one_has_it(ann, ben, case):
    outcomes = race(lambda: act(claim_case, ann, case.id), lambda: act(claim_case, ben, case.id))
    assert one_and_a_conflict(outcomes)
    assert case_now(case).claimed_by == (ann.id if isinstance(outcomes[1], str) else ben.id)


def test_who_waited_while_another_decided_is_refused(ann, ben, case):
    version = case.version
    with transaction() as session:
        lock_message(session, case.message_id)
        waiting = behind(lambda: decide_so(ben, case, version=version))
        person = session.get_one(Person, ann.id)
        decide_case(
            session, person, case.id, decision=DecisionKind.DISMISS, note="Fine.", version=version, now=case.opened_at
        )
    assert waiting.outcome() in CONFLICTS
    assert decision_of(case).moderator_id == ann.id


def test_two_last_moderators_who_lay_a_case_aside_at_once_bring_it_to_the_supervisors_once(ann, ben, case):
    sue = make_person(Role.SUPERVISOR)
    skipped = race(
        lambda: act(desk.skip_case, ann, case.id, reason=None), lambda: act(desk.skip_case, ben, case.id, reason=None)
    )
    assert all(not isinstance(outcome, str) for outcome in skipped)
    assert desk_of(case).escalation is not None
    assert kinds_of(sue.id).count("notice.case") == 1


def test_adverts_decided_together_by_two_are_each_decided_once(ann, ben, author):
    readers = [make_person(), make_person()]
    group = make_group(author, *readers)
    cases = []
    for _ in range(4):
        message = post(author, group).message
        report(readers[0], message, ReportReason.SPAM)
        cases.append(case_of(message.id))

    def clear(person):
        def one(case):
            facts = {"decision": DecisionKind.REMOVE, "note": "Adverts.", "version": case.version}
            return not isinstance(race(lambda: act(desk.decide_spam, person, case.id, **facts))[0], str)

        return lambda: [one(case) for case in sorted(cases, key=lambda case: case.id)]

    mine, theirs = race(clear(ann), clear(ben))
    assert [a + b for a, b in zip(mine, theirs, strict=True)] == [1] * len(cases)
