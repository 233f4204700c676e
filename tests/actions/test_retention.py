"""The retention schedule: what is older than it may be goes, what is in an open case stays, one job waits."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from models.appeals import APPEAL_WITHIN, Appeal
from models.auth import EmailProof, EndReason, ProofPurpose, SignIn
from models.beginnings import BeginningAgreement
from models.break_glass import AccessPurpose, BreakGlass, BreakGlassState
from models.clock import clock
from models.code_of_conduct import Acceptance
from models.conversations import Conversation, ConversationKind
from models.decisions import DecisionName, ServiceDecision
from models.ids import new_digest, new_id
from models.jobs import MOST_ATTEMPTS, Job, JobKind, JobState
from models.messages import MessageState
from models.notifications import PushSubscription
from models.passkeys import ChallengePurpose, PasskeyChallenge
from models.people import Person, PersonState
from models.privacy import Export
from models.retention import DECIDED_BY
from models.review import Case, DecisionKind
from models.roles import Role
from models.sanctions import SanctionKind
from models.session import reading, transaction
from models.tables import metadata
from models.waiting import Waiting
from server.actions.auth import end_sign_in
from server.jobs.retention import count_due, ensure_retention_job, sweep_all
from server.jobs.sweeps import PAGE
from tests.factories.contacts import connect, wait
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, PLAIN, case_of, decide, find_case, message_now, post, report
from tests.factories.notifications import make_subscription
from tests.factories.people import make_person, make_sign_in
from tests.factories.privacy import CANARY, erase, exported, person_now, places_with, run_jobs
from tests.factories.races import race
from tests.factories.sanctions import appeal, asked, decide_with, impose, sanctions_of
from tests.factories.streams import audited, events_of, kinds_of


def sweep():
    return dict(sweep_all(pause=lambda: None))


def taken():
    return {name: count for name, count in sweep().items() if count}


def count(table):
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def change(table, **values):
    with transaction() as session:
        session.execute(update(table).values(**values))


@pytest.fixture
def group():
    return make_group(make_person(), make_person())


@pytest.fixture
def author():
    return make_person()


@pytest.fixture
def message(author):
    return post(author, make_group(author), f"{PLAIN} {CANARY}").message


def test_messages_of_a_group_go_after_two_years_and_the_room_hears_it(message):
    clock.move(timedelta(days=729))
    assert "messages_group" not in taken()
    clock.move(timedelta(days=2))
    assert taken() == {"messages_group": 1}
    assert (message_now(message.id).state, message_now(message.id).body) == (MessageState.DELETED, "")
    (event,) = [each for each in events_of(message.conversation_id) if each.kind == "message.removed"]
    assert (event.subject_id, event.data) == (message.id, {"reason": "expired"})
    assert places_with(CANARY) == set()


@pytest.mark.parametrize(
    ("kind", "days"), [(ConversationKind.GROUP, 730), (ConversationKind.ONE_TO_ONE, 2555), (ConversationKind.CRISIS, 2555)]
)
def test_each_kind_of_conversation_has_its_own_time(message, kind, days):
    change(Conversation, kind=kind)
    clock.move(timedelta(days=days - 1))
    sweep()
    assert message_now(message.id).body
    clock.move(timedelta(days=2))
    sweep()
    assert message_now(message.id).body == ""


@pytest.mark.parametrize("kind", ConversationKind)
def test_the_service_decides_how_long(message, kind):
    change(Conversation, kind=kind)
    decided = {"name": DECIDED_BY[kind], "value": "30", "reason": "Less is kept.", "decided_at": clock.now()}
    with transaction() as session:
        session.add(ServiceDecision(id=new_id(), version=1, decided_by=message.author_id, **decided))
    clock.move(timedelta(days=31))
    sweep()
    assert message_now(message.id).body == ""


def test_every_kind_of_conversation_has_a_decision():
    assert set(DECIDED_BY) == set(ConversationKind)
    assert set(DECIDED_BY.values()) < set(DecisionName)


def test_a_message_in_an_open_case_stays_until_it_closes(author):
    held = post(author, make_group(author), HOSTILE).message
    clock.move(timedelta(days=800))
    assert "messages_group" not in taken()
    decide(make_person(Role.MODERATOR), case_of(held.id), DecisionKind.REMOVE)
    assert "messages_group" not in taken()  # its author may still appeal
    clock.move(APPEAL_WITHIN)
    assert taken()["messages_group"] == 1
    assert message_now(held.id).body == ""


def test_more_than_a_page_of_messages_goes_in_one_run(author):
    group = make_group(author)
    ids = [post(author, group, f"{PLAIN} {number}").message.id for number in range(PAGE + 5)]
    clock.move(timedelta(days=731))
    assert taken()["messages_group"] == len(ids)
    assert {message_now(ids[0]).body, message_now(ids[-1]).body} == {""}
    assert kinds_of(group.conversation_id).count("message.removed") == len(ids)


def test_the_second_run_finds_nothing_more(message):
    clock.move(timedelta(days=731))
    sweep()
    assert "messages_group" not in taken()


def test_a_dry_run_counts_and_changes_nothing(message):
    clock.move(timedelta(days=731))
    due = dict(count_due())
    assert due["messages_group"] == 1
    assert message_now(message.id).body
    assert sweep() == due
    assert set(count_due().values()) == {0}


def test_an_expired_export_leaves_no_bytes(author):
    exported(author)
    clock.move(timedelta(hours=23))
    assert "expired_exports" not in taken()
    clock.move(timedelta(hours=2))
    assert taken() == {"expired_exports": 1}
    with reading() as session:
        assert session.scalars(select(Export.sealed)).one() is None
    clock.move(timedelta(days=31))
    assert taken()["old_exports"] == 1
    assert count(Export) == 0


def test_jobs_that_are_over_go_after_a_month(author):
    exported(author)
    clock.move(timedelta(days=29))
    assert "done_jobs" not in taken()
    clock.move(timedelta(days=2))
    assert taken()["done_jobs"] == 1
    assert count(Job) == 0


def test_codes_and_challenges_that_are_no_good_any_more_go(author):
    now = clock.now()
    proof = {"purpose": ProofPurpose.VERIFY, "email": "fern@example.test", "created_at": now}
    facts = [(now + timedelta(hours=1), None), (now - timedelta(seconds=1), None), (now + timedelta(hours=1), now)]
    challenge = {"purpose": ChallengePurpose.SIGN_IN, "challenge": b"chance"}
    with transaction() as session:
        for expires_at, used_at in facts:
            ids = {"id": new_id(), "person_id": author.id, "code_index": new_digest()}
            session.add(EmailProof(**ids, **proof, expires_at=expires_at, used_at=used_at))
        for expires_at in (now - timedelta(seconds=1), now + timedelta(minutes=5)):
            session.add(PasskeyChallenge(id=new_id(), **challenge, expires_at=expires_at))
    assert taken() == {"spent_email_proofs": 2, "expired_challenges": 1}
    assert (count(EmailProof), count(PasskeyChallenge)) == (1, 1)


def test_sign_ins_go_ninety_days_after_they_ended(author):
    ended, live = make_sign_in(author), make_sign_in(author)
    with transaction() as session:
        end_sign_in(session, session.get(SignIn, ended.id), reason=EndReason.SIGNED_OUT, by=author.id, now=clock.now())
    clock.move(timedelta(days=89))
    assert "ended_sign_ins" not in taken()
    clock.move(timedelta(days=2))
    assert taken() == {"ended_sign_ins": 1}
    with reading() as session:
        assert session.scalars(select(SignIn.id)).one() == live.id
    clock.move(timedelta(days=30))  # 30 of its life, 90 beyond
    assert taken() == {"ended_sign_ins": 1}


def test_an_account_whose_address_was_never_proven_goes_after_a_week():
    verified, unverified = make_person(), make_person(display_name=CANARY)
    with transaction() as session:
        row = session.get(Person, unverified.id)
        row.email_verification_due, row.email_verified_at = True, None
    clock.move(timedelta(days=6))
    assert "unverified_accounts" not in taken()
    clock.move(timedelta(days=2))
    assert taken()["unverified_accounts"] == 1
    run_jobs()
    assert person_now(unverified).state is PersonState.ERASED
    assert person_now(verified).state is PersonState.ACTIVE
    assert places_with(CANARY) == set()
    assert "person.erased" in audited(unverified.id)


def test_a_request_to_read_a_private_conversation_that_nobody_answered_is_void(group):
    asked = {"state": BreakGlassState.ASKED, "reason": "Worried.", "minutes": 30, "asked_at": clock.now()}
    asked |= {"asked_as": Role.SUPERVISOR, "purpose": AccessPurpose.SAFETY}
    request_id = new_id()
    place = {"conversation_id": group.conversation_id, "asked_by": make_person(Role.SUPERVISOR).id}
    with transaction() as session:
        session.add(BreakGlass(id=request_id, **place, **asked))
    clock.move(timedelta(hours=23))
    assert "unanswered_break_glass" not in taken()
    clock.move(timedelta(hours=2))
    assert taken()["unanswered_break_glass"] == 1
    with reading() as session:
        assert session.scalars(select(BreakGlass.state)).one() is BreakGlassState.ENDED
    assert audited(request_id) == ["break_glass.void"]


def test_records_of_cases_and_of_those_who_left_go_after_seven_years(author):
    reader = make_person()
    message = post(author, make_group(author, reader)).message
    report(reader, message)
    decide(make_person(Role.MODERATOR), case_of(message.id), DecisionKind.REMOVE)
    erase(author)
    run_jobs()
    clock.move(timedelta(days=2554))
    assert not {"old_cases", "acceptances_of_the_erased"} & set(taken())
    clock.move(timedelta(days=2))
    assert taken().items() >= {"old_cases": 1, "acceptances_of_the_erased": 1}.items()
    assert find_case(message.id) is None
    with reading() as session:
        left = set(session.scalars(select(Acceptance.person_id)))
    assert author.id not in left
    assert reader.id in left


def test_what_was_imposed_and_how_its_appeal_ended_go_seven_years_after_it_was_over(author):
    moderator, supervisor = make_person(Role.MODERATOR), make_person(Role.SUPERVISOR)
    group = make_group(author)
    held = post(author, group, HOSTILE).message
    decide_with(moderator, held.id, asked(SanctionKind.READ_ONLY, group))
    lasting = impose(supervisor, author, SanctionKind.REMOVAL, group, days=None)
    for sanction in sanctions_of(author):
        appeal(sanction)
    clock.move(timedelta(days=2554))
    assert not {"old_cases", "old_sanctions"} & set(taken())
    clock.move(timedelta(days=3))
    assert taken().items() >= {"old_cases": 1, "old_sanctions": 1}.items()
    assert [each.id for each in sanctions_of(author)] == [lasting.id]  # it still holds
    with reading() as session:
        assert session.scalars(select(Appeal.sanction_id)).all() == [lasting.id]


def test_agreements_of_those_who_left_and_places_in_line_go_after_seven_years():
    carer, worker = make_person(), make_person(Role.CARER_PEER_WORKER)
    wait(carer)
    connect(carer, worker)
    erase(carer)
    run_jobs()
    clock.move(timedelta(days=2554))
    assert not {"beginnings_of_the_erased", "old_places_in_line"} & set(taken())
    clock.move(timedelta(days=2))
    assert taken().items() >= {"beginnings_of_the_erased": 1, "old_places_in_line": 1}.items()
    with reading() as session:
        assert session.scalars(select(BeginningAgreement.person_id)).all() == [worker.id]
        assert session.scalars(select(Waiting.id)).all() == []


def test_nothing_refers_to_what_the_schedule_deletes_but_what_goes_with_it():
    """A later table that does would make every run fail: let it say here what becomes of it."""
    deleted = {"case", "decision", "flag", "report", "sign_in", "email_proof", "passkey_challenge", "export", "job"}
    referring = {
        (table.name, key.column.table.name)
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in deleted | {"acceptance", "event"}
    }
    assert referring == {
        ("flag", "case"),
        ("report", "case"),
        ("decision", "case"),
        *((table, "case") for table in ("case_draft", "case_skip", "second_opinion", "escalation", "pending_decision")),
        ("report_stretch", "report"),
        ("appeal", "decision"),  # goes with it
        ("sanction", "decision"),  # stays, and no longer says what it came with
        ("exposure", "case"),
        ("desk_care", "case"),
        ("crisis_question", "case"),
        ("aftercare", "case"),
        ("push_subscription", "sign_in"),
    }


def test_a_sign_in_that_ran_out_takes_the_device_it_told_of_news_with_it(author):
    old, fresh = make_sign_in(author), make_sign_in(author)
    with transaction() as session:
        for sign_in in (old, fresh):
            session.add(make_subscription(author, sign_in))
        session.execute(update(SignIn).where(SignIn.id == old.id).values(expires_at=clock.now() - timedelta(days=91)))
    assert taken()["ended_sign_ins"] == 1
    with reading() as session:
        assert session.scalars(select(PushSubscription.sign_in_id)).all() == [fresh.id]


def waiting():
    with reading() as session:
        rows = session.scalars(select(Job).where(Job.kind == JobKind.RETENTION, Job.state == JobState.WAITING))
        return list(rows)


def ensure():
    with transaction() as session:
        ensure_retention_job(session, clock.now())


def test_starting_again_and_again_makes_one_job():
    for _ in range(3):
        ensure()
    assert len(waiting()) == 1


def test_two_processes_that_start_at_once_make_one_job():
    race(ensure, ensure, ensure)
    assert len(waiting()) == 1


def test_it_runs_once_a_day(message):
    ensure()
    for _ in range(3):
        assert run_jobs() == 1
        assert run_jobs() == 0
        (job,) = waiting()
        assert timedelta(hours=23) < job.due_at - clock.now() <= timedelta(days=1)
        clock.move(timedelta(days=1))


def test_a_run_that_fails_is_tried_again_and_never_for_the_last_time(monkeypatch):
    ensure()

    def fail(**_facts):
        raise RuntimeError(CANARY)

    monkeypatch.setattr("server.jobs.retention.sweep_all", fail)
    for _ in range(MOST_ATTEMPTS):
        assert len(waiting()) == 1
        assert run_jobs() == 1
        clock.move(timedelta(hours=1))
    (job,) = waiting()
    assert job.attempts == 0
    monkeypatch.undo()
    clock.move(timedelta(days=1))
    assert run_jobs() == 1


def test_an_open_case_is_kept_however_old(author):
    post(author, make_group(author), HOSTILE)
    clock.move(timedelta(days=4000))
    sweep()
    assert count(Case) == 1
