"""The process: monkey-patches first, builds the app, attaches the sockets, listens.

`python wsgi.py` serves; `flask --app wsgi ...` finds `app` here for its commands, which need no sockets and no patching.
"""

import gc
import warnings

# What is made while a process starts stays as long as it does: until it is all there, looking for what could be thrown away
# is a quarter of the start's work, and finds nothing.
gc.disable()

# Known and decided (docs/adr-002): it is kept behind two files so that the day it goes only those change.
warnings.filterwarnings("ignore", message="\nEventlet is deprecated")

import eventlet
import eventlet.wsgi

if __name__ == "__main__":
    eventlet.monkey_patch()

import sys

import structlog
from flask import Flask

from models import migrations
from models.session import current_engine, reading
from realtime.sockets import attach_sockets
from realtime.transport import make_listener, run_off_hub, serve, turn_off_hub
from server.app import create_app, start_escalation, start_jobs
from server.crisis_watch import refresh, watch_forever
from server.demo import LOGINS, PASSWORD, NotADemoDatabaseError, is_demo_database, seed_demo
from server.logs import configure_logs
from server.metrics import make_metrics
from server.passwords import run_hashes_with
from server.queries.screening_rules import current_rules
from server.settings import Settings, SettingsError, read_settings

log = structlog.get_logger("hearthside")


def load_settings() -> Settings:
    try:
        return read_settings()
    except SettingsError as error:
        sys.exit("Hearthside cannot start:\n" + "\n".join(f"  - {line}" for line in error.problems))


settings = load_settings()
configure_logs(readable=settings.demo)
app: Flask = create_app(settings)
gc.freeze()  # nor is it looked through again by every full collection later, while others wait
gc.enable()


def main() -> None:
    """Serve until told to stop. In demo mode the database is made ready first; otherwise it must be migrated."""
    run_hashes_with(run_off_hub, turn_off_hub)
    if settings.demo:
        migrations.upgrade(current_engine())
        try:
            seed_demo()
        except NotADemoDatabaseError:
            sys.exit("Hearthside cannot start: DEMO is set, but this database holds real people.")
    elif not migrations.at_head(current_engine()):
        sys.exit("Hearthside cannot start: the database is not migrated. Run: flask --app wsgi db upgrade")
    else:
        with reading() as session:
            if is_demo_database(session):
                sys.exit("Hearthside cannot start: this is a demo database, whose password anyone knows.")
    try:
        listener = make_listener(settings.host, settings.port)
    except OSError as error:
        sys.exit(f"Hearthside cannot start: port {settings.port} cannot be used ({error.strerror}).")
    refresh()  # the first to ask may be in a crisis
    with reading() as session:
        current_rules(session)  # nor does the first to write wait for a long list to be compiled
    eventlet.spawn(watch_forever, eventlet.sleep)
    if settings.metrics_port is not None:
        serve_metrics(settings.metrics_host, settings.metrics_port)
    announce_draining = attach_sockets(app, settings)
    start_escalation(spawn=eventlet.spawn, sleep=eventlet.sleep)
    if settings.jobs:
        start_jobs(settings, spawn=eventlet.spawn, sleep=eventlet.sleep, run=run_off_hub)
    if settings.demo:
        print_demo()
    log.info("serving", host=settings.host, port=settings.port)
    serve(listener, app, on_drain=announce_draining)


def serve_metrics(host: str, port: int) -> None:
    try:
        listener = make_listener(host, port)
    except OSError as error:
        sys.exit(f"Hearthside cannot start: port {port} cannot be used for metrics ({error.strerror}).")
    eventlet.spawn(eventlet.wsgi.server, listener, make_metrics(), log_output=False)


def print_demo() -> None:
    """The address and the logins, for a person who just started the demo."""
    lines = [f"  {login.email:<26} {login.role.value}" for login in LOGINS]
    text = f"\nHearthside is at {settings.public_url}\n\nDemo logins, password {PASSWORD}:\n" + "\n".join(lines) + "\n"
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
