"""The whole review (`review -v`): all sections, then the details of a small project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.report import redact, summary, usage_report, words
from migrator.report.details import details
from migrator.report.ends import ends
from migrator.report.style import PLAIN, Style, cells, columns, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from migrator.inventory import Finding, Inventory
    from migrator.report.causes import Cause

SMALL = 25
"""Up to so many call sites each is shown with its reasons and its diff."""

_FILES = 5
_REASONS = 6
_CAUSES = 5
_ENDS = 4
_OUTSIDE = ("GPT55-D001", "GPT55-D002")
"""Rules of findings about models that the code does not name."""
_LOOK = ("GPT55-D003", "GPT55-D004", "GPT55-D005", "GPT55-D006")
"""Rules of findings about what names a model and is not edited."""
_FLIPS = 5
_NOTES = 10
_UNREAD = 3
_MEANING = 90
_RIGHT = frozenset({1})


def render(
    inventory: Inventory,
    style: Style = PLAIN,
    *,
    patches: Mapping[str, bytes] | None = None,
    target: str = ".",
    whole: bool = True,
    found: Sequence[Cause] = (),
    volume: int = 0,
) -> str:
    """The review of an inventory; `patches` are the diffs by file, `target` is what the user named.

    `whole` says that paths are relative to the working directory; `found` are causes of what waits,
    `volume` the requests of a month.
    """
    inventory = redact.for_people(inventory)
    blocks = [_head(inventory, style), *_causes(found, style, target)]
    blocks += filter(None, _sections(inventory, style, volume))
    if is_small(inventory):
        blocks += details(inventory, style, patches or {})
    blocks.append(_next(inventory, style, target, whole))
    return style.plain("\n\n".join(blocks)) + "\n"


def is_small(inventory: Inventory) -> bool:
    """Whether `render` shows diffs, so that the caller need not make them for nothing."""
    return len(inventory.call_sites) <= SMALL


def _head(inventory: Inventory, style: Style) -> str:
    lines = [
        style.paint(summary.checked(inventory), "bold"),
        style.paint("Not looked at: what .gitignore hides, and other kinds of file", "dim"),
        f"Catalogue: {inventory.catalog.title}",
    ]
    lines += summary.elsewhere(inventory)
    return "\n".join([*lines, *_unpublished(inventory, style), *_ends(inventory, style)])


def _ends(inventory: Inventory, style: Style) -> Iterator[str]:
    found = ends(inventory)
    yield from (style.paint(one, "yellow") for one in found[:_ENDS])
    if len(found) > _ENDS:
        yield style.paint(f"… and {len(found) - _ENDS} more: gpt55-migrate models", "yellow")


def _unpublished(inventory: Inventory, style: Style) -> Iterator[str]:
    if inventory.catalog.unpublished:
        names = ", ".join(inventory.catalog.unpublished)
        text = f"The API's publisher does not list {names}: gpt55-migrate models --verify asks your endpoint."
        yield style.paint(text, "yellow")


def _sections(inventory: Inventory, style: Style, volume: int) -> Iterator[str]:
    yield _variants(inventory, style)
    yield _changes(inventory, style)
    yield _open(inventory, style)
    yield _settings(inventory, style)
    yield _look(inventory, style)
    yield _flips(inventory, style)
    yield _left(inventory, style)
    yield _held(inventory, style)
    yield _unread(inventory, style)
    yield _cost(inventory, style, volume)
    for block in usage_report.blocks(inventory):
        if block.lines or block.note:
            yield _section(block.title, block.note, block.lines, style)


def _section(title: str, note: str, lines: Iterable[str], style: Style) -> str:
    head = style.paint(title, "bold") + (f"  {note}" if note else "")
    return "\n".join([head, *(f"  {line}" for line in lines)])


def _causes(found: Sequence[Cause], style: Style, target: str) -> Iterator[str]:
    """What to do first, and what that frees."""
    lines: list[str] = []
    for cause in found[:_CAUSES]:
        lines.append(f"{style.paint(cause.amount, 'yellow')}: {cause.what}")
        if cause.assume:
            lines.append(f"  look first: gpt55-migrate review {target} --assume '{cause.assume}'")
    if lines:
        yield _section(
            "First", "what keeps most from moving", [*lines, *_more(len(found) - _CAUSES, "cause")], style
        )


def _variants(inventory: Inventory, style: Style) -> str:
    rows = summary.variants(inventory)
    if not rows:
        return ""
    table = columns([(row.variant, str(row.call_sites), _models(row)) for row in rows], _RIGHT)
    lines = [
        f"{style.paint(name, 'cyan')}  {number}  {style.clip(models, len(name) + len(number) + 6)}"
        for name, number, models in table
    ]
    rest = " · ".join(f"{why} {number:,}" for why, number in summary.beside(inventory))
    lines += [style.paint(f"further call sites: {rest}", "dim")] if rest else []
    return _section("Recommended", "variant, call sites, and what they call now", lines, style)


def _models(row: summary.VariantRow) -> str:
    return ", ".join(f"{model} {number}" for model, number in row.models)


def _changes(inventory: Inventory, style: Style) -> str:
    rows = summary.files(inventory)
    if not rows:
        return _section("Will change", "nothing", (), style)
    table = columns([(row.path, str(row.edits), _unsafe(row.unsafe)) for row in rows[:_FILES]], _RIGHT)
    lines = ["  ".join(cells).rstrip() for cells in table]
    edits, unsafe = sum(row.edits for row in rows), sum(row.unsafe for row in rows)
    note = words.edits_in_files(edits, len(rows))
    if unsafe:
        note += f", {unsafe:,} of them unsafe (behaviour may change beyond the model)"
    return _section("Will change", note, [*lines, *_more(len(rows) - _FILES, "file")], style)


def _unsafe(number: int) -> str:
    return f"{number} unsafe" if number else ""


def _more(number: int, noun: str) -> list[str]:
    return [f"… and {words.count(number, 'more ' + noun)}"] if number > 0 else []


def _open(inventory: Inventory, style: Style) -> str:
    rows = summary.open_rows(inventory)
    if not rows:
        return ""
    shown = rows[:_REASONS]
    table = columns([(row.reason, str(row.number), row.first, row.meaning) for row in shown], _RIGHT)
    lines = [_open_line(cells, style) for cells in table]
    total = words.count(sum(row.number for row in rows), "place")
    return _section("Needs a person", total, [*lines, *_more(len(rows) - _REASONS, "reason")], style)


def _open_line(cells: Sequence[str], style: Style) -> str:
    reason, number, first, meaning = cells
    room = len(reason) + len(number) + len(first) + 8
    meaning = style.paint(style.clip(_short(meaning), room), "dim")
    return f"{style.paint(reason, 'yellow')}  {number}  {first}  {meaning}"


def _short(text: str) -> str:
    return shorten(text, _MEANING)


def _settings(inventory: Inventory, style: Style) -> str:
    """Where the model comes from outside the code: what says it, and what must be set by hand."""
    told = _found(inventory, _OUTSIDE)
    note = "before the old model ends" if any(one.reason == "dynamic" for one in told) else ""
    return _notes("Set outside the code", note, told, style)


def _look(inventory: Inventory, style: Style) -> str:
    """What names a model and is for a person: files that cannot be read, old migrations, embedded Python."""
    return _notes("Change by hand", "what is not edited", _found(inventory, _LOOK), style)


def _found(inventory: Inventory, rules: tuple[str, ...]) -> list[Finding]:
    return [one for one in inventory.findings if one.rule in rules and not one.suppressed]


def _notes(title: str, note: str, told: Sequence[Finding], style: Style) -> str:
    lines = [f"{one.path}:{one.line}  {' '.join(one.message.split())}" for one in told[:_NOTES]]
    return _section(title, note, [*lines, *_more(len(told) - _NOTES, "place")], style) if told else ""


def _flips(inventory: Inventory, style: Style) -> str:
    """The tests on a model's name that come out otherwise, with both outcomes."""
    rows = summary.flips(inventory)
    if not rows:
        return ""
    lines = [
        f"{row.place}  {row.test}: {row.before} for {row.old}, {row.after} for {row.new}" for row in rows
    ]
    return _section(
        "Comes out otherwise",
        words.count(len(rows), "test"),
        [*(style.clip(line, 2) for line in lines[:_FLIPS]), *_more(len(rows) - _FLIPS, "test")],
        style,
    )


def _left(inventory: Inventory, style: Style) -> str:
    rows = [f"{what} {number:,}" for what, number in summary.left(inventory)]
    return _section("Left alone", " · ".join(rows), (), style) if rows else ""


def _held(inventory: Inventory, style: Style) -> str:
    rows = [f"{why} {number:,}" for why, number in summary.unselected(inventory)]
    return _section("Not written now", " · ".join(rows), (), style) if rows else ""


def _unread(inventory: Inventory, style: Style) -> str:
    items = inventory.diagnostics
    if not items:
        return ""
    lines = [f"{item.path}: {item.code}: {' '.join(item.message.split())}" for item in items[:_UNREAD]]
    note = style.paint(words.count(len(items), "problem"), "red")
    return _section("Could not be read", note, [*lines, *_more(len(items) - _UNREAD, "problem")], style)


def _cost(inventory: Inventory, style: Style, volume: int) -> str:
    note = summary.money(inventory, volume)
    return _section("Money", note, (), style) if note else ""


def _next(inventory: Inventory, style: Style, target: str, whole: bool) -> str:
    steps = [(f"gpt55-migrate scan --all {target}", "every mention, line by line")]
    if any(edit.selected for edit in inventory.edits):
        steps += [
            (f"gpt55-migrate diff {target}", "the patch, as git apply takes it"),
            (f"gpt55-migrate apply {target}", "write it; asks first and says how to undo"),
        ]
    if along := summary.with_settings(inventory):
        steps.append((f"gpt55-migrate review {target} --config-files", f"{along:,} settings move along"))
    site = next((site for site in inventory.call_sites if site.recommendation), None)
    if site:
        root = "" if whole else f" --root {target}"
        steps.append((f"gpt55-migrate explain {site.path}:{site.line}{root}", "why this variant"))
    return _section("Next", "", [_step(*step, style) for step in steps], style)


def _step(command: str, what: str, style: Style) -> str:
    """A command with what it does, where that has room beside it."""
    has_room = style.width is None or cells(command) + cells(what) + 4 <= style.width
    return f"{command}  {style.paint(what, 'dim')}" if has_room else command
