"""Leaving for good: what goes at once, what a job takes, what stays and is said, and that nothing else is left."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.auth import EndReason, SignIn
from models.base import EncryptedBytes, EncryptedText
from models.clock import clock
from models.contacts import Contact, ContactState
from models.conversations import MemberState
from models.jobs import Job, JobKind, enqueue
from models.messages import MessageState
from models.people import PersonState
from models.privacy import Erasure, ErasureState
from models.retention import ERASED_NAME, RULES, WORDS, Class
from models.review import CaseState, DecisionKind
from models.roles import Role
from models.session import reading, transaction
from models.streams import REVIEW_DESK
from models.tables import metadata
from server.actions.tombstones import lay_tombstones
from server.jobs.retention import sweep_all
from server.queries.people import email_index, find_by_email
from server.schemas.people import person_ref
from tests.factories.database import files_at_rest
from tests.factories.groups import make_group, membership_of
from tests.factories.messages import HOSTILE, PLAIN, case_of, decide, message_now, post, report
from tests.factories.people import make_person, make_sign_in
from tests.factories.privacy import (
    CANARY,
    OTHERS,
    erase,
    everything_stored,
    exported,
    make_life,
    person_now,
    places_with,
    run_jobs,
)
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of, kinds_of

# Where a person's words may stay: what staff decided for the service, and why (models/retention.py).
KEPT_WORDS = {name for name, kind in WORDS.items() if RULES[kind].becomes is Class.KEPT}


def erasure_of(person):
    with reading() as session:
        return session.scalars(select(Erasure).where(Erasure.person_id == person.id)).one()


def sweep():
    return sweep_all(pause=lambda: None)


def close(case, by=None):
    return decide(by or make_person(Role.MODERATOR), case, DecisionKind.DISMISS)


def test_every_encrypted_column_has_its_row_in_the_retention_table():
    encrypted = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, EncryptedText | EncryptedBytes)
    }
    assert encrypted <= set(WORDS)
    assert set(WORDS.values()) <= set(RULES)
    columns = {f"{table.name}.{column.name}" for table in metadata.sorted_tables for column in table.columns}
    assert set(WORDS) <= columns


def test_every_rule_says_why_in_plain_words():
    for rule in RULES.values():
        assert rule.why[0].isupper()
        assert rule.why.endswith(".")


def test_a_life_fills_every_place_words_can_be_in():
    """Or the test below would find nothing in a place where nothing ever was."""
    life = make_life()
    exported(life.person)
    with transaction() as session:
        enqueue(session, JobKind.MAIL, subject_id=life.person.id, payload={"to": CANARY}, now=clock.now())
    canaries, others = places_with(CANARY), places_with(OTHERS)
    # An export is compressed, a photo's key is of chance, the reason for a change of the account is the service's, and a
    # card says what the library says.
    elsewhere = {"wall.consent_note", "export.sealed", "photo.key", "account_change.reason", "message.resource_text"}
    assert set(WORDS) - canaries - others == elsewhere


def test_after_the_work_nothing_the_person_wrote_is_found_anywhere(on_postgresql, settings):
    life = make_life()
    exported(life.person)
    with transaction() as session:
        enqueue(session, JobKind.MAIL, subject_id=life.person.id, payload={"to": CANARY}, now=clock.now())
    erase(life.person)
    run_jobs()
    close(case_of(life.held.id), by=make_person(Role.MODERATOR, accepted_code_version=2))
    sweep()
    assert places_with(CANARY) <= KEPT_WORDS
    assert "export.sealed" not in {name for name, values in everything_stored().items() if any("PK" in v for v in values)}
    assert places_with(email_index(f"{CANARY}@example.test")) == set()
    if not on_postgresql:  # its old row versions go when it vacuums
        files = files_at_rest(settings.database_url)
        assert any(file.read_bytes() for file in files)
        assert [file for file in files if CANARY.encode() in file.read_bytes()] == []


def test_the_name_is_gone_for_others_at_once():
    carer, friend = make_person(display_name="Wattle"), make_person()
    message = post(carer, make_group(carer, friend)).message
    erase(carer)
    assert person_ref(message_now(message.id).author)["display_name"] == ERASED_NAME
    assert places_with("Wattle") == set()


def test_the_account_is_of_no_use_to_anybody_at_once():
    carer = make_person(email="fern@example.test")
    first, second = make_sign_in(carer), make_sign_in(carer)
    erase(carer)
    now = person_now(carer)
    assert (now.state, now.email, now.password_hash) == (PersonState.ERASED, "", "")
    with reading() as session:
        assert find_by_email(session, "fern@example.test") is None
        ended = session.scalars(select(SignIn).where(SignIn.id.in_([first.id, second.id]))).all()
    assert {row.end_reason for row in ended} == {EndReason.ERASED}
    assert kinds_of(carer.id).count("session.ended") == 3
    make_person(email="fern@example.test")  # the address is free


def test_others_keep_theirs():
    life = make_life()
    before = {name: sum(OTHERS in value for value in values) for name, values in everything_stored().items()}
    erase(life.person)
    run_jobs()
    after = {name: sum(OTHERS in value for value in values) for name, values in everything_stored().items()}
    lost = {name for name in before if after.get(name, 0) < before[name]}
    # What was written to or about the one who left goes with them.
    assert lost == {
        "contact.reply",
        "contact.private_reason",
        "contact.ending_summary",
        "transfer.note",
        "waiting.forward_reason",
        "wall.reason",
        "handover.reason",
    }


def test_their_messages_become_tombstones_and_the_rooms_hear_it():
    carer, friend = make_person(), make_person()
    one, other = make_group(carer, friend), make_group(carer)
    messages = [post(carer, group).message for group in (one, other, one)]
    theirs = post(friend, one).message
    erase(carer)
    run_jobs()
    assert {message_now(message.id).state for message in messages} == {MessageState.DELETED}
    assert {message_now(message.id).body for message in messages} == {""}
    assert message_now(theirs.id).body == PLAIN
    removed = [event for event in events_of(one.conversation_id) if event.kind == "message.removed"]
    assert [(event.subject_id, event.data) for event in removed] == [
        (messages[0].id, {"reason": "erased"}),
        (messages[2].id, {"reason": "erased"}),
    ]
    assert kinds_of(other.conversation_id).count("message.removed") == 1


def test_many_messages_in_many_rooms_are_all_taken(monkeypatch):
    monkeypatch.setattr("server.jobs.erasure.PAGE", 3)
    carer = make_person()
    groups = [make_group(carer) for _ in range(3)]
    ids = [post(carer, group, f"{PLAIN} {number}").message.id for number in range(4) for group in groups]
    erase(carer)
    run_jobs()
    assert {message_now(message_id).body for message_id in ids} == {""}


def test_the_work_done_twice_tells_nobody_twice():
    carer = make_person()
    group = make_group(carer)
    post(carer, group)
    erase(carer)
    run_jobs()
    before = kinds_of(group.conversation_id)
    with transaction() as session:
        enqueue(session, JobKind.ERASURE, subject_id=carer.id, now=clock.now())
    run_jobs()
    assert kinds_of(group.conversation_id) == before
    assert erasure_of(carer).state is ErasureState.DONE


def test_a_message_nobody_had_seen_goes_without_a_word():
    carer = make_person()
    group = make_group(carer)
    held = post(carer, group, HOSTILE).message
    close_after = case_of(held.id)
    erase(carer)
    run_jobs()
    close(close_after)
    assert "message.removed" not in kinds_of(group.conversation_id)
    assert (message_now(held.id).state, message_now(held.id).body) == (MessageState.DELETED, "")


@pytest.fixture
def reported():
    """A message in an open case, whose author leaves."""
    carer, reader = make_person(), make_person()
    group = make_group(carer, reader)
    message = post(carer, group, f"Hear me, {CANARY}.").message
    report(reader, message)
    return carer, group, message


def test_a_message_in_an_open_case_stays_for_its_moderators_alone(reported):
    carer, group, message = reported
    left = erase(carer)
    run_jobs()
    now = message_now(message.id)
    assert (now.state, now.body) == (MessageState.DELETED, message.body)
    assert "message.removed" in kinds_of(group.conversation_id)
    assert erasure_of(carer).state is ErasureState.RESTRICTED
    assert [(kept["kind"], kept["count"]) for kept in left.kept if "review" in kept["kind"]] == [
        ("messages_under_review", 1)
    ]


def test_it_goes_when_the_case_closes(reported):
    carer, _, message = reported
    erase(carer)
    run_jobs()
    close(case_of(message.id))
    assert message_now(message.id).body == ""
    sweep()
    assert erasure_of(carer).state is ErasureState.DONE
    assert places_with(CANARY) == set()


def test_no_decision_brings_it_back(reported):
    carer, _, message = reported
    erase(carer)
    run_jobs()
    moderator = make_person(Role.MODERATOR)
    for decision in (DecisionKind.APPROVE, DecisionKind.HIDE, DecisionKind.REMOVE, DecisionKind.RESTORE):
        assert_refused("decision_not_possible", decide, moderator, case_of(message.id), decision)
    assert message_now(message.id).state is MessageState.DELETED


def test_the_desk_hears_that_the_message_changed_under_it(reported):
    carer, _, message = reported
    version = case_of(message.id).version
    erase(carer)
    run_jobs()
    assert case_of(message.id).version == version + 1
    assert kinds_of(REVIEW_DESK)[-1] == "case.changed"


def test_a_report_note_stays_while_its_case_is_open_and_goes_then():
    author, reporter = make_person(), make_person()
    message = post(author, make_group(author, reporter)).message
    report(reporter, message, note=CANARY)
    left = erase(reporter)
    run_jobs()
    assert {kept["kind"] for kept in left.kept} >= {"report_notes_under_review"}
    assert places_with(CANARY) == {"report.note"}
    close(case_of(message.id))
    sweep()
    assert places_with(CANARY) == set()
    assert case_of(message.id).state is CaseState.CLOSED


def test_what_stays_is_said_with_how_many_why_and_until_when():
    life = make_life()
    kept = {each["kind"]: each for each in erase(life.person).kept}
    assert {kind: each["count"] for kind, each in kept.items() if kind not in {"audit_entries", "sign_ins"}} == {
        "messages_under_review": 1,
        "acceptances": 2,
        "reports": 2,
        "decisions": 1,
        "sanctions": 1,
        "work_for_the_service": 11,
        "alert_records": 3,
        "shifts": 1,
        "note_records": 6,
        "places": 3,
    }
    for kind, each in kept.items():
        assert each["why"] == RULES[kind].why
    assert timedelta(days=89) < kept["sign_ins"]["until"] - clock.now() <= timedelta(days=90)
    assert kept["messages_under_review"]["until"] is None
    said = erasure_of(life.person).kept["items"]
    assert [(each["kind"], each["count"]) for each in said] == [(kind, each["count"]) for kind, each in kept.items()]


def test_a_decision_that_changed_nothing_is_not_counted():
    author, reader = make_person(), make_person()
    message = post(author, make_group(author, reader)).message
    report(reader, message)
    close(case_of(message.id))
    assert "decisions" not in {kept["kind"] for kept in erase(author).kept}


def test_they_leave_every_conversation_in_which_others_see_it():
    carer, friend = make_person(), make_person()
    groups = [make_group(carer, friend) for _ in range(3)]
    erase(carer)
    for group in groups:
        assert membership_of(carer, group).state is MemberState.LEFT
        assert kinds_of(group.conversation_id)[-1] == "member.left"
        assert membership_of(friend, group).state is MemberState.MEMBER


def test_an_open_one_to_one_ends():
    life = make_life()
    erase(life.person)
    with reading() as session:
        contact = session.scalars(select(Contact)).one()
    assert (contact.state, contact.ended_at is not None) == (ContactState.ENDED, True)
    assert kinds_of(life.one_to_one) == ["member.left"]


def test_coordinators_hear_that_a_group_lost_its_facilitator():
    worker = make_person(Role.CARER_PEER_WORKER)
    coordinator = make_person(Role.COORDINATOR)
    group = make_group(facilitator=worker)
    erase(worker)
    (notice,) = [event for event in events_of(coordinator.id) if event.kind == "notice.facilitation"]
    assert (notice.subject_id, notice.data["change"]) == (group.id, "facilitator_left")
    carer = make_person()
    make_group(carer)
    erase(carer)
    assert kinds_of(coordinator.id).count("notice.facilitation") == 1


def test_their_inbox_is_emptied_once_every_process_has_cut_their_sockets():
    carer = make_person()
    make_group(carer)
    erase(carer)
    run_jobs()
    assert set(kinds_of(carer.id)) == {"session.ended"}
    clock.move(timedelta(hours=2))
    sweep()
    assert kinds_of(carer.id) == []


def test_mail_to_them_that_waits_is_not_sent():
    carer = make_person()
    with transaction() as session:
        enqueue(session, JobKind.MAIL, subject_id=carer.id, payload={"to": "fern@example.test"}, now=clock.now())
    erase(carer)
    with reading() as session:
        assert {job.kind for job in session.scalars(select(Job))} == {JobKind.ERASURE}


def test_it_is_in_the_audit_trail_by_id_alone():
    carer = make_person()
    erase(carer)
    assert "person.erased" in audited(carer.id)


def test_the_last_coordinator_stays_until_there_is_another():
    coordinator = make_person(Role.COORDINATOR)
    assert_refused("last_coordinator", erase, coordinator)
    make_person(Role.COORDINATOR)
    erase(coordinator)
    assert person_now(coordinator).state is PersonState.ERASED


def test_of_two_last_coordinators_who_leave_at_once_one_stays():
    one, other = make_person(Role.COORDINATOR), make_person(Role.COORDINATOR)
    outcomes = race(lambda: erase(one).state, lambda: erase(other).state)
    assert sorted(str(outcome) for outcome in outcomes) == ["last_coordinator", "running"]


def test_a_tombstone_is_laid_once_however_often_it_is_asked_for():
    carer = make_person()
    group = make_group(carer)
    message = post(carer, group).message
    for _ in range(2):
        with transaction() as session:
            lay_tombstones(session, [message.id], reason="expired", now=clock.now())
    assert kinds_of(group.conversation_id).count("message.removed") == 1
