"""How an appeal moves: every pair of states, in time, on the version that was read."""

from datetime import UTC, datetime, timedelta

import pytest

from models.appeals import APPEAL_WITHIN, Appeal, AppealState
from moderation.appeals import APPEAL_MOVES, check_time, check_version, close
from tests.factories.refusals import assert_refused

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize("before", AppealState)
@pytest.mark.parametrize("after", AppealState)
def test_an_open_appeal_is_closed_once_and_nothing_else_moves(before, after):
    appeal = Appeal(state=before, version=3)
    if before is AppealState.OPEN and after is not AppealState.OPEN:
        close(appeal, after, now=NOW)
        assert (appeal.state, appeal.closed_at, appeal.version) == (after, NOW, 4)
    else:
        assert_refused("appeal_closed", close, appeal, after, now=NOW)
        assert (appeal.state, appeal.version) == (before, 3)
    assert set(APPEAL_MOVES) == set(AppealState)


def test_an_appeal_is_in_time_for_thirty_days():
    check_time(NOW, now=NOW + APPEAL_WITHIN)
    assert_refused("appeal_too_late", check_time, NOW, now=NOW + APPEAL_WITHIN + timedelta(microseconds=1))


def test_an_appeal_is_decided_on_the_version_that_was_read():
    check_version(Appeal(state=AppealState.OPEN, version=3), 3)
    assert assert_refused("stale_version", check_version, Appeal(state=AppealState.OPEN, version=3), 2).facts["version"] == 3
    assert_refused("appeal_closed", check_version, Appeal(state=AppealState.UPHELD, version=3), 3)
