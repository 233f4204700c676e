"""Tests of actions work on the emptied database and know nothing of the web."""

import pytest

from models.clock import clock
from models.crypto import use_keyring
from models.exposure import DEFAULT_CAP, use_cap
from models.roles import Role
from models.session import unbind
from tests.factories.binding import bind_empty
from tests.factories.exposure import make_pile
from tests.factories.people import make_person


@pytest.fixture(scope="session", autouse=True)
def _unbound_at_the_end(database_url):
    yield
    unbind()


@pytest.fixture(autouse=True)
def _database(settings):
    use_keyring(settings.keyring())
    bind_empty(settings.database_url)
    yield
    clock.reset()


@pytest.fixture
def cap_of_two(_database):
    use_cap(2)
    yield
    use_cap(DEFAULT_CAP)


@pytest.fixture
def pile():
    return make_pile()


@pytest.fixture
def ann():
    return make_person(Role.MODERATOR)


@pytest.fixture
def ben():
    return make_person(Role.MODERATOR)


@pytest.fixture
def supervisor():
    return make_person(Role.SUPERVISOR)
