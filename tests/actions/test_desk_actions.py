"""What the desk lists for a case is what can be done with it: every state of a case with every state of its message, and
everything that can lie on a case, each action tried for real and taken back.
"""

from datetime import timedelta

import pytest

from models.clock import clock
from models.desk import Escalation, PendingDecision, SecondOpinion
from models.errors import DomainError
from models.ids import new_id
from models.messages import Message, MessageState
from models.people import Person
from models.review import Case, CaseState, DecisionKind, ReportReason, TargetKind
from models.roles import Role
from models.session import transaction
from server.actions import desk
from server.actions.review import claim_case, decide_case, release_case
from server.actions.undo import undo_decision
from server.queries.review import view_cases
from tests.factories.groups import make_group
from tests.factories.messages import case_of, post, report
from tests.factories.people import make_person

SOON = timedelta(seconds=5)
HOLDERS = ("nobody", "me", "other", "lapsed", "closed")
MESSAGES = (*MessageState, None)  # None: the case is about a person
LYING_THERE = (
    "nothing",
    "my decision",
    "another's decision",
    "my question",
    "another's question",
    "an escalation",
    "an escalation told in vain",
    "an answered escalation",
)
# What a decision may be undone with is listed and refused with the rest.
TRIES = {
    "claim": claim_case,
    "release": release_case,
    "skip": lambda session, actor, case_id, now: desk.skip_case(session, actor, case_id, reason=None, now=now),
    "second_opinion": lambda session, actor, case_id, now: desk.ask_second_opinion(
        session, actor, case_id, note="And you?", leaning=None, now=now
    ),
    "escalate": lambda session, actor, case_id, now: desk.escalate_case(session, actor, case_id, note="Help.", now=now),
    "acknowledge": desk.acknowledge_case,
    "undo": undo_decision,
}

NOTHING = '{"sanction": null, "follow_up": null}'  # goes with the decision


class TakenBackError(Exception):
    pass


@pytest.fixture
def world():
    """A reported advert, and who could do something about it: two moderators, a supervisor and a coordinator."""
    author, reader = make_person(), make_person()
    message = post(author, make_group(author, reader)).message
    report(reader, message, ReportReason.SPAM)
    roles = {"me": Role.MODERATOR, "other": Role.MODERATOR, "supervisor": Role.SUPERVISOR, "coordinator": Role.COORDINATOR}
    return case_of(message.id).id, message.id, {name: make_person(role) for name, role in roles.items()}


def set_scene(session, world, holder, message_state, lying):
    case_id, message_id, people = world
    now = clock.now()
    me, other = people["me"].id, people["other"].id
    case = session.get_one(Case, case_id)
    if message_state is None:
        case.target_kind, case.message_id = TargetKind.PERSON, None
    else:
        message = session.get_one(Message, message_id)
        message.state = message_state
        message.seq = None if message_state is MessageState.HELD else message.seq
    match holder:
        case "me" | "other":
            case.state, case.claimed_by, case.claim_until = CaseState.CLAIMED, people[holder].id, now + SOON
        case "lapsed":
            case.state, case.claimed_by, case.claim_until = CaseState.CLAIMED, other, now - SOON
        case "closed":
            case.state, case.closed_at = CaseState.CLOSED, now
    whose = me if lying.startswith("my") else other
    if lying.endswith("decision"):
        made = {"decision": DecisionKind.DISMISS, "note": "Fine.", "made_at": now, "until": now + SOON}
        session.add(PendingDecision(case_id=case_id, moderator_id=whose, version=1, hid=False, attached=NOTHING, **made))
    elif lying.endswith("question"):
        session.add(SecondOpinion(id=new_id(), case_id=case_id, asked_by=whose, note="And you?", asked_at=now))
    elif "escalation" in lying:
        remind_at = now + SOON if lying == "an escalation" else None
        by = people["supervisor"].id if "answered" in lying else None
        session.add(
            Escalation(
                case_id=case_id, at=now, reminders=0, remind_at=remind_at, acknowledged_by=by, acknowledged_at=by and now
            )
        )
    session.flush()
    return case


def attempt(world, scene, actor_name, function):
    """The code something was refused with, or None; either way nothing of it stays."""
    try:
        with transaction() as session:
            case = set_scene(session, world, *scene)
            function(session, session.get_one(Person, world[2][actor_name].id), case)
            raise TakenBackError
    except TakenBackError:
        return None
    except DomainError as refusal:
        return refusal.code


def listed(world, scene, actor_name):
    found = []

    def look(session, actor, case):
        view = view_cases(session, [case], at=clock.now())[0]
        found.extend(view.allowed_actions(actor, at=clock.now()))

    assert attempt(world, scene, actor_name, look) is None
    return found


def done(world, scene, actor_name):
    """Every action there is, under the name the desk lists it by, that is not refused."""
    now = clock.now()
    outcomes = {
        name: attempt(world, scene, actor_name, lambda session, actor, case, t=tried: t(session, actor, case.id, now=now))
        for name, tried in TRIES.items()
    }
    for kind in DecisionKind:
        said = {"decision": kind, "note": "Looked at it.", "now": now}
        outcomes[f"decide:{kind.value}"] = attempt(
            world,
            scene,
            actor_name,
            lambda s, actor, case, said=said: decide_case(s, actor, case.id, version=case.version, **said),
        )
    together = [
        attempt(
            world,
            scene,
            actor_name,
            lambda s, actor, case, kind=kind: desk.decide_spam(
                s, actor, case.id, decision=kind, note="Adverts.", version=case.version, now=now
            ),
        )
        for kind in (DecisionKind.REMOVE, DecisionKind.DISMISS)
    ]
    outcomes["bulk"] = None if None in together else together[0]
    return {name for name, code in outcomes.items() if code is None}


def assert_listed_is_done(world, scene, actor_name):
    offered, succeeded = listed(world, scene, actor_name), done(world, scene, actor_name)
    assert len(offered) == len(set(offered))
    if scene[0] == "nobody" and actor_name != "coordinator":
        succeeded.discard("release")  # of what nobody has in hand, it is harmless and not worth a button
    assert set(offered) == succeeded, scene


@pytest.mark.parametrize("holder", HOLDERS)
def test_what_is_listed_can_be_done_and_nothing_else_in_every_pair_of_states(world, holder):
    for message_state in MESSAGES:
        assert_listed_is_done(world, (holder, message_state, "nothing"), "me")


@pytest.mark.parametrize("lying", LYING_THERE)
def test_what_is_listed_can_be_done_and_nothing_else_whatever_lies_on_the_case(world, lying):
    for holder in HOLDERS:
        for actor_name in ("me", "supervisor"):
            assert_listed_is_done(world, (holder, MessageState.VISIBLE, lying), actor_name)


def test_nothing_is_listed_to_whoever_only_looks_on(world):
    assert listed(world, ("nobody", MessageState.VISIBLE, "nothing"), "coordinator") == []


def test_nothing_is_listed_to_whoever_has_a_part_in_it(world):
    case_id, message_id, people = world
    with transaction() as session:
        session.get_one(Case, case_id).about_id = people["me"].id
    assert listed((case_id, message_id, people), ("nobody", MessageState.VISIBLE, "nothing"), "me") == []


def test_the_list_offers_something_in_every_open_state(world):
    """Or the tests above would be content with a desk that can do nothing."""
    for message_state in MESSAGES:
        offered = listed(world, ("nobody", message_state, "nothing"), "me")
        assert {"claim", "skip", "second_opinion", "escalate"} <= set(offered)
        assert any(name.startswith("decide:") for name in offered)
    assert "undo" in listed(world, ("me", MessageState.VISIBLE, "my decision"), "me")
    assert "acknowledge" in listed(world, ("nobody", MessageState.VISIBLE, "an escalation"), "supervisor")
