"""Drills over two server processes, a PostgreSQL and a Valkey. Nothing here is collected on other databases."""

import os

import pytest

from tests.drills.postgresql import Postgresql
from tests.factories.server import Server
from tests.factories.valkey import running_valkey

collect_ignore_glob = [] if os.environ.get("TEST_DATABASE") == "postgresql" else ["test_*.py"]


@pytest.fixture(scope="package")
def postgresql(tmp_path_factory):
    """One of the drills' own: it is restarted, and others must not notice."""
    with Postgresql(tmp_path_factory.mktemp("drilled")) as running:
        yield running


@pytest.fixture(scope="package")
def valkey():
    with running_valkey() as running:
        yield running


@pytest.fixture(scope="package")
def two(postgresql, valkey, tmp_path_factory):
    """Two server processes over the same database and Valkey; a drill that kills one starts it again."""
    folder = tmp_path_factory.mktemp("two")
    url = postgresql.new_demo()
    servers = [Server(url, folder, redis_url=valkey.url, environ=UNLIMITED) for _ in range(2)]
    try:
        for server in servers:
            server.start()
        yield servers
        for server in servers:
            assert "Traceback" not in server.log_text(), server.log_text()
    finally:
        for server in servers:
            server.stop()


UNLIMITED = {"RATE_LIMIT_FACTOR": "1000"}
