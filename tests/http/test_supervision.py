"""/supervision/sessions: a time that is none is refused by name."""

import pytest

from tests.factories.api import assert_refused_field
from tests.factories.rota import moment
from tests.factories.supervision import make_pair


@pytest.fixture
def worker(caller):
    return caller(make_pair().worker)


@pytest.mark.parametrize("when", ["2026-12-01T10:00:00", "2026-12-01", "9999-12-31T23:59:59-12:00"])
def test_a_time_that_does_not_say_where_on_earth_is_refused(worker, when):
    assert worker.post("/supervision/sessions", planned_at=moment(hours=24)).status_code == 201
    assert_refused_field(worker.post("/supervision/sessions", planned_at=when), "planned_at")
