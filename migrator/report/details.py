"""Each call site with its recommendation, the reasons and the diff, file by file."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from migrator.inventory import CallSite, Limit
from migrator.report import redact, words
from migrator.report.hunks import Hunk, hunks, paint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from migrator.inventory import Inventory, Recommendation, Reference
    from migrator.report.style import Style

_REASONS = 3
Told = CallSite | Limit
"""What is said between the hunks."""


def details(inventory: Inventory, style: Style, patches: Mapping[str, bytes]) -> list[str]:
    """One block a file that has call sites or changes."""
    sites: dict[str, list[CallSite]] = defaultdict(list)
    for site in sorted(inventory.call_sites, key=lambda site: (site.path, site.line, site.column)):
        sites[site.path].append(site)
    shown = {redact.name(path): patch for path, patch in patches.items()}
    told: dict[str, list[Told]] = {path: [*found] for path, found in sites.items()}
    for limit in inventory.limits:
        if limit.path in shown and limit.action in ("raise", "lower"):
            told.setdefault(limit.path, []).append(limit)
    written = {one.id: one for one in inventory.references}
    return [
        _file(path, told.get(path, []), shown.get(path, b""), style, written)
        for path in sorted({*sites, *shown})
    ]


def _file(path: str, told: list[Told], patch: bytes, style: Style, written: Mapping[str, Reference]) -> str:
    entries = _entries(told, hunks(patch), style, written)
    return "\n".join([style.paint(path, "bold"), *entries])


def _entries(
    told: list[Told], changes: list[Hunk], style: Style, written: Mapping[str, Reference]
) -> Iterator[str]:
    """Every hunk after the call sites and limits that stand in it or before it."""
    waiting = sorted(told, key=lambda one: one.line)
    for hunk in changes:
        while waiting and waiting[0].line <= hunk.last:
            yield from _entry(waiting.pop(0), style, written)
        yield from paint(_trimmed(hunk.lines), style, "    ")
    before: list[str] = []
    for one in waiting:
        lines = [*_entry(one, style, written)]
        yield from lines if lines != before else ()
        before = lines


def _entry(one: Told, style: Style, written: Mapping[str, Reference]) -> Iterator[str]:
    yield from _limit(one, style) if isinstance(one, Limit) else call_site(one, style, written)


def _limit(limit: Limit, style: Style) -> Iterator[str]:
    """A limit in a line, then why it changes and what a request costs that fills it."""
    yield f"  {limit.line}  limit  {limit.value:,} → {style.paint(f'{limit.new:,}', 'cyan')}"
    for text in (limit.why, words.full(limit)):
        if text:
            yield "      " + style.paint(style.clip(text, 6), "dim")


def _trimmed(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Without the blank context at both ends."""
    told = [index for index, line in enumerate(lines) if line.strip()]
    return lines[told[0] : told[-1] + 1] if told else lines


def call_site(site: CallSite, style: Style, written: Mapping[str, Reference] = {}) -> Iterator[str]:
    """A call site in a line, then the reasons that moved the recommendation most.

    `written` are the references by id: one that several calls share may be written otherwise than this wants.
    """
    old = ", ".join(site.models) or site.unresolved or "?"
    choice = site.recommendation
    new = f" → {style.paint(choice.variant, 'cyan')}" if choice else ""
    yield f"  {words.in_cell(str(site.line), site)}  {site.api}  {old}{new}{_confidence(choice)}"
    if choice:
        strongest = sorted(choice.reasons, key=lambda reason: -abs(reason.weight))
        for text in list(dict.fromkeys(reason.text for reason in strongest))[:_REASONS]:
            yield "      " + style.paint(style.clip(text, 6), "dim")
    for text in shared(site, written):
        yield "      " + style.paint(text, "yellow")


def shared(site: CallSite, written: Mapping[str, Reference]) -> Iterator[str]:
    """What is written instead of a call's own recommendation, where its literal serves other calls too."""
    choice = site.recommendation
    for one in (written[name] for name in site.references if name in written):
        if choice is not None and one.variant and one.variant != choice.variant:
            calls = words.count(len(one.call_sites), "call")
            yield (
                f"written is {one.variant}: the literal at {one.path}:{one.line} serves {calls}, and the "
                "most demanding decides (--split gives each its own)"
            )


def _confidence(choice: Recommendation | None) -> str:
    if choice is None:
        return ""
    runner_up = f"; second best {choice.runner_up}" if choice.runner_up else ""
    return f"  {words.sureness(choice)}{runner_up}"
