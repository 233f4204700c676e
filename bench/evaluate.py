"""How screening fares on texts with known labels: `make evaluate DATA=folder` reads every csv in it with a column `text`.

A column `label` holds a label of screening, several with | between them, or a word of ALIASES; what is neither is harmless.
Per label: recall and precision with Wilson's 95 % intervals, at low and at medium severity. Per file: the review load, which
is the share of texts that a moderator has to look at. Prints counts only, never a text.
"""

import csv
import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.groups import ModerationMode
from moderation.outcomes import Outcome, judge
from moderation.screening import RULES_VERSION, Hit, Label, Severity, screen

ALIASES = {"hateful": Label.HOSTILITY, "hate": Label.HOSTILITY, "abusive": Label.HOSTILITY, "toxic": Label.HOSTILITY}
_Z = 1.96  # 95 %
_HALVES = {"all": slice(None), "even rows": slice(0, None, 2), "odd rows": slice(1, None, 2)}


@dataclass(frozen=True)
class Row:
    labels: frozenset[Label] | None  # None: the file does not say
    hits: tuple[Hit, ...]
    outcome: Outcome

    def is_hit(self, label: Label, least: Severity) -> bool:
        return any(hit.label is label and hit.severity >= least for hit in self.hits)


def wilson(successes: int, total: int) -> tuple[float, float]:
    """The interval in which the true share lies, at 95 %; everything is possible when nothing was counted."""
    if not total:
        return 0.0, 1.0
    share = successes / total
    middle = share + _Z**2 / (2 * total)
    reach = _Z * math.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))
    scale = 1 + _Z**2 / total
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def labels_of(text: str) -> frozenset[Label]:
    known = {label.value: label for label in Label} | ALIASES
    return frozenset(known[word] for word in text.strip().lower().split("|") if word in known)


def read(path: Path) -> list[Row]:
    """Raises ValueError when the file has no column `text`."""
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        if "text" not in (table.fieldnames or ()):
            raise ValueError(f"{path.name} has no column named text")
        return [_row(row) for row in table]


def _row(row: dict[str, str]) -> Row:
    hits = screen(row["text"], previous=row.get("previous") or None)
    verdict = judge(hits, mode=ModerationMode.AFTER, overrides={}, newcomer=False, trusted=False, acknowledged=False)
    return Row(labels_of(row["label"]) if "label" in row else None, hits, verdict.outcome)


def share(successes: int, total: int) -> str:
    low, high = wilson(successes, total)
    return f"{successes}/{total} = {successes / total:.3f} ({low:.3f} to {high:.3f})" if total else "none to count"


def describe(rows: Sequence[Row]) -> Iterable[str]:
    outcomes = Counter(row.outcome for row in rows)
    looked_at = outcomes[Outcome.FLAG] + outcomes[Outcome.HOLD]
    yield f"review load {share(looked_at, len(rows))}, held {share(outcomes[Outcome.HOLD], len(rows))}"
    for label in Label:
        for least in (Severity.LOW, Severity.MEDIUM):
            hit = [row for row in rows if row.is_hit(label, least)]
            right = sum(label in row.labels for row in hit if row.labels is not None)
            meant = sum(label in row.labels for row in rows if row.labels is not None)
            name = f"{label.value}, {least.name.lower()} and above"
            if meant:
                yield f"{name}: recall {share(right, meant)}, precision {share(right, len(hit))}"
            elif hit:
                yield f"{name}: hit {share(len(hit), len(rows))}"
    harmless = [row for row in rows if row.labels == frozenset()]
    if harmless:
        yield f"harmless, yet hit at medium or above: {share(_hit_at_all(harmless), len(harmless))}"


def _hit_at_all(rows: Iterable[Row]) -> int:
    return sum(any(hit.severity >= Severity.MEDIUM for hit in row.hits) for row in rows)


def main(folder: str) -> int:
    paths = sorted(Path(folder).glob("*.csv"))
    if not paths:
        print(f"There is no csv file in {folder}.", file=sys.stderr)
        return 1
    print(f"Rules {RULES_VERSION}; intervals are Wilson's at 95 %.")
    for path in paths:
        rows = read(path)
        for name, part in _HALVES.items():
            print(f"\n{path.name}, {name}: {len(rows[part]):,} texts")
            for line in describe(rows[part]):
                print(f"  {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]) if sys.argv[1:] else "Usage: python -m bench.evaluate FOLDER")
