"""The inventory as JSON: the contract for tools. Absent fields are left out, the arrays are always there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from migrator.report import redact

if TYPE_CHECKING:
    from migrator.inventory import Inventory


def render(inventory: Inventory) -> str:
    """One JSON object, indented, with a final newline."""
    data = msgspec.json.encode(redact.inventory(inventory))
    return msgspec.json.format(data, indent=2).decode() + "\n"
