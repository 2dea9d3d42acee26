"""Each call site with its recommendation, the reasons and the diff, file by file."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from migrator.report import redact, words
from migrator.report.hunks import Hunk, hunks, paint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from migrator.inventory import CallSite, Inventory, Recommendation
    from migrator.report.style import Style

_REASONS = 3


def details(inventory: Inventory, style: Style, patches: Mapping[str, bytes]) -> list[str]:
    """One block a file that has call sites or changes."""
    sites: dict[str, list[CallSite]] = defaultdict(list)
    for site in sorted(inventory.call_sites, key=lambda site: (site.path, site.line, site.column)):
        sites[site.path].append(site)
    shown = {redact.shown(path): patch for path, patch in patches.items()}
    return [_file(path, sites[path], shown.get(path, b""), style) for path in sorted({*sites, *shown})]


def _file(path: str, sites: list[CallSite], patch: bytes, style: Style) -> str:
    return "\n".join([style.paint(path, "bold"), *_entries(sites, hunks(patch), style)])


def _entries(sites: list[CallSite], changes: list[Hunk], style: Style) -> Iterator[str]:
    """Every hunk after the call sites that stand in it or before it."""
    waiting = list(sites)
    for hunk in changes:
        while waiting and waiting[0].line <= hunk.last:
            yield from call_site(waiting.pop(0), style)
        yield from paint(_trimmed(hunk.lines), style, "    ")
    for site in waiting:
        yield from call_site(site, style)


def _trimmed(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Without the blank context at both ends."""
    told = [index for index, line in enumerate(lines) if line.strip()]
    return lines[told[0] : told[-1] + 1] if told else lines


def call_site(site: CallSite, style: Style) -> Iterator[str]:
    """A call site in a line, then the reasons that moved the recommendation most."""
    old = ", ".join(site.models) or site.unresolved or "?"
    choice = site.recommendation
    new = f" → {style.paint(choice.variant, 'cyan')}" if choice else ""
    yield f"  {site.line}  {site.api}  {old}{new}{_confidence(choice)}"
    if choice:
        strongest = sorted(choice.reasons, key=lambda reason: -abs(reason.weight))
        for text in list(dict.fromkeys(reason.text for reason in strongest))[:_REASONS]:
            yield "      " + style.paint(style.clip(text, 6), "dim")


def _confidence(choice: Recommendation | None) -> str:
    if choice is None:
        return ""
    runner_up = f", else {choice.runner_up}" if choice.runner_up else ""
    return f"  ({words.sureness(choice)}{runner_up})"
