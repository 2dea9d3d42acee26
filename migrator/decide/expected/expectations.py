"""Tests that expect what an edit changes: they move along where tests are written, else they are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.expected.asserted import Asserted
from migrator.decide.expected.collections import expected_sets
from migrator.decide.expected.expected_parameters import expected_requests
from migrator.decide.expected.expected_values import expected_values
from migrator.decide.expected.snapshots import snapshots
from migrator.decide.records import Additions, edit_id
from migrator.inventory import Finding
from migrator.inventory.edit_records import Edit

if TYPE_CHECKING:
    from migrator.decide.expected.asserted import Expected
    from migrator.decide.plans import Planner

RULE = "GPT55-X001"


def expectations(planner: Planner) -> Additions:
    """Expectations that an edit falsifies."""
    added, asserted = Additions(), Asserted(planner)
    for part in (expected_values, expected_requests, expected_sets):
        for found in part(asserted):
            place = found.node.file.path, found.node.line
            if found.operation is not None and planner.written(*place, RULE):
                added.edits.append(_edit(planner, found))
            else:
                added.findings.append(_finding(found))

    added.findings += snapshots(asserted, RULE)
    return added


def _edit(planner: Planner, found: Expected) -> Edit:
    assert found.operation is not None
    planner.groups.join_all(found.groups)
    return Edit(
        id=edit_id(found.node.file.path, found.node.span, found.operation),
        path=found.node.file.path,
        anchor=found.node.span,
        operation=found.operation,
        group=found.groups[0],
        why=f"follows {', '.join(found.places)}",
        rule=RULE,
        rank=2,
    )


def _finding(found: Expected) -> Finding:
    advice = "add test to write-contexts to change it along" if found.operation else "to be changed by hand"
    return Finding(
        rule=RULE,
        path=found.node.file.path,
        line=found.node.line,
        column=found.node.span[1] + 1,
        message=f"{found.what} at {', '.join(found.places)}; {advice}",
        severity="note",
        references=found.references,
    )
