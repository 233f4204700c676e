"""A worker's notes: who reads which version, what ends that, and that every read is known."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.audit import AuditEntry
from models.clock import clock
from models.decisions import DecisionName
from models.notes import NoteRevision
from models.roles import Role
from models.session import reading
from moderation.screening import Label, Severity
from server.actions.accounts import reinstate_account, suspend_account
from server.actions.care_team import name_professional, unname_professional
from server.actions.contacts import end_conversation
from server.actions.invites import create_invite
from server.actions.notes import (
    edit_note,
    read_note,
    read_notes,
    read_versions,
    share_note,
    take_back_note,
    unshare_note,
    write_note,
)
from server.actions.role_changes import change_role
from server.jobs.retention import sweep_all
from server.queries.care_team import list_care_team
from server.queries.notes import list_shared_notes
from tests.factories.contacts import connect, decided
from tests.factories.notes import CALM, complementary, integrated, make_note, named_by, note_now, note_of, opened, reads_of
from tests.factories.people import act, make_person
from tests.factories.privacy import erase, run_jobs
from tests.factories.refusals import assert_refused
from tests.factories.screening_rules import activate, draft
from tests.factories.streams import events_of

NEW = "We talked about rest, and who could take a night."
PAGE = {"limit": 50, "cursor": None}


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def worker():
    return make_person(Role.CARER_PEER_WORKER)


@pytest.fixture
def note(carer, worker):
    return make_note(carer, worker)


@pytest.fixture
def shared(carer, note):
    """A note that is open to one professional."""
    integrated()
    professional = named_by(carer)
    opened(note, professional)
    return note, professional


def edit(person, note, body=NEW, version=1):
    return act(edit_note, person, note.id, body=body, version=version, acknowledged_advice=False)


def agree(person, note, version=1, **more):
    return act(share_note, person, note.id, version=version, **{"professional_ids": None, **more})


def listed(professional):
    with reading() as session:
        return [shared.note.id for shared in list_shared_notes(session, professional, **PAGE).items]


def audited(note):
    with reading() as session:
        query = select(AuditEntry).where(AuditEntry.subject_id == note.id).order_by(AuditEntry.seq)
        return [(entry.action, entry.actor_id) for entry in session.scalars(query)]


def note_events(person):
    return [event.kind for event in events_of(person.id) if event.kind.startswith("note.")]


def test_both_of_the_two_read_what_the_worker_noted(carer, worker, note):
    for person in (carer, worker):
        (view,) = act(read_notes, person, note.conversation_id, **PAGE).items
        assert view.note.body == CALM


def test_only_the_worker_of_the_conversation_writes_notes(carer, worker):
    contact = connect(carer, worker)
    note_of(contact)
    facts = {"body": CALM, "acknowledged_advice": False}
    assert_refused("forbidden", act, write_note, carer, contact.conversation_id, **facts)
    for role in Role:
        assert_refused("not_found", act, write_note, make_person(role), contact.conversation_id, **facts)


def test_nobody_of_the_service_reads_a_note(note):
    integrated()
    for role in Role:
        person = make_person(role)
        assert_refused("not_found", act, read_notes, person, note.conversation_id, **PAGE)
        assert_refused("not_found", act, read_note, person, note.id)
        assert_refused("not_found", act, read_versions, person, note.id)
    assert reads_of(note.id) == []


def test_a_carer_reads_no_note_about_another(note):
    stranger = make_person()
    note_about_them = make_note(stranger)
    assert act(read_note, stranger, note_about_them.id).note.id == note_about_them.id
    assert_refused("not_found", act, read_note, stranger, note.id)


def test_no_note_is_written_once_the_conversation_has_ended(carer, worker, note):
    act(end_conversation, carer, note.conversation_id)
    assert_refused("conversation_ended", act, write_note, worker, note.conversation_id, body=CALM, acknowledged_advice=False)
    assert act(read_note, carer, note.id).note.body == CALM


def test_in_a_complementary_service_nothing_is_shared(carer, note):
    professional = named_by(carer)
    act(read_note, carer, note.id)
    assert_refused("notes_stay_between_two", agree, carer, note)
    integrated()
    agree(carer, note)
    assert act(read_note, professional, note.id).note.body == CALM


def test_a_carer_agrees_only_to_what_they_have_read(carer, note):
    integrated()
    named_by(carer)
    assert_refused("note_unread", agree, carer, note)
    act(read_notes, carer, note.conversation_id, **PAGE)
    assert agree(carer, note).note.agreed


def test_a_worker_cannot_agree_for_the_carer(carer, worker, note):
    integrated()
    act(read_note, carer, note.id)
    assert_refused("forbidden", agree, worker, note)
    assert agree(carer, note).note.agreed


def test_agreeing_to_a_version_that_is_no_more_is_a_conflict(carer, worker, note):
    integrated()
    act(read_note, carer, note.id)
    edit(worker, note)
    refused = assert_refused("stale_version", agree, carer, note)
    assert refused.facts["version"] == 2
    act(read_note, carer, note.id)
    assert agree(carer, note, version=2).note.agreed


def test_an_edit_closes_the_note_until_the_carer_agrees_anew(carer, worker, shared):
    note, professional = shared
    assert listed(professional) == [note.id]
    edit(worker, note)
    assert listed(professional) == []
    assert_refused("not_found", act, read_note, professional, note.id)
    opened(note, professional)
    assert act(read_note, professional, note.id).note.body == NEW


def test_an_edit_from_a_version_that_is_no_more_is_a_conflict(worker, note):
    edit(worker, note)
    assert_refused("stale_version", edit, worker, note, "Something else.")
    assert note_now(note.id).body == NEW


def test_the_same_words_again_are_no_new_version(worker, shared):
    note, professional = shared
    assert edit(worker, note, CALM).note.version == 1
    assert listed(professional) == [note.id]


def test_what_a_note_said_before_is_there_for_the_two(carer, worker, note):
    edit(worker, note)
    for person in (carer, worker):
        (revision,) = act(read_versions, person, note.id)
        assert (revision.version, revision.body) == (1, CALM)


def test_a_note_is_open_only_to_those_the_carer_named_for_it(carer, note):
    integrated()
    one, other, stranger = named_by(carer), named_by(carer), make_person(Role.PROFESSIONAL)
    opened(note, one)
    assert act(read_note, one, note.id).note.body == CALM
    for person in (other, stranger):
        assert_refused("not_found", act, read_note, person, note.id)
    refused = assert_refused("professional_not_linked", agree, carer, note, professional_ids=[stranger.id])
    assert list(refused.facts["errors"]) == ["professional_ids"]


def test_agreeing_again_with_fewer_closes_it_to_the_others(carer, note):
    integrated()
    one, other = named_by(carer), named_by(carer)
    opened(note, one, other)
    agree(carer, note, professional_ids=[one.id])
    assert (listed(one), listed(other)) == ([note.id], [])


def test_what_the_carer_takes_back_nobody_of_the_team_reads(carer, shared):
    note, professional = shared
    act(unshare_note, carer, note.id)
    assert_refused("not_found", act, read_note, professional, note.id)
    assert listed(professional) == []
    act(unshare_note, carer, note.id)
    assert note_events(carer).count("note.unshared") == 1


def test_a_service_that_goes_back_closes_every_note_for_good(carer, shared):
    note, professional = shared
    complementary()
    assert_refused("not_found", act, read_note, professional, note.id)
    integrated()
    assert_refused("not_found", act, read_note, professional, note.id)
    opened(note, professional)
    assert act(read_note, professional, note.id).note.body == CALM


@pytest.mark.parametrize("who", ["carer", "worker", "professional"])
def test_a_paused_account_closes_its_notes_for_good(carer, worker, shared, who):
    note, professional = shared
    person = {"carer": carer, "worker": worker, "professional": professional}[who]
    coordinator = make_person(Role.COORDINATOR)
    act(suspend_account, coordinator, person.id, reason="Until we have spoken.")
    act(reinstate_account, coordinator, person.id, reason="We have spoken.")
    assert_refused("not_found", act, read_note, professional, note.id)
    assert act(read_note, carer, note.id).shared_with == ()


def test_a_professional_with_another_role_reads_no_note_and_is_on_nobodys_list(carer, shared):
    note, professional = shared
    facts = {"current_role": Role.PROFESSIONAL, "role": Role.MODERATOR, "reason": "A new post.", "handovers": {}}
    act(change_role, make_person(Role.COORDINATOR), professional.id, **facts)
    assert_refused("not_found", act, read_note, professional, note.id)
    with reading() as session:
        assert list_care_team(session, carer.id) == []


def test_a_worker_with_another_role_leaves_no_note_open(worker, shared):
    note, professional = shared
    facts = {"current_role": worker.role, "role": Role.SUPERVISOR, "reason": "A new post."}
    act(change_role, make_person(Role.COORDINATOR), worker.id, **facts, handovers={note.conversation_id: None})
    assert_refused("not_found", act, read_note, professional, note.id)
    assert_refused("not_found", act, read_note, worker, note.id)


def test_a_professional_taken_off_the_list_reads_nothing_more(carer, shared):
    note, professional = shared
    other = named_by(carer)
    opened(note, professional, other)
    act(unname_professional, carer, professional.id)
    assert_refused("not_found", act, read_note, professional, note.id)
    assert act(read_note, other, note.id).note.body == CALM


def test_every_read_of_a_professional_is_known_to_the_carer(carer, shared):
    note, professional = shared
    act(read_note, professional, note.id)
    act(read_note, professional, note.id)
    assert reads_of(note.id) == [(carer.id, 1), (professional.id, 1), (professional.id, 1)]
    assert audited(note)[-2:] == [("note.read", professional.id)] * 2
    assert note_events(carer).count("note.read") == 2


def test_a_carers_own_look_is_noted_once_a_version_and_a_workers_never(carer, worker, note):
    for person in (carer, carer, worker):
        act(read_note, person, note.id)
        act(read_notes, person, note.conversation_id, **PAGE)
    assert reads_of(note.id) == [(carer.id, 1)]


def test_what_a_worker_takes_back_is_gone_for_everybody(carer, worker, shared):
    note, _ = shared
    edit(worker, note)
    act(take_back_note, worker, note.id)
    act(take_back_note, worker, note.id)
    assert act(read_note, carer, note.id).note.body == ""
    assert list(act(read_versions, carer, note.id)) == []
    assert_refused("note_taken_back", edit, worker, note, version=2)
    assert_refused("note_taken_back", agree, carer, note, version=2)
    assert note_events(worker).count("note.taken_back") == 1


def test_only_its_author_changes_or_takes_back_a_note(carer, worker, note):
    assert_refused("forbidden", edit, carer, note)
    assert_refused("forbidden", act, take_back_note, carer, note.id)
    assert edit(worker, note).note.version == 2


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ("Her son Daniel Smith was moved to Concord Hospital.", "third_party_privacy"),
        ("He is a complete psycho and she knows it.", "hostility"),
    ],
)
def test_a_note_that_names_somebody_or_hurts_is_advised_on_and_may_be_kept_all_the_same(carer, worker, body, label):
    contact = connect(carer, worker)
    refused = assert_refused("advice_given", note_of, contact, body)
    assert label in [given["label"] for given in refused.facts["advice"]]
    assert note_of(contact, body, acknowledged_advice=True).note.body == body
    assert note_of(contact).note.body == CALM


def test_words_the_service_looks_for_itself_are_advised_on_too(carer, worker):
    contact = connect(carer, worker)
    body = "She meets him at the yellow house."
    assert note_of(contact, body).note.body == body
    activate(draft("the yellow house", label=Label.THIRD_PARTY_PRIVACY, severity=Severity.MEDIUM))
    assert_refused("advice_given", note_of, contact, body)


def test_the_two_are_told_in_ids_only(carer, worker, shared):
    note, professional = shared
    edit(worker, note)
    for person in (carer, worker):
        kinds = [kind for kind in note_events(person) if kind != "note.read"]
        assert kinds == ["note.written", "note.shared", "note.unshared", "note.changed"]
    assert note_events(professional) == ["note.shared", "note.unshared"]
    told = [event.data for event in events_of(professional.id) if event.kind.startswith("note.")]
    assert all(set(data) == {"note_id", "version"} for data in told)


def test_a_referral_puts_its_professional_on_the_carers_list(carer):
    professional, coordinator = make_person(Role.PROFESSIONAL), make_person(Role.COORDINATOR)
    code = act(create_invite, professional, role=Role.CARER).code
    act(name_professional, carer, invite_code=code)
    with reading() as session:
        assert [person.id for _, person in list_care_team(session, carer.id)] == [professional.id]
    assert_refused("invite_invalid", act, name_professional, carer, invite_code=code)
    theirs = act(create_invite, coordinator, role=Role.CARER).code
    assert_refused("invite_invalid", act, name_professional, carer, invite_code=theirs)


def test_an_erased_carer_leaves_no_word_of_a_note(carer, worker, shared):
    note, professional = shared
    edit(worker, note)
    erase(carer)
    run_jobs()
    assert note_now(note.id).body == ""
    assert_refused("note_taken_back", edit, worker, note, version=2)
    assert_refused("not_found", act, read_note, professional, note.id)
    with reading() as session:
        assert session.scalars(select(NoteRevision)).all() == []


def test_notes_are_kept_as_long_as_what_was_said_one_to_one(carer, worker, note):
    decided(DecisionName.RETENTION_ONE_TO_ONE, "30")
    clock.move(timedelta(days=29))
    edit(worker, note)
    clock.move(timedelta(days=29))
    sweep_all(pause=lambda: None)
    assert note_now(note.id).body == NEW
    clock.move(timedelta(days=2))
    sweep_all(pause=lambda: None)
    assert_refused("not_found", act, read_note, worker, note.id)
