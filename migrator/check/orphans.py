"""Rows that were made for ids which are not written after all: they are withdrawn as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from migrator.inventory import Finding

if TYPE_CHECKING:
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


def _said(edit: Edit) -> Finding:
    row = edit.why.partition(":")[0]
    message = f"{row} once an id moves there: the ids that need the row wait"
    return Finding(
        rule=edit.rule, path=edit.path, line=edit.anchor[0], message=message, references=edit.references
    )
