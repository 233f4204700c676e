"""`flask --app wsgi keys|push|retention|worker`: keeping what is stored in order, from the command line."""

import random
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import structlog
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from models.clock import clock
from models.crypto import current_keyring
from models.errors import Unavailable
from models.session import transaction
from server.jobs.audit_check import ensure_audit_check_job
from server.jobs.digest import ensure_digest_job
from server.jobs.escalation import Escalation
from server.jobs.loops import background_loops
from server.jobs.retention import count_due, ensure_retention_job, sweep_all
from server.keys import BATCH, count_left, encrypted_places, key_status, rotate
from server.vapid import new_key, public_key, read_key

log = structlog.get_logger("hearthside.upkeep")

PAUSES_S = (0.5, 1, 2, 4, 8, 16)  # between tries of a worker that is started before its database is

keys = AppGroup("keys", help="The keys text is encrypted under.")


@keys.command("status")
def status() -> None:
    """Say how many values lie under which key, column by column. The first key of ENCRYPTION_KEYS writes."""
    known = current_keyring().key_ids
    click.echo(f"Keys given: {', '.join(known)}. The first writes.")
    for name, counts in key_status().items():
        parts = [
            f"{key_id}: {count}{'' if key_id in known else ' (this key is not given)'}"
            for key_id, count in sorted(counts.items())
        ]
        click.echo(f"{name:<32} {', '.join(parts) or 'empty'}")


@keys.command("rotate")
@click.option("--batch", type=click.IntRange(1, 10_000), default=BATCH, show_default=True, help="Values a transaction.")
def rotate_keys(batch: int) -> None:
    """Put everything under the first key. The service may run meanwhile; stopped in the middle, start it again."""
    places = encrypted_places()
    failed: dict[str, int] = {}
    with click.progressbar(length=sum(map(count_left, places)), label="Re-encrypting") as bar:
        for place in places:
            for step in rotate(place, batch=batch):
                bar.update(step.done + len(step.failed))
                if step.failed:
                    failed[place.name] = failed.get(place.name, 0) + len(step.failed)
    left = sum(map(count_left, places))
    for name, count in failed.items():
        click.echo(f"{name}: {count} value(s) could not be opened, and stay as they are.", err=True)
    if left:
        raise click.ClickException(f"{left} value(s) are not under the first key. Keep the other keys.")
    click.echo(f"Everything is under {current_keyring().key_ids[0]}. The other keys can go, once no backup needs them.")


push = AppGroup("push", help="Calling phones (Web Push).")


@push.command("keys")
def push_keys() -> None:
    """Make the key pair this service is known to push services by, as lines for its environment. Make it once."""
    key = new_key()
    click.echo(f"# Browsers subscribe for {public_key(read_key(key))}")
    click.echo(f"VAPID_PRIVATE_KEY={key}")
    click.echo("VAPID_SUBJECT=mailto:somebody@your.host")


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Only count what would go.")
@with_appcontext
def retention(*, dry_run: bool) -> None:
    """Take what is older than it may be, now. It also happens by itself once a day."""
    counts = count_due() if dry_run else sweep_all(pause=lambda: None)
    for name, count in counts.items():
        click.echo(f"{name:<28} {count}")


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Only do background work, until SIGTERM or SIGINT: then the job in hand is finished first."""
    _ensure_daily_jobs(mail=current_app.extensions["settings"].smtp_url is not None)
    stop = threading.Event()

    def sleep(seconds: float) -> None:
        # Between jobs, never in one: the job in hand is finished.
        if stop.wait(seconds):
            raise SystemExit(0)

    loops = background_loops(current_app.extensions["settings"])
    threads = [threading.Thread(target=loop, args=(sleep,)) for loop in loops]
    # Beside the jobs, as in every process: no slow one holds up a page.
    engine = Escalation(sleep=sleep)
    threads += [threading.Thread(target=loop) for loop in (engine.run_forever, engine.watch_forever)]
    with _told_to_stop() as wait:
        for thread in threads:
            thread.start()
        log.info("working")
        wait()
        stop.set()
        for thread in threads:
            thread.join()
    log.info("stopped")


def _ensure_daily_jobs(*, mail: bool) -> None:
    """Wait for a database that is just being started, for half a minute or so; then raises Unavailable."""
    for pause in (*PAUSES_S, None):
        try:
            with transaction() as session:
                ensure_retention_job(session, clock.now())
                ensure_digest_job(session, mail=mail)
                ensure_audit_check_job(session)
        except Unavailable:
            if pause is None:
                raise
            log.warning("database away; waiting for it")
            time.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - processes should not march in step
        else:
            return


@contextmanager
def _told_to_stop() -> Iterator[Callable[[], bool]]:
    """A wait that ends once a signal to stop came."""
    told, tell = socket.socketpair()
    tell.setblocking(False)
    signal.set_wakeup_fd(tell.fileno())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # its number arrives at `told`
    try:
        yield lambda: bool(told.recv(1))
    finally:
        signal.set_wakeup_fd(-1)
        told.close()
        tell.close()


def register_upkeep(app: Flask) -> None:
    app.cli.add_command(keys)
    app.cli.add_command(push)
    app.cli.add_command(retention)
    app.cli.add_command(worker)
