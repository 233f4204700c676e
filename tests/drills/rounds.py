"""How often a drill is repeated, and what it leaves behind: faults, which must be none, and how long recovery took."""

import json
import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROUNDS = int(os.environ.get("DRILL_ROUNDS", "2"))
AT_LENGTH = "DRILL_ROUNDS" in os.environ  # `make drills`: as in life. Otherwise what only takes time is shortened
REPORT = os.environ.get("DRILL_REPORT")


@dataclass
class Drill:
    """One drill's rounds. `figures` are other times worth knowing, in seconds."""

    name: str
    rounds: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    recoveries: list[float] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)

    @property
    def faults(self) -> tuple[int, int, int]:
        return self.lost, self.doubled, self.out_of_order

    def recovered_after(self, seconds: float) -> None:
        self.rounds += 1
        self.recoveries.append(seconds)

    def worst(self, name: str, seconds: float) -> None:
        self.figures[name] = max(seconds, self.figures.get(name, 0.0))


@contextmanager
def drill(name: str) -> Iterator[Drill]:
    """Run a drill; when it is over, faults fail it, and what it found is printed and kept."""
    one = Drill(name)
    yield one
    assert one.recoveries, "nothing was drilled"
    row = {
        "drill": name,
        "database": os.environ.get("TEST_DATABASE", "sqlite"),
        "rounds": one.rounds,
        "lost": one.lost,
        "doubled": one.doubled,
        "out_of_order": one.out_of_order,
        "recovery_median_s": round(statistics.median(one.recoveries), 2),
        "recovery_max_s": round(max(one.recoveries), 2),
        "figures": {key: round(value, 3) for key, value in one.figures.items()},
    }
    print(json.dumps(row))
    if REPORT:
        with Path(REPORT).open("a") as report:
            report.write(json.dumps(row) + "\n")
    assert one.faults == (0, 0, 0), row
