"""Score scans of labelled trees and sum the figures.

usage: python bench/accuracy.py --labels DIR --trees DIR --score PROGRAM [--misses N] [--only NAME …]

`--labels` holds NAME.jsonl files, `--trees` a folder NAME for each; PROGRAM is called as
`PROGRAM LABELS SCAN --json` and prints figures, shares as {"n", "of", "share"}.
"""

from __future__ import annotations

import argparse
import collections
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def scan(tree: Path, target: Path, options: list[str]) -> None:
    """Write the JSON scan of a tree; a scan that cannot read some files still counts."""
    command = [
        sys.executable,
        "-m",
        "migrator",
        "scan",
        str(tree),
        "--format",
        "json",
        "--output",
        str(target),
    ]
    done = subprocess.run([*command, *options], check=False, capture_output=True, text=True)
    if done.returncode not in (0, 3):
        sys.exit(f"{tree.name}: {done.stderr.strip()}")


def figures(program: str, labels: Path, result: Path, misses: int) -> dict[str, dict[str, int] | int]:
    """What the scoring program says of one scan."""
    if misses:
        text = subprocess.run(
            [sys.executable, program, labels, result, "--misses", str(misses)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        print("".join(f"{labels.stem}: {line}\n" for line in text.splitlines() if " want " in line), end="")
    done = subprocess.run(
        [sys.executable, program, labels, result, "--json"], check=True, capture_output=True, text=True
    )
    return dict(json.loads(done.stdout))


def main() -> None:
    """Scan, score, sum, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--trees", type=Path, required=True)
    parser.add_argument("--score", required=True)
    parser.add_argument("--misses", type=int, default=0)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--catalog", default="guide")
    args = parser.parse_args()
    files = [f for f in sorted(args.labels.glob("*.jsonl")) if not args.only or f.stem in args.only]
    total: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        results = {f: Path(folder, f.stem + ".json") for f in files}
        list(pool.map(lambda f: scan(args.trees / f.stem, results[f], ["--catalog", args.catalog]), files))
        for labels in files:
            for name, value in figures(args.score, labels, results[labels], args.misses).items():
                part, whole = (value["n"], value["of"]) if isinstance(value, dict) else (value, 0)
                total[name][0] += part
                total[name][1] += whole
    for name, (part, whole) in total.items():
        print(f"{name:38} {part}/{whole}  {part / whole:.4f}" if whole else f"{name:38} {part}")


if __name__ == "__main__":
    main()
