"""What is said of what the closing check did: of tests that it made wider, of groups that it held."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from migrator.inventory import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.check.faults import Fault
    from migrator.inventory import Inventory, Reference
    from migrator.inventory.edit_records import Edit, Span

    Place = tuple[str, Span]

FLIPS = "GPT55-B001"


def with_wider(inventory: Inventory, mended: Iterable[Fault]) -> Inventory:
    """The inventory without findings about what wider tests mend."""
    mended = list(mended)
    if not mended:
        return inventory
    told = {(rule, *place) for fault in mended for place in fault.tests for rule in (FLIPS, fault.rule)}
    fixes = {(fault.fix.path, fault.fix.anchor) for fault in mended if fault.fix is not None}
    extended = {one.id: anchor for one in inventory.references if (anchor := _named_in(one, fixes))}
    return msgspec.structs.replace(
        inventory,
        findings=tuple(f for f in inventory.findings if (f.rule, f.path, f.line) not in told),
        references=tuple(_extended(one) if one.id in extended else one for one in inventory.references),
        edits=tuple(_of(edit, extended) for edit in inventory.edits),
    )


def _named_in(one: Reference, fixes: Iterable[Place]) -> Place | None:
    """The wider test that an id stands in."""
    waits = one.action == "review" and one.reason in ("branch-flips", "dynamic")
    inside = (p for p in fixes if p[0] == one.path and p[1][0] <= one.line <= p[1][2])
    return next(inside, None) if waits else None


def _extended(one: Reference) -> Reference:
    reason = "a test that gains the new id"
    return msgspec.structs.replace(one, action="extend", selected=True, reason=reason, detail="")


def _of(edit: Edit, extended: dict[str, Place]) -> Edit:
    """An edit of a test, with the ids that stand in it."""
    inside = tuple(one for one, place in extended.items() if place == (edit.path, edit.anchor))
    return msgspec.structs.replace(edit, references=(*edit.references, *inside)) if inside else edit


def untold_groups(inventory: Inventory, held: dict[str, Fault]) -> list[Finding]:
    """A finding for each group that is held and has no id which says so itself."""
    moving = {one.id for one in inventory.references if one.action == "rewrite"}
    told = {e.group for e in inventory.edits if moving.intersection(e.references)}
    edits = {e.group: e for e in inventory.edits if e.group in held and e.group not in told}
    return [_waiting(edits[group], held[group]) for group in sorted(edits)]


def _waiting(edit: Edit, fault: Fault) -> Finding:
    return Finding(
        rule=fault.rule or edit.rule,
        path=fault.path,
        line=fault.line,
        message=fault.detail,
        severity="warning",
        reason=fault.reason,
    )
