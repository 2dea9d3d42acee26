"""The review as Markdown: for a pull request, an issue or a wiki page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrator.report import redact, summary, usage_report, words
from migrator.report.causes import causes
from migrator.report.ends import ends
from migrator.report.issues import issues

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from migrator.inventory import CallSite, Inventory, Reference

_MARK = re.compile(r"[^\w ./:-]|_")
_JOINER = "\u2060"
"""Without width: a text in which it stands is no mention of a person or an issue."""

LIMIT = 65_536
"""Characters that GitHub takes as a comment, an issue or a description."""

_ROWS = (500, 250, 120, 60, 30, 15, 8, 4, 2, 1)


def render(inventory: Inventory, rest: str = "", volume: int = 0) -> str:
    """Headings and tables, most important first, as much as GitHub takes; `rest` says where all of it is."""
    inventory = redact.for_people(inventory)
    text = _whole(inventory, 10**9, volume)
    return text if len(text) <= LIMIT else fitting(lambda rows: _whole(inventory, rows, volume), rest)


def whole(inventory: Inventory, volume: int = 0) -> str:
    """All of it, however long."""
    return _whole(redact.for_people(inventory), 10**9, volume)


def fitting(made: Callable[[int], str], rest: str) -> str:
    """The text with as many rows a table as fit, and where the rest is."""
    note = f"\nCut to the {LIMIT:,} characters that GitHub takes"
    note += (
        f"; all of it is in {code(rest)}.\n" if rest else "; `--output FILE` writes the rest beside FILE.\n"
    )
    texts = (made(rows) for rows in _ROWS)
    text = next((one for one in texts if len(one) + len(note) <= LIMIT), "")
    return (text or made(1)[: LIMIT - len(note)]) + note


def _whole(inventory: Inventory, most: int, volume: int) -> str:
    return "\n\n".join(filter(None, _blocks(inventory, most, volume))) + "\n"


def _blocks(inventory: Inventory, most: int, volume: int) -> Iterator[str]:
    yield f"## Move to {escaped(inventory.catalog.title)}"
    yield _head(inventory, volume)
    yield _section("First", ("what it does", "cause"), _causes(inventory), most)
    yield _section("Recommended", ("variant", "call sites", "now"), _variants(inventory), most)
    yield _section("Will change", ("file", "edits", "unsafe"), _files(inventory), most)
    yield _section("Needs a person", ("reason", "places", "first", "meaning"), _open(inventory), most)
    yield _section("Comes out otherwise", ("place", "test", "now", "then"), _flips(inventory), most)
    yield _details(
        "Call sites", ("place", "call", "models", "variant", "sure", "why"), _sites(inventory), most
    )
    yield from _usage(inventory)
    yield _details("Changes", ("place", "model", "becomes", "what it is"), _changes(inventory), most)
    yield _details("Limits", ("place", "tokens", "becomes", "full request", "why"), _limits(inventory), most)
    yield _details("For a person", ("place", "rule", "what"), _places(inventory), most)
    yield _left(inventory)
    yield _section("Could not be read", ("file", "code", "what to do"), _unread(inventory), most)


def _usage(inventory: Inventory) -> Iterator[str]:
    for block in usage_report.blocks(inventory):
        if block.lines or block.note:
            lines = "".join(f"\n- {escaped(line)}" for line in block.lines)
            yield f"### {block.title}\n\n{escaped(block.note)}\n{lines}"


def _head(inventory: Inventory, volume: int) -> str:
    text = f"{summary.checked(inventory)}."
    if inventory.catalog.unpublished:
        names = ", ".join(map(code, inventory.catalog.unpublished))
        text += f"\n\n> The API's publisher does not list {names}; `gpt55-migrate models --verify` asks."
    text += "".join(f"\n\n> {found}" for found in ["; ".join(ends(inventory))] if found)
    money = summary.money(inventory, volume)
    return text + (f"\n\nMoney: {money}." if money else "")


def _causes(inventory: Inventory) -> Iterator[Sequence[str]]:
    for cause in causes(inventory):
        yield escaped(cause.amount), escaped(cause.what)


def _variants(inventory: Inventory) -> Iterator[Sequence[str]]:
    for row in summary.variants(inventory):
        yield (
            code(row.variant),
            str(row.call_sites),
            ", ".join(f"{code(name)} {n}" for name, n in row.models),
        )


def _files(inventory: Inventory) -> Iterator[Sequence[str]]:
    for row in summary.files(inventory):
        yield code(row.path), str(row.edits), str(row.unsafe or "")


def _open(inventory: Inventory) -> Iterator[Sequence[str]]:
    for row in summary.open_rows(inventory):
        yield code(row.reason), str(row.number), code(row.first), escaped(row.meaning)


def _flips(inventory: Inventory) -> Iterator[Sequence[str]]:
    for row in summary.flips(inventory):
        yield (
            code(row.place),
            code(row.test),
            escaped(f"{row.old}: {row.before}"),
            escaped(f"{row.new}: {row.after}"),
        )


def _sites(inventory: Inventory) -> Iterator[Sequence[str]]:
    for site in sorted(inventory.call_sites, key=lambda site: (site.path, site.line)):
        yield _site(site)


def _site(site: CallSite) -> Sequence[str]:
    choice = site.recommendation
    place = words.in_cell(f"{site.path}:{site.line}", site)
    start = (code(place), code(site.api), ", ".join(map(code, site.models)))
    if choice is None:
        return (*start, "", "", escaped(site.unresolved))
    strongest = sorted(choice.reasons, key=lambda reason: -abs(reason.weight))[:2]
    why = "; ".join(escaped(reason.text) for reason in strongest)
    return (*start, code(choice.variant), words.sureness(choice), why)


def _changes(inventory: Inventory) -> Iterator[Sequence[str]]:
    for item in inventory.references:
        if item.selected and item.action in ("rewrite", "extend"):
            yield _change(item)


def _change(item: Reference) -> Sequence[str]:
    new = item.replacement if item.action == "rewrite" else "kept, the new ids beside it"
    place = code(f"{item.path}:{item.line}")
    return place, code(item.model), code(new) if item.replacement else new, words.ROLES[item.role]


def _limits(inventory: Inventory) -> Iterator[Sequence[str]]:
    for limit in inventory.limits:
        if limit.action in ("raise", "lower"):
            cost = f"{words.usd(limit.usd_before)} → {words.usd(limit.usd_after)}" if limit.usd_before else ""
            place = code(f"{limit.path}:{limit.line}")
            yield place, f"{limit.value:,}", f"{limit.new:,}", cost, escaped(limit.why)


def _places(inventory: Inventory) -> Iterator[Sequence[str]]:
    for issue in issues(inventory):
        if issue.kind == "review":
            yield code(f"{issue.path}:{issue.line}"), code(issue.rule), escaped(issue.said)


def _left(inventory: Inventory) -> str:
    rows = [f"{escaped(what)} {number:,}" for what, number in summary.left(inventory)]
    held = [f"{escaped(why)} {number:,}" for why, number in summary.unselected(inventory)]
    parts = (("Left alone", rows), ("Not written now", held))
    return "\n\n".join(f"### {title}\n\n{', '.join(items)}" for title, items in parts if items)


def _unread(inventory: Inventory) -> Iterator[Sequence[str]]:
    for item in inventory.diagnostics:
        yield code(item.path), code(item.code), escaped(item.message)


def _section(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], most: int) -> str:
    cells = table(head, list(rows), most)
    return f"### {title}\n\n{cells}" if cells else ""


def _details(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], most: int) -> str:
    cells = table(head, list(rows), most)
    return f"<details><summary>{title}</summary>\n\n{cells}\n\n</details>" if cells else ""


def table(head: Sequence[str], rows: Sequence[Sequence[str]], most: int) -> str:
    """A table of cells that are Markdown already; nothing without rows."""
    if not rows:
        return ""
    lines = [_row(head), _row(["---"] * len(head)), *map(_row, rows[:most])]
    if len(rows) > most:
        lines.append(f"\n… and {len(rows) - most:,} more: `gpt55-migrate scan`")
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def code(text: str) -> str:
    """A code span that survives backticks, pipes and newlines inside a table."""
    flat = " ".join(text.split())
    if "`" in flat or "|" in flat:
        return f"<code>{re.sub(_MARK, _entity, flat)}</code>"
    return f"`{flat}`" if flat else ""


def escaped(text: str) -> str:
    """Plain text that Markdown and HTML leave as it is, and in which nobody and nothing is mentioned."""
    flat = " ".join(text.split()).replace("&", "&amp;")
    flat = re.sub(r"(?<=[@#])(?=\w)", _JOINER, flat)
    return re.sub(r"([\\`*_{}\[\]<>|#@~$])", r"\\\1", flat)


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"
