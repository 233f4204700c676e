"""Mail goes out through a real SMTP server, and is tried again while that is away."""

import smtplib
import ssl
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select

from models.clock import clock
from models.jobs import FIRST_RETRY, MOST_ATTEMPTS, Job, JobKind, JobState, enqueue
from models.session import reading, transaction
from server.jobs.engine import Engine
from server.jobs.kinds import make_works
from server.jobs.mail import Mailer, PasswordInTheClearError
from tests.factories.api import Caller
from tests.factories.mail import CODE, Post, receiving, self_signed, text_of
from tests.factories.registrations import registration
from tests.factories.server import free_port

ADDRESS = "ann@example.test"


@pytest.fixture
def nobody_listens(app, settings):
    """The service sends mail to a port where nobody answers; the engine that tries to."""
    away = replace(settings, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    app.extensions["settings"] = away
    yield Engine(make_works(away), sleep=lambda _seconds: None)
    app.extensions["settings"] = settings


def mailer(receiver, login="", **more):
    return Mailer(url=f"smtp://{login}127.0.0.1:{receiver.port}", sender="service@example.test", **more)


def send(chosen):
    chosen.send(to=ADDRESS, subject="Hello", text="Good evening.")


def the_job():
    with reading() as session:
        return session.scalars(select(Job)).one()


def test_a_mail_says_that_a_machine_wrote_it_and_from_whom(app, post, settings):
    Caller(app).post("/auth/register", **registration(email=ADDRESS))
    (mail,) = post.run()
    assert (mail["From"], mail["Auto-Submitted"]) == (settings.mail_from, "auto-generated")
    assert mail["Message-ID"]
    assert text_of(mail).endswith("You cannot answer this mail.\n")


def test_a_mail_that_went_out_leaves_nothing_of_it_behind(app, post):
    Caller(app).post("/auth/register", **registration(email=ADDRESS))
    assert ADDRESS in the_job().payload
    post.run()
    assert (the_job().state, the_job().payload) == (JobState.DONE, "{}")


def test_a_sign_up_that_is_refused_sends_nothing(app, post):
    Caller(app).post("/auth/register", **registration(accepted_code_version=99))
    assert post.run() == []


def test_while_the_server_is_away_it_is_tried_ever_less_often(app, nobody_listens):
    Caller(app).post("/auth/register", **registration())
    pauses = []
    for attempt in range(1, MOST_ATTEMPTS):
        assert nobody_listens.run_due() == 1
        job = the_job()
        assert (job.state, job.attempts, job.error) == (JobState.WAITING, attempt, "ConnectionRefusedError")
        pauses.append(job.due_at - clock.now())
        clock.move(pauses[-1] + timedelta(seconds=1))
    for attempt, pause in enumerate(pauses):
        usual = FIRST_RETRY * 2**attempt
        assert usual * 0.75 < pause < usual * 1.25


def test_it_arrives_once_the_server_is_back(app, nobody_listens, settings, folder):
    Caller(app).post("/auth/register", **registration(email=ADDRESS))
    nobody_listens.run_due()
    clock.move(timedelta(minutes=1))
    with receiving(folder / "box") as receiver:
        (mail,) = Post(replace(settings, smtp_url=receiver.url), receiver).run()
    assert mail["To"] == ADDRESS


def test_it_is_given_up_in_the_end_with_nothing_but_the_errors_name_in_the_log(app, logs, nobody_listens):
    Caller(app).post("/auth/register", **registration(email=ADDRESS))
    code = CODE.search(orjson.loads(the_job().payload)["text"]).group()
    for _ in range(MOST_ATTEMPTS):
        nobody_listens.run_due()
        clock.move(timedelta(days=1))
    job = the_job()
    assert (job.state, job.attempts, job.payload) == (JobState.FAILED, MOST_ATTEMPTS, "{}")
    assert nobody_listens.run_due() == 0
    written = logs.getvalue()
    assert "job given up" in written
    assert "ConnectionRefusedError" in written
    assert not [secret for secret in (ADDRESS, "ann@", code) if secret in written]


def test_an_address_that_would_add_a_header_sends_nothing(app, post, logs):
    with transaction() as session:
        payload = {"to": "ann@example.test\nBcc: all@example.test", "subject": "Hello", "text": "Hello"}
        enqueue(session, JobKind.MAIL, payload=payload, now=clock.now())
    assert post.run() == []
    assert "all@example.test" not in logs.getvalue()


# -- Passwords and encryption ------------------------------------------------------------------------------------------


def test_the_operators_name_and_password_are_told_to_a_server_on_this_machine(folder):
    with receiving(folder / "box", "--user", "hearth", "--password", "p@ss word") as receiver:
        with pytest.raises(smtplib.SMTPException):
            send(mailer(receiver))
        with pytest.raises(smtplib.SMTPAuthenticationError):
            send(mailer(receiver, "hearth:wrong@"))
        send(mailer(receiver, "hearth:p%40ss%20word@"))
        assert [mail["To"] for mail in receiver.messages()] == [ADDRESS]


@pytest.fixture
def encrypting(folder):
    certificate, key = self_signed(folder)
    options = ("--certificate", str(certificate), "--key", str(key), "--user", "hearth", "--password", "word")
    with receiving(folder / "box", *options) as receiver:
        yield receiver, certificate


def test_a_connection_is_encrypted_where_the_server_offers_it_and_then_the_password_is_told(encrypting):
    receiver, certificate = encrypting
    send(mailer(receiver, "hearth:word@", tls=ssl.create_default_context(cafile=str(certificate))))
    (mail,) = receiver.messages()
    assert mail["X-Test-Connection"] == "encrypted"


# eventlet's socket is left to the garbage collector when its handshake fails.
refusing_certificates = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@refusing_certificates
def test_a_server_nobody_vouches_for_is_told_nothing(encrypting):
    receiver, _ = encrypting
    with pytest.raises(ssl.SSLCertVerificationError):
        send(mailer(receiver, "hearth:word@"))
    assert receiver.messages() == []


@refusing_certificates
def test_a_server_by_another_name_is_told_nothing(encrypting):
    receiver, certificate = encrypting
    trusting = ssl.create_default_context(cafile=str(certificate))
    chosen = Mailer(url=f"smtp://hearth:word@localhost:{receiver.port}", sender="service@example.test", tls=trusting)
    with pytest.raises(ssl.SSLCertVerificationError):
        send(chosen)
    assert receiver.messages() == []


def test_a_password_is_never_told_in_the_clear_to_another_machine(folder, monkeypatch):
    """Somebody on the way may take the offer of encryption out of what the server says."""
    with receiving(folder / "box", "--user", "hearth", "--password", "word") as receiver:
        monkeypatch.setattr("server.jobs.mail.THIS_MACHINE", frozenset())
        with pytest.raises(PasswordInTheClearError):
            send(mailer(receiver, "hearth:word@"))
        assert receiver.messages() == []
