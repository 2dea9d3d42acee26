"""Every cell of the guide's use-case matrix, shown by a whole program."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest
import tomli

from migrator.pipeline import migrate
from migrator.rulebook.rulefiles import load_rulebook
from migrator.settings import Settings

FIXTURES = Path(__file__).parent.parent / "fixtures"
MATRIX, LEANINGS = FIXTURES / "matrix", FIXTURES / "leanings"
CELLS = tomli.loads((MATRIX / "expected.toml").read_text())["cell"]
FURTHER = tomli.loads((LEANINGS / "expected.toml").read_text())["leaning"]
DOCUMENT = (FIXTURES.parent / "docs" / "explanation" / "recommendation.md").read_text()


@functools.cache
def references(folder: Path) -> tuple[Any, ...]:
    inventory, _ = migrate({"app.py": (folder / "app.py").read_bytes()}, Settings())
    return inventory.references


@pytest.mark.parametrize("cell", CELLS, ids=[cell["program"] for cell in CELLS])
def test_cell(cell):
    found = [one for one in references(MATRIX / cell["program"]) if one.action == "rewrite"]
    assert [one.variant for one in found] == cell["recommended"]
    assert found[0].recommendation.confidence >= 0.6
    assert not any(reason.rule == "use.unknown" for reason in found[0].recommendation.reasons)


def test_the_matrix_is_complete():
    domains = {cell["domain"] for cell in CELLS}
    assert len(domains) == 6
    assert {(cell["domain"], cell["variant"]) for cell in CELLS} == {
        (domain, variant) for domain in domains for variant in ("flagship", "instant", "mini")
    }


@pytest.mark.parametrize("leaning", FURTHER, ids=[leaning["program"] for leaning in FURTHER])
def test_leaning(leaning):
    found = [one for one in references(LEANINGS / leaning["program"]) if one.action == "rewrite"]
    assert [one.variant for one in found] == leaning["recommended"]
    assert [one.model for one in found] == ["gpt-4o"]
    uses = {reason.rule.partition(".")[0] for reason in found[0].recommendation.reasons}
    assert leaning["use"] in uses


def test_every_leaning_of_the_guide_has_a_program():
    """A use whose source is the guide's list of further leanings is shown; so is every program that lies there."""
    shown = {leaning["use"] for leaning in FURTHER}
    listed = {use.id for use in load_rulebook().usecases.use if "further leanings" in use.source}
    assert listed <= shown
    assert {leaning["program"] for leaning in FURTHER} == {
        path.parent.name for path in LEANINGS.glob("*/app.py")
    }


TITLES = {"gpt-5.5": "flagship", "gpt-5.5-instant": "instant", "gpt-5.5-mini": "mini"}


def rows(title, first):
    """The cells of a table of the document, without its head."""
    section = DOCUMENT.partition(f"## {title}")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    assert lines[0].startswith(f"| {first} |")
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]


def link(folder, program):
    return f"[`fixtures/{folder}/{program}`](../../fixtures/{folder}/{program}/app.py)"


def test_the_documents_matrix_is_true():
    assert rows("The matrix, cell by cell", "domain") == [
        (
            cell["domain"],
            cell["variant"],
            cell["guide"],
            link("matrix", cell["program"]),
            f"`{cell['recommended'][0]}`",
        )
        for cell in CELLS
    ]


def test_the_documents_leanings_are_true():
    assert rows("The further leanings, one by one", "leaning") == [
        (
            one["text"],
            one["variant"],
            f"`{one['use']}`",
            link("leanings", one["program"]),
            f"`{one['recommended'][0]}`",
        )
        for one in FURTHER
    ]
    assert all(TITLES[one["recommended"][0]] == one["variant"] for one in FURTHER)
