"""Plain lines, one a reference, grouped by file: `scan --format text`."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from migrator.report import ends, redact, usage_report, words
from migrator.report.issues import why_not
from migrator.report.style import PLAIN, Style, columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.inventory import Finding, Inventory, Reference

_COLORS = {"rewrite": "green", "extend": "green", "review": "yellow", "leave": "dim"}


class _Row(NamedTuple):
    path: str
    line: int
    column: int
    action: str
    what: str
    why: str


def render(inventory: Inventory, style: Style = PLAIN, *, everything: bool = False) -> str:
    """One line a reference and finding; what is left alone only with `everything`."""
    inventory = redact.for_people(inventory)
    rows = sorted({*_references(inventory, everything), *_findings(inventory)})
    blocks = [_block(path, list(group), style) for path, group in groupby(rows, attrgetter("path"))]
    for block in usage_report.blocks(inventory):
        if block.lines or block.note:
            blocks.append("\n  ".join([f"{block.title}  {block.note}".rstrip(), *block.lines]))
    if found := ends.ends(inventory):
        blocks.append("\n  ".join(["Shut down", *found]))
    blocks.append("\n".join([*_unread(inventory, style), _total(inventory)]))
    return "\n\n".join(blocks) + "\n"


def _references(inventory: Inventory, everything: bool) -> Iterator[_Row]:
    for reference in inventory.references:
        if everything or reference.action != "leave":
            place = (reference.path, reference.line, reference.column)
            yield _Row(*place, reference.action, _what(reference), _why(reference))


def _what(reference: Reference) -> str:
    if reference.action == "rewrite":
        return f"{reference.model} → {reference.variant or reference.replacement}"
    return reference.model


def _why(reference: Reference) -> str:
    role = words.ROLES.get(reference.role, reference.role)
    if reference.action == "review":
        said = reference.detail or words.meaning(reference) or role
        return f"{reference.reason}: {said}"
    if reference.action == "leave":
        return reference.detail or reference.reason or role
    return role if reference.selected else f"{role}; {why_not(reference)}"


def _findings(inventory: Inventory) -> Iterator[_Row]:
    told = {reference.id for reference in inventory.references if reference.action == "review"}
    for finding in inventory.findings:
        if not finding.suppressed and not told.intersection(finding.references):
            yield _finding(finding)


def _finding(finding: Finding) -> _Row:
    return _Row(finding.path, finding.line, finding.column, finding.severity, finding.rule, finding.message)


def _block(path: str, rows: list[_Row], style: Style) -> str:
    cells = [(f"{row.line}:{row.column}", row.action, style.plain(row.what), _flat(row.why)) for row in rows]
    table = columns(cells)
    lines = [_line(line, row.action, style) for line, row in zip(table, rows, strict=True)]
    return "\n".join([style.paint(path, "bold"), *lines])


def _line(cells: list[str], action: str, style: Style) -> str:
    place, verb, what, why = cells
    color = _COLORS.get(action, "yellow")
    return f"  {place}  {style.paint(verb, color)}  {what}  {style.paint(why, 'dim')}".rstrip()


def _flat(text: str) -> str:
    return " ".join(text.split())


def _unread(inventory: Inventory, style: Style) -> list[str]:
    return [
        f"{style.paint(item.path, 'bold')}: {style.paint(item.code, 'red')}: {_flat(item.message)}"
        for item in inventory.diagnostics
    ]


def _total(inventory: Inventory) -> str:
    summary, files = inventory.summary, inventory.coverage.seen
    parts = [f"{summary.rewrite} rewrite", f"{summary.extend} extend", f"{summary.review} review"]
    return (
        f"{words.count(summary.references, 'reference')} in {words.count(files, 'file')}: "
        f"{', '.join(parts)}, {summary.leave} left alone"
    )
