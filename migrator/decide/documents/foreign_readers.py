"""The code of others that read files of known shapes is no part of what is reported."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from migrator.read.shapes import MARK

if TYPE_CHECKING:
    from migrator.inventory import Inventory


def without_readers(inventory: Inventory) -> Inventory:
    """The inventory without the code of others: what was said of its calls is said of the program."""
    if not any(MARK in site.path for site in inventory.call_sites):
        return inventory
    gone = {site.id for site in inventory.call_sites if MARK in site.path}
    broken = {edit.group for edit in inventory.edits if MARK in edit.path}
    lists = {
        "references": tuple(_told(one, gone) for one in inventory.references if MARK not in one.path),
        "call_sites": tuple(one for one in inventory.call_sites if one.id not in gone),
        "edits": tuple(
            replace(_told(one, gone), selected=one.selected and one.group not in broken)
            for one in inventory.edits
            if MARK not in one.path
        ),
        "findings": tuple(_told(one, gone) for one in inventory.findings if MARK not in one.path),
    }
    return replace(inventory, **lists)


def _told(record: Any, gone: set[str]) -> Any:  # noqa: ANN401
    """A record without the calls of others, its texts with the program's name."""
    texts: dict[str, Any] = {
        name: re.sub(rf"([^\s:]*){MARK}(?::\d+)?", _name, text)
        for name in ("detail", "message", "why", "held")
        if isinstance(text := getattr(record, name, None), str) and MARK in text
    }
    if hasattr(record, "trail"):
        texts["trail"] = ()
    return replace(record, call_sites=tuple(s for s in record.call_sites if s not in gone), **texts)


def _name(match: re.Match[str]) -> str:
    return f"what reads {match.group(1)}"
