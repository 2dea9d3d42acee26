"""The last gate: edits are rendered, the program is read again, and what a new model refuses is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from migrator.check.completing import WIDER, Fix, completed, replaced
from migrator.check.edited_places import writes_ids
from migrator.check.editions import Editions
from migrator.check.fault_search import faults, without_needless
from migrator.check.looked_up import Told
from migrator.check.refusing import PICTURED
from migrator.check.wider import untold_groups, with_wider
from migrator.data.formats import is_data
from migrator.inventory import Finding

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from migrator.check.faults import Fault, Program
    from migrator.inventory import Inventory
    from migrator.inventory.edit_records import Edit


ROUNDS = 8
"""How often groups are completed, and how often they are withdrawn, before the rest is looked at again."""


def closed(inventory: Inventory, program: Program) -> Inventory:
    """The inventory without the groups after which a request would be refused."""
    editions = Editions(program)
    try:
        return _closed(inventory, editions)
    finally:
        editions.forget()


def _closed(inventory: Inventory, editions: Editions) -> Inventory:
    program = editions.program
    planned, inventory = inventory, without_needless(inventory, editions)
    held: dict[str, Fault] = {}
    found: list[Fault] = []
    cured: list[Fault] = []
    dropped: list[Fault] = []
    is_halfway = _names_target(program)
    told_by = Told(
        frozenset((f.path, f.line) for f in inventory.findings if f.reason == "table-unit-unknown"),
        frozenset(one.text for one in inventory.references if is_data(one.path)),
        adds_rows=any(is_data(edit.path) for edit in inventory.edits),
    )
    tried: set[Fix] = set()
    for turn in range(2 * ROUNDS):
        edits = [e for e in inventory.edits if e.selected and e.group not in held]
        is_asked = is_halfway or any(writes_ids(e) for e in edits)
        meant = frozenset[tuple[str, int]]().union(*(fault.tests for fault in cured))
        found = faults(edits, editions, told_by) if is_asked else []
        found = [f for f in found if not (f.is_choice and (f.path, f.line) in meant)]
        fixes = {f.fix for f in found if f.fix is not None} - tried if turn < ROUNDS else set()
        tried |= fixes
        amended = replaced(inventory.edits, fixes)
        if amended != inventory.edits:
            dropped += [f for f in found if f.fix in fixes and not f.fix.operation]
            planned = msgspec.structs.replace(planned, edits=replaced(planned.edits, fixes))
            inventory = without_needless(msgspec.structs.replace(inventory, edits=amended), editions)
            continue
        completing = (_completing(edits, f) for f in found if f.fix in fixes)
        more = {e.id: e for e in completing if e is not None}
        if more:
            cured += [f for f in found if f.fix in fixes and f.fix is not None and f.fix.rule == WIDER]
            inventory = _with(planned, inventory, more.values(), editions)
            continue
        new = {group: fault for fault in found for group in sorted(fault.groups) if group not in held}
        if not new:
            break
        held.update(_with_served(new, edits))
        if lost := [f for f in cured if _is_held(f, held)]:
            cured = [f for f in cured if f not in lost]
            tried -= {f.fix for f in lost if f.fix is not None}
            inventory = _without_wider(inventory, held)
    else:
        held.update({e.group: found[0] for e in inventory.edits if e.selected and e.group not in held})
    inventory = with_wider(inventory, (fault for fault in cured if not _is_held(fault, held)))
    left = with_standing(_without(inventory, held) if held else inventory, found)
    kept = without_orphans(with_dropped(left, dropped))
    return left if kept is left else without_needless(kept, editions)


def _with(planned: Inventory, inventory: Inventory, more: Iterable[Edit], editions: Editions) -> Inventory:
    """The inventory with more edits; a wider test may lead new ids to places where none came."""
    more = tuple(more)
    if not any(edit.rule == WIDER for edit in more):
        return msgspec.structs.replace(inventory, edits=(*inventory.edits, *more))
    known = {edit.id for edit in planned.edits}
    added = (*(edit for edit in inventory.edits if edit.id not in known), *more)
    edits = (*planned.edits, *added)
    return without_needless(msgspec.structs.replace(planned, edits=edits), editions)


def _with_served(held: dict[str, Fault], edits: Sequence[Edit]) -> dict[str, Fault]:
    """Groups that are held, and those of all ids that an edit of theirs serves: it goes for them as well."""
    found, pending = dict(held), list(held)
    while pending:
        group = pending.pop()
        served = {r for e in edits if e.group == group for r in e.references}
        for one in edits:
            if one.group not in found and not served.isdisjoint(one.references):
                found[one.group] = found[group]
                pending.append(one.group)
    return found


def _is_held(fault: Fault, held: Container[str]) -> bool:
    """Whether the group that what mends a fault was put into is held; of what stands there none is."""
    return bool(fault.groups) and min(fault.groups) in held


def _without_wider(inventory: Inventory, held: Container[str]) -> Inventory:
    """The inventory without wider tests of groups that are held: they may come back with what stays."""
    kept = tuple(e for e in inventory.edits if e.rule != WIDER or e.group not in held)
    return msgspec.structs.replace(inventory, edits=kept)


def _names_target(program: Program) -> bool:
    """Whether a program is on a new id already."""
    return any(
        target in file.text for file in program.facts if file.problem is None for target in program.variants
    )


def _completing(edits: Sequence[Edit], fault: Fault) -> Edit | None:
    """The edit that completes a group, where a fault says which."""
    if fault.fix is None or not fault.groups:
        return None
    why = f"without it, {fault.detail}" if fault.fix.rule == WIDER else fault.detail
    return completed(edits, fault.fix, min(fault.groups), why)


def _without(inventory: Inventory, held: dict[str, Fault]) -> Inventory:
    """The groups' edits go, their references wait for a person."""
    waiting = {r: held[e.group] for e in inventory.edits if e.group in held for r in e.references}
    references = tuple(
        msgspec.structs.replace(
            r,
            action="review" if r.action == "rewrite" else r.action,
            selected=False,
            variant="",
            replacement="",
            reason=waiting[r.id].reason,
            detail=waiting[r.id].detail,
        )
        if r.id in waiting and r.action in ("rewrite", "extend")
        else r
        for r in inventory.references
    )
    edits = tuple(e for e in inventory.edits if e.group not in held)
    findings = (*inventory.findings, *untold_groups(inventory, held))
    return msgspec.structs.replace(inventory, references=references, edits=edits, findings=findings)


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
