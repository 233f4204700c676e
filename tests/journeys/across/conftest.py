"""Two server processes over one PostgreSQL, with a Valkey between them. Nothing here is collected on other databases."""

import os
from dataclasses import dataclass

import pytest

from tests.factories.server import Server, running_server
from tests.factories.valkey import Valkey, running_valkey

collect_ignore_glob = [] if os.environ.get("TEST_DATABASE") == "postgresql" else ["test_*.py"]


@dataclass(frozen=True)
class Two:
    a: Server
    b: Server
    valkey: Valkey


@pytest.fixture(scope="package")
def two(new_demo, tmp_path_factory):
    """Servers a and b."""
    url, folder = new_demo(), tmp_path_factory.mktemp("two")
    with (
        running_valkey() as valkey,
        running_server(url, folder, redis_url=valkey.url) as a,
        running_server(url, folder, redis_url=valkey.url) as b,
    ):
        yield Two(a=a, b=b, valkey=valkey)
        for server in (a, b):
            assert "Traceback" not in server.log_text(), server.log_text()


@pytest.fixture
def on_a(two, phone):
    return lambda name, **more: phone(name, at=two.a, **more)


@pytest.fixture
def on_b(two, phone):
    return lambda name, **more: phone(name, at=two.b, **more)


@pytest.fixture
def made(two, room):
    """A room of carer1 and carer2."""
    return room("carer1", "carer2", at=two.a)
