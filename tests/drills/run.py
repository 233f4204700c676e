"""`make drills`: every drill twenty times, on SQLite and on PostgreSQL with Valkey; writes the table in docs/drills.md.

Usage: python -m tests.drills.run [ROUNDS]
"""

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "drills.md"
MARK = "<!-- what follows is written by `make drills` -->\n"
HEADS = ("drill", "database", "rounds", "lost", "doubled", "out of order", "recovery, median / longest", "also")


def main() -> None:
    rounds = sys.argv[1] if len(sys.argv) > 1 else "20"
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        codes = []
        for database in ("sqlite", "postgresql"):
            environ = {**os.environ, "TEST_DATABASE": database, "DRILL_ROUNDS": rounds, "DRILL_REPORT": str(report)}
            command = [
                sys.executable,
                "-m",
                "pytest",
                "tests/drills",
                "-s",
                "--timeout=3600",
                f"--basetemp={folder}/{database}",
            ]
            codes.append(subprocess.call(command, cwd=ROOT, env=environ))
        rows = [json.loads(line) for line in report.read_text().splitlines()] if report.exists() else []
    table = _table(rows)
    print(table)
    said = PAGE.read_text().partition(MARK)[0]
    at = datetime.now(UTC).strftime("%Y-%m-%d")
    PAGE.write_text(f"{said}{MARK}\n{at}, {os.cpu_count()} virtual cores:\n\n{table}")
    sys.exit(max(codes))


def _table(rows: list[dict[str, Any]]) -> str:
    lines = ["| " + " | ".join(HEADS) + " |", "|" + "---|" * len(HEADS)]
    for row in rows:
        also = ", ".join(f"{name} {value:g}" for name, value in row["figures"].items())
        recovery = f"{row['recovery_median_s']} s / {row['recovery_max_s']} s"
        faults = [row[name] for name in ("lost", "doubled", "out_of_order")]
        cells = [row["drill"], row["database"], row["rounds"], *faults, recovery, also]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
