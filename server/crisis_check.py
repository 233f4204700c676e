"""`flask --app wsgi crisis ...`: whether a crisis would find everything in its place."""

import sys

import click
from flask import Flask
from flask.cli import AppGroup

from models.clock import clock
from models.crisis import unverified
from models.helplines import REGION_NAMES, VERIFIED_FOR
from models.session import reading
from server.crisis_drill import drill
from server.queries.helplines import read_current_directory

crisis = AppGroup("crisis", help="What people find in a crisis.")


@crisis.command("check")
@click.option(
    "--region",
    "regions",
    multiple=True,
    type=click.Choice(list(REGION_NAMES), case_sensitive=False),
    help="Only lines of this region; may be given several times. By default all.",
)
def check(regions: tuple[str, ...]) -> None:
    """Name every helpline that nobody verified for 90 days; the exit code is 1 if there is one."""
    with reading() as session:
        directory = read_current_directory(session)
    overdue = unverified(directory, clock.now().date(), regions)
    if not overdue:
        click.echo(f"Every helpline was verified during the last {VERIFIED_FOR.days} days.")
        return
    for line in overdue:
        day = line.last_verified_on.isoformat() if line.last_verified_on else "never"
        click.echo(f"{line.region}  {day:<10}  {line.name}  ({line.id})")
    click.echo(
        f"{len(overdue)} helpline(s) were not verified during the last {VERIFIED_FOR.days} days. Call each, or read its own "
        "page, and let a coordinator mark it as verified.",
        err=True,
    )
    sys.exit(1)


def register_crisis_commands(app: Flask) -> None:
    crisis.add_command(drill)
    app.cli.add_command(crisis)
