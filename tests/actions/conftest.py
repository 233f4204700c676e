"""Tests of actions work on the emptied database and know nothing of the web."""

import pytest

from models.clock import clock
from models.crypto import use_keyring
from models.session import unbind
from tests.factories.binding import bind_empty


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
