"""`flask --app wsgi transparency`: the report as files, to put where everybody can read it."""

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from models.clock import clock
from models.errors import Invalid
from models.months import finished_months
from models.session import reading
from moderation.screening import RULES_VERSION
from server.queries.transparency import moderation_months
from server.queries.transparency_page import render_report
from server.schemas.transparency import ModerationReportSchema, dump_moderation_month


@click.command("transparency")
@click.option("--month", required=True, help="One that is over, as 2026-10.")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="A folder; made if it is not there."
)
@with_appcontext
def transparency(month: str, out: Path) -> None:
    """Write moderation-MONTH.json and moderation-MONTH.html."""
    zone = current_app.extensions["settings"].service_timezone
    try:
        months = finished_months(month, month, zone, clock.now())
    except Invalid as error:
        raise click.BadParameter("a month looks like 2026-10", param_hint="--month") from error
    if not months:
        raise click.ClickException(f"{month} is not over yet. Figures of a month that still grows would give people away.")
    with reading() as session:
        found = moderation_months(session, months)
    report = {
        "rules_version": RULES_VERSION,
        "items": [dump_moderation_month(each) for each in found],
        "next_cursor": None,
    }
    out.mkdir(parents=True, exist_ok=True)
    for path, text in (
        (out / f"moderation-{month}.json", ModerationReportSchema().dumps(report, indent=2) + "\n"),
        (out / f"moderation-{month}.html", render_report(found, version=RULES_VERSION)),
    ):
        path.write_text(text, encoding="utf-8")
        click.echo(path)


def register_transparency(app: Flask) -> None:
    app.cli.add_command(transparency)
