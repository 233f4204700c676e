"""The command line in a process of its own, as an operator uses it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from server.settings import Settings
from tests.factories.server import ROOT


def environ(settings: Settings) -> dict[str, str]:
    """What makes a process one of this installation."""
    return {
        **os.environ,
        "DEMO": "",
        "DATABASE_URL": settings.database_url,
        "PUBLIC_URL": settings.public_url,
        "SECRET_KEY": settings.secret_key,
        "JWT_SECRET_KEY": settings.jwt_secret_key,
        "ENCRYPTION_KEYS": settings.encryption_keys,
        "VAPID_PRIVATE_KEY": settings.vapid_private_key or "",
        "VAPID_SUBJECT": settings.vapid_subject,
        "PUSH_HOSTS": ",".join(settings.push_hosts),
    }


def start_flask(settings: Settings, *args: str) -> "subprocess.Popen[str]":
    """`flask --app wsgi ARGS`, running beside; its output is in `stdout`, its log and errors in `stderr`."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *args]
    return subprocess.Popen(
        command, cwd=ROOT, env=environ(settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def run_flask(settings: Settings, *args: str) -> "subprocess.CompletedProcess[str]":
    process = start_flask(settings, *args)
    out, err = process.communicate(timeout=100)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@contextmanager
def running_flask(settings: Settings, *args: str) -> Iterator["subprocess.Popen[str]"]:
    process = start_flask(settings, *args)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
