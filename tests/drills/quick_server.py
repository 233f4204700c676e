"""The server with shorter pings or shorter queues: what takes a minute in life takes seconds.

Usage: python -m tests.drills.quick_server pings|queues|watch
"""

import warnings

warnings.filterwarnings("ignore", message="\nEventlet is deprecated")

import eventlet  # noqa: E402 - monkey-patching comes before every other import

eventlet.monkey_patch()

import runpy  # noqa: E402
import sys  # noqa: E402
from datetime import timedelta  # noqa: E402

from realtime import sockets, transport  # noqa: E402
from server import crisis_watch  # noqa: E402
from server.queries import crisis_memory  # noqa: E402

if sys.argv[1] == "pings":
    sockets.PING_INTERVAL_S, sockets.PING_TIMEOUT_S = 2, 3
elif sys.argv[1] == "watch":
    crisis_watch.EVERY_S, crisis_memory.FRESH_FOR = 0.3, timedelta(seconds=2)
else:
    transport.harden.__kwdefaults__["queue_bound"] = 100
runpy.run_path("wsgi.py", run_name="__main__")
