"""Every cell of the guide's use-case matrix, shown by a whole program."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest
import tomli

from migrator.pipeline import migrate
from migrator.settings import Settings

MATRIX = Path(__file__).parent.parent / "fixtures" / "matrix"
CELLS = tomli.loads((MATRIX / "expected.toml").read_text())["cell"]


@functools.cache
def references(program: str) -> tuple[Any, ...]:
    inventory, _ = migrate({"app.py": (MATRIX / program / "app.py").read_bytes()}, Settings())
    return inventory.references


@pytest.mark.parametrize("cell", CELLS, ids=[cell["program"] for cell in CELLS])
def test_cell(cell):
    found = [one for one in references(cell["program"]) if one.action == "rewrite"]
    assert [one.variant for one in found] == cell["recommended"]
    assert found[0].recommendation.confidence >= 0.6
    assert not any(reason.rule == "use.unknown" for reason in found[0].recommendation.reasons)


def test_the_matrix_is_complete():
    domains = {cell["domain"] for cell in CELLS}
    assert len(domains) == 6
    assert {(cell["domain"], cell["variant"]) for cell in CELLS} == {
        (domain, variant) for domain in domains for variant in ("flagship", "instant", "mini")
    }


@pytest.mark.parametrize("program", [cell["program"] for cell in CELLS])
def test_the_document_names_the_program(program):
    text = (MATRIX.parent.parent / "docs" / "recommendation.md").read_text()
    assert f"fixtures/matrix/{program}" in text
