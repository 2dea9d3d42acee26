"""Run the tool over every Python file below some folders: nothing may crash, hang or be damaged.

usage: python bench/corpus_check.py FOLDER… [--seed N] [--plant N] [--only N]

Each file is read as it is, and read, decided and written again with ids planted at random legal places.
What is checked: no exception, the result parses, every byte outside the planned places is the same, and
a second run changes nothing. Prints figures, and the first lines of every fault; leaves with their number.
"""

from __future__ import annotations

import argparse
import collections
import random
import sys
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from safety import planting  # noqa: E402

from migrator import pipeline  # noqa: E402
from migrator.pipeline import reviewing  # noqa: E402
from migrator.read.parsing import read  # noqa: E402
from migrator.settings import Settings  # noqa: E402


class Tally(collections.Counter[str]):
    """Counts, and what went wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.slowest = (0.0, "")

    def fault(self, path: Path, error: BaseException) -> None:
        lines = traceback.format_exception(error)
        self.faults.append(f"{path}: {''.join(lines[-3:])}")


def tried(path: Path, plant: int, chance: random.Random, tally: Tally) -> None:
    """One file, as it is and with ids planted in it."""
    data = path.read_bytes()
    tally["files"] += 1
    tally["bytes"] += len(data)
    facts = read(path.name, data, reviewing.rules(Settings())[1])
    if facts.problem is not None:
        tally[f"not read: {facts.problem.code}"] += 1
    changed = planting.planted(data, chance, plant)
    if changed is None:
        return
    tally["planted files"] += 1
    migrated(path, changed, tally)


def migrated(path: Path, data: bytes, tally: Tally) -> None:
    inventory, files = pipeline.migrate({path.name: data}, Settings())
    new = files[path.name]
    for problem in inventory.diagnostics:
        tally[f"diagnostic: {problem.code}"] += 1
    made = pipeline.rendered(inventory.edits, {path.name: data})
    for problem in made.diagnostics:
        tally[f"refused: {problem.code}"] += 1
        if problem.code == "verification-failed":
            tally.faults.append(f"{path}: {problem.message}")
    tally["references"] += len(inventory.references)
    if new == data:
        return
    tally["changed files"] += 1
    done = {name for change in made.files for name in change.edits}
    tally["edits"] += len(done)
    planting.check(data, new, [edit for edit in inventory.edits if edit.id in done])
    again = pipeline.migrate({path.name: new}, Settings())[1][path.name]
    if again != new and pipeline.migrate({path.name: again}, Settings())[1][path.name] == again:
        tally["settled in two runs"] += 1
    elif again != new:
        tally["second run changed"] += 1
        tally.faults.append(f"{path}: a second run changed it")


def main() -> int:
    """Every file in turn."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folders", nargs="+", type=Path)
    words.add_argument("--seed", type=int, default=0)
    words.add_argument("--plant", type=int, default=6, help="ids a file")
    words.add_argument("--only", type=int, default=0, help="that many files, taken at random")
    given = words.parse_args()
    chance, tally = random.Random(given.seed), Tally()
    paths = sorted({path for folder in given.folders for path in folder.rglob("*.py") if path.is_file()})
    for path in chance.sample(paths, given.only) if given.only else paths:
        start = time.monotonic()
        try:
            tried(path, given.plant, chance, tally)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            tally.fault(path, error)
        tally.slowest = max(tally.slowest, (time.monotonic() - start, str(path)))
    for name, number in sorted(tally.items()):
        print(f"{number:>12,} {name}")
    print(f"slowest: {tally.slowest[0]:.1f} s {tally.slowest[1]}")
    print(*tally.faults, sep="\n")
    return min(len(tally.faults), 100)


if __name__ == "__main__":
    sys.exit(main())
