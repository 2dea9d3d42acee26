"""The inventory as JSON: the contract for tools. Absent fields are left out, the arrays are always there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from migrator.report import redact
from migrator.report.style import escapes

if TYPE_CHECKING:
    from migrator.inventory import Inventory, Reference


def render(inventory: Inventory, *, prompts: bool = False) -> str:
    """One JSON object, indented, with a final newline; what calls send only with `prompts`."""
    shown = redact.inventory(inventory)
    data = msgspec.json.encode(shown if prompts else _without_prompts(shown))
    return escapes(msgspec.json.format(data, indent=2).decode()) + "\n"


def _without_prompts(inventory: Inventory) -> Inventory:
    replace = msgspec.structs.replace
    sites = tuple(replace(site, prompt=None) if site.prompt else site for site in inventory.call_sites)
    references = tuple(map(_clipped, inventory.references))
    return replace(inventory, call_sites=sites, references=references)


def _clipped(reference: Reference) -> Reference:
    """What somebody is told, and not a name or a comment: only the id stays."""
    text = reference.text
    if "#" in text or (reference.role != "prose" and "\n" not in text) or len(text.split()) < 2:
        return reference
    new = f"…{reference.variant}…" if reference.replacement else ""
    return msgspec.structs.replace(reference, text=f"…{reference.model}…", replacement=new)
