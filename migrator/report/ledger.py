"""Why one line is what it is: its references, call sites, findings and edits, each with its reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.report import ends, redact, words
from migrator.report.issues import why_not
from migrator.report.style import Style, columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from migrator.inventory import CallSite, Inventory, Reason, Recommendation, Reference
    from migrator.inventory.edit_records import Edit
    from migrator.inventory.prompt_records import Cost

_WAYS = 5
_MOST = 30
"""Edits of one group that are listed."""


def ledger(inventory: Inventory, path: str, line: int, style: Style) -> str:
    """What is known about a line of a file, and about the calls that it reaches."""
    inventory = redact.for_people(inventory)
    path = redact.name(path)
    references = [item for item in inventory.references if (item.path, item.line) == (path, line)]
    linked = {name for item in references for name in item.call_sites}
    sites = [site for site in inventory.call_sites if _is_meant(site, path, line) or site.id in linked]
    told = [item.recommendation for item in references]
    edits = [edit for edit in inventory.edits if _touches(edit, path, line)]
    blocks = [
        *(_reference(item, inventory, style) for item in references),
        *(_site(site, style, told) for site in sites),
        *dict.fromkeys(_findings(inventory, path, line, style)),
        *(_edits(group, inventory, style) for group in dict.fromkeys(edit.group for edit in edits)),
    ]
    if not blocks:
        blocks = [_nothing(inventory, path, line)]
    return style.plain("\n\n".join(blocks)) + "\n"


def _is_meant(site: CallSite, path: str, line: int) -> bool:
    return site.path == path and site.line == line


def _touches(edit: Edit, path: str, line: int) -> bool:
    return edit.path == path and edit.anchor[0] <= line <= edit.anchor[2]


def _nothing(inventory: Inventory, path: str, line: int) -> str:
    known = {item.line for item in inventory.references if item.path == path}
    known |= {site.line for site in inventory.call_sites if site.path == path}
    if not known:
        return f"{path}: no old model is named or called in this file."
    near = ", ".join(str(number) for number in sorted(known, key=lambda number: abs(number - line))[:5])
    return f"{path}:{line}: nothing to explain here; in this file these lines have something: {near}."


def _reference(item: Reference, inventory: Inventory, style: Style) -> str:
    head = f"{item.path}:{item.line}:{item.column}  {item.model}"
    lines = [
        f"what it is   {words.ROLES.get(item.role, item.role)} ({item.role})",
        f"kind of file {item.context}",
        f"what is done {item.action}{_target(item)}",
        *([f"shut down    {ends.said(item.end)}"] if item.end is not None else []),
        *_because(item),
        *_most(f"reached by   {step}" for step in item.trail),
        *_most(f"changes      {_name(name, inventory)}" for name in item.call_sites),
        *(_recommendation(item.recommendation) if item.recommendation else ()),
    ]
    return _block(style.paint(head, "bold"), lines)


def _most(lines: Iterable[str]) -> list[str]:
    """The first few of many ways; the JSON has them all."""
    found = list(lines)
    if len(found) <= _WAYS + 1:
        return found
    return [*found[:_WAYS], f"             … and {len(found) - _WAYS} more"]


def _target(item: Reference) -> str:
    new = f": {item.text} → {item.replacement}" if item.replacement else ""
    planned = item.action in ("rewrite", "extend")
    return new + (f" (not now: {why_not(item)})" if planned and not item.selected else "")


def _because(item: Reference) -> Iterator[str]:
    if item.reason:
        yield f"because      {item.reason}: {words.meaning(item)}"
    if item.detail:
        yield f"             {item.detail}"


def _name(identity: str, inventory: Inventory) -> str:
    for site in inventory.call_sites:
        if site.id == identity:
            return f"{site.path}:{site.line} ({site.api})"
    return identity


def _site(site: CallSite, style: Style, told: Sequence[Recommendation | None] = ()) -> str:
    new = site.recommendation is not None and site.recommendation not in told
    lines = [
        f"models       {', '.join(site.models) or 'unknown'}",
        *([f"unresolved   {site.unresolved}"] if site.unresolved else []),
        *([f"shut down    {site.end.what} {ends.said(site.end)}"] if site.end is not None else []),
        *(_recommendation(site.recommendation) if site.recommendation and new else ()),
        *_parameters(site),
        *_cost(site),
        *_measured(site),
    ]
    head = words.in_cell(f"{site.path}:{site.line}:{site.column}", site) + f"  call site: {site.api}"
    return _block(style.paint(head, "bold"), lines)


def _recommendation(choice: Recommendation) -> Iterator[str]:
    runner_up = f", then {choice.runner_up}" if choice.runner_up else ""
    yield f"recommended  {choice.variant}, {words.sureness(choice)}{runner_up}"
    if choice.scores:
        yield f"scores       {', '.join(f'{name} {score:+.2f}' for name, score in choice.scores.items())}"
    if choice.reasons:
        for cells in columns([_reason(reason) for reason in choice.reasons]):
            yield "  " + "  ".join(cells).rstrip()


def _reason(reason: Reason) -> tuple[str, str, str]:
    weight = f"{reason.weight:+.2f} {reason.favours}".rstrip() if reason.weight or reason.favours else ""
    place = f"{reason.path}:{reason.line}" if reason.line else reason.path
    where = f" ({place})" if place else ""
    return reason.rule, weight, reason.text + where


def _parameters(site: CallSite) -> Iterator[str]:
    for item in site.parameters:
        if item.action != "keep":
            new = f" → {item.new}" if item.new else ""
            why = f": {item.why}" if item.why else ""
            yield f"parameter    {item.name}{new}, {item.action}, {item.safety}{why} [{item.rule}]"


def _measured(site: CallSite) -> Iterator[str]:
    found = site.measured
    if found is not None:
        money = f"{words.usd(found.usd_before)} → {words.usd(found.usd_after)}"
        yield f"measured     {money} a month, for {found.requests:,} requests in {found.days:g} days"


def _cost(site: CallSite) -> Iterator[str]:
    if site.cost:
        cost = site.cost
        yield (
            f"cost         at most {words.usd(cost.usd_before)} → {words.usd(cost.usd_after)} a request, for "
            f"{_tokens(cost)} ({cost.estimate})"
        )
        thousand = f"{words.usd(cost.usd_before * 1000)} → {words.usd(cost.usd_after * 1000)}"
        yield f"             {thousand} for 1,000 requests{_latency(cost)}"


def _tokens(cost: Cost) -> str:
    """What goes in and comes out at most, before and after where that differs."""
    given = f"{cost.tokens_in:,}" + (f" → {cost.tokens_in_after:,}" if cost.tokens_in_after else "")
    answer = f"{cost.tokens_out:,}"
    if cost.tokens_out_after and cost.tokens_out_after != cost.tokens_out:
        answer += f" → {cost.tokens_out_after:,}"
    return f"{given} tokens in and {answer} out"


def _latency(cost: Cost) -> str:
    """The catalogue's mean latency, of the new model alone where it states no other."""
    if not cost.seconds_after:
        return ""
    before = f"{cost.seconds_before:g} s → " if cost.seconds_before else ""
    return f"; mean latency {before}{cost.seconds_after:g} s"


def _findings(inventory: Inventory, path: str, line: int, style: Style) -> Iterator[str]:
    for item in inventory.findings:
        if (item.path, item.line) == (path, line):
            head = style.paint(f"{item.path}:{item.line}:{item.column}  {item.rule}", "bold")
            yield _block(head, [item.message])


def _edits(group: str, inventory: Inventory, style: Style) -> str:
    edits = sorted(
        (edit for edit in inventory.edits if edit.group == group),
        key=lambda edit: (edit.path, edit.anchor, -edit.rank),
    )
    why = {one.id: why_not(one) for one in inventory.references if not one.selected}
    rows = [_edit(edit, why) for edit in dict.fromkeys(edits)]
    title = "edits, made together or not at all" if len(rows) > 1 else "edit"
    lines = ["  ".join(cells) for cells in columns(rows[:_MOST])]
    lines += [f"… and {len(rows) - _MOST} more"] if len(rows) > _MOST else []
    return _block(style.paint(title, "bold"), lines)


def _edit(edit: Edit, why: Mapping[str, str]) -> tuple[str, str, str, str]:
    held = next((why[name] for name in edit.references if name in why), "the settings leave it out")
    state = edit.safety if edit.selected else f"{edit.safety}, not selected: {held}"
    return f"{edit.path}:{edit.anchor[0]}", edit.rule, state, " ".join(edit.why.split())


def _block(head: str, lines: list[str]) -> str:
    return "\n".join([head, *(f"  {line}".rstrip() for line in lines)])
