"""Rows whose keys are put together of an id and more: `T[f"{model}-cached"]`, `T[model + "/in"]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.decide.tables.id_containers import Entry
    from migrator.decide.tables.readings import Reading

_MADE = ("JoinedStr", "BinOp")


def derived(template: Entry, entries: Iterable[Entry], readings: Iterable[Reading]) -> list[Entry]:
    """The rows of the same model that the program asks for under a longer key, as rows of that model."""
    ends = [text for reading in readings for text in _ends(reading)]
    return [
        entry._replace(model=template.model)
        for entry in entries
        if entry.text != template.text and entry.text.startswith(template.text)
        if entry.text.removeprefix(template.text) in ends
    ]


def _ends(reading: Reading) -> list[str]:
    """The constant pieces of a key that is put together."""
    key = reading.key
    if key is None or key.kind not in _MADE:
        return []
    return [str(piece.value) for piece in key.below("Constant")]
