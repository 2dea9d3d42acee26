"""The review as one HTML file that needs nothing else: its own script and style, no network.

Everything that comes from the code that was read is escaped; the page's policy lets no other script run.
"""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from migrator.report import redact, summary, usage_report, words
from migrator.report.causes import causes
from migrator.report.ends import ends, first_end
from migrator.report.htmlplaces import TITLE, code_of, listed, place_of
from migrator.report.open_places import Code, Place, places
from migrator.report.style import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migrator.inventory import Inventory
    from migrator.report.causes import Cause

_BARS = 12


class About(NamedTuple):
    """What the page is of. `lines` is the address of a line, with `{path}` and `{line}`.

    `target` is what the user named; `whole` says that paths are relative to the working directory.
    """

    project: str = ""
    commit: str = ""
    date: str = ""
    version: str = ""
    target: str = "."
    lines: str = ""
    volume: int = 0
    whole: bool = True
    found: Sequence[Cause] | None = None


def render(inventory: Inventory, about: About | None = None, code: Code | None = None) -> str:
    """Causes first, then money, what people must do, and every place."""
    inventory, about = redact.for_people(inventory), about or About()
    found = places(inventory, code or Code())
    parts = [*_head(inventory, about), *_sections(inventory, about, found)]
    return page(f"Move to {inventory.catalog.title}", parts, about.project, _asset("html.js"))


def page(title: str, parts: Iterable[str], project: str = "", script: str = "") -> str:
    """A whole page of some parts; of all scripts that it may hold only `script` runs."""
    style = _asset("html.css")
    allowed = f"script-src {_hash(script)}" if script else "script-src 'none'"
    policy = f"default-src 'none'; style-src 'unsafe-inline'; {allowed}; base-uri 'none'; form-action 'none'"
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
        f"<title>{escape(f'{project}: {title}' if project else title)}</title><style>\n{style}</style>"
    )
    body = "\n".join(filter(None, (f"<h1>{escape(title)}</h1>", *parts)))
    end = f"\n<script>{script}</script>" if script else ""
    whole = f'<body data-project="{escape(project)}">\n{body}{end}\n</body>'
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n{whole}</html>\n'


@cache
def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


# -- the head ------------------------------------------------------------------------------------


def _head(inventory: Inventory, about: About) -> Iterator[str]:
    told = {
        "Project": about.project, "Commit": about.commit[:12], "Date": about.date,
        "Version": about.version, "Catalogue": f"{inventory.catalog.title} ({inventory.catalog.name})",
    }  # fmt: skip
    rows = (f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>" for name, text in told.items() if text)
    yield f'<dl class="about">{"".join(rows)}</dl>'
    yield f"<p>{escape(summary.checked(inventory))}.</p>"
    if inventory.catalog.unpublished:
        names = ", ".join(map(code_of, inventory.catalog.unpublished))
        verify = code_of("gpt55-migrate models --verify")
        yield f'<p class="note">The API\'s publisher does not list {names}; {verify} asks your endpoint.</p>'
    if found := ends(inventory):
        items = "".join(f"<li>{escape(one)}</li>" for one in found)
        lead = escape(first_end(inventory))
        yield f'<details class="note"><summary>{lead}</summary><ul>{items}</ul></details>'


def _sections(inventory: Inventory, about: About, found: Sequence[Place]) -> Iterator[str]:
    sections = {
        "causes": ("Causes", _causes(inventory, about)),
        "money": ("Money", _money(inventory, about)),
        "people": ("For people to do", _checklist(found)),
        "overview": ("Overview", "".join(_overview(inventory))),
        "places": ("Places", listed(found, about.lines)),
    }
    links = (f'<a href="#{name}">{title}</a>' for name, (title, body) in sections.items() if body)
    yield f'<nav class="top" aria-label="Sections">{"".join(links)}</nav>'
    for name, (title, body) in sections.items():
        if body:
            yield f'<section id="{name}"><h2>{title}</h2>\n{body}</section>'


def _causes(inventory: Inventory, about: About) -> str:
    """What to do first, and what it frees."""
    found = causes(inventory) if about.found is None else about.found
    items = (
        f"<li><strong>{escape(one.amount)}</strong> {escape(one.what)}"
        f"{_command(one.command(about.target, whole=about.whole))}</li>"
        for one in found
    )
    text = "".join(items)
    rows = _section("Needs a person", ("reason", "places", "first", "meaning"), _open(inventory))
    return (f'<ol class="causes">{text}</ol>' if text else "") + rows


def _command(text: str) -> str:
    button = f'<button class="copy script" hidden data-copy="{escape(text)}">copy</button>'
    return f"<pre>{escape(text)} {button}</pre>"


# -- money ---------------------------------------------------------------------------------------


class _Bar(NamedTuple):
    name: str
    before: float
    after: float


def _money(inventory: Inventory, about: About) -> str:
    """A bar before and after for each of the dearest calls, and their sum."""
    measured = summary.measured(inventory)
    bars = _measured(inventory) if measured else _estimated(inventory)
    if not bars:
        return ""
    times = 1 if measured else about.volume or summary.EACH
    total = _Bar("all calls", sum(one.before for one in bars), sum(one.after for one in bars))
    bars.sort(key=lambda one: -one.after)
    rest = bars[_BARS:]
    if rest:
        name = f"{words.count(len(rest), 'other call')}"
        bars = [*bars[:_BARS], _Bar(name, sum(b.before for b in rest), sum(b.after for b in rest))]
    most = max(max(one.before, one.after) for one in bars) or 1
    rows = "".join(_bar(one, most, times, live=not measured) for one in bars)
    lead = _volume(times, about) if not measured else "<p>A month, by the usage given.</p>"
    head = '<tr><th>call</th><th></th><th class="num">before</th><th class="num">after</th></tr>'
    return f'{lead}<table class="plot">{head}{_bar(total, 0, times, live=not measured)}{rows}</table>'


def _volume(times: int, about: About) -> str:
    span = " a month" if about.volume else ""
    return (
        f"<p>At most, for {times:,} requests{span}, spread evenly over the calls whose size is known. "
        f'<label class="script" hidden>Yours: <input id="volume" type="number" min="0" step="1000" '
        f'value="{times}"> requests a month</label></p>'
    )


def _estimated(inventory: Inventory) -> list[_Bar]:
    """What one request costs, by its share: a request is of any of the calls."""
    known = [(site, site.cost) for site in inventory.call_sites if site.cost]
    share = len(known) or 1
    return [_Bar(place_of(site), cost.usd_before / share, cost.usd_after / share) for site, cost in known]


def _measured(inventory: Inventory) -> list[_Bar]:
    found = ((site, site.measured) for site in inventory.call_sites if site.measured is not None)
    return [_Bar(place_of(site), one.usd_before, one.usd_after) for site, one in found if one is not None]


def _bar(one: _Bar, most: float, times: int, *, live: bool) -> str:
    bars = "".join(
        f'<div class="bar {kind}" style="width:{amount / most:.2%}"></div>'
        for kind, amount in (("before", one.before), ("after", one.after))
        if most
    )
    cells = "".join(
        f'<td class="num"{f" data-usd={chr(34)}{amount:.12g}{chr(34)}" if live else ""}>'
        f"{words.usd(amount * times)}</td>"
        for amount in (one.before, one.after)
    )
    return f'<tr><td>{code_of(one.name)}</td><td class="bars">{bars}</td>{cells}</tr>'


# -- the checklist -------------------------------------------------------------------------------


def _checklist(found: Sequence[Place]) -> str:
    groups: dict[str, list[Place]] = defaultdict(list)
    for one in found:
        if one.state == "person":
            groups[one.issue.reason or one.issue.rule].append(one)
    if not groups:
        return ""
    lead = (
        '<p class="script" hidden><progress id="progress" value="0" '
        f'max="{sum(map(len, groups.values()))}" aria-labelledby="ready"></progress> '
        '<span id="ready"></span> <span class="dim">(kept in this browser)</span></p>'
    )
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return f'{lead}<div class="checks">{"".join(_group(*group) for group in ordered)}</div>'


def _group(reason: str, ones: Sequence[Place]) -> str:
    title = words.REASONS.get(reason) or ones[0].issue.message
    items = "".join(
        f'<li><label><input type="checkbox" data-place="{one.anchor}"> <span>'
        f'<a href="#{one.anchor}">{code_of(f"{one.issue.path}:{one.issue.line}")}</a> '
        f"{escape(shorten(one.issue.said, TITLE))}</span></label></li>"
        for one in ones
    )
    count = f'{code_of(reason)} {len(ones):,} <span class="ready"></span>'
    head = f'{escape(title)} <span class="dim">{count}</span>'
    return f"<details><summary>{head}</summary><ul>{items}</ul></details>"


# -- the overview --------------------------------------------------------------------------------


def _overview(inventory: Inventory) -> Iterator[str]:
    yield _section("Recommended", ("variant", "call sites", "now"), _variants(inventory))
    yield _section("Will change: files", ("file", "edits", "unsafe"), _files(inventory))
    yield _section("Comes out otherwise", ("place", "test", "now", "then"), _flips(inventory))
    for block in usage_report.blocks(inventory):
        if block.lines or block.note:
            lines = [(escape(line),) for line in block.lines] or [("",)]
            yield _section(block.title, (block.note,), lines)
    yield _section("Left alone", ("what it is", "places"), _counts(summary.left(inventory)))
    yield _section("Not written now", ("why", "places"), _counts(summary.unselected(inventory)))
    yield _section("Could not be read", ("file", "code", "what to do"), _unread(inventory))


def _section(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"<tr><td>{'</td><td>'.join(cells)}</td></tr>" for cells in rows]
    if not lines:
        return ""
    top = f"<tr><th>{'</th><th>'.join(map(escape, head))}</th></tr>"
    table = "\n".join([f"<table>{top}", *lines, "</table>"])
    return f'<h3>{escape(title)} ({len(lines):,})</h3>\n<div class="wide">{table}</div>'


def _variants(inventory: Inventory) -> Iterator[Sequence[str]]:
    for row in summary.variants(inventory):
        models = ", ".join(f"{code_of(name)} {number}" for name, number in row.models)
        yield code_of(row.variant), str(row.call_sites), models


def _files(inventory: Inventory) -> Iterator[Sequence[str]]:
    for row in summary.files(inventory):
        yield code_of(row.path), str(row.edits), str(row.unsafe or "")


def _open(inventory: Inventory) -> Iterator[Sequence[str]]:
    for row in summary.open_rows(inventory):
        yield code_of(row.reason), str(row.number), code_of(row.first), escape(row.meaning)


def _flips(inventory: Inventory) -> Iterator[Sequence[str]]:
    for row in summary.flips(inventory):
        old, new = escape(f"{row.old}: {row.before}"), escape(f"{row.new}: {row.after}")
        yield code_of(row.place), code_of(row.test), old, new


def _counts(rows: Iterable[tuple[str, int]]) -> Iterator[Sequence[str]]:
    for what, number in rows:
        yield escape(what), f"{number:,}"


def _unread(inventory: Inventory) -> Iterator[Sequence[str]]:
    for item in inventory.diagnostics:
        yield code_of(item.path), code_of(item.code), escape(item.message)
