"""Rows that are not written after all: the ids that they were made for wait, or nobody may choose theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from migrator.check.refusing import PICTURED
from migrator.inventory import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.check.faults import Fault
    from migrator.inventory import Inventory
    from migrator.inventory.edit_records import Edit


def without_orphans(inventory: Inventory) -> Inventory:
    """The inventory without rows that no written id needs; a finding says which."""
    written = {r for e in inventory.edits if e.selected and not e.follows for r in e.references}
    lost = [e for e in inventory.edits if e.follows and written.isdisjoint(e.follows)]
    if not lost:
        return inventory
    gone = {edit.id for edit in lost}
    return msgspec.structs.replace(
        inventory,
        edits=tuple(edit for edit in inventory.edits if edit.id not in gone),
        findings=(*inventory.findings, *map(_said, lost)),
    )


def with_dropped(inventory: Inventory, faults: Iterable[Fault]) -> Inventory:
    """The inventory with what is said of rows that were withdrawn because a request refuses their ids."""
    told = {
        (fault.rule, fault.path, fault.line): Finding(
            rule=fault.rule, path=fault.path, line=fault.line, message=f"{fault.detail}: no table offers it"
        )
        for fault in faults
        if fault.rule == PICTURED
    }
    if not told:
        return inventory
    return msgspec.structs.replace(inventory, findings=(*inventory.findings, *told.values()))


def _said(edit: Edit) -> Finding:
    row = edit.why.partition(":")[0]
    message = f"{row} once an id moves there: the ids that need the row wait"
    return Finding(
        rule=edit.rule, path=edit.path, line=edit.anchor[0], message=message, references=edit.references
    )
