"""Code that is on a new id already and not right for it: the closing check finds it, with no edit behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from migrator.inventory import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.check.faults import Fault
    from migrator.inventory import Inventory


def with_standing(inventory: Inventory, faults: Iterable[Fault]) -> Inventory:
    """The inventory with a finding for each fault that stands in the program, where none says so yet."""
    told = {(f.path, f.line, f.rule) for f in inventory.findings}
    found: dict[tuple[str, int, str], Finding] = {}
    for fault in faults:
        key = fault.path, fault.line, fault.rule
        if not fault.groups and fault.rule and key not in told:
            found.setdefault(
                key,
                Finding(
                    rule=fault.rule,
                    path=fault.path,
                    line=fault.line,
                    message=fault.detail,
                    reason=fault.reason if fault.reason != "must-move-together" else "",
                ),
            )
    if not found:
        return inventory
    findings = (*inventory.findings, *found.values())
    return msgspec.structs.replace(inventory, findings=findings)
