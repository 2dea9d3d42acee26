"""Usage records for people: totals, money by folder and owner, what was never seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.report import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.inventory import CallSite, Inventory
    from migrator.inventory.usage_records import Measured, Spent, UsageNote

MOST = 8


class Block(NamedTuple):
    """A title, a note beside it, and lines."""

    title: str
    note: str
    lines: tuple[str, ...]


def blocks(inventory: Inventory) -> Iterator[Block]:
    """What usage records say; nothing where none were given."""
    note = inventory.usage
    if isinstance(note, msgspec.UnsetType):
        return
    joined = sum(note.joined.values())
    share = joined / note.requests if note.requests else 0.0
    ways = ", ".join(f"{count:,} by {method}" for method, count in sorted(note.joined.items()))
    span = f"{note.requests:,} requests in {note.days:g} days; {share:.0%} belong to a call site"
    yield Block("Measured", span + (f" ({ways})" if ways else ""), tuple(_head(note)))
    sites = [site for site in inventory.call_sites if site.measured is not None]
    sites.sort(key=lambda site: -site.measured.usd_before if site.measured else 0.0)
    yield Block("A month of each call site", "", _first([_site(s, s.measured) for s in sites if s.measured]))
    yield Block("By folder", "", _first([_spent(one) for one in note.by_folder]))
    yield Block("By owner", "", _first([_spent(one) for one in note.by_owner]))
    yield Block("Of no call site that is known", "", _first([_spent(one) for one in note.by_model]))
    yield Block("Never seen in the records", "", _first(list(note.never)))
    yield Block("Safe to move first", "", _first(list(note.first_to_move)))


def _head(note: UsageNote) -> Iterator[str]:
    yield f"a month: {words.usd(note.usd_before)} → {words.usd(note.usd_after)}"
    yield f"from {', '.join(note.forms)}"
    counted = {
        "broken": note.broken,
        "there twice": note.duplicates,
        "with a time that cannot be": note.skewed,
        "of no known kind": note.unknown,
    }
    lost = [f"{count:,} {name}" for name, count in counted.items() if count]
    if lost:
        yield f"records left out, or taken without their time: {', '.join(lost)}"


def _site(site: CallSite, found: Measured) -> str:
    size = f", p95 {found.in_p95:,} in, {found.out_p95:,} out" if found.in_p95 or found.out_p95 else ""
    money = f"{words.usd(found.usd_before)} → {words.usd(found.usd_after)}"
    return f"{site.path}:{site.line}  {found.requests:,} requests{size}, {money}"


def _spent(one: Spent) -> str:
    money = words.usd(one.usd_before)
    if one.usd_after != one.usd_before:
        money += f" → {words.usd(one.usd_after)}"
    return f"{one.name}  {one.requests:,} requests, {money}"


def _first(lines: list[str]) -> tuple[str, ...]:
    more = len(lines) - MOST
    return (*lines[:MOST], *([f"… and {more:,} more"] if more > 0 else []))
