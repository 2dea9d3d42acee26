"""Notebooks in an inventory: every record names the cell that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from migrator.inventory import Finding
from migrator.read.notebook import ENDING, cell_at, places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.inventory import Inventory
    from migrator.read.nodes import FileFacts
    from migrator.read.notebook import CellStart

UNREAD = "GPT55-D003"
_LISTS = ("references", "call_sites", "edits", "findings")


def with_cells(inventory: Inventory, facts: Iterable[FileFacts]) -> Inventory:
    """The inventory with the cells of what stands in notebooks, and a note on those that cannot be read."""
    files = {file.path: file for file in facts if file.path.endswith(ENDING) and file.problem is None}
    if not files:
        return inventory
    cells = {path: places(file.text) for path, file in files.items()}
    notes = [note for path, file in files.items() for note in _unread(file, cells[path])]
    inventory = replace(inventory, findings=(*inventory.findings, *notes))
    lists = {name: tuple(_placed(one, cells) for one in getattr(inventory, name)) for name in _LISTS}
    return replace(inventory, **lists)


def _placed(record: Any, cells: dict[str, list[CellStart]]) -> Any:  # noqa: ANN401
    """A record with its cell: as a number, and in the text that it is reported by."""
    if record.path not in cells:
        return record
    line = record.line if hasattr(record, "line") else record.anchor[0]
    number = cell_at(cells[record.path], line).number
    said = _SAID.get(type(record).__name__)
    text = {said: f"cell {number}: {getattr(record, said)}".rstrip(": ")} if said else {}
    return replace(record, cell=number, **text)


_SAID = {"Reference": "detail", "Finding": "message", "Edit": "why"}


def _unread(file: FileFacts, cells: list[CellStart]) -> Iterator[Finding]:
    """Cells that name a model and are no Python."""
    told = set()
    for one in file.occurrences:
        cell = cell_at(cells, one.line)
        if cell.problem and cell.number not in told:
            told.add(cell.number)
            message = f"names {one.model} and is not read: {cell.problem}"
            yield Finding(rule=UNREAD, path=file.path, line=one.line, message=message, severity="note")
