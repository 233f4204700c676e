"""The HTTP door is driven through the test client, by people whose tokens are real."""

import io
import logging
from dataclasses import replace

import pytest
import structlog
from argon2 import PasswordHasher

from models.people import Person
from models.roles import Role
from server import passwords
from server.logs import configure_logs
from tests.factories.api import Caller
from tests.factories.mail import Post, receiving
from tests.factories.people import make_person


@pytest.fixture
def caller(app):
    """`caller()`: a carer; `caller(Role.X)` or `caller(person)`: that one; `caller(None)`: nobody."""

    def make(who=Role.CARER) -> Caller:
        return Caller(app, who if isinstance(who, Person) or who is None else make_person(who))

    return make


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes():
    """Real argon2 with its cost turned down: what it costs an attacker is no matter here."""
    usual = passwords._hasher, passwords._nobody
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords._nobody = passwords._hasher.hash("nobody has this password")
    yield
    passwords._hasher, passwords._nobody = usual


@pytest.fixture(scope="session")
def _receiver(tmp_path_factory):
    with receiving(tmp_path_factory.mktemp("mail") / "box") as receiver:
        yield receiver


@pytest.fixture
def post(app, settings, _receiver):
    """The service sends mail, to a real server; `post.run()` does the waiting jobs and returns what arrived."""
    _receiver.empty()
    app.extensions["settings"] = replace(settings, smtp_url=_receiver.url)
    yield Post(app.extensions["settings"], _receiver)
    app.extensions["settings"] = settings


@pytest.fixture
def hashing(monkeypatch):
    """Names of the slow things that were done to passwords, in order."""
    done = []

    def run(function, *args):
        done.append(function.__name__)
        return function(*args)

    monkeypatch.setattr(passwords._Runner, "run", staticmethod(run))
    return done


@pytest.fixture
def logs(app):
    """What the service writes to its log, in the form an operator gets it."""
    root = logging.getLogger()
    before = root.handlers, root.level
    configure_logs(readable=False)
    written = io.StringIO()
    root.handlers[0].setStream(written)
    yield written
    root.handlers, root.level = before
    structlog.reset_defaults()
