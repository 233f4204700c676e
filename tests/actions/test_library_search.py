"""The starter library, asked as carers ask: the right piece is among the first three, and the same on either database."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from models.clock import clock
from models.crypto import use_keyring
from models.session import reading, transaction
from server.actions.library_import import Change, carry_out_import, plan_import
from server.library_files import STARTER, read_file
from server.queries.resources import Narrowed, search_resources
from tests.factories.binding import bind_empty
from tests.factories.settings import make_settings

HERE = Path(__file__).parent
QUESTIONS = tomllib.loads((HERE.parent / "rules/library_questions.toml").read_text("utf-8"))
FIRST_FIVE = tomllib.loads((HERE / "library_first_five.toml").read_text("utf-8"))
TODAY = date(2026, 11, 25)


@dataclass(frozen=True)
class Starter:
    slugs: set[str]
    answers: dict[str, list[str]]  # question -> the first five
    again: set[Change]  # what taking it over once more would do


@pytest.fixture(scope="module")
def starter(database_url):
    """Brought in and asked everything once: the tables are emptied before each test."""
    use_keyring(make_settings(database_url=database_url).keyring())
    bind_empty(database_url)
    filed = [read_file(path.name, path.read_bytes()) for path in sorted(STARTER.glob("*.md"))]
    with reading() as session:
        planned = plan_import(session, filed)
    with transaction() as session:
        carry_out_import(session, planned, now=clock.now())
    asked = [*(each["q"] for kind in QUESTIONS.values() for each in kind), *FIRST_FIVE]
    with reading() as session:
        answers = {question: first_five(session, question) for question in asked}
        again = {each.change for each in plan_import(session, filed)}
    return Starter({each.slug for each in filed}, answers, again)


def first_five(session, question):
    listing = search_resources(session, question, Narrowed(), limit=5, cursor=None, today=TODAY)
    return [shown.resource.slug for shown in listing.items]


def misses(starter, asked):
    """Questions without a right piece among the first three; printed, for whoever changes the words."""
    missed = [each["q"] for each in asked if not set(each["slugs"]) & set(starter.answers[each["q"]][:3])]
    for question in missed:
        print(f"missed: {question!r} finds {starter.answers[question][:3]}")
    return missed


def test_what_carers_ask_finds_the_right_piece_among_the_first_three(starter):
    asked = QUESTIONS["tuned"]
    assert len(asked) >= 66
    assert len(misses(starter, asked)) * 66 <= 6 * len(asked)  # at least 60 of 66


def test_so_do_most_questions_that_nobody_had_in_view(starter):
    asked = QUESTIONS["unseen"]
    assert len(asked) >= 20
    assert len(misses(starter, asked)) * 4 <= len(asked)  # at least three of four


def test_both_databases_put_the_same_five_first(starter):
    """The file is the same for both: what one of them finds, the other has to find in the same order."""
    assert len(FIRST_FIVE) >= 15
    assert {question: starter.answers[question] for question in FIRST_FIVE} == FIRST_FIVE


def test_questions_are_asked_once_and_mean_pieces_that_there_are(starter):
    asked = [each for kind in QUESTIONS.values() for each in kind]
    assert len({each["q"].casefold() for each in asked}) == len(asked)
    for each in asked:
        assert set(each["slugs"]) <= starter.slugs, each["q"]


def test_taking_the_starter_library_over_twice_changes_nothing(starter):
    assert starter.again == {Change.SAME}
