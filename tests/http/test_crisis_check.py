"""`flask crisis check`: every line that nobody verified lately is named, and a scheduler can tell from the exit code."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.crisis import base_directory
from tests.factories.helplines import add, do, verify


@pytest.fixture
def check(app):
    return lambda *args: app.test_cli_runner().invoke(args=["crisis", "check", *args])


def named(result):
    return [line.rsplit("(", 1)[1].rstrip(")") for line in result.stdout.splitlines()]


def test_as_installed_every_line_is_named_because_nobody_verified_any(check):
    result = check()
    assert result.exit_code == 1
    assert named(result) == [line.id for line in base_directory().lines]
    assert "AU  never       Lifeline  (au-lifeline)" in result.stdout
    assert f"{len(base_directory().lines)} helpline(s) were not verified" in result.stderr


def test_a_line_is_named_from_the_ninety_first_day_on_with_the_day_it_was_verified(check):
    verify("au-lifeline")
    day = clock.now().date()
    clock.move(timedelta(days=90))
    assert "au-lifeline" not in named(check())
    clock.move(timedelta(days=1))
    assert f"AU  {day}  Lifeline  (au-lifeline)" in check().stdout


def test_all_is_well_once_every_line_is_verified(check):
    for line in base_directory().lines:
        verify(line.id)
    result = check()
    assert (result.exit_code, result.stdout) == (0, "Every helpline was verified during the last 90 days.\n")


def test_a_withdrawn_line_is_nobodys_concern_and_an_added_one_is(check):
    do("withdraw", "nz-1737")
    added = add()
    assert "nz-1737" not in named(check())
    assert added.line.id in named(check())


def test_a_service_may_look_at_its_own_regions_only(check):
    assert {line[:2] for line in check("--region", "NZ", "--region", "zz").stdout.splitlines()} == {"NZ", "ZZ"}
    assert check("--region", "FR").exit_code == 2
