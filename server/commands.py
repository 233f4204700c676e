"""`flask --app wsgi ...`: what an operator does from the command line."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from marshmallow import ValidationError, fields, validate

from models import migrations
from models.audit import Anchor, AuditBroken, verify
from models.clock import clock
from models.errors import DomainError
from models.groups import ModerationMode
from models.roles import Role
from models.session import current_engine, reading, transaction
from moderation.outcomes import judge
from moderation.screening import ServiceRules, explain, screen
from moderation.screening.service_rules import NO_RULES
from server.actions.coordinators import make_coordinator
from server.actions.invites import create_invite
from server.crisis_check import register_crisis_commands
from server.demo import LOGINS, PASSWORD, NotADemoDatabaseError, seed_demo
from server.library_commands import register_library
from server.passwords import check_new_password, hash_password
from server.queries.screening_rules import current_rules
from server.schemas.fields import Region, WireSchema, Zone
from server.schemas.people import address_field, display_name_field, new_password_field
from server.transparency import register_transparency
from server.upkeep import register_upkeep


class CoordinatorSchema(WireSchema):
    """What `flask coordinator` asks for."""

    email = address_field(required=True)
    display_name = display_name_field(required=True)
    password = new_password_field(required=True)
    timezone = Zone(required=True)
    region = Region(required=True)


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


audit = AppGroup("audit", help="The audit trail.")


@audit.command("verify")
@click.option("--anchor", help="SEQ:DIGEST, as printed by an earlier run and written down elsewhere.")
def verify_audit(anchor: str | None) -> None:
    """Check that no row of the audit trail was edited, deleted, reordered or cut off; prints an anchor to keep."""
    seq, _, digest = (anchor or "").partition(":")
    if anchor and not (seq.isdecimal() and digest):
        raise click.BadParameter("an anchor looks like 42:abcdef…", param_hint="--anchor")
    try:
        with reading() as session:
            found = verify(session, Anchor(seq=int(seq), digest=digest) if anchor else None)
    except AuditBroken as error:
        raise click.ClickException(f"The audit trail is broken at {error}") from error
    click.echo(f"The audit trail is whole: {found.seq} rows. Keep this anchor: {found}")


@click.command("invite")
@click.option("--role", type=click.Choice(list(Role)), default=Role.COORDINATOR, show_default=True)
@click.option("--days", type=click.IntRange(1, 365), default=7, show_default=True, help="How long it can be used.")
@click.option("--uses", type=click.IntRange(1, 1000), default=1, show_default=True)
@with_appcontext
def invite(role: str, days: int, uses: int) -> None:
    """Make an invite: how the first coordinator of a new service comes in. Prints the code, which is not kept."""
    now = clock.now()
    with transaction() as session:
        made = create_invite(session, None, role=Role(role), expires_at=now + timedelta(days=days), max_uses=uses, now=now)
    click.echo(f"{made.code}  ({role}, {uses} use(s), until {made.invite.expires_at:%Y-%m-%d})")


@click.command("coordinator")
@click.option("--email", prompt="E-mail address")
@click.option("--display-name", prompt="Display name")
@click.option("--timezone", default="UTC", show_default=True, help="An IANA name such as Europe/Dublin.")
@click.option("--region", default="AU", show_default=True, help="Two letters: whose emergency numbers are shown.")
@click.option("--another", is_flag=True, help="Make one although there is a coordinator already.")
@click.password_option()
@with_appcontext
def coordinator(*, another: bool, **fields: str) -> None:
    """Make the first coordinator's account. They set up a second factor when they sign in."""
    try:
        data = CoordinatorSchema().load(fields)
        check_new_password(data["password"], data["email"], data["display_name"])
        password_hash = hash_password(data.pop("password"))
        with transaction() as session:
            person = make_coordinator(session, **data, password_hash=password_hash, another=another, now=clock.now())
    except ValidationError as error:
        lines = (f"{name}: {' '.join(words)}" for name, words in sorted(error.messages_dict.items()))
        raise click.ClickException("\n".join(lines)) from error
    except DomainError as refusal:
        raise click.ClickException(refusal.plain_words()) from refusal
    click.echo(f"{person.display_name} can sign in now, and sets up an authenticator app first.")


@click.command("screen")
@click.option("--service-rules", is_flag=True, help="Also by the rules of this service's own, from its database.")
def screen_lines(*, service_rules: bool) -> None:
    """Screen JSON lines from standard input: {"text", "previous"?, "moderation"?} -> {"outcome", "hits"}.

    A hit of the model says which words weighed most.
    """
    rules = NO_RULES  # without a database, and the same everywhere, unless asked otherwise
    if service_rules:
        with reading() as session:
            rules = current_rules(session)
    for answer in screened(sys.stdin, rules):
        click.echo(json.dumps(answer))


def screened(lines: Iterable[str], rules: ServiceRules = NO_RULES) -> Iterator[dict[str, Any]]:
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
            screen(row["text"], previous=row["previous"], service=rules),
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
                **({"weighed": weighed} if (weighed := explain(row["text"], hit)) else {}),
            }
            for hit in verdict.found
        ]
        yield {"outcome": verdict.outcome.name.lower(), "hits": hits}


def register_commands(app: Flask) -> None:
    register_upkeep(app)
    register_crisis_commands(app)
    register_library(app)
    register_transparency(app)
    app.cli.add_command(database)
    app.cli.add_command(demo)
    app.cli.add_command(audit)
    app.cli.add_command(invite)
    app.cli.add_command(coordinator)
    app.cli.add_command(screen_lines)
