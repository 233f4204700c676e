"""Real parts for every test: a migrated database (SQLite, or PostgreSQL from a wheel), keys, a clock that can be moved."""

# ruff: noqa: E402 - monkey-patching comes before every other import
import warnings

warnings.filterwarnings("ignore", message="\nEventlet is deprecated")

import eventlet

eventlet.monkey_patch()

import contextlib
import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models import migrations
from models.clock import clock
from models.crypto import use_keyring
from models.session import bind, unbind
from server.app import create_app
from server.limits import RateLimits
from server.settings import Settings
from tests.factories import database
from tests.factories.binding import bind_empty
from tests.factories.clients import Phone, SignedIn
from tests.factories.demo import demos_beside
from tests.factories.photos import stores
from tests.factories.rooms import Room, open_room
from tests.factories.server import Server, running_server
from tests.factories.settings import make_settings

# What has no database in it, or is decided before one is asked, has nothing to show on a second one.
WITHOUT_DATABASE = [
    "browser",
    "rules",
    "realtime/test_transport.py",
    "realtime/test_fan_out.py",
    "http/test_hostile_bodies.py",
    "http/test_hostile_fields.py",
    "http/test_hostile_tokens.py",
    "http/test_matrix_standing.py",
    "http/test_matrix.py",  # who may do what is the same; test_schemathesis drives every door there
]
# Drives documented doors for minutes, on one database: the one whose run is shorter.
ON_POSTGRESQL = ["http/test_schemathesis.py"]
collect_ignore = WITHOUT_DATABASE if os.environ.get("TEST_DATABASE") == "postgresql" else ON_POSTGRESQL


def pytest_collection_finish() -> None:
    """Ten thousand tests, and all they import, live to the end: the collector need not look through them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty, migrated database of the kind TEST_DATABASE names (default sqlite), for the whole run."""
    with database.fresh_database(tmp_path_factory.mktemp("database")) as url:
        engine = bind(url)
        migrations.upgrade(engine)
        unbind()
        yield url


@pytest.fixture
def settings(database_url: str) -> Settings:
    return make_settings(database_url=database_url)


@pytest.fixture(scope="session")
def _built(database_url: str, tmp_path_factory: pytest.TempPathFactory):
    """Making the application takes long and leaves nothing behind but its binding, which `app` renews."""
    photos = tmp_path_factory.mktemp("photos")
    made = create_app(make_settings(database_url=database_url, photos_url=f"file:{photos}"))
    unbind()
    yield made
    unbind()


@pytest.fixture
def app(_built, settings: Settings):
    """The HTTP application over an emptied database; also binds models to it for tests of actions."""
    use_keyring(settings.keyring())
    bind_empty(settings.database_url)
    stores.append(_built.extensions["storage"])
    _built.extensions["limits"] = RateLimits()  # what one test tried does not count against the next
    yield _built
    clock.reset()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture(scope="session")
def on_postgresql() -> bool:
    return os.environ.get("TEST_DATABASE", "sqlite") == "postgresql"


@pytest.fixture(scope="session")
def server(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server process with the demo's people, shared by tests that do not change who belongs where."""
    url = database.new_database(database_url)
    with running_server(url, tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="session")
def signed_in() -> SignedIn:
    return SignedIn()


@pytest.fixture
def phone(server: Server, signed_in: SignedIn):
    """`phone("carer1")`: a signed-in person with a connected socket; disconnected when the test ends.

    Phones of one name share a sign-in, because checking a password takes long; a test that ends or refreshes one takes
    `own_sign_in=True`. `at` is another server than the shared one.
    """
    made: list[Phone] = []

    def make(name: str, *, connect: bool = True, own_sign_in: bool = False, at: Server = server) -> Phone:
        made.append(Phone(at.url, name).sign_in() if own_sign_in else signed_in.phone(at.url, name))
        return made[-1].connect() if connect else made[-1]

    yield make
    for one in made:
        one.disconnect()


@pytest.fixture
def room(server: Server, signed_in: SignedIn):
    """`room("carer1", "carer2", moderation="before")`: a group of one's own with these people in it."""

    def make(*names: str, at: Server = server, **fields: Any) -> Room:
        people = [signed_in.phone(at.url, name) for name in names]
        return open_room(signed_in.phone(at.url, "coordinator"), *people, **fields)

    return make


@pytest.fixture(scope="session")
def new_demo(database_url: str):
    """`new_demo()`: the address of a new database with the demo's people in it, a copy of one that was made ready once as
    servers do it when they start. The shared server makes its own.
    """
    return demos_beside(database_url)


@pytest.fixture
def new_server(new_demo, folder: Path):
    """`new_server()`: a server process of one's own over a new database; stopped when the test ends."""
    with contextlib.ExitStack() as running:

        def start(url: str | None = None, *, redis_url: str | None = None) -> Server:
            url = url or new_demo()
            return running.enter_context(running_server(url, folder, redis_url=redis_url))

        yield start


@pytest.fixture(scope="module")
def own_server(new_demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server process over a new database for all tests of a file, whose people are nobody else's."""
    with running_server(new_demo(), tmp_path_factory.mktemp("own")) as running:
        yield running
