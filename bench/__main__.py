"""`make bench`: ours and its rivals under the same load, run by run in turn; writes bench/RESULTS.md and bench/results.json.

`make bench QUICK=1` is a first look: one run of less, printed and not kept.
"""

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import history, report, rooms, servers
from bench.client import Compiled
from bench.installation import make_installation
from bench.rooms import TALKS
from models.session import unbind

HERE = Path(__file__).resolve().parent
IDLE = {"1,000": 1_000, "10,000": 10_000}
CONVERSATIONS = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short run of less, to the screen only")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    quick: bool = options.quick
    rounds: int = 1 if quick else options.rounds
    results: dict[str, Any] = {"machine": report.machine(), "rounds": rounds, "notes": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compiled = Compiled(folder)
        if not compiled.there:
            results["notes"].append("No C compiler here: the load client ran in Python and the bare write was not measured.")
        for measured in measure_sockets(folder, compiled, rounds=rounds, quick=quick, notes=results["notes"]):
            results.update(measured)
            if not quick:
                keep(results)  # a quarter of an hour is not lost with what comes after
        results["readings"] = measure_reading(folder, rounds=rounds, many=100_000 if quick else 1_000_000)
    print(report.render(results))
    if not quick:
        keep(results)


def keep(results: dict[str, Any]) -> None:
    (HERE / "RESULTS.md").write_text(report.render(results))
    (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n")


def measure_sockets(
    folder: Path, compiled: Compiled, *, rounds: int, quick: bool, notes: list[str]
) -> Iterator[dict[str, Any]]:
    """What was measured so far, after each round."""
    talks = [talk for talk in TALKS if not quick or talk.groups * talk.size <= 200]
    idle = {name: count for name, count in IDLE.items() if compiled.there and (count <= 1_000 or not quick)}
    people = max([talk.groups * talk.size for talk in talks] + list(idle.values()))
    print(f"filling a database with {people} people", flush=True)
    installation = make_installation(folder, people=people, rooms={talk.name: (talk.groups, talk.size) for talk in talks})
    starts = {"ours": servers.ours(installation, folder), "flask": servers.flask_room(folder)}
    try:
        starts["node"] = servers.node_room(folder)
    except servers.SkippedError as skipped:
        notes.append(f"The Node rival was left out: {skipped}.")
    talked: dict[str, Any] = defaultdict(lambda: defaultdict(list))
    waited: dict[str, Any] = defaultdict(lambda: defaultdict(list))
    for turn in range(rounds):
        for talk in talks:
            for server, start in starts.items():
                print(f"run {turn + 1} of {rounds}: {talk.name}, {server}", flush=True)
                with start() as running:
                    figures = rooms.measure_talk(compiled, running, talk, installation.rooms[talk.name])
                talked[talk.name][server].append(figures)
            _add_bare(compiled, talk, talked[talk.name])
        for name, count in idle.items():
            if count > 1_000 and turn > 0:
                continue  # takes minutes: once is enough
            for server, start in starts.items():
                print(f"run {turn + 1} of {rounds}: {name} sockets, {server}", flush=True)
                refusal = rooms.too_many(count)
                if refusal:
                    notes.append(refusal)
                    break
                with start() as running:
                    room = installation.rooms[TALKS[0].name][0]
                    waited[name][server].append(rooms.measure_idle(compiled, running, count, room))
        yield {"rounds": turn + 1, "talks": _medians(talked), "idle": _medians(waited)}
    unbind()


def _add_bare(compiled: Compiled, talk: rooms.Talk, by_server: Mapping[str, list[dict[str, Any]]]) -> None:
    """The bare write beside each server's last run, with that server's own frame size, at the same pace."""
    for runs in by_server.values():
        bare = compiled.bare_write_us(talk.size, int(runs[-1]["frame_bytes"]), rate=talk.rate)
        if bare is not None:
            runs[-1]["bare_write_us"] = bare


def _medians(measured: Mapping[str, Mapping[str, Sequence[dict[str, Any]]]]) -> dict[str, Any]:
    return {
        name: {server: {**report.median_of(runs), "runs": list(runs)} for server, runs in by_server.items()}
        for name, by_server in measured.items()
    }


def measure_reading(folder: Path, *, rounds: int, many: int) -> list[dict[str, Any]]:
    kept = folder / "reading"
    kept.mkdir()
    installation = make_installation(kept, people=1, rooms={"conversation": (1, 1)} | {f"c{n}": (1, 1) for n in range(49)})
    groups = [made[0].conversation_id for made in installation.rooms.values()]
    print(f"filling a conversation with {many:,} messages", flush=True)
    shelves = [
        history.fill(installation, groups[0], 1_000, name="few"),
        history.fill(installation, groups[1], many, name="many"),
    ]
    runs: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    start = servers.ours(installation, kept)
    with start() as running:
        for turn in range(rounds):
            print(f"run {turn + 1} of {rounds}: reading back", flush=True)
            for row in history.measure_readings(running, shelves, conversations=CONVERSATIONS):
                runs[row["what"], row["size"]].append(row)
    unbind()
    return [report.median_of(found) for found in runs.values()]


if __name__ == "__main__":
    main()
