"""A supervisor's visit to a one-to-one: agreed to by both, read from when it began, over when anybody says so."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.conversations import Membership, MemberState
from models.ids import new_id
from models.messages import ReactionName
from models.roles import Role
from models.session import reading, transaction
from models.visits import VISIT_MOVES, Visit, VisitClosed, VisitState
from server.actions.accounts import suspend_account
from server.actions.contacts import change_worker, end_conversation
from server.actions.edits import edit_message
from server.actions.flags import report_message
from server.actions.messages import post_message
from server.actions.reactions import set_reaction
from server.actions.role_changes import change_role
from server.actions.visits import agree_to_visit, ask_for_visit, begin_visit, end_visit
from server.jobs.search import index_due
from server.jobs.visits import end_due_visits
from server.queries.conversations import list_conversations
from server.queries.messages import page_history
from server.queries.notifications import look_again
from server.queries.photos import get_photo
from server.queries.push import find_untold
from server.queries.search import search_messages
from server.queries.snapshot import take_snapshot
from server.queries.streams import load_subjects, missed
from server.schemas.streams import dump_event
from tests.factories.break_glass import ask as ask_for_access
from tests.factories.notes import person_of
from tests.factories.one_to_ones import contact_now, make_one_to_one, write
from tests.factories.people import act, make_person
from tests.factories.photos import make_photo
from tests.factories.privacy import erase, exported, run_jobs
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of, kinds_of
from tests.factories.visits import agree, asked_visit, come_in, send_away, visit_now

BEFORE, DURING, AFTER = "Heron at dawn.", "Wattle at noon.", "Lantern at dusk."


@pytest.fixture
def contact():
    return make_one_to_one()


@pytest.fixture
def carer(contact):
    return person_of(contact.carer_id)


@pytest.fixture
def worker(contact):
    return person_of(contact.worker_id)


def history(person, contact, **page):
    with reading() as session:
        found = page_history(
            session, person, contact.conversation_id, **{"before": None, "after": None, "limit": 50, **page}
        )
        return [message.body for message in found.items]


def synced(person, contact, position=0):
    """What this person is told of the conversation after this position; None where it is not theirs."""
    with reading() as session:
        answers = missed(session, person, {contact.conversation_id: position})
        subjects = load_subjects(session, answers.values(), at=clock.now(), viewer_id=person.id)
        answer = answers.get(contact.conversation_id)
        return None if answer is None else [dump_event(event, subjects, person.id) for event in answer.events]


def searched(person, text, conversation_id=None):
    index_due(lambda _seconds: None)
    with reading() as session:
        page = {"limit": 10, "cursor": None}
        return [m.body for m in search_messages(session, person, text=text, conversation_id=conversation_id, **page).items]


def snapshot(person, contact):
    with reading() as session:
        found = take_snapshot(session, person, messages=100, limit=50, cursor=None)
        return [message.body for message in found.messages.get(contact.conversation_id, ())]


def row(person, contact):
    with reading() as session:
        rows = list_conversations(session, person, limit=50, cursor=None).items
        return next((each for each in rows if each.id == contact.conversation_id), None)


def everything_read(person, contact):
    """Every text this person can get at, by whatever way."""
    found = set(snapshot(person, contact)) | set(searched(person, "heron")) | set(searched(person, "wattle"))
    found |= set(searched(person, "lantern"))
    for event in synced(person, contact) or []:
        found.add(event["data"].get("message", {}).get("body"))
    return found & {BEFORE, DURING, AFTER}


def begun(contact, supervisor, **more):
    """One message before, one during."""
    earlier = write(person_of(contact.carer_id), contact.conversation_id, BEFORE)
    visit = come_in(contact, supervisor, **more)
    return earlier, visit, write(person_of(contact.worker_id), contact.conversation_id, DURING)


def test_nobody_comes_in_before_both_have_agreed(contact, carer, worker, supervisor):
    visit = asked_visit(contact, supervisor).visit
    assert_refused("visit_not_agreed", act, begin_visit, supervisor, visit.id)
    act(agree_to_visit, worker, visit.id, show_earlier=False)
    assert_refused("visit_not_agreed", act, begin_visit, supervisor, visit.id)
    assert row(supervisor, contact) is None
    act(agree_to_visit, carer, visit.id, show_earlier=False)
    assert act(begin_visit, supervisor, visit.id).visit.state is VisitState.GOING_ON
    assert row(supervisor, contact).can_post


def test_a_worker_who_asks_has_agreed_by_asking(contact, carer, worker, supervisor):
    facts = {"supervisor_id": supervisor.id, "minutes": 30, "show_earlier": True}
    visit = act(ask_for_visit, worker, contact.conversation_id, **facts).visit
    act(agree_to_visit, carer, visit.id, show_earlier=True)
    assert act(begin_visit, supervisor, visit.id).visit.shows_earlier


def test_only_a_supervisor_in_use_can_be_asked(contact, worker, supervisor):
    facts = {"minutes": 30, "show_earlier": False}
    for role in set(Role) - {Role.SUPERVISOR}:
        person = make_person(role)
        named = {"supervisor_id": person.id, **facts}
        assert_refused("supervisor_unavailable", act, ask_for_visit, worker, contact.conversation_id, **named)
    assert act(ask_for_visit, worker, contact.conversation_id, supervisor_id=supervisor.id, **facts).visit.minutes == 30


def test_a_supervisor_asks_for_nobody_else_and_a_carer_for_nobody(contact, carer, supervisor):
    named = {"supervisor_id": make_person(Role.SUPERVISOR).id, "minutes": 30, "show_earlier": False}
    assert_refused("supervisor_unavailable", act, ask_for_visit, supervisor, contact.conversation_id, **named)
    assert_refused("forbidden", act, ask_for_visit, carer, contact.conversation_id, **named)
    for role in set(Role) - {Role.SUPERVISOR}:
        assert_refused("not_found", act, ask_for_visit, make_person(role), contact.conversation_id, **named)


def test_one_person_comes_in_at_a_time(contact, supervisor):
    visit = come_in(contact, supervisor)
    assert_refused("visit_open", asked_visit, contact)
    send_away(contact.carer_id, visit)
    assert asked_visit(contact).visit.state is VisitState.ASKED


def test_a_visit_is_nobody_elses_business(contact, supervisor):
    visit = asked_visit(contact, supervisor).visit
    for role in Role:
        for action, facts in ((agree_to_visit, {"show_earlier": True}), (begin_visit, {}), (end_visit, {})):
            assert_refused("not_found", act, action, make_person(role), visit.id, **facts)
    assert_refused("forbidden", act, agree_to_visit, supervisor, visit.id, show_earlier=True)


def test_members_do_not_come_in_for_the_supervisor(contact, carer, supervisor):
    visit = asked_visit(contact, supervisor).visit
    agree(contact, visit)
    assert_refused("forbidden", act, begin_visit, carer, visit.id)
    assert act(begin_visit, supervisor, visit.id).visit.began_at is not None


def test_a_visitor_reads_from_when_they_came_and_nothing_from_before(contact, supervisor):
    begun(contact, supervisor)
    assert everything_read(supervisor, contact) == {DURING}
    assert history(supervisor, contact) == [DURING]
    assert history(supervisor, contact, after=0) == [DURING]
    assert history(supervisor, contact, before=10**6) == [DURING]
    assert searched(supervisor, "heron", contact.conversation_id) == []
    assert kinds_of(contact.conversation_id)[-2:] == ["member.joined", "message.created"]
    assert [event["kind"] for event in synced(supervisor, contact)] == ["member.joined", "message.created"]


def test_a_visitor_reads_what_was_before_only_where_both_agreed_to_that(contact, carer, worker, supervisor):
    write(carer, contact.conversation_id, BEFORE)
    visit = asked_visit(contact, supervisor).visit
    act(agree_to_visit, carer, visit.id, show_earlier=False)
    act(agree_to_visit, worker, visit.id, show_earlier=True)
    act(begin_visit, supervisor, visit.id)
    assert everything_read(supervisor, contact) == set()
    act(end_visit, carer, visit.id)
    come_in(contact, supervisor, show_earlier=True)
    assert everything_read(supervisor, contact) == {BEFORE}
    assert history(supervisor, contact) == [BEFORE]


@pytest.mark.parametrize("who", ["carer", "worker", "supervisor"])
def test_any_of_the_three_ends_it_at_once_and_nothing_is_read_after(contact, carer, worker, supervisor, who):
    _, visit, _ = begun(contact, supervisor)
    by = {"carer": carer, "worker": worker, "supervisor": supervisor}[who]
    act(end_visit, by, visit.id)
    write(carer, contact.conversation_id, AFTER)
    assert everything_read(supervisor, contact) == set()
    assert synced(supervisor, contact) is None
    assert_refused("not_found", history, supervisor, contact)
    assert_refused("not_found", searched, supervisor, "lantern", contact.conversation_id)
    assert_refused("not_found", write, supervisor, contact.conversation_id)
    assert everything_read(carer, contact) == everything_read(worker, contact) == {BEFORE, DURING, AFTER}
    assert visit_now(visit.id).ended_by == by.id


def test_who_comes_again_reads_from_then_on(contact, carer, supervisor):
    _, visit, _ = begun(contact, supervisor)
    act(end_visit, carer, visit.id)
    write(carer, contact.conversation_id, AFTER)
    come_in(contact, supervisor)
    assert everything_read(supervisor, contact) == set()
    assert history(supervisor, contact) == []


def test_a_visit_ends_by_itself(contact, supervisor):
    _, visit, _ = begun(contact, supervisor, minutes=10)
    clock.move(timedelta(minutes=9))
    assert end_due_visits() == 0
    assert everything_read(supervisor, contact) == {DURING}
    clock.move(timedelta(minutes=2))
    assert end_due_visits() == 1
    assert end_due_visits() == 0
    assert everything_read(supervisor, contact) == set()
    assert kinds_of(contact.conversation_id)[-1] == "member.left"
    assert visit_now(visit.id).state is VisitState.ENDED


def test_one_that_never_began_is_off_by_itself(contact, supervisor):
    visit = asked_visit(contact, supervisor).visit
    agree(contact, visit)
    clock.move(timedelta(hours=73))
    assert_refused("visit_closed", act, begin_visit, supervisor, visit.id)
    assert end_due_visits() == 1
    assert visit_now(visit.id).state is VisitState.OFF
    assert "member.joined" not in kinds_of(contact.conversation_id)


def test_ending_twice_is_harmless_and_what_is_over_does_not_begin(contact, carer, supervisor):
    visit = asked_visit(contact, supervisor).visit
    agree(contact, visit)
    for _ in range(2):
        act(end_visit, carer, visit.id)
    assert_refused("visit_closed", act, begin_visit, supervisor, visit.id)
    assert_refused("visit_closed", act, agree_to_visit, carer, visit.id, show_earlier=True)
    assert [event.kind for event in events_of(carer.id)].count("visit.ended") == 1


def test_coming_in_twice_is_coming_in_once(contact, supervisor):
    visit = come_in(contact, supervisor)
    assert act(begin_visit, supervisor, visit.id).visit.began_at == visit.began_at
    assert kinds_of(contact.conversation_id).count("member.joined") == 1


def test_both_see_who_is_there_and_in_which_role(contact, carer, worker, supervisor):
    visit = come_in(contact, supervisor)
    for person in (carer, worker):
        shown = row(person, contact).visitor
        assert (shown.id, shown.role) == (supervisor.id, Role.SUPERVISOR)
    (joined,) = [event for event in synced(carer, contact) if event["kind"] == "member.joined"]
    assert joined["data"]["person"]["role_label"] == "Supervisor"
    assert write(supervisor, contact.conversation_id).author_role is Role.SUPERVISOR
    act(end_visit, carer, visit.id)
    assert row(carer, contact).visitor is None


def test_an_earlier_message_that_is_changed_is_not_told_to_a_visitor(contact, carer, worker, supervisor):
    earlier, _, _ = begun(contact, supervisor)
    act(edit_message, carer, earlier.id, body="Heron changed.", content_warning=None, acknowledged_advice=False)
    act(set_reaction, worker, earlier.id, name=ReactionName.HUG, on=True)
    updated, reacted = synced(supervisor, contact)[-2:]
    assert updated["data"] == reacted["data"] == {"message_id": earlier.id}
    assert synced(worker, contact)[-2]["data"]["message"]["body"] == "Heron changed."


def test_a_visitor_does_nothing_to_earlier_messages(contact, supervisor):
    earlier, _, during = begun(contact, supervisor)
    facts = {"client_id": "one", "conversation_id": contact.conversation_id, "body": "Yes."}
    for message, refused in ((earlier, True), (during, False)):
        tries = [
            (set_reaction, {"name": ReactionName.HUG, "on": True}),
            (report_message, {"reason": "abuse", "note": None}),
        ]
        for action, more in tries:
            if refused:
                assert_refused("not_found", act, action, supervisor, message.id, **more)
            elif action is set_reaction:
                assert act(action, supervisor, message.id, **more).reactions
    assert_refused("invalid", act, post_message, supervisor, **facts, reply_to=earlier.id)
    assert act(post_message, supervisor, **facts, reply_to=during.id).message.reply_to == during.id


def test_a_photo_from_before_is_not_there_for_a_visitor(contact, carer, worker, supervisor):
    ids = []
    for turn in ("before", "during"):
        picture = {"id": make_photo(carer, contact).id, "description": None}
        facts = {"client_id": turn, "conversation_id": contact.conversation_id, "body": BEFORE}
        act(post_message, carer, **facts, photos=[picture])
        ids.append(picture["id"])
        if turn == "before":
            come_in(contact, supervisor)
    with reading() as session:
        assert get_photo(session, supervisor, ids[1]).id == ids[1]
        assert get_photo(session, worker, ids[0]).id == ids[0]
        assert_refused("not_found", get_photo, session, supervisor, ids[0])


def test_a_visitor_can_neither_end_the_conversation_nor_change_the_worker(contact, carer, supervisor):
    come_in(contact, supervisor)
    assert_refused("forbidden", act, end_conversation, supervisor, contact.conversation_id)
    assert_refused("forbidden", act, change_worker, supervisor, contact.conversation_id, worker_id=None)
    act(end_conversation, carer, contact.conversation_id)
    assert contact_now(contact).ended_at is not None


def test_nobody_stays_in_a_conversation_that_ends(contact, carer, supervisor):
    visit = come_in(contact, supervisor)
    act(end_conversation, carer, contact.conversation_id)
    assert visit_now(visit.id).state is VisitState.ENDED
    assert row(supervisor, contact) is None
    assert row(carer, contact) is not None


def test_what_others_said_before_counts_as_unread_for_no_visitor(contact, supervisor):
    begun(contact, supervisor)
    assert row(supervisor, contact).unread_count == 1
    with reading() as session:
        assert find_untold(session, [contact.conversation_id], limit=10) == []  # nobody here has a device
        assert not look_again(session, [supervisor.id], push=False, now=clock.now())


@pytest.mark.parametrize("who", ["carer", "worker", "supervisor"])
def test_a_paused_account_ends_the_visits_around_it(contact, carer, worker, supervisor, who):
    visit = come_in(contact, supervisor)
    person = {"carer": carer, "worker": worker, "supervisor": supervisor}[who]
    act(suspend_account, make_person(Role.COORDINATOR), person.id, reason="Until we have spoken.")
    assert visit_now(visit.id).state is VisitState.ENDED
    assert synced(supervisor, contact) is None


def test_a_supervisor_with_another_role_leaves_and_the_two_go_on(contact, carer, supervisor):
    visit = come_in(contact, supervisor)
    facts = {"current_role": Role.SUPERVISOR, "role": Role.MODERATOR, "reason": "A new post.", "handovers": {}}
    act(change_role, make_person(Role.COORDINATOR), supervisor.id, **facts)
    assert visit_now(visit.id).state is VisitState.ENDED
    assert contact_now(contact).is_open
    assert row(carer, contact).can_post


def test_a_worker_with_another_role_is_asked_about_the_carer_only(contact, carer, worker, supervisor):
    visit = come_in(contact, supervisor)
    facts = {"current_role": worker.role, "role": Role.MODERATOR, "reason": "A new post."}
    coordinator = make_person(Role.COORDINATOR)
    refused = assert_refused("handover_needed", act, change_role, coordinator, worker.id, **facts, handovers={})
    assert refused.facts["conversations"][0]["with"] == [carer.id]
    act(change_role, coordinator, worker.id, **facts, handovers={contact.conversation_id: None})
    assert visit_now(visit.id).state is VisitState.ENDED


@pytest.mark.parametrize("who", ["carer", "worker", "supervisor"])
def test_an_erased_account_ends_the_visits_around_it(contact, carer, worker, supervisor, who):
    visit = come_in(contact, supervisor)
    other = make_one_to_one(worker=make_person(Role.CARER_PEER_WORKER))
    waiting = asked_visit(other, make_person(Role.SUPERVISOR)).visit
    erase({"carer": carer, "worker": worker, "supervisor": supervisor}[who])
    run_jobs()
    assert visit_now(visit.id).state is VisitState.ENDED
    assert visit_now(waiting.id).state is VisitState.ASKED
    assert contact_now(contact).is_open == (who == "supervisor")
    with reading() as session:
        found = session.get(Membership, (contact.conversation_id, supervisor.id))
        assert found.state is MemberState.LEFT


def test_an_export_of_a_visitor_has_none_of_the_others_words(contact, supervisor):
    begun(contact, supervisor, show_earlier=True)
    data, page = exported(supervisor)
    assert BEFORE not in str(data)
    assert DURING not in str(data) + page


def test_who_came_once_may_not_look_by_break_glass_later(contact, carer, supervisor):
    visit = come_in(contact, supervisor)
    act(end_visit, carer, visit.id)
    assert_refused("forbidden", ask_for_access, supervisor, contact.conversation_id)
    assert ask_for_access(make_person(Role.SUPERVISOR), contact.conversation_id).access.minutes == 60


def test_every_step_is_in_the_record(contact, supervisor):
    visit = come_in(contact, supervisor)
    send_away(contact.worker_id, visit)
    assert audited(visit.id) == ["visit.asked", "visit.agreed", "visit.agreed", "visit.began", "visit.ended"]


@pytest.mark.parametrize("state", VisitState)
@pytest.mark.parametrize("to", VisitState)
def test_a_visit_moves_only_along_its_table(state, to):
    visit = Visit(state=state)
    if to in VISIT_MOVES[state]:
        visit.move(to)
        assert visit.state is to
    else:
        with pytest.raises(VisitClosed):
            visit.move(to)


def test_the_database_holds_one_live_visit_a_conversation(contact, supervisor):
    live = asked_visit(contact, supervisor).visit
    columns = {column.key: getattr(live, column.key) for column in Visit.__table__.columns}

    def another(state):
        with transaction() as session:
            session.add(Visit(**{**columns, "id": new_id(), "state": state}))

    another(VisitState.OFF)
    assert_refused("conflict", another, VisitState.GOING_ON)
