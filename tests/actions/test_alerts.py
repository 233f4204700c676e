"""A crisis alert from asking to its end, as people move it."""

import pytest

from models.alerts import ALERT_MOVES, CLOSED, Alert, AlertClosed, AlertNotReady, AlertState, Outcome, PageAnswer
from models.clock import clock
from models.contacts import WallKind
from models.conversations import ConversationKind
from models.helplines import Whose
from models.roles import Role
from models.rota import Layer
from models.session import reading
from server.actions.alerts import (
    acknowledge_alert,
    begin_contact,
    cancel_alert,
    decline_alert,
    open_alert,
    resolve_alert,
)
from server.actions.messages import post_message
from server.queries.alerts import get_alert, list_alerts
from server.queries.conversations import list_conversations
from tests.factories.alerts import NOTE, alert_now, ask, follow_ups, go_on, on_duty, pages, times_paged
from tests.factories.contacts import wall_off
from tests.factories.groups import make_group
from tests.factories.messages import PLAIN, post
from tests.factories.people import act, make_person
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of, kinds_of

pytestmark = pytest.mark.usefixtures("app")


def seen(person, alert_id):
    with reading() as session:
        return get_alert(session, person, alert_id, at=clock.now())


def listed(person, state=None):
    with reading() as session:
        return [
            view.alert.id for view in list_alerts(session, person, state=state, limit=50, cursor=None, at=clock.now()).items
        ]


def conversations(person):
    with reading() as session:
        return list_conversations(session, person, limit=50, cursor=None).items


@pytest.mark.parametrize("state", AlertState)
@pytest.mark.parametrize("to", AlertState)
def test_an_alert_moves_only_along_the_table_and_always_has_a_next_step_or_is_closed(state, to):
    now = clock.now()
    alert = Alert(state=state, due_at=None if state in CLOSED else now, version=1)

    def move():
        alert.close(to, by=None, at=now) if to in CLOSED else alert.move(to, due_at=now)

    if to in ALERT_MOVES[state]:
        move()
        assert (alert.state, alert.due_at is None, alert.version) == (to, to in CLOSED, 2)
    else:
        with pytest.raises(AlertClosed if state in CLOSED else AlertNotReady):
            move()
        assert (alert.state, alert.version) == (state, 1)


def test_asking_pages_who_is_on_duty_in_the_same_breath():
    worker, other, carer = on_duty(), make_person(Role.CARER_PEER_WORKER), make_person()
    view = ask(carer)
    assert (view.alert.state, view.alert.due_at > clock.now()) == (AlertState.PAGING, True)
    assert (times_paged(worker), times_paged(other)) == (1, 0)
    assert "alert.paging" in kinds_of(carer.id)
    assert "alert.paging" in kinds_of("desk:crisis")
    assert audited(view.alert.id) == ["alert.opened"]


def test_only_carers_ask():
    on_duty()
    for role in set(Role) - {Role.CARER}:
        assert_refused("forbidden", ask, make_person(role))


def test_asking_again_joins_the_open_alert_and_adds_what_was_said():
    worker, carer = on_duty(), make_person()
    first = ask(carer)
    again = act(open_alert, carer, whose=Whose.VIOLENCE, note="He has a knife.", message_id=None)
    assert (again.is_new, again.view.alert.id) == (False, first.alert.id)
    assert (again.view.alert.note, again.view.alert.whose) == (f"{NOTE}\nHe has a knife.", Whose.VIOLENCE)
    assert times_paged(worker) == 1
    assert kinds_of(worker.id)[-1] == "alert.paging"  # there is something new to read


def test_asking_at_the_same_moment_opens_one_alert():
    on_duty()
    carer = make_person()
    outcomes = race(*[lambda: ask(carer).alert.id] * 4)
    opened = {outcome for outcome in outcomes if outcome != "conflict"}
    assert len(opened) == 1
    assert listed(carer) == list(opened)


def test_a_carer_whose_alert_is_over_can_ask_again():
    on_duty()
    carer = make_person()
    first = ask(carer).alert.id
    act(cancel_alert, carer, first)
    assert ask(carer).alert.id != first


def test_the_first_to_acknowledge_has_it_and_everybody_is_told_who():
    worker, backup, carer = on_duty(), on_duty(), make_person()
    alert_id = ask(carer).alert.id
    view = act(acknowledge_alert, worker, alert_id)
    assert (view.alert.state, view.taker.id) == (AlertState.ACKNOWLEDGED, worker.id)
    refusal = assert_refused("alert_taken", act, acknowledge_alert, backup, alert_id)
    assert refusal.extras()["taken_by"]["id"] == worker.id
    for stream in (carer.id, worker.id, backup.id, "desk:crisis"):
        told = [event for event in events_of(stream) if event.kind == "alert.acknowledged"]
        assert [event.subject_id for event in told] == [alert_id], stream
    assert act(acknowledge_alert, worker, alert_id).alert.version == view.alert.version


def test_twenty_who_press_at_once_give_one_winner_and_nineteen_who_know_whom():
    workers, carer = [on_duty() for _ in range(20)], make_person()
    alert_id = ask(carer).alert.id
    outcomes = race(*[lambda who=who: act(acknowledge_alert, who, alert_id).taker.id for who in workers])
    assert sorted(outcome == "alert_taken" for outcome in outcomes) == [False] + [True] * 19
    winner = next(outcome for outcome in outcomes if outcome != "alert_taken")
    assert alert_now(alert_id).taken_by == winner
    assert [page.answer for page in pages(alert_id)].count(PageAnswer.ACKNOWLEDGED) == 1


def test_acknowledging_opens_a_conversation_with_both_in_it_and_the_workers_role_on_it():
    worker, carer = on_duty(), make_person()
    alert_id = ask(carer).alert.id
    conversation_id = act(acknowledge_alert, worker, alert_id).alert.conversation_id
    (mine,) = conversations(carer)
    assert (mine.id, mine.kind, mine.can_post) == (conversation_id, ConversationKind.CRISIS, True)
    assert mine.title == f"{worker.display_name} (Carer peer worker)"
    (theirs,) = conversations(worker)
    assert theirs.title == f"{carer.display_name} (Carer)"


def test_the_workers_first_words_are_the_contact():
    worker, carer = on_duty(), make_person()
    alert_id = ask(carer).alert.id
    conversation_id = act(acknowledge_alert, worker, alert_id).alert.conversation_id
    act(post_message, carer, conversation_id=conversation_id, client_id="c1", body=PLAIN)
    go_on()
    assert alert_now(alert_id).state is AlertState.ACKNOWLEDGED
    act(post_message, worker, conversation_id=conversation_id, client_id="w1", body=PLAIN)
    go_on()
    assert alert_now(alert_id).state is AlertState.IN_CONTACT
    assert "alert.in_contact" in kinds_of(carer.id)


def test_a_contact_can_be_said_to_have_begun_by_who_has_it_only():
    worker, other, carer = on_duty(), on_duty(), make_person()
    alert_id = ask(carer).alert.id
    act(acknowledge_alert, worker, alert_id)
    assert_refused("forbidden", act, begin_contact, other, alert_id)
    assert_refused("forbidden", act, begin_contact, carer, alert_id)
    assert act(begin_contact, worker, alert_id).alert.state is AlertState.IN_CONTACT
    go_on(minutes=6)
    assert alert_now(alert_id).state is AlertState.IN_CONTACT


def in_contact(worker, carer):
    alert_id = ask(carer).alert.id
    act(acknowledge_alert, worker, alert_id)
    return act(begin_contact, worker, alert_id).alert.id


def test_it_ends_with_an_outcome_a_closed_conversation_and_what_is_owed_to_both():
    worker, carer = on_duty(), make_person()
    alert_id = in_contact(worker, carer)
    view = act(resolve_alert, worker, alert_id, outcome=Outcome.SUPPORTED)
    assert (view.alert.state, view.alert.outcome, view.alert.due_at) == (AlertState.RESOLVED, Outcome.SUPPORTED, None)
    assert not conversations(carer)[0].can_post
    assert {(owed.kind.value, owed.person_id) for owed in follow_ups(alert_id)} == {
        ("offer", carer.id),
        ("debrief", worker.id),
    }
    assert act(resolve_alert, worker, alert_id, outcome=Outcome.SUPPORTED).alert.version == view.alert.version
    assert_refused("alert_closed", act, acknowledge_alert, worker, alert_id)
    assert_refused("alert_closed", act, cancel_alert, carer, alert_id)


def test_what_was_not_begun_is_not_resolved():
    worker = on_duty()
    alert_id = ask().alert.id
    act(acknowledge_alert, worker, alert_id)
    assert_refused("alert_not_ready", act, resolve_alert, worker, alert_id, outcome=Outcome.OTHER)
    act(begin_contact, worker, alert_id)
    act(resolve_alert, worker, alert_id, outcome=Outcome.OTHER)


@pytest.mark.parametrize("how_far", ["paging", "acknowledged", "in_contact"])
def test_the_carer_can_take_it_back_at_any_time(how_far):
    worker, carer = on_duty(), make_person()
    alert_id = ask(carer).alert.id
    if how_far != "paging":
        act(acknowledge_alert, worker, alert_id)
    if how_far == "in_contact":
        act(begin_contact, worker, alert_id)
    assert_refused("forbidden", act, cancel_alert, worker, alert_id)
    assert act(cancel_alert, carer, alert_id).alert.state is AlertState.CANCELLED
    assert kinds_of(worker.id)[-1] == "alert.cancelled"
    act(cancel_alert, carer, alert_id)  # again changes nothing
    assert [owed.kind.value for owed in follow_ups(alert_id)] == (["debrief"] if how_far == "in_contact" else [])
    go_on(minutes=10)
    assert times_paged(worker) == 1


def test_saying_no_pages_whoever_comes_next_at_once():
    primary, backup = on_duty(), on_duty(Layer.BACKUP)
    alert_id = ask().alert.id
    assert times_paged(backup) == 0
    act(decline_alert, primary, alert_id)
    assert times_paged(backup) == 1
    go_on(minutes=2)
    assert times_paged(primary) == 1
    act(decline_alert, primary, alert_id)  # again changes nothing
    assert alert_now(alert_id).step == 1


def test_saying_no_to_what_one_took_hands_it_back_and_takes_one_out_of_the_conversation():
    primary, backup, carer = on_duty(), on_duty(Layer.BACKUP), make_person()
    alert_id = ask(carer).alert.id
    first = act(acknowledge_alert, primary, alert_id).alert.conversation_id
    act(decline_alert, primary, alert_id)
    assert alert_now(alert_id).state is AlertState.PAGING
    assert (conversations(primary), times_paged(backup)) == ([], 1)
    taken = act(acknowledge_alert, backup, alert_id)
    assert taken.alert.conversation_id == first
    assert conversations(carer)[0].title == f"{backup.display_name} (Carer peer worker)"


def test_who_is_behind_a_wall_is_neither_paged_nor_shown_anything():
    worker, backup, carer = on_duty(), on_duty(Layer.BACKUP), make_person()
    wall_off(carer, worker, WallKind.OTHER)
    alert_id = ask(carer).alert.id
    assert (times_paged(worker), times_paged(backup)) == (0, 1)
    assert_refused("not_found", seen, worker, alert_id)
    assert_refused("not_found", act, acknowledge_alert, worker, alert_id)
    assert listed(worker) == []
    assert seen(backup, alert_id).words


def test_a_wall_put_up_while_they_talk_hands_the_alert_to_another():
    worker, backup, carer = on_duty(), on_duty(Layer.BACKUP), make_person()
    alert_id = in_contact(worker, carer)
    wall_off(carer, worker, WallKind.OTHER)
    go_on()
    assert (alert_now(alert_id).state, times_paged(backup)) == (AlertState.PAGING, 1)
    assert conversations(worker) == []
    assert_refused("not_found", seen, worker, alert_id)


def test_what_the_carer_said_is_shown_to_who_is_called_and_then_only_to_who_takes_it():
    primary, other, backup, supervisor, carer = (
        on_duty(),
        on_duty(),
        on_duty(Layer.BACKUP),
        make_person(Role.SUPERVISOR),
        make_person(),
    )
    alert_id = ask(carer).alert.id
    assert {who.id: seen(who, alert_id).words for who in (carer, primary, other, backup, supervisor)} == {
        carer.id: True,
        primary.id: True,
        other.id: True,
        backup.id: False,  # on duty, and not called yet
        supervisor.id: False,
    }
    act(acknowledge_alert, primary, alert_id)
    assert [seen(who, alert_id).words for who in (carer, primary, other)] == [True, True, False]
    assert_refused("not_found", seen, make_person(Role.CARER_PEER_WORKER), alert_id)
    assert_refused("not_found", seen, make_person(), alert_id)


def test_the_desk_sees_open_alerts_and_who_was_paged_and_others_their_own():
    worker, carer = on_duty(), make_person()
    alert_id = ask(carer).alert.id
    other = ask().alert.id
    for role in (Role.SUPERVISOR, Role.COORDINATOR):
        desk = make_person(role)
        assert listed(desk) == [other, alert_id]
        assert [person.id for _, person in seen(desk, alert_id).pages] == [worker.id]
    assert listed(carer) == [alert_id]
    assert listed(worker) == [other, alert_id]
    act(cancel_alert, carer, alert_id)
    assert listed(make_person(Role.SUPERVISOR)) == [other]
    assert listed(carer, AlertState.CANCELLED) == [alert_id]


def test_an_alert_may_come_from_a_message_of_ones_own_and_of_nobody_else():
    worker, carer, other = on_duty(), make_person(), make_person()
    group = make_group(carer, other)
    own, others = post(carer, group).message.id, post(other, group).message.id
    assert_refused("invalid", ask, carer, message_id=others)
    alert_id = ask(carer, message_id=own).alert.id
    assert seen(worker, alert_id).message.id == own
    assert seen(make_person(Role.SUPERVISOR), alert_id).message is None
