"""The server on a machine whose clock a test can set while it runs: to so many hours off, as the file CLOCK_FILE says."""

import warnings

warnings.filterwarnings("ignore", message="\nEventlet is deprecated")

import eventlet  # noqa: E402 - monkey-patching comes before every other import

eventlet.monkey_patch()

import os  # noqa: E402
import runpy  # noqa: E402
from datetime import timedelta  # noqa: E402
from pathlib import Path  # noqa: E402

from models.clock import Clock  # noqa: E402

off = {"by": timedelta()}
right = Clock.wall
Clock.wall = lambda clock: right(clock) + off["by"]


def follow(file: Path) -> None:
    while True:
        off["by"] = timedelta(hours=int(file.read_text()))
        eventlet.sleep(0.1)


eventlet.spawn(follow, Path(os.environ["CLOCK_FILE"]))
runpy.run_path("wsgi.py", run_name="__main__")
