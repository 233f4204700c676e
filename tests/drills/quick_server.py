"""The server with shorter pings or shorter queues: what takes a minute in life takes seconds.

Usage: python -m tests.drills.quick_server pings|queues
"""

import warnings

warnings.filterwarnings("ignore", message="\nEventlet is deprecated")

import eventlet  # noqa: E402 - monkey-patching comes before every other import

eventlet.monkey_patch()

import runpy  # noqa: E402
import sys  # noqa: E402

from realtime import sockets, transport  # noqa: E402

if sys.argv[1] == "pings":
    sockets.PING_INTERVAL_S, sockets.PING_TIMEOUT_S = 2, 3
else:
    transport.harden.__kwdefaults__["queue_bound"] = 100
runpy.run_path("wsgi.py", run_name="__main__")
