"""The default review: what will change, what holds most back, who must look, the money, the next step.

Whatever is found, it fits a terminal of 24 lines; `review -v` says the rest.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from migrator.report import redact, summary, words
from migrator.report.ends import first_end
from migrator.report.hunks import hunks, paint
from migrator.report.style import PLAIN, Style, cells, columns, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from migrator.inventory import Inventory
    from migrator.report.causes import Cause

LINES = 23
"""A screen, without the line of the next prompt."""
FEW = 3
"""Up to so many edits the diff may fit; of more it need not be made."""

_WIDTH = 80
_MEANING = 46
_UNREAD = "GPT55-D003"
_MOST_ROWS = 5
_LEAST_ROWS = 2


class Section(NamedTuple):
    """A title with a note beside it, and lines; `loose` ones go first where there is no room.

    `whole` notes are commands, which are never cut.
    """

    title: str
    note: str
    lines: tuple[str, ...] = ()
    loose: bool = False
    whole: bool = False


class Brief(NamedTuple):
    """What the review is of: `target` as the user named it, causes of what waits, requests a month.

    `whole` says that paths are relative to the working directory.
    """

    inventory: Inventory
    target: str = "."
    found: Sequence[Cause] = ()
    volume: int = 0
    patches: Mapping[str, bytes] = {}
    whole: bool = True


def render(brief: Brief, style: Style = PLAIN) -> str:
    """The review in at most `LINES` lines, unless one alone is wider than the terminal."""
    brief = brief._replace(inventory=redact.for_people(brief.inventory))
    style = style._replace(width=style.width or _WIDTH)
    text = "\n".join(_fitted(brief, style))
    return style.plain(text) + "\n"


def line(inventory: Inventory) -> str:
    """The outcome in one line, for `--quiet`."""
    edits, files = _amount(inventory)
    people = sum(row.number for row in summary.open_rows(inventory))
    unread = len(inventory.diagnostics)
    parts = [words.edits_in_files(edits, files)]
    parts += [f"{words.count(people, 'place')} for a person"] if people else []
    parts += [f"{words.count(unread, 'file')} could not be read"] if unread else []
    return ", ".join(parts) + "\n"


def _fitted(brief: Brief, style: Style) -> list[str]:
    """As much as a screen takes: with the diff, with all reasons, with blank lines, else without."""
    if diff := _diff(brief, style):
        lines = _lines(brief, style, _MOST_ROWS, loose=True, diff=diff)
        if sum(-(-cells(one) // (style.width or _WIDTH)) or 1 for one in lines) <= LINES:
            return lines
    ways = [(rows, True) for rows in range(_MOST_ROWS, _LEAST_ROWS, -1)]
    ways += [(rows, False) for rows in range(_MOST_ROWS, _LEAST_ROWS - 1, -1)]
    for rows, loose in ways:
        lines = _lines(brief, style, rows, loose=loose)
        if len(lines) <= LINES:
            return lines
    while len(lines) > LINES and "" in lines:
        del lines[len(lines) - 1 - lines[::-1].index("")]
    return lines


def _lines(brief: Brief, style: Style, rows: int, *, loose: bool, diff: Sequence[str] = ()) -> list[str]:
    lines = [style.clip(_head(brief.inventory))]
    lines += [style.paint(style.clip(one), "yellow") for one in _warnings(brief.inventory)]
    after_loose = False
    for section in _sections(brief, style, rows, diff):
        if loose or not section.loose:
            lines += ["", *_shown(section, style)][section.loose and after_loose :]
            after_loose = section.loose
    return lines


def _shown(section: Section, style: Style) -> Iterator[str]:
    note = section.note if section.whole else style.clip(section.note, cells(section.title) + 2)
    yield f"{style.paint(section.title, 'bold')}  {note}".rstrip()
    yield from (f"  {one}" for one in section.lines)


def _head(inventory: Inventory) -> str:
    calls = sum(row.call_sites for row in summary.variants(inventory))
    seen = words.count(inventory.coverage.seen, "file")
    said = words.count(calls, "call")
    mentions = words.count(inventory.summary.references, "mention")
    return f"{seen} looked at: {said} of an old model, {mentions} of one"


def _warnings(inventory: Inventory) -> Iterator[str]:
    if inventory.diagnostics:
        number = words.count(len(inventory.diagnostics), "file")
        first = inventory.diagnostics[0]
        yield f"{number} could not be read, first {first.path} ({first.code})"
    if unread := [one for one in inventory.findings if one.rule == _UNREAD]:
        number = words.count(len({one.path for one in unread}), "file")
        yield f"{number} not read whole, first {unread[0].path}: {unread[0].message}"
    if inventory.catalog.unpublished:
        names = ", ".join(inventory.catalog.unpublished)
        yield f"Not on the publisher's list: {names} (models --verify)"
    if end := first_end(inventory):
        yield end


def _sections(brief: Brief, style: Style, rows: int, diff: Sequence[str]) -> Iterator[Section]:
    yield _changes(brief, style, diff)
    yield from _cause(brief, style)
    yield from _people(brief, style, rows)
    yield from _left_out(brief.inventory)
    for said in summary.elsewhere(brief.inventory):
        head, _, rest = said.partition(": ")
        yield Section("Not edited" if "not edit" in head else head, rest, loose=True)
    yield from _money(brief, style)
    yield _next(brief, style)


def _amount(inventory: Inventory) -> tuple[int, int]:
    selected = [edit for edit in inventory.edits if edit.selected]
    return len(selected), len({edit.path for edit in selected})


def _changes(brief: Brief, style: Style, diff: Sequence[str]) -> Section:
    edits, files = _amount(brief.inventory)
    if not edits:
        return Section("Will change", "nothing")
    unsafe = sum(edit.selected and edit.safety == "unsafe" for edit in brief.inventory.edits)
    note = words.edits_in_files(edits, files)
    note += f"; {unsafe:,} may change more than the model" if unsafe else ""
    advice = [row for row in summary.variants(brief.inventory) if row.variant != summary.UNDECIDED]
    rows = [(_calls(row), f"best on {row.variant}", _olds(row)) for row in advice]
    lines = [style.clip("  ".join(row), 2) for row in (columns(rows, frozenset({0})) if rows else ())]
    see = diff or [f"See it: gpt55-migrate diff {brief.target}"]
    return Section("Will change", note, (*lines, *see))


def _calls(row: summary.VariantRow) -> str:
    return words.count(row.call_sites, "call")


def _olds(row: summary.VariantRow) -> str:
    return "now " + ", ".join(name for name, _ in row.models)


def _diff(brief: Brief, style: Style) -> list[str]:
    lines: list[str] = []
    for path, patch in brief.patches.items():
        lines.append(style.paint(redact.name(path), "bold"))
        for hunk in hunks(patch):
            changed = [i for i, text in enumerate(hunk.lines) if text[:1] in ("-", "+")]
            lines += paint(hunk.lines[max(changed[0] - 1, 0) : changed[-1] + 2], style)
    return lines


def _cause(brief: Brief, style: Style) -> Iterator[Section]:
    """What holds most back, and the one command that frees it or shows how."""
    if not brief.found:
        return
    cause = brief.found[0]
    more = f"; {words.count(len(brief.found) - 1, 'more cause')}: -v" if len(brief.found) > 1 else ""
    lines = [*_two(cause.brief, style), cause.command(brief.target, whole=brief.whole)]
    amount = cause.amount.partition(":")[0].removeprefix("holds ")
    yield Section("Holds most back", f"{amount}{more}", tuple(lines))


def _two(text: str, style: Style) -> Iterator[str]:
    """The first two lines of a text."""
    lines = style.wrapped(text, 3)
    yield from lines[:1]
    if len(lines) > 1:
        yield lines[1] + ("…" if len(lines) > 2 else "")


def _people(brief: Brief, style: Style, most: int) -> Iterator[Section]:
    found = summary.open_rows(brief.inventory)
    if not found:
        return
    shown = found[: most if len(found) > most else len(found)]
    table = columns([(f"{row.number:,}", _meaning(row), row.reason) for row in shown], frozenset({0}))
    lines = [_person(row, style) for row in table]
    more = f"{words.count(len(found) - most, 'more cause')}: " if len(found) > most else "List: "
    lines.append(f"{more}gpt55-migrate check {brief.target} --fail-on review")
    if along := summary.with_settings(brief.inventory):
        lines.append(f"{along:,} in files of settings may move along: review {brief.target} --config-files")
    note = words.count(sum(row.number for row in found), "place")
    yield Section("Needs a person", note, tuple(lines))


def _person(row: Sequence[str], style: Style) -> str:
    number, meaning, reason = row
    room = (style.width or _WIDTH) - cells(number) - 4
    if cells(meaning) + 2 + cells(reason) > room:
        return f"{number}  {style.clip(meaning.rstrip(), cells(number) + 4)}"
    return f"{number}  {meaning}  {style.paint(reason, 'dim')}"


def _meaning(row: summary.OpenRow) -> str:
    return words.SHORT.get(row.reason) or _titles().get(row.reason) or shorten(row.meaning, _MEANING)


@cache
def _titles() -> Mapping[str, str]:
    from migrator.rulebook.advice_rules import Help
    from migrator.rulebook.rulefiles import load_record

    return {one.id: one.title for one in load_record("help.toml", Help).rule}


def _left_out(inventory: Inventory) -> Iterator[Section]:
    rows = summary.unselected(inventory)
    if rows:
        yield Section("Left out", " · ".join(f"{number:,} {why}" for why, number in rows), loose=True)


def _money(brief: Brief, style: Style) -> Iterator[Section]:
    note = summary.money(brief.inventory, brief.volume)
    how = "" if brief.volume or summary.measured(brief.inventory) else summary.STATE_YOURS
    if not note:
        return
    one = f"{note}; {how}"
    fits = cells(one) + 7 <= (style.width or _WIDTH)
    yield Section("Money", one if how and fits else note, (how,) if how and not fits else ())


def _next(brief: Brief, style: Style) -> Section:
    edits, _ = _amount(brief.inventory)
    if edits:
        return _step(f"gpt55-migrate apply {brief.target}", "asks first, says how to undo", style)
    if summary.open_rows(brief.inventory):
        return _step(f"gpt55-migrate check {brief.target} --fail-on review", "each place", style)
    return Section("Next", "nothing is left to do; gpt55-migrate review -v says what was looked at")


def _step(command: str, what: str, style: Style) -> Section:
    """A command with what it does, where that has room beside it; the command is never cut."""
    has_room = cells(command) + cells(what) + 10 <= (style.width or _WIDTH)
    return Section("Next", f"{command}  ({what})" if has_room else command, whole=True)
