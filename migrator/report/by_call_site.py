"""The changes call by call, for reading: what one call needs stands together, whatever files it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.report import redact
from migrator.report.details import call_site
from migrator.report.hunks import colored

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from migrator.inventory import Inventory
    from migrator.report.style import Style


def render(inventory: Inventory, patches: Callable[[str], Mapping[str, bytes]], style: Style) -> str:
    """Each call site with the patches of its groups; what serves no known call comes last."""
    waiting: dict[str, set[str]] = {}
    for edit in sorted(inventory.edits, key=lambda edit: (edit.path, edit.anchor)):
        if edit.selected:
            waiting.setdefault(edit.group, set()).update(edit.call_sites)
    blocks = []
    for site in sorted(redact.for_people(inventory).call_sites, key=lambda site: (site.path, site.line)):
        groups = [group for group, sites in waiting.items() if site.id in sites]
        for group in groups:
            del waiting[group]
        if groups:
            lines = [style.paint(site.path, "bold"), *call_site(site, style)]
            blocks.append(style.plain("\n".join(lines)) + "\n" + _patches(groups, patches, style))
    rest = list(waiting)
    if rest:
        blocks.append(style.paint("No known call", "bold") + "\n" + _patches(rest, patches, style))
    return "\n".join(blocks)


def _patches(groups: list[str], patches: Callable[[str], Mapping[str, bytes]], style: Style) -> str:
    return "".join(colored(patch, style) for group in groups for patch in patches(group).values())
