"""An inventory of a whole project, with paths as they are seen from the folder that was named."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from migrator.inventory import (
    Branch,
    CallSite,
    Diagnostic,
    Finding,
    Inventory,
    Limit,
    Parameter,
    Reason,
    Recommendation,
    Reference,
    Requirement,
    Table,
)
from migrator.inventory.edit_records import Edit
from migrator.inventory.prompt_records import Message, Prompt, PromptVariable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from migrator.inventory.record_base import Record

R = TypeVar("R")
_SAID: dict[type[Record], tuple[str, ...]] = {
    Branch: ("before", "after"),
    CallSite: ("unresolved", "signals"),
    Diagnostic: ("message",),
    Edit: ("why",),
    Finding: ("message",),
    Limit: ("why",),
    Message: (),
    Parameter: ("why",),
    Prompt: ("unresolved", "via"),
    PromptVariable: (),
    Reason: ("text",),
    Recommendation: (),
    Requirement: (),
    Reference: ("detail", "trail", "held"),
    Table: ("on_miss",),
}
"""Besides `path` what of a record names files, in sentences for people."""
_LIKE_A_PATH = re.compile(r"(?<![\w./-])[\w.@+-]+(?:/[\w.@+-]+)*\.[A-Za-z]\w*(?![\w/])")


def rebased(inventory: Inventory, project: Path, root: Path) -> Inventory:
    """The inventory with every path relative to `root`, not to `project` above it (or below)."""
    if project == root:
        return inventory
    folder = root.relative_to(project).as_posix() if root.is_relative_to(project) else ""

    def path(name: str) -> str:
        return os.path.relpath(project / name, root).replace(os.sep, "/") if name else name

    def sentence(text: str) -> str:
        return _LIKE_A_PATH.sub(lambda m: path(m[0]) if os.path.isfile(project / m[0]) else m[0], text)

    return msgspec.structs.replace(_in_record(inventory, path, sentence), folder=folder)


def _in_record(record: R, path: Callable[[str], str], sentence: Callable[[str], str]) -> R:
    """A record and those that it holds, with their paths changed."""
    if isinstance(record, tuple):
        return tuple(_in_record(each, path, sentence) for each in record)  # type: ignore[return-value]
    said = _SAID.get(type(record))  # type: ignore[arg-type]
    if said is None and not isinstance(record, Inventory):
        return record
    changed: dict[str, Any] = {}
    for name in record.__struct_fields__:  # type: ignore[attr-defined]
        old = getattr(record, name)
        if name == "path":
            new: Any = path(old)
        elif name in (said or ()):
            new = tuple(map(sentence, old)) if isinstance(old, tuple) else sentence(old)
        else:
            new = _in_record(old, path, sentence)
        if new != old:
            changed[name] = new
    return msgspec.structs.replace(record, **changed) if changed else record  # type: ignore[type-var]
