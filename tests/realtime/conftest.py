import pytest

from models.session import on_commit
from tests.factories.sockets import Wire


@pytest.fixture
def wire(app):
    """Delivery over a wire in memory, hearing of the commits of this process."""
    wire = Wire()
    stop = on_commit(wire.delivery.committed)
    yield wire
    stop()


@pytest.fixture
def live_wire(app):
    """The same with background tasks that run by themselves."""
    wire = Wire(live=True)
    stop = on_commit(wire.delivery.committed)
    yield wire
    wire.settle()
    stop()
