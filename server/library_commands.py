"""`flask library import DIR`, `flask library export DIR`: a folder of files in, a folder of files out."""

import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from models.clock import clock
from models.errors import DomainError
from models.resource_files import ResourceFile
from models.resources import Resource, ResourceState, ResourceVersion
from models.session import reading, transaction
from server.actions.library_import import Change, Filed, Planned, carry_out_import, plan_import
from server.actions.resource_files import begin_file
from server.file_store import Opened, put_pieces
from server.hsds import read_services
from server.library_files import Problem, as_file, place_of_file, read_folder
from server.storage import Storage

MOST_SHOWN = 200  # lines of a report

library = AppGroup("library", help="The resource library.")


@library.command("import")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@with_appcontext
def import_library(source: Path, *, dry_run: bool) -> None:
    """Take over a folder of Markdown files, or a JSON file of services (HSDS). All of it, or with any problem none."""
    with tempfile.TemporaryDirectory(prefix="hearthside-") as workspace:
        filed = read_source(source, Path(workspace))
        try:
            with reading() as session:
                planned = plan_import(session, filed)
            if not dry_run:
                bring_in(planned, current_app.extensions["storage"])
        except DomainError as refusal:
            raise click.ClickException(refusal.plain_words()) from refusal
    report(planned, dry_run=dry_run)


def read_source(source: Path, workspace: Path) -> list[Filed]:
    """Every piece there, with the files beside them in `workspace`. Raises ClickException with every problem of all."""
    if source.is_file():
        found, problems = read_services(source.name, source.read_bytes())
    else:
        found, problems = read_folder(source, workspace)
    seen: dict[str, str] = {}
    for each in found:
        if each.slug in seen:
            problems.append(Problem(file=each.slug, line=None, reason="There are two pieces with this slug."))
        seen[each.slug] = each.slug
    if problems:
        lines = "\n".join(map(str, problems[:MOST_SHOWN]))
        raise click.ClickException(f"Nothing was imported. {len(problems)} problem(s):\n{lines}")
    return found


def bring_in(planned: list[Planned], storage: Storage) -> None:
    """Files first, each in the store before a piece names it: should it end there, they are swept away unused."""
    planned = [_stored(each, storage) for each in planned]
    with (
        click.progressbar(length=len(planned), label="Importing", hidden=not planned) as bar,
        transaction() as session,
    ):
        carry_out_import(session, planned, now=clock.now(), tick=lambda: bar.update(1))


def _stored(planned: Planned, storage: Storage) -> Planned:
    upload = planned.filed.upload
    if upload is None:
        return planned
    with transaction() as session:
        file = begin_file(session, upload.facts, by=None, now=clock.now())
    put_pieces(storage, file, upload.path)
    with transaction() as session:
        stored = session.get_one(ResourceFile, file.id)
        stored.stored = True
        return replace(planned, filed=planned.filed.naming(stored))


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
            beside = place_of_file(resource, version)
            text = as_file(resource, version, translates=original, beside=beside)
            if beside is not None:
                _write_out(folder / beside, session.get_one(ResourceFile, version.file_id))
            (folder / f"{resource.slug}.md").write_text(text, encoding="utf-8")
            count += 1
    click.echo(f"{count} pieces in {folder}.")


def _write_out(target: Path, file: ResourceFile) -> None:
    target.parent.mkdir(exist_ok=True)
    with target.open("wb") as out:
        out.writelines(Opened(current_app.extensions["storage"], file))


def register_library(app: Flask) -> None:
    app.cli.add_command(library)
