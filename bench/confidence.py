"""How often recommendations of each confidence are right: figures for the bands of rules/usecases.toml.

usage: python -m bench.confidence --labels DIR --trees DIR

`--labels` holds NAME.jsonl files whose rows say `path`, `line`, `variants` (acceptable) and `best`;
`--trees` a folder NAME for each. To judge by the use alone, they are copies with one and the same old id.
"""

from __future__ import annotations

import argparse
import collections
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migrator import pipeline
from migrator.rulebook.rulefiles import load_rulebook
from migrator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.inventory import Reference

Pair = tuple[dict[str, Any], "Reference"]


def pairs(labels: Path, tree: Path) -> Iterator[Pair]:
    """Each label with the rewrite that was found at its place."""
    found: dict[tuple[str, int], list[Reference]] = collections.defaultdict(list)
    for one in pipeline.review([tree], Settings(), root=tree).references:
        found[one.path, one.line].append(one)
    for line in labels.read_text().splitlines():
        label = json.loads(line)
        here = sorted(found[label["path"], label["line"]], key=lambda one: one.column)
        one = here[min(label.get("nth", 0), len(here) - 1)] if here else None
        if one is not None and one.recommendation is not None and label["variants"]:
            yield label, one


def main() -> None:
    """Scan, compare, print one row a band."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--trees", type=Path, required=True)
    args = parser.parse_args()
    rows: dict[str, list[Pair]] = collections.defaultdict(list)
    for labels in sorted(args.labels.glob("*.jsonl")):
        for label, one in pairs(labels, args.trees / labels.stem):
            assert one.recommendation is not None
            rows[one.recommendation.band].append((label, one))
    for band in load_rulebook().usecases.band:
        here = rows[band.id]
        acceptable = sum(one.variant in label["variants"] for label, one in here)
        best = sum(one.variant == label.get("best") for label, one in here)
        print(f"{band.id:8} calls {len(here):4}  acceptable {acceptable:4}  best {best:4}")


if __name__ == "__main__":
    main()
