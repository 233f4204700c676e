"""Which drills `make test` runs where."""

import os

from tests.drills.rounds import AT_LENGTH

# What clients do to their sockets, and what one process does alone, is drilled once a run, on SQLite; `make drills` does it
# on both.
ONCE = ["test_sleeper.py", "test_slow_reader.py", "test_alerts.py"]
collect_ignore = ONCE if os.environ.get("TEST_DATABASE") == "postgresql" and not AT_LENGTH else []
