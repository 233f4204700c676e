"""`flask --app wsgi ...`: what an operator does from the command line."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from marshmallow import ValidationError, fields, validate

from models import migrations
from models.groups import ModerationMode
from models.session import current_engine
from moderation.outcomes import judge
from moderation.screening import screen
from server.demo import LOGINS, PASSWORD, NotADemoDatabaseError, seed_demo
from server.schemas.fields import WireSchema

database = AppGroup("db", help="The database's schema.")


class ScreenLineSchema(WireSchema):
    """One line of `flask screen`'s input."""

    text = fields.String(required=True)
    previous = fields.String(allow_none=True, load_default=None)
    moderation = fields.String(
        load_default=ModerationMode.AFTER.value,
        validate=validate.OneOf([mode.value for mode in ModerationMode]),
    )


@database.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the schema to REVISION, by default the newest."""
    migrations.upgrade(current_engine(), revision)


@database.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the schema back to REVISION."""
    migrations.downgrade(current_engine(), revision)


@database.command("check")
def check() -> None:
    """Fail unless migrations and tables agree."""
    migrations.check(current_engine())


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Fill an empty database with made-up people and groups; refuses any other."""
    if not current_app.extensions["settings"].demo:
        raise click.ClickException("demo data goes into a demo only: set DEMO=1")
    try:
        made = seed_demo()
    except NotADemoDatabaseError as error:
        raise click.ClickException("There are people in this database. Demo data goes into an empty one only.") from error
    click.echo("Demo data made." if made else "Demo data is there already.")
    click.echo(f"Logins, password {PASSWORD}: " + ", ".join(login.email for login in LOGINS))


@click.command("screen")
def screen_lines() -> None:
    """Screen JSON lines from standard input: {"text", "previous"?, "moderation"?} -> {"outcome", "hits"}."""
    for answer in screened(sys.stdin):
        click.echo(json.dumps(answer))


def screened(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The answer for each line; a line that cannot be read is answered with `{"error": ...}` in its place."""
    schema = ScreenLineSchema()
    for line in lines:
        if not line.strip():
            continue
        try:
            row = schema.loads(line)
        except (ValidationError, ValueError, RecursionError) as error:
            yield {"error": str(error)}
            continue
        # As a settled member's message: what a newcomer's first ones wait for is not in the text.
        verdict = judge(
            screen(row["text"], previous=row["previous"]),
            mode=ModerationMode(row["moderation"]),
            overrides={},
            newcomer=False,
            trusted=False,
            acknowledged=False,
        )
        hits = [
            {
                "label": hit.label.value,
                "severity": hit.severity.name.lower(),
                "rule": hit.rule,
                "span": list(hit.span),
            }
            for hit in verdict.found
        ]
        yield {"outcome": verdict.outcome.name.lower(), "hits": hits}


def register_commands(app: Flask) -> None:
    app.cli.add_command(database)
    app.cli.add_command(demo)
    app.cli.add_command(screen_lines)
