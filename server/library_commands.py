"""`flask library import DIR`, `flask library export DIR`: a folder of files in, a folder of files out."""

from collections import Counter
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from models.clock import clock
from models.errors import DomainError
from models.resources import Resource, ResourceState, ResourceVersion
from models.session import reading, transaction
from server.actions.library_import import Change, Filed, Planned, carry_out_import, plan_import
from server.hsds import read_services
from server.library_files import Problem, as_file, read_folder

MOST_SHOWN = 200  # lines of a report

library = AppGroup("library", help="The resource library.")


@library.command("import")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@with_appcontext
def import_library(source: Path, *, dry_run: bool) -> None:
    """Take over a folder of Markdown files, or a JSON file of services (HSDS). All of it, or with any problem none."""
    filed = read_source(source)
    try:
        with reading() as session:
            planned = plan_import(session, filed)
        if not dry_run:
            bring_in(planned)
    except DomainError as refusal:
        raise click.ClickException(refusal.plain_words()) from refusal
    report(planned, dry_run=dry_run)


def read_source(source: Path) -> list[Filed]:
    """Every piece there. Raises ClickException with every problem of every file."""
    if source.is_file():
        found, problems = read_services(source.name, source.read_bytes())
    else:
        found, problems = read_folder(source)
    seen: dict[str, str] = {}
    for each in found:
        if each.slug in seen:
            problems.append(Problem(file=each.slug, line=None, reason="There are two pieces with this slug."))
        seen[each.slug] = each.slug
    if problems:
        lines = "\n".join(map(str, problems[:MOST_SHOWN]))
        raise click.ClickException(f"Nothing was imported. {len(problems)} problem(s):\n{lines}")
    return found


def bring_in(planned: list[Planned]) -> None:
    with (
        click.progressbar(length=len(planned), label="Importing", hidden=not planned) as bar,
        transaction() as session,
    ):
        carry_out_import(session, planned, now=clock.now(), tick=lambda: bar.update(1))


def report(planned: list[Planned], *, dry_run: bool) -> None:
    for change in (Change.NEW, Change.CHANGED):
        for each in [one for one in planned if one.change is change][:MOST_SHOWN]:
            click.echo(f"{change.value:>8}  {each.filed.slug}")
    counts = Counter(each.change for each in planned)
    said = ", ".join(f"{counts[change]} {change.value}" for change in Change)
    click.echo(f"{'Would be' if dry_run else 'Done'}: {said}.")


@library.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def export_library(folder: Path) -> None:
    """Write every piece that is shown into FOLDER, one file each. Importing them changes nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    with reading() as session:
        named = session.execute(select(Resource.id, Resource.slug))
        first = {row[0]: row[1] for row in named}  # a work goes by the id of its first piece
        rows = session.execute(
            select(Resource, ResourceVersion)
            .join(
                ResourceVersion,
                (ResourceVersion.resource_id == Resource.id) & (ResourceVersion.number == Resource.version),
            )
            .where(Resource.state == ResourceState.PUBLISHED)
            .order_by(Resource.slug)
        )
        count = 0
        for resource, version in rows:
            original = first[resource.work_id] if resource.work_id != resource.id else None
            text = as_file(resource, version, translates=original)
            (folder / f"{resource.slug}.md").write_text(text, encoding="utf-8")
            count += 1
    click.echo(f"{count} pieces in {folder}.")


def register_library(app: Flask) -> None:
    app.cli.add_command(library)
