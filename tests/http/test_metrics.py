"""Numbers for Prometheus, read back by its own parser."""

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client

from models.clock import clock
from models.roles import Role
from models.session import bind
from server.metrics import make_metrics
from tests.factories.groups import make_group
from tests.factories.messages import RISKY, case_of, claim, post
from tests.factories.people import make_person


def samples():
    answer = Client(make_metrics()).get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture
def cases(app):
    author = make_person()
    group = make_group(author)
    return [case_of(post(author, group, RISKY).message.id) for _ in range(2)]


def test_what_is_open_overdue_and_taken_up_is_counted_by_queue(cases):
    clock.move(timedelta(minutes=3))
    claim(make_person(Role.MODERATOR), cases[0])
    clock.move(timedelta(minutes=20))
    found = samples()
    assert found["hearthside_review_open_cases", "safety"] == 2
    assert found["hearthside_review_overdue_cases", "safety"] == 2
    assert found["hearthside_review_open_cases", "conduct"] == 0
    assert found["hearthside_review_seconds_to_claim_bucket", "60", "safety"] == 0
    assert found["hearthside_review_seconds_to_claim_bucket", "300", "safety"] == 1
    assert found["hearthside_review_seconds_to_claim_count", "safety"] == 1
    assert found["hearthside_review_escalations_unacknowledged",] == 0
    assert found["hearthside_database_up",] == 1
    assert found["process_resident_memory_bytes",] > 0


def test_without_its_database_that_is_all_that_is_said(app, tmp_path):
    bind(f"sqlite:///{tmp_path / 'nowhere' / 'away.sqlite'}")
    found = samples()
    assert found["hearthside_database_up",] == 0
    assert not [name for name, *_ in found if name.startswith("hearthside_review")]
