"""Folders with rules of their own: each kind of them is reviewed, and the reviews are made one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.inventory import Inventory, Reference
    from migrator.settings import Settings


def of_part(inventory: Inventory, only: frozenset[str]) -> Inventory:
    """The lists of a part of a project, as if there were no more."""
    return replace(
        inventory,
        limits=tuple(limit for limit in inventory.limits if limit.path in only),
        branches=tuple(branch for branch in inventory.branches if branch.path in only),
        tables=tuple(table for table in inventory.tables if table.path in only),
        findings=tuple(finding for finding in inventory.findings if finding.path in only),
    )


KIND = ("catalog", "sources", "rules")
"""The settings that choose the rules of a run."""


def of_kinds(made: Sequence[Inventory]) -> Inventory:
    """The reviews of a project's files under different rules as one."""
    from migrator.decide.summaries import summary
    from migrator.partition import in_order

    lists: dict[str, tuple[Any, ...]] = {}
    for name in ("references", "limits", "branches", "tables", "findings", "diagnostics"):
        lists[name] = in_order(getattr(one, name) for one in made)
    for name in ("edits", "call_sites"):
        lists[name] = tuple({one.id: one for one in in_order(getattr(one, name) for one in made)}.values())
    names = ("seen", "read", "unread", "skipped", "bytes")
    coverage = {name: sum(getattr(one.coverage, name) for one in made) for name in names}
    found = replace(made[0], **lists, coverage=replace(made[0].coverage, **coverage))
    return replace(found, summary=summary(found))


def waiting(inventory: Inventory, settings: Settings) -> Inventory:
    """The inventory without the groups of edits that reach files for which other rules are chosen."""
    kinds = {kind_of(each) for each in settings.all()}
    if len(kinds) < 2:
        return inventory
    places = {site.id: site.path for site in inventory.call_sites}
    held: dict[str, str] = {}
    for edit in inventory.edits:
        for path in (edit.path, *(places[site] for site in edit.call_sites if site in places)):
            if kind_of(settings.at(path)) != kind_of(settings):
                held.setdefault(edit.group, path)
    waits = {
        name: held[edit.group] for edit in inventory.edits if edit.group in held for name in edit.references
    }
    return replace(
        inventory,
        edits=tuple(replace(e, selected=e.selected and e.group not in held) for e in inventory.edits),
        references=tuple(_waits(r, waits[r.id]) if r.id in waits else r for r in inventory.references),
    )


def _waits(reference: Reference, path: str) -> Reference:
    detail = f"{path} is judged by another catalogue or other rules: its settings differ"
    plain = replace(reference, selected=False, variant="", replacement="")
    return replace(plain, action="review", reason="must-move-together", detail=detail)


def kind_of(settings: Settings) -> tuple[object, ...]:
    return tuple(getattr(settings, name) for name in KIND)
