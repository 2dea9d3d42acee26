"""In which order several operations on one node are made, so that indexes keep meaning the original."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.inventory.edit_records import (
    AddArm,
    AddCase,
    AddElement,
    AddEntry,
    AddKeyword,
    RemoveEntry,
    RemoveKeyword,
    RenameEntry,
    RenameKeyword,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.inventory.edit_records import Operation

_INSERTS = (AddElement, AddEntry, AddArm, AddCase)
_RENAMES = (RenameKeyword, RenameEntry)
_REMOVALS = (RemoveKeyword, RemoveEntry)


def in_order(operations: Sequence[Operation]) -> list[Operation]:
    """Insertions from the last index to the first, then keywords, renames and removals.

    What is spread in place of a keyword or an entry (`**name`) takes it out itself.
    """
    numbered = list(enumerate(operations))
    inserts = [(op.beside, not op.before, at, op) for at, op in numbered if isinstance(op, _INSERTS)]
    inserts.sort(key=lambda item: item[:3], reverse=True)
    rest = [op for op in operations if not isinstance(op, (*_INSERTS, AddKeyword, *_RENAMES, *_REMOVALS))]
    keywords = [op for op in operations if isinstance(op, AddKeyword)]
    renames = [op for op in operations if isinstance(op, _RENAMES)]
    spread = {op.name for op in keywords} | {op.key for op in operations if isinstance(op, AddEntry)}
    removals = [op for op in operations if isinstance(op, _REMOVALS) and f"**{_removed(op)}" not in spread]
    return [*rest, *(item[3] for item in inserts), *keywords, *renames, *removals]


def _removed(operation: RemoveKeyword | RemoveEntry) -> str:
    return operation.name if isinstance(operation, RemoveKeyword) else operation.key
