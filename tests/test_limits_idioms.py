"""Each idiom of bounding what is sent: a program, and what becomes of it; docs/explanation/limits.md lists them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import tomli
from limit_support import FLAGSHIP, migrated

if TYPE_CHECKING:
    from migrator.inventory import Inventory

HERE = Path(__file__).parent
IDIOMS: list[dict[str, Any]] = tomli.loads((HERE / "limit_idioms.toml").read_text())["idiom"]
MAP = {**FLAGSHIP, "gpt-5-mini": "mini"}
PLAIN = "GPT55-M"
"""Rules that rewrite the id itself."""


def outcome(inventory: Inventory) -> str:
    """What was done with the limits of a program, beside its ids."""
    flagged = any(one.rule in ("GPT55-L001", "GPT55-L002", "GPT55-L006") for one in inventory.findings)
    if any(edit.rule.startswith(("GPT55-L", "GPT55-T", "GPT55-B")) for edit in inventory.edits):
        return "handled"
    return "flagged" if flagged else "kept" if inventory.limits else "unseen"


@pytest.mark.parametrize("idiom", IDIOMS, ids=[one["title"] for one in IDIOMS])
def test_what_becomes_of_it(idiom: dict[str, Any]) -> None:
    files = idiom.get("files") or {"app.py": idiom["program"]}
    inventory, new = migrated(files, map=MAP)
    assert outcome(inventory) == idiom["outcome"]
    assert migrated(new, map=MAP)[1] == new


def test_the_table_in_the_docs_says_so() -> None:
    lines = (HERE.parent / "docs" / "explanation" / "limits.md").read_text().splitlines()
    rows = [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in lines]
    assert [row for row in rows if row[-1] in ("handled", "kept", "flagged", "unseen")] == [
        (one["section"], one["title"], one["outcome"]) for one in IDIOMS
    ]
