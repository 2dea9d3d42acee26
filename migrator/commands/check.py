"""`check`: for pre-commit and CI. Quiet when there is nothing to say."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from migrator.commands import DONE, FAILED, FINDINGS, work
from migrator.errors import UsageError
from migrator.output import complain_of, on_leaving, save, say, show, verbosity
from migrator.report import redact, words
from migrator.report.issues import Issue, issues
from migrator.report.style import PLAIN, Style, style_of
from migrator.settings.settings_values import days_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from migrator.commands.baseline import Baseline
    from migrator.commands.changed import Changed
    from migrator.commands.options import Request
    from migrator.inventory import Diagnostic, Inventory

_FAILS = {
    "fixable": {"fixable"},
    "held": {"fixable", "held"},
    "review": {"fixable", "held", "review"},
    "any": {"fixable", "held", "review", "note"},
}
_COLORS = {"fixable": "red", "held": "yellow", "review": "yellow", "note": "dim"}

_PATIENCE = 60.0
"""Seconds: hooks run several of us at once."""


class Options(NamedTuple):
    """What `check` is asked for besides the settings."""

    fix: bool = False
    fail_on: str = "fixable"
    form: str = "text"
    output: str = "-"
    write_baseline: str = ""
    diff_base: str = ""
    past: bool = False


class _Filter(NamedTuple):
    """What is not to be reported: known findings, and those on lines that were not touched."""

    baseline: Baseline | None = None
    changed: Changed | None = None
    shown: Changed | None = None

    def lets(self, issue: Issue) -> bool:
        if self.shown and not self.shown.touches(issue.path, issue.line, max(issue.last, issue.line)):
            return False
        return self.baseline is None or not self.baseline.knows(issue)


def check(request: Request, options: Options) -> int:
    """Report what is open in the files given; with `fix`, write what can be written first."""
    if options.write_baseline:
        return _write_baseline(request, options)
    only = _filter(request, options)
    if only.changed is not None:
        request = request._replace(target=request.target.limited(only.changed.files))
    inventory = work.review(request)
    problems: tuple[Diagnostic, ...] = ()
    wanted = _wanted(inventory, request, only)
    if options.fix and any(edit.selected for edit in wanted.edits):
        problems = _fix(wanted, request)
        inventory = work.review(request)
    return _report(request, options, work.adding(inventory, problems), only)


def piped(name: str, options: Options, request: Callable[[str], Request]) -> int:
    """Report what is open in standard input, as the text of a file."""
    from migrator.commands.piped import standing_in

    if options.fix or options.write_baseline or options.diff_base:
        raise UsageError("check - reports only: leave --fix, --write-baseline and --diff-base out")
    if options.output != "-":
        options = options._replace(output=os.path.abspath(options.output))
    with standing_in(name) as file:
        return check(request(file), options)


def _filter(request: Request, options: Options) -> _Filter:
    baseline = changed = None
    if request.settings.baseline:
        from migrator.commands import baseline as files

        baseline = files.load(request.settings.baseline, request.target.root)
    if options.diff_base:
        from migrator.commands.changed import since

        changed = since(options.diff_base, request.target.root)
    return _Filter(baseline, changed, changed and changed.shown())


def _found(inventory: Inventory, request: Request) -> list[Issue]:
    return issues(redact.for_people(inventory), work.covers(request))


def _wanted(inventory: Inventory, request: Request, only: _Filter) -> Inventory:
    """The groups of edits with a finding that is reported."""
    if only.baseline is None and only.changed is None:
        return inventory
    names = {name for issue in _found(inventory, request) if only.lets(issue) for name in issue.edits}
    groups = {edit.group for edit in inventory.edits if edit.id in names}
    return work.keeping(inventory, lambda edit: edit.group in groups)


def _fix(inventory: Inventory, request: Request) -> tuple[Diagnostic, ...]:
    from migrator.commands import writing

    root = request.target.root
    inside = work.within(inventory, request.target)
    made = work.changes(inside, root, request.settings.jobs)
    if not made.files:
        return made.diagnostics
    with writing.alone(root, _PATIENCE):
        done = writing.write(inside, made, root)
    for change in done.files:
        say(f"Fixed {redact.name(change.path)}: {words.count(len(change.edits), 'edit')}")
    if done.undo:
        say(f"To undo: {done.undo}")
    on_leaving(None)
    return done.diagnostics


def _write_baseline(request: Request, options: Options) -> int:
    from migrator.commands import baseline

    if options.fix or options.diff_base:
        raise UsageError("--write-baseline takes everything that is found; leave --fix and --diff-base out")
    inventory = work.review(request)
    number = baseline.save(
        options.write_baseline, request.target.root, _found(inventory, request), work.covers(request)
    )
    complain_of(inventory.diagnostics)
    say(f"{options.write_baseline}: {words.count(number, 'finding')}")
    if not request.settings.baseline:
        say(f'To use it: baseline = "{options.write_baseline}" in [tool.gpt55-migrate], or --baseline')
    return FAILED if inventory.diagnostics else DONE


# -- showing -------------------------------------------------------------------------------------


def _report(request: Request, options: Options, inventory: Inventory, only: _Filter) -> int:
    found = _found(inventory, request)
    new = [issue for issue in found if only.lets(issue)]
    fails = _deadline(request, options)
    known = sum(only.baseline.knows(issue) for issue in found) if only.baseline else 0
    failing = frozenset(_FAILS[options.fail_on])
    if options.form == "text":
        seen = words.count(inventory.coverage.seen, "file")
        _show(new, failing, options.output, f"All well: {seen} looked at, nothing left to do.")
    else:
        _format(request, options, inventory, new, failing, known)
    _tell_of_baseline(only.baseline, found, request, known)
    complain_of(inventory.diagnostics)
    if inventory.diagnostics:
        return FAILED
    return FINDINGS if any(issue.kind in failing and fails(issue) for issue in new) else DONE


def _deadline(request: Request, options: Options) -> Callable[[Issue], bool]:
    """Whether what an issue is about ends so soon that it fails: always, where no deadline is set."""
    if options.past:
        return lambda issue: issue.end is not None and issue.end.days < 0
    days = days_in(request.settings.ends_within)
    return lambda issue: days is None or (issue.end is not None and issue.end.days <= days)


def _format(
    request: Request,
    options: Options,
    inventory: Inventory,
    new: list[Issue],
    failing: frozenset[str],
    known: int,
) -> None:
    from migrator.commands import output_formats

    found = output_formats.findings(options.form, request, inventory, new, failing, known)
    save(output_formats.render(options.form, found), options.output)
    if options.form == "github":
        output_formats.summarize(found)
    if found.shown():
        say(_total(found.shown()))


def _show(found: list[Issue], failing: frozenset[str], output: str, well: str) -> None:
    wanted = "note" in failing or verbosity() > 0
    shown = [issue for issue in found if wanted or issue.kind != "note"]
    style = style_of(sys.stdout) if output == "-" else PLAIN
    text = "".join(_line(issue, style) for issue in shown)
    if output != "-":
        save(text, output)
    elif shown:
        show(text)
    if shown:
        say(_total(shown))
    elif style.terminal and output == "-":
        say(well)


def _line(issue: Issue, style: Style) -> str:
    place = f"{style.paint(issue.path, 'bold')}:{issue.line}:{issue.column}:"
    return f"{place} {style.paint(issue.rule, _COLORS[issue.kind])} {issue.said}\n"


def _total(shown: list[Issue]) -> str:
    fixable = sum(issue.kind == "fixable" for issue in shown)
    held = sum(issue.kind == "held" for issue in shown)
    notes = sum(issue.kind == "note" for issue in shown)
    rest = len(shown) - fixable - held - notes
    parts = [f"{fixable} fixable (gpt55-migrate apply, or check --fix)"] if fixable else []
    parts += [f"{held} held by your settings (--fail-on held makes them fail)"] if held else []
    parts += [f"{rest} for a person"] if rest else []
    parts += [f"{notes} for information"] if notes else []
    return f"{words.count(len(shown), 'finding')}: {', '.join(parts)}"


def _tell_of_baseline(baseline: Baseline | None, found: list[Issue], request: Request, known: int) -> None:
    if baseline is None:
        return
    if known:
        say(f"Not shown: {words.count(known, 'finding')} that the baseline knows")
    gone = baseline.gone(found, work.covers(request))
    if gone:
        file = request.settings.baseline
        say(f"{words.count(gone, 'finding')} of the baseline gone; check . --write-baseline {file} tidies up")
