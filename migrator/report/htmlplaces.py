"""The places of the page: what filters and sorts them, and each with code, diff and ledger."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from migrator.report import words
from migrator.report.ends import said
from migrator.report.open_places import STATES, Place
from migrator.report.style import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from migrator.inventory import CallSite, Reason, Recommendation, Reference

TITLE = 140
"""Cells of a place's own line."""
_STEPS = 12


def listed(found: Sequence[Place], lines: str) -> str:
    """The list of places with what filters and sorts it; `lines` is the address of a line, if it has one."""
    if not found:
        return ""
    names = {one.anchor: _at(one) for one in found}
    items = "\n".join(_place(one, lines, names) for one in found)
    return f'{_tools(found)}<div id="list">\n{items}\n</div>'


def _tools(found: Sequence[Place]) -> str:
    folders = Counter(up for one in found for up in _folders(one.issue.path))
    owners = Counter(name for one in found for name in one.owner.split())
    chosen = "".join(
        (
            _select("state", Counter[str](one.state for one in found), STATES),
            _select("rule", Counter(one.issue.rule for one in found)),
            _select("variant", Counter(one.variant for one in found if one.variant)),
            _select("folder", folders),
            _select("owner", owners),
        )
    )
    orders = "".join(f"<option>{name}</option>" for name in ("state", "path", "rule", "variant", "owner"))
    keys = "<kbd>/</kbd> search <kbd>j</kbd> <kbd>k</kbd> next, previous <kbd>o</kbd> open <kbd>x</kbd> done"
    return (
        '<div class="tools script" role="search" hidden>'
        f'<input id="search" type="search" placeholder="Search" aria-label="Search places">{chosen}'
        f'<label>Sort <select id="sort">{orders}</select></label>'
        '<label><input id="by-done" type="checkbox"> hide what is done</label>'
        '<button id="all">Open all</button><button id="none">Close all</button>'
        f'<output id="count" aria-live="polite"></output><span class="dim">{keys}</span></div>'
    )


def _folders(path: str) -> Iterator[str]:
    parts = path.split("/")[:-1]
    return ("/".join(parts[: at + 1]) for at in range(len(parts)))


def _select(name: str, counts: Counter[str], titles: Mapping[str, str] = {}) -> str:
    options = "".join(
        f'<option value="{escape(value)}">{escape(titles.get(value, value))} ({number:,})</option>'
        for value, number in sorted(counts.items())
    )
    hidden = "" if counts else " hidden"
    return (
        f'<select id="by-{name}" aria-label="Filter by {name}"{hidden}>'
        f'<option value="">every {name}</option>{options}</select>'
    )


def _place(one: Place, lines: str, names: dict[str, str]) -> str:
    issue = one.issue
    folder = issue.path.rpartition("/")[0]
    data = {
        "state": one.state, "rule": issue.rule, "variant": one.variant, "folder": folder,
        "owner": one.owner, "path": issue.path, "line": str(issue.line),
    }  # fmt: skip
    attributes = " ".join(f'data-{name}="{escape(value)}"' for name, value in data.items())
    head = (
        f'<span class="state {one.state}">{STATES[one.state]}</span>'
        f"{code_of(_at(one))}"
        f'<span class="what">{escape(shorten(issue.message, TITLE))}</span>'
        f'<span class="dim">{escape(issue.rule)}</span>'
    )
    body = "".join(filter(None, _body(one, lines, names)))
    return (
        f'<details class="place" id="{one.anchor}" {attributes}>'
        f'<summary>{head}</summary><div class="body">{body}</div></details>'
    )


def _body(one: Place, lines: str, names: dict[str, str]) -> Iterator[str]:
    yield f"<p>{escape(one.issue.said)}</p>"
    yield f"<p>{' · '.join(_links(one, lines))}</p>"
    yield _sides(one)
    for reference in one.references:
        yield _reference(reference)
    told = [reference.recommendation for reference in one.references]
    for site in one.sites:
        yield _site(site, told)
    if one.together:
        links = ", ".join(f'<a href="#{name}">{code_of(names[name])}</a>' for name in one.together)
        more = f" and {one.more:,} more" if one.more else ""
        yield f"<p>Changes together with {links}{more}.</p>"


def _links(one: Place, lines: str) -> Iterator[str]:
    if lines.startswith("https://"):
        address = lines.replace("{path}", quote(one.issue.path)).replace("{line}", str(one.issue.line))
        yield f'<a href="{escape(address)}" rel="noreferrer">line {one.issue.line}</a>'
    if one.owner:
        yield f"owner {escape(one.owner)}"
    yield f'<a href="#{one.anchor}">link to this place</a>'
    yield f'<button class="copy script" hidden data-anchor="{one.anchor}">copy the link</button>'


def _sides(one: Place) -> str:
    """The code before and after, beside each other; once where nothing changes."""
    if not one.rows:
        return ""
    both = any(row.changed for row in one.rows)
    number, lines = one.first, []
    for row in one.rows:
        here = not both and number == one.issue.line
        kind = ' class="changed"' if row.changed else ' class="here"' if here else ""
        shown = str(number) if row.old is not None else ""
        cells = f'<td class="n">{shown}</td>{_side(row.old, "old" if row.changed else "")}'
        cells += _side(row.new, "new right" if row.changed else "right") if both else ""
        lines.append(f"<tr{kind}>{cells}</tr>")
        number += row.old is not None
    return f'<table class="code">{"".join(lines)}</table>'


def _side(line: str | None, kind: str) -> str:
    return f'<td class="{kind}">{escape(line)}</td>' if line is not None else '<td class="gap"></td>'


def _reference(one: Reference) -> str:
    role = words.ROLES.get(one.role, one.role)
    told = [f"{code_of(one.model)}: {escape(role)}, in {escape(one.context)} files"]
    if one.reason:
        told.append(f"{code_of(one.reason)}: {escape(words.meaning(one))}")
    told += [escape(text) for text in (one.detail, one.end and said(one.end)) if text]
    told += [f"reached by {escape(one_line(step))}" for step in one.trail[:_STEPS]]
    return f"<p>{'<br>'.join(told)}</p>{_choice(one.recommendation)}"


def _site(site: CallSite, told: Sequence[Recommendation | None]) -> str:
    models = ", ".join(map(code_of, site.models)) or "of a model that is not known"
    unresolved = f"<br>also of models not known here: {escape(site.unresolved)}" if site.unresolved else ""
    cost = site.cost
    money = (
        f"<br>a request costs at most {words.usd(cost.usd_before)} → {words.usd(cost.usd_after)}"
        if cost
        else ""
    )
    choice = "" if site.recommendation in told else _choice(site.recommendation)
    return (
        f"<p>Call {code_of(site.api)} at {code_of(place_of(site))}: {models}{unresolved}{money}</p>{choice}"
    )


def _choice(choice: Recommendation | None) -> str:
    """The ledger of a recommendation."""
    if choice is None:
        return ""
    second = f"; second best {code_of(choice.runner_up)}" if choice.runner_up else ""
    rows = "".join(f"<tr><td>{'</td><td>'.join(_reason(reason))}</td></tr>" for reason in choice.reasons)
    return (
        f"<p>Recommended: {code_of(choice.variant)}, {escape(words.sureness(choice))}{second}</p>"
        f'<div class="wide"><table>{rows}</table></div>'
    )


def _reason(reason: Reason) -> Sequence[str]:
    weight = f"{reason.weight:+.2f} {reason.favours}".rstrip() if reason.weight or reason.favours else ""
    place = f"{reason.path}:{reason.line}" if reason.line else reason.path
    return code_of(reason.rule), escape(weight), escape(reason.text), code_of(place)


def _at(one: Place) -> str:
    return f"{one.issue.path}:{one.issue.line}"


def place_of(site: CallSite) -> str:
    """Where a call is."""
    return words.in_cell(f"{site.path}:{site.line}", site)


def code_of(text: str) -> str:
    """Text of the program, as code."""
    return f"<code>{escape(text)}</code>" if text else ""
