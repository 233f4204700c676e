"""Who is mailed that something new is there, when, and when not; over a mail server that takes every mail."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.auth import IDLE_LASTS, EndReason
from models.clock import clock
from models.crypto import current_keyring
from models.jobs import MOST_ATTEMPTS, Job, JobKind, JobState
from models.notifications import NotificationSettings
from models.people import Person, PersonState
from models.review import DecisionKind
from models.roles import Role
from models.session import reading, transaction
from server.actions.auth import end_sign_in
from server.actions.edits import delete_message
from server.actions.groups import leave_group
from server.actions.messages import mark_read, mute
from server.actions.notifications import STOP_DIGEST, change_settings, send_digests, stop_digest
from server.actions.privacy import erase_oneself
from server.jobs import digest
from server.jobs.digest import EVERY, ensure_digest_job
from server.jobs.engine import Engine
from server.jobs.kinds import make_works
from server.jobs.mail import Mailer, make_mail
from tests.factories.digests import Digests, at, come, make_reader, sign_in_of
from tests.factories.groups import make_group, put_out
from tests.factories.mail import receiving, text_of
from tests.factories.messages import case_of, claim, decide, post
from tests.factories.notifications import add_subscription
from tests.factories.people import act, make_person, make_sign_in
from tests.factories.queries import counted
from tests.factories.races import race
from tests.factories.settings import make_settings

MORNING = (2030, 6, 10, 0)  # ten in the morning in Sydney


@pytest.fixture(scope="module")
def receiver(tmp_path_factory):
    with receiving(tmp_path_factory.mktemp("mail") / "box") as found:
        yield found


@pytest.fixture
def digests(settings, receiver):
    at(*MORNING)
    receiver.empty()
    return Digests(settings, receiver)


@pytest.fixture
def writer(digests):
    return make_person()


@pytest.fixture
def reader(digests):
    return make_reader(display_name="Juniper Vale", email="juniper@example.test")


@pytest.fixture
def group(writer, reader):
    return make_group(writer, reader, name="The Quiet Garden")


def quiet(person, begin, end):
    act(change_settings, person, quiet_from=begin, quiet_until=end, email_digest=True)


def read_all(person, group):
    act(mark_read, person, conversation_id=group.conversation_id, seq=10_000)


def sent_at(person):
    with reading() as session:
        found = session.get(NotificationSettings, person.id)
        return found.digest_sent_at if found is not None else None


def just_now(moment):
    return timedelta(0) <= clock.now() - moment < timedelta(seconds=5)


def jobs(kind, state):
    with reading() as session:
        return session.scalars(select(Job).where(Job.kind == kind, Job.state == state)).all()


# -- being mailed ----------------------------------------------------------------------------------------------------


def test_who_was_away_for_hours_while_something_new_came_is_mailed_once(digests, writer, reader, group):
    post(writer, group)
    assert digests.hours(5) == []
    (mail,) = digests.hours(1)
    assert mail["To"] == reader.email
    assert just_now(sent_at(reader))
    assert digests.hours(50) == []


def test_who_stays_away_is_not_mailed_again_whatever_else_comes(digests, writer, reader, group):
    post(writer, group)
    assert len(digests.hours(6)) == 1
    for _ in range(3):
        post(writer, group)
        assert digests.hours(24) == []
    come(reader)
    assert len(digests.hours(24)) == 1


def test_a_mail_says_nothing_but_that_something_is_new(digests, writer, reader, group):
    for _ in range(3):
        post(writer, group, body="My sister is back in hospital.")
    (mail,) = digests.hours(6)
    link = mail["List-Unsubscribe"].strip("<>")
    text = text_of(mail).replace(link, "LINK")
    assert (
        text
        == """There is something new to read. It stays where it is until you open the app, so there is no hurry.

You get one such mail, and no other before you have been there again.

To get no more of them, open this link and press the button:

LINK

You can also switch them on and off in the app.

You cannot answer this mail.
"""
    )
    assert mail["Subject"] == "Something new to read"
    assert mail["Auto-Submitted"] == "auto-generated"
    for secret in (reader.id, reader.display_name, writer.id, group.conversation_id, group.id, "Quiet Garden"):
        assert secret not in mail.as_string()


def test_a_mail_tells_people_and_their_mail_programs_how_to_stop_it(digests, writer, reader, group):
    post(writer, group)
    (mail,) = digests.hours(6)
    link = mail["List-Unsubscribe"].strip("<>")
    assert mail["List-Unsubscribe"] == f"<{link}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"\n{link}\n" in text_of(mail)
    base, _, token = link.rpartition("/")
    assert base == "https://service.example.test/unsubscribe"
    assert current_keyring().open_from_link(token, STOP_DIGEST) == reader.id


def test_the_address_in_the_header_is_sent_in_one_piece(digests, writer, reader, group, receiver):
    post(writer, group)
    digests.hours(6)
    (file,) = receiver._folder.glob("*.eml")
    lines = [line for line in file.read_bytes().splitlines() if line.startswith(b"List-Unsubscribe:")]
    assert len(lines) == 1
    assert lines[0].startswith(b"List-Unsubscribe: <https://service.example.test/unsubscribe/")
    assert lines[0].endswith(b">")
    assert b"=?" not in lines[0]


def test_who_comes_back_and_goes_again_is_mailed_of_what_is_new_since_but_not_on_the_same_day(
    digests, writer, reader, group
):
    post(writer, group)
    assert len(digests.hours(6)) == 1
    come(reader)
    read_all(reader, group)
    clock.move(timedelta(minutes=5))
    post(writer, group)
    assert digests.hours(23) == []
    assert len(digests.hours(2)) == 1


def test_what_they_were_told_of_and_left_unread_is_no_reason_for_another(digests, writer, reader, group):
    post(writer, group)
    assert len(digests.hours(6)) == 1
    come(reader)
    assert digests.hours(60) == []
    post(writer, group)
    assert len(digests.hours(24)) == 1


def test_a_message_that_was_held_counts_from_when_it_reached_the_room(digests, writer, reader):
    place = make_group(writer, reader, moderation="before")
    held = post(writer, place).message
    assert digests.hours(7) == []
    moderator = make_person(Role.MODERATOR)
    claim(moderator, case_of(held.id))
    decide(moderator, case_of(held.id), DecisionKind.APPROVE)
    at(2030, 6, 10, 23)  # the next morning; it came yesterday at five
    assert len(digests.run()) == 1


def test_a_held_message_released_after_a_mail_is_new(digests, writer, reader, group):
    place = make_group(writer, reader, moderation="before")
    held = post(writer, place).message
    post(writer, group)
    assert len(digests.hours(6)) == 1
    come(reader)
    read_all(reader, group)
    moderator = make_person(Role.MODERATOR)
    claim(moderator, case_of(held.id))
    decide(moderator, case_of(held.id), DecisionKind.APPROVE)
    assert len(digests.hours(30)) == 1


def test_nobody_is_mailed_of_their_own_words(digests, writer, reader, group):
    post(reader, group)
    assert [mail["To"] for mail in digests.hours(24)] == [writer.email]


# -- not being mailed ------------------------------------------------------------------------------------------------


def mutes(reader, writer, group, message):
    act(mute, reader, conversation_id=group.conversation_id, muted=True)


def leaves(reader, writer, group, message):
    act(leave_group, reader, group.id)


def is_put_out(reader, writer, group, message):
    put_out(group, reader)


def reads(reader, writer, group, message):
    read_all(reader, group)


def comes_without_reading(reader, writer, group, message):
    clock.move(timedelta(hours=1))
    come(reader)


def signs_in_elsewhere(reader, writer, group, message):
    clock.move(timedelta(hours=1))
    make_sign_in(reader)


def wants_no_mail(reader, writer, group, message):
    act(change_settings, reader, quiet_from=None, quiet_until=None, email_digest=False)


def used_the_link(reader, writer, group, message):
    with transaction() as session:
        stop_digest(session, current_keyring().seal_for_link(reader.id, STOP_DIGEST), now=clock.now())


def has_a_phone_that_is_called(reader, writer, group, message):
    add_subscription(reader, sign_in_of(reader))


def is_suspended(reader, writer, group, message):
    change(reader, state=PersonState.SUSPENDED)


def waits_for_approval(reader, writer, group, message):
    change(reader, state=PersonState.PENDING)


def has_not_proven_the_address(reader, writer, group, message):
    change(reader, email_verified_at=None)


def erases_themselves(reader, writer, group, message):
    act(erase_oneself, reader)


def takes_it_back(reader, writer, group, message):
    act(delete_message, writer, message.id)


def change(person, **values):
    with transaction() as session:
        session.execute(update(Person).where(Person.id == person.id).values(**values))


CHANGES = [
    mutes,
    leaves,
    is_put_out,
    reads,
    comes_without_reading,
    signs_in_elsewhere,
    wants_no_mail,
    used_the_link,
    has_a_phone_that_is_called,
    is_suspended,
    waits_for_approval,
    has_not_proven_the_address,
    erases_themselves,
    takes_it_back,
]


@pytest.mark.parametrize("what", CHANGES)
def test_what_keeps_a_mail_back(digests, writer, reader, group, what):
    message = post(writer, group).message
    what(reader, writer, group, message)
    at(2030, 6, 10, 6, 1)
    assert digests.run() == []
    assert sent_at(reader) is None


def test_the_same_setting_without_a_change_is_mailed(digests, writer, reader, group):
    post(writer, group)
    at(2030, 6, 10, 6, 1)
    assert len(digests.run()) == 1


@pytest.mark.parametrize("what", CHANGES)
def test_what_happens_between_finding_somebody_and_mailing_them_counts_too(
    digests, writer, reader, group, what, monkeypatch
):
    message = post(writer, group).message
    clock.move(timedelta(hours=6))
    usual = digest.send_digests

    def change_first(session, person_ids, **more):
        session.rollback()
        raise Between(person_ids, more)

    monkeypatch.setattr(digest, "send_digests", change_first)
    with pytest.raises(Between) as found:
        digests_of(digests, ByHand())
    assert found.value.person_ids == [reader.id]
    what(reader, writer, group, message)
    with transaction() as session:
        assert usual(session, found.value.person_ids, **{**found.value.more, "now": clock.now()}) == 0
    assert sent_at(reader) is None


class Between(Exception):
    def __init__(self, person_ids, more):
        super().__init__()
        self.person_ids, self.more = list(person_ids), more


class ByHand:
    """A job in hand that nobody can take."""

    attempts = 1
    renewed = 0

    def renew(self, session, *, now):
        self.renewed += 1


def digests_of(digests, claimed):
    return make_works(digests.settings)[JobKind.DIGEST](claimed)


def signs_out_on_it(reader):
    with transaction() as session:
        end_sign_in(session, session.merge(sign_in_of(reader)), reason=EndReason.SIGNED_OUT, by=reader.id, now=clock.now())


def test_a_phone_that_is_called_no_more_leaves_mail(digests, writer, reader, group):
    add_subscription(reader, sign_in_of(reader))
    post(writer, group)
    assert digests.hours(12) == []
    signs_out_on_it(reader)
    assert len(digests.hours(24)) == 1


def test_a_phone_left_in_a_drawer_until_its_sign_in_lapsed_leaves_mail(digests, writer, reader, group):
    add_subscription(reader, sign_in_of(reader))
    post(writer, group)
    clock.move(IDLE_LASTS - timedelta(hours=1))
    assert digests.run() == []
    assert len(digests.hours(2)) == 1


def test_where_no_phone_can_be_called_any_more_those_who_had_one_called_are_mailed(
    settings, receiver, writer, reader, group
):
    add_subscription(reader, sign_in_of(reader))
    post(writer, group)
    clock.move(timedelta(hours=6))
    without = Digests(settings, receiver, vapid_private_key=None)
    assert len(without.run()) == 1


# -- on their own clock ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "earliest"),
    [
        ("Australia/Sydney", (2030, 6, 10, 23)),
        ("Europe/Dublin", (2030, 6, 10, 18)),
        ("America/New_York", (2030, 6, 10, 18)),
        ("Asia/Kathmandu", (2030, 6, 11, 3, 15)),
        ("Pacific/Kiritimati", (2030, 6, 10, 19)),
    ],
)
def test_nobody_is_mailed_at_night_where_they_are(digests, writer, zone, earliest):
    at(2030, 6, 10, 12)
    person = make_reader(timezone=zone)
    post(writer, make_group(writer, person))
    came = None
    for _ in range(24 * 4):
        clock.move(timedelta(minutes=15))
        make_due(JobKind.DIGEST)
        if digests.run():
            came = clock.now()
            break
    assert came is not None
    assert came.replace(minute=came.minute // 15 * 15).timetuple()[:5] == (*earliest, 0)[:5]


def make_due(kind):
    with transaction() as session:
        session.execute(update(Job).where(Job.kind == kind, Job.state == JobState.WAITING).values(due_at=clock.now()))


def test_quiet_hours_keep_mail_back_in_the_daytime_too(digests, writer, reader, group):
    quiet(reader, 9 * 60, 17 * 60)
    post(writer, group)
    assert digests.hours(6) == []  # four in the afternoon
    assert len(digests.hours(1)) == 1


def test_a_person_who_moves_is_mailed_by_the_clock_of_where_they_are(digests, writer, reader, group):
    post(writer, group)
    change(reader, timezone="America/Los_Angeles")
    assert digests.hours(9) == []  # two in the morning there
    assert len(digests.hours(7)) == 1


@pytest.mark.parametrize(
    ("day", "nine"),
    [((2030, 10, 4), 23), ((2030, 10, 5), 22), ((2031, 4, 4), 22), ((2031, 4, 5), 23)],
    ids=["before clocks go forward", "after", "before clocks go back", "after they went back"],
)
def test_nine_in_the_morning_is_what_clocks_there_show(digests, writer, reader, group, day, nine):
    at(*day, 1)  # noon
    come(reader)
    post(writer, group)
    at(*day, nine - 1, 55)
    make_due(JobKind.DIGEST)
    digests.run()
    before = sent_at(reader)
    at(*day, nine)
    make_due(JobKind.DIGEST)
    digests.run()
    assert before is None
    assert just_now(sent_at(reader))


# -- several processes, and what is broken off -----------------------------------------------------------------------


def test_processes_that_start_at_once_queue_one_job(digests):
    def start():
        with transaction() as session:
            ensure_digest_job(session, mail=True)

    race(*[start] * 4)
    assert len(jobs(JobKind.DIGEST, JobState.WAITING)) == 1
    digests.run()
    assert len(jobs(JobKind.DIGEST, JobState.WAITING)) == 1


def test_a_service_without_mail_queues_none(digests):
    with transaction() as session:
        for job in session.scalars(select(Job).where(Job.kind == JobKind.DIGEST)):
            session.delete(job)
        ensure_digest_job(session, mail=False)
    assert jobs(JobKind.DIGEST, JobState.WAITING) == []
    assert JobKind.DIGEST not in make_works(make_settings())


def test_two_that_run_at_once_mail_everybody_once(digests, writer):
    people = [make_reader() for _ in range(25)]
    post(writer, make_group(writer, *people))
    clock.move(timedelta(hours=6))
    # Without the lease, which lets only one of them run: what is marked is enough by itself.
    race(*[lambda: digests_of(digests, ByHand())] * 3)
    assert len(jobs(JobKind.MAIL, JobState.WAITING)) == len(people)
    arrived = digests.run()
    assert sorted(mail["To"] for mail in arrived) == sorted(person.email for person in people)


def test_who_lost_the_job_mails_nobody(digests, writer, reader, group):
    post(writer, group)
    clock.move(timedelta(hours=6))
    engine = Engine(make_works(digests.settings), sleep=lambda _seconds: None)
    usual = digest.find_away

    def lose_it_first(session, **more):
        with_another(JobKind.DIGEST)
        return usual(session, **more)

    digest.find_away = lose_it_first
    try:
        assert engine.run_one()
    finally:
        digest.find_away = usual
    assert sent_at(reader) is None
    assert jobs(JobKind.MAIL, JobState.WAITING) == []


def with_another(kind):
    """Another process has the job now."""
    with transaction() as session:
        other = {"lease_id": "01a212e0-9fb0-70e6-8737-b536324e0bee", "lease_until": clock.now() + timedelta(minutes=2)}
        session.execute(update(Job).where(Job.kind == kind, Job.state == JobState.RUNNING).values(**other))


@pytest.mark.parametrize("dies_at", [1, 2, 3])
def test_one_that_dies_on_its_way_goes_on_and_mails_nobody_twice(digests, writer, monkeypatch, dies_at):
    monkeypatch.setattr(digest, "PAGE", 3)
    monkeypatch.setattr(digest, "MAILS", 2)
    people = [make_reader() for _ in range(7)]
    post(writer, make_group(writer, *people))
    clock.move(timedelta(hours=6))
    calls = iter(range(1, 100))

    def send_and_die(session, person_ids, **more):
        count = send_digests(session, person_ids, **more)
        if next(calls) == dies_at:
            raise OSError  # after it was all written, before it is committed
        return count

    monkeypatch.setattr(digest, "send_digests", send_and_die)
    first = digests.run()
    assert len(first) < len(people)
    (job,) = jobs(JobKind.DIGEST, JobState.WAITING)
    assert job.attempts == 1
    clock.move(timedelta(minutes=1))
    arrived = [*first, *digests.run()]
    assert sorted(mail["To"] for mail in arrived) == sorted(person.email for person in people)
    assert digests.hours(30) == []


def test_one_that_was_given_up_comes_back(digests, writer, reader, group, monkeypatch):
    post(writer, group)

    def fail(session, person_ids, **more):
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(digest, "send_digests", fail)
        for _ in range(MOST_ATTEMPTS):
            digests.run()
            clock.move(timedelta(hours=1))
    assert len(jobs(JobKind.DIGEST, JobState.FAILED)) == 1
    at(2030, 6, 10, 23)
    assert len(digests.run()) == 1


def test_many_mails_go_out_in_turns_so_that_others_get_through(digests, writer, monkeypatch):
    monkeypatch.setattr(digest, "MOST_MAILS", 4)
    monkeypatch.setattr(digest, "MAILS", 2)
    people = [make_reader() for _ in range(9)]
    post(writer, make_group(writer, *people))
    clock.move(timedelta(hours=6))
    counts = [len(digests.run())]
    for _ in range(2):
        clock.move(digest.SOON)
        counts.append(len(digests.run()))
    assert counts == [4, 4, 1]
    (job,) = jobs(JobKind.DIGEST, JobState.WAITING)
    assert just_now(job.due_at - EVERY)


def test_a_page_takes_the_same_number_of_queries_however_many_people_are_in_it(digests, writer, monkeypatch):
    numbers = []
    for count in (2, 15):
        people = [make_reader() for _ in range(count)]
        post(writer, make_group(writer, *people))
        clock.move(timedelta(hours=6))
        with counted() as sent:
            digests_of(digests, ByHand())
        assert all(sent_at(person) for person in people)
        numbers.append(len(sent))
        at(2030, 6, 11, 0)
    assert numbers[0] == numbers[1]


def test_pages_that_find_nobody_keep_the_job_in_hand(digests, writer, monkeypatch):
    monkeypatch.setattr(digest, "PAGE", 2)
    for _ in range(5):
        make_reader()
    clock.move(timedelta(hours=6))
    hand = ByHand()
    digests_of(digests, hand)
    assert hand.renewed == (5 + 1) // 2 + 1  # the writer is one of them


def test_a_mail_that_was_queued_before_mail_had_headers_goes_out(receiver, digests):
    work = make_mail(Mailer(url=receiver.url, sender="service@example.test"))
    claimed = ByHand()
    claimed.payload = {"to": "ann@example.test", "subject": "Hello", "text": "Good evening."}
    work(claimed)
    assert [mail["To"] for mail in digests.run()] == ["ann@example.test"]
