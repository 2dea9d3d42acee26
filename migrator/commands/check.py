"""`check`: for pre-commit and CI. Quiet when there is nothing to say."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from migrator.commands import DONE, FAILED, FINDINGS, work
from migrator.commands.output import complain_of, emit, say
from migrator.report import redact, words
from migrator.report.issues import Issue, issues
from migrator.report.style import Style, style_of

if TYPE_CHECKING:
    from migrator.commands.options import Request
    from migrator.inventory import Diagnostic, Inventory

_FAILS = {"fixable": {"fixable"}, "review": {"fixable", "review"}, "any": {"fixable", "review", "note"}}
_COLORS = {"fixable": "red", "review": "yellow", "note": "dim"}

_PATIENCE = 60.0
"""Seconds: hooks run several of us at once."""


def check(request: Request, *, fix: bool, fail_on: str) -> int:
    """Report what is open in the files given; with `fix`, write what can be written first."""
    inventory = work.review(request)
    problems: tuple[Diagnostic, ...] = ()
    if fix and any(edit.selected for edit in inventory.edits):
        problems = _fix(inventory, request)
        inventory = work.review(request)
    found = issues(redact.for_people(inventory), request.target.covers)
    _show(found, _FAILS[fail_on])
    problems = (*problems, *inventory.diagnostics)
    complain_of(problems)
    if problems:
        return FAILED
    return FINDINGS if any(issue.kind in _FAILS[fail_on] for issue in found) else DONE


def _fix(inventory: Inventory, request: Request) -> tuple[Diagnostic, ...]:
    from migrator.commands import writing

    root = request.target.root
    inside = work.within(inventory, request.target)
    made = work.changes(inside, root)
    if not made.files:
        return made.diagnostics
    with writing.alone(root, _PATIENCE):
        done = writing.write(inside, made, root)
    for change in done.files:
        say(f"Fixed {redact.shown(change.path)}: {words.count(len(change.edits), 'edit')}")
    if done.undo:
        say(f"To undo: {done.undo}")
    return done.diagnostics


def _show(found: list[Issue], failing: set[str]) -> None:
    shown = [issue for issue in found if issue.kind != "note" or "note" in failing]
    if shown:
        style = style_of(sys.stdout)
        emit("".join(_line(issue, style) for issue in shown))
        say(_total(shown))


def _line(issue: Issue, style: Style) -> str:
    place = f"{style.paint(issue.path, 'bold')}:{issue.line}:{issue.column}:"
    return f"{place} {style.paint(issue.rule, _COLORS[issue.kind])} {issue.message}\n"


def _total(shown: list[Issue]) -> str:
    fixable = sum(issue.kind == "fixable" for issue in shown)
    rest = len(shown) - fixable
    parts = [f"{fixable} fixable (gpt55-migrate apply, or check --fix)"] if fixable else []
    parts += [f"{rest} for a person"] if rest else []
    return f"{words.count(len(shown), 'finding')}: {', '.join(parts)}"
