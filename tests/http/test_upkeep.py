"""Retention from the command line, and a process that only works."""

import signal
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.clock import clock
from models.jobs import Job, JobKind, JobState
from models.privacy import Export, ExportState
from models.session import reading
from server.actions.privacy import get_export
from tests.factories.groups import make_group
from tests.factories.messages import message_now, post
from tests.factories.operator import running_flask
from tests.factories.people import act, make_person
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


def test_a_dry_run_says_what_would_go(app, old_message):
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
