"""Retention from the command line, and a process that only works."""

import signal
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.clock import clock
from models.jobs import Job, JobKind, JobState
from models.privacy import Export, ExportState
from models.session import reading
from server.actions.privacy import get_export
from server.vapid import public_key, read_key
from tests.factories.groups import make_group
from tests.factories.messages import message_now, post
from tests.factories.operator import running_flask
from tests.factories.people import act, make_person
from tests.factories.push import Calls
from tests.factories.push_service import running_push_service
from tests.factories.waiting import ask_until


@pytest.fixture
def old_message(app):
    carer = make_person()
    message = post(carer, make_group(carer)).message
    clock.move(timedelta(days=731))
    return message


def lines(result):
    assert result.exit_code == 0, result.output
    return dict(line.split() for line in result.stdout.splitlines())


def test_a_dry_run_says_what_would_go(app, logs, old_message):
    flask = app.test_cli_runner()
    assert lines(flask.invoke(args=["retention", "--dry-run"]))["messages_group"] == "1"
    assert message_now(old_message.id).body
    assert lines(flask.invoke(args=["retention"]))["messages_group"] == "1"
    assert message_now(old_message.id).body == ""
    assert lines(flask.invoke(args=["retention", "--dry-run"]))["messages_group"] == "0"


def states(kind):
    with reading() as session:
        return sorted(session.scalars(select(Job.state).where(Job.kind == kind)))


def test_a_worker_does_what_is_due_and_stops_when_told(app, settings):
    export = act(get_export, make_person())
    with running_flask(settings, "worker") as process:
        ask_until(lambda: states(JobKind.EXPORT), lambda found: found == [JobState.DONE], within=30)
        ask_until(lambda: states(JobKind.RETENTION), lambda found: found == [JobState.DONE, JobState.WAITING], within=30)
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=10)
    assert process.returncode == 0, log
    assert "Traceback" not in log
    with reading() as session:
        assert session.get_one(Export, export.id).state is ExportState.READY


def test_a_worker_calls_phones_and_makes_messages_findable(app, settings):
    writer, reader = make_person(), make_person()
    with running_push_service() as service:
        calls = Calls(service)
        phone = calls.phone(reader)
        group = make_group(writer, reader)
        message = post(writer, group).message
        with running_flask(replace(settings, push_hosts=frozenset({service.host})), "worker") as process:
            ask_until(lambda: phone.data, bool, within=60)
            ask_until(lambda: message_now(message.id).indexed, bool, within=30)
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=10)
    assert phone.data == [{"kind": "message", "conversation_id": group.conversation_id}]
    assert (process.returncode, service.refusals) == (0, []), log


def test_a_key_pair_is_made_in_lines_for_the_environment(app):
    result = app.test_cli_runner().invoke(args=["push", "keys"])
    lines = dict(line.split("=", 1) for line in result.stdout.splitlines() if not line.startswith("#"))
    assert public_key(read_key(lines["VAPID_PRIVATE_KEY"])) in result.stdout
    assert lines["VAPID_SUBJECT"].startswith("mailto:")
