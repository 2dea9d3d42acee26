"""The review as one HTML file that needs nothing else: no script, no network."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from migrator.report import redact, summary, usage, words
from migrator.report.causes import causes
from migrator.report.ends import ends
from migrator.report.issues import issues

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migrator.inventory import CallSite, Inventory, Reference

_STYLE = """\
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin-bottom: 1rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; }
tr { border-bottom: 1px solid #8884; }
td:first-child { white-space: nowrap; }
code { font: 13px ui-monospace, monospace; }
summary { cursor: pointer; font-size: 1.2rem; font-weight: 600; margin: .75rem 0; }
.note { border-left: .25rem solid #d90; padding-left: .75rem; }
@media print { details { display: block; } }"""


def render(inventory: Inventory) -> str:
    """The buckets of the review, each with its rows."""
    inventory = redact.for_people(inventory)
    return page(f"Move to {inventory.catalog.title}", _sections(inventory))


def page(title: str, parts: Iterable[str]) -> str:
    """A whole page of some parts."""
    title = escape(title)
    head = f'<meta charset="utf-8"><title>{title}</title><style>\n{_STYLE}\n</style>'
    body = "\n".join(filter(None, parts))
    whole = f'<html lang="en"><head>{head}</head>\n<body>\n<h1>{title}</h1>\n{body}\n</body></html>'
    return f"<!DOCTYPE html>\n{whole}\n"


def _sections(inventory: Inventory) -> Iterator[str]:
    yield from _head(inventory)
    yield _section("First", ("what it does", "cause"), _causes(inventory), is_open=True)
    yield _section("Recommended", ("variant", "call sites", "now"), _variants(inventory), is_open=True)
    yield _section("Will change: files", ("file", "edits", "unsafe"), _files(inventory), is_open=True)
    yield _section("Needs a person", ("reason", "places", "first", "meaning"), _open(inventory), is_open=True)
    yield _section("Comes out otherwise", ("place", "test", "now", "then"), _flips(inventory), is_open=True)
    yield _section("Will change: places", ("place", "now", "becomes", "what it is"), _changes(inventory))
    for block in usage.blocks(inventory):
        if block.lines or block.note:
            lines = [(escape(line),) for line in block.lines]
            yield _section(block.title, (block.note,), lines, is_open=True)
    yield _section("Call sites", ("place", "call", "models", "variant", "sure", "why"), _sites(inventory))
    yield _section("For a person: places", ("place", "rule", "what"), _places(inventory))
    yield _section("Left alone", ("what it is", "places"), _counts(summary.left(inventory)))
    yield _section("Not written now", ("why", "places"), _counts(summary.unselected(inventory)))
    yield _section("Could not be read", ("file", "code", "what to do"), _unread(inventory), is_open=True)


def _head(inventory: Inventory) -> Iterator[str]:
    yield f"<p>{escape(summary.checked(inventory))}</p>"
    if inventory.catalog.unpublished:
        names = ", ".join(map(_code, inventory.catalog.unpublished))
        verify = _code("gpt55-migrate models --verify")
        yield f'<p class="note">The API\'s publisher does not list {names}; {verify} asks your endpoint.</p>'
    found = ends(inventory)
    if found:
        yield f'<p class="note">{escape("; ".join(found))}</p>'
    row = summary.cost(inventory)
    if row:
        before, after = words.usd(row.before), words.usd(row.after)
        yield f"<p>One request at each call site, at worst: {before} → {after}.</p>"


def _section(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, is_open: bool = False) -> str:
    lines = [f"<tr><td>{'</td><td>'.join(cells)}</td></tr>" for cells in rows]
    if not lines:
        return ""
    top = f"<tr><th>{'</th><th>'.join(map(escape, head))}</th></tr>"
    table = "\n".join([f"<table>{top}", *lines, "</table>"])
    mark = " open" if is_open else ""
    return f"<details{mark}><summary>{escape(title)} ({len(lines):,})</summary>\n{table}\n</details>"


def _causes(inventory: Inventory) -> Iterator[Sequence[str]]:
    for cause in causes(inventory):
        yield escape(cause.amount), escape(cause.what)


def _variants(inventory: Inventory) -> Iterator[Sequence[str]]:
    for row in summary.variants(inventory):
        models = ", ".join(f"{_code(name)} {number}" for name, number in row.models)
        yield _code(row.variant), str(row.call_sites), models


def _files(inventory: Inventory) -> Iterator[Sequence[str]]:
    for row in summary.files(inventory):
        yield _code(row.path), str(row.edits), str(row.unsafe or "")


def _open(inventory: Inventory) -> Iterator[Sequence[str]]:
    for row in summary.open_rows(inventory):
        yield _code(row.reason), str(row.number), _code(row.first), escape(row.meaning)


def _changes(inventory: Inventory) -> Iterator[Sequence[str]]:
    for item in inventory.references:
        if item.selected and item.action in ("rewrite", "extend"):
            yield _place(item), _code(item.model), _becomes(item), escape(words.ROLES[item.role])


def _place(item: Reference) -> str:
    return _code(f"{item.path}:{item.line}")


def _becomes(item: Reference) -> str:
    return _code(item.replacement) if item.action == "rewrite" else "kept, the new ids beside it"


def _flips(inventory: Inventory) -> Iterator[Sequence[str]]:
    for row in summary.flips(inventory):
        yield (
            _code(row.place),
            _code(row.test),
            escape(f"{row.old}: {row.before}"),
            escape(f"{row.new}: {row.after}"),
        )


def _sites(inventory: Inventory) -> Iterator[Sequence[str]]:
    for site in sorted(inventory.call_sites, key=lambda site: (site.path, site.line)):
        yield _site(site)


def _site(site: CallSite) -> Sequence[str]:
    place = words.in_cell(f"{site.path}:{site.line}", site)
    start = (_code(place), _code(site.api), ", ".join(map(_code, site.models)))
    choice = site.recommendation
    if choice is None:
        return (*start, "", "", escape(site.unresolved))
    strongest = sorted(choice.reasons, key=lambda reason: -abs(reason.weight))[:3]
    why = "<br>".join(escape(reason.text) for reason in strongest)
    return (*start, _code(choice.variant), escape(words.sureness(choice)), why)


def _places(inventory: Inventory) -> Iterator[Sequence[str]]:
    for issue in issues(inventory):
        if issue.kind == "review":
            yield _code(f"{issue.path}:{issue.line}"), _code(issue.rule), escape(issue.said)


def _counts(rows: Iterable[tuple[str, int]]) -> Iterator[Sequence[str]]:
    for what, number in rows:
        yield escape(what), f"{number:,}"


def _unread(inventory: Inventory) -> Iterator[Sequence[str]]:
    for item in inventory.diagnostics:
        yield _code(item.path), _code(item.code), escape(item.message)


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>" if text else ""
