"""What an operator does from the command line."""

import json

import pytest
from sqlalchemy import func, inspect, select

from models.people import Person
from models.session import current_engine, reading
from moderation.screening import MODEL_VERSION
from server.app import create_app
from tests.factories import database
from tests.factories.api import Caller
from tests.factories.people import make_person
from tests.factories.screening_rules import SELLING, activate, draft
from tests.factories.settings import make_settings


@pytest.fixture
def flask(app):
    runner = app.test_cli_runner()

    def run(*args, **more):
        return runner.invoke(args=args, **more)

    return run


@pytest.fixture
def flask_elsewhere(database_url):
    """The command line of an installation whose database is empty: not even migrated."""
    return create_app(make_settings(database_url=database.new_database(database_url))).test_cli_runner()


def screened(flask, *lines):
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n"
    result = flask("screen", input=text)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_screen_answers_each_line_with_an_outcome_and_hits(flask):
    harmless, risky, hostile, advised = screened(
        flask,
        {"text": "Good evening to you all."},
        {"text": "I want to kill myself tonight"},
        {"text": "I will find you and hurt you"},
        {"text": "My number is 0412 345 678"},
    )
    assert harmless == {"outcome": "allow", "hits": []}
    assert [row["outcome"] for row in (risky, hostile, advised)] == ["flag", "hold", "advise"]
    assert {"label": "risk_to_self", "severity": "high"}.items() <= risky["hits"][0].items()
    for row in (risky, hostile, advised):
        assert all(set(hit) == {"label", "severity", "rule", "span"} for hit in row["hits"])


def test_screen_says_which_words_weighed_where_the_model_heard_something(flask):
    text = "A schizophrenic is a schizophrenic, you can't teach them to be human"
    (answer,) = screened(flask, {"text": text})
    (hit,) = answer["hits"]
    assert hit["rule"] == f"stigma.model.{MODEL_VERSION}"
    assert hit["weighed"]
    assert all(weight > 0 for _, weight in hit["weighed"])


@pytest.mark.parametrize(("mode", "outcome"), [("after", "allow"), ("new_members", "allow"), ("before", "hold")])
def test_screen_takes_the_way_a_group_is_moderated(flask, mode, outcome):
    assert screened(flask, {"text": "Good evening.", "moderation": mode}) == [{"outcome": outcome, "hits": []}]


def test_screen_takes_the_rules_of_the_service_only_when_asked(flask):
    rule, line = activate(draft()), json.dumps({"text": SELLING})
    assert screened(flask, line) == [{"outcome": "allow", "hits": []}]
    (answer,) = map(json.loads, flask("screen", "--service-rules", input=line).output.splitlines())
    assert (answer["outcome"], [hit["rule"] for hit in answer["hits"]]) == ("hold", [f"service.{rule.id}"])


def test_screen_takes_the_message_before(flask):
    assert screened(flask, {"text": "Good evening.", "previous": "How are you?"})[0]["outcome"] == "allow"
    assert screened(flask, {"text": "Good evening.", "previous": None})[0]["outcome"] == "allow"


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "null",
        "[]",
        "5",
        '"text"',
        "{}",
        '{"text": 5}',
        '{"text": "a", "moderation": "x"}',
        '{"text": "a", "b": 1}',
        "[" * 5_000,
    ],
    ids=lambda line: line[:20],
)
def test_screen_answers_a_line_it_cannot_read_in_its_place(flask, line):
    first, second = screened(flask, line, {"text": "Good evening."})
    assert list(first) == ["error"]
    assert second["outcome"] == "allow"


@pytest.mark.parametrize(
    "text", ["", " ", "\ud800", "\x00", "x" * 20_000, "\u202e", "🍵" * 500], ids=lambda text: repr(text[:4])
)
def test_screen_takes_any_text(flask, text):
    (answer,) = screened(flask, {"text": text})
    assert set(answer) == {"outcome", "hits"}


def test_screen_passes_over_empty_lines(flask):
    assert len(screened(flask, "", {"text": "a"}, "  ")) == 1


def test_db_upgrade_makes_the_tables_and_check_agrees(app, flask_elsewhere):
    assert flask_elsewhere.invoke(args=["db", "check"]).exit_code != 0
    assert flask_elsewhere.invoke(args=["db", "upgrade"]).exit_code == 0
    assert flask_elsewhere.invoke(args=["db", "check"]).exit_code == 0
    assert "message" in inspect(current_engine()).get_table_names()


def test_db_downgrade_takes_them_away(app, flask_elsewhere):
    flask_elsewhere.invoke(args=["db", "upgrade"])
    assert flask_elsewhere.invoke(args=["db", "downgrade", "base"]).exit_code == 0
    assert inspect(current_engine()).get_table_names() == ["alembic_version"]


# -- The first coordinator ---------------------------------------------------------------------------------------------

WORDS = "seven kettles by the lake"


def make_coordinator(flask, *options, email="fern@example.test", name="Coordinator Fern", password=WORDS, again=None):
    return flask("coordinator", *options, input=f"{email}\n{name}\n{password}\n{again or password}\n")


def test_the_first_coordinator_can_sign_in_and_then_sets_up_a_second_factor(app, flask):
    made = make_coordinator(flask)
    assert (made.exit_code, WORDS in made.output) == (0, False), made.output
    answer = Caller(app).post("/auth/login", email="fern@example.test", password=WORDS).get_json()
    assert answer["person"]["role"] == "coordinator"
    fern = Caller(app)
    fern.headers = {"Authorization": f"Bearer {answer['access_token']}"}
    assert fern.get("/me").get_json()["due"] == ["second_factor_required"]
    assert fern.post("/me/second-factor").status_code == 201


def test_a_second_one_is_made_only_on_purpose(flask):
    make_coordinator(flask)
    refused = make_coordinator(flask, email="ivy@example.test", name="Ivy")
    assert refused.exit_code == 1
    assert "--another" in refused.output
    assert make_coordinator(flask, "--another", email="ivy@example.test", name="Ivy").exit_code == 0


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"password": "sunshine1"}, "Please choose another password"),
        ({"password": "Coordinator Fern!"}, "little more than your name"),
        ({"email": "not an address"}, "email"),
        ({"name": "F"}, "display_name"),
        ({"again": "something else entirely"}, "do not match"),
    ],
)
def test_what_cannot_be_used_makes_nobody(flask, facts, said):
    refused = make_coordinator(flask, **facts)
    assert refused.exit_code == 1
    assert said in refused.output
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_an_address_or_name_that_is_somebodys_makes_nobody(app, flask):
    make_person(email="fern@example.test", display_name="Wattle")
    assert "proven this address" in make_coordinator(flask).output
    assert "Somebody has this name" in make_coordinator(flask, email="ivy@example.test", name="Watt1e").output
