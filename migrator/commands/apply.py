"""`apply`: show, ask, write, and say how to undo."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import click

from migrator.commands import DONE, FAILED, raising, work, writing
from migrator.errors import UsageError
from migrator.output import complain_of, on_leaving, say, show, verbosity
from migrator.report import redact, words
from migrator.report.hunks import colored
from migrator.report.style import style_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.commands.options import Request
    from migrator.commands.writing import Written
    from migrator.inventory import Inventory
    from migrator.rendering import Changes

_SHOWN = 20
PARAMETERS = "GPT55-P"
"""How the ids of rules begin that speak of parameters of requests."""
_TOLD = (PARAMETERS, "GPT55-T")
"""How those begin whose notes are said once their ids are written: of parameters, and of tables' rows."""
MAX_NOTES = 5
"""Notes that are said one by one after writing."""


class How(NamedTuple):
    """How to write: without asking, hunk by hunk, with the manifests that must allow higher releases."""

    yes: bool = False
    interactive: bool = False
    raise_pins: bool = False


def apply(request: Request, only: Sequence[str], how: How) -> int:
    """Write the selected edits below the request's root."""
    _refuse_without_answer(how)
    with writing.alone(request.target.root):
        return _apply(request, only, how)


def _apply(request: Request, only: Sequence[str], how: How) -> int:
    from migrator.write.files import sweep

    root = request.target.root
    sweep(root)
    inventory = work.review(request)
    raised = raising.raised(request, inventory) if how.raise_pins else raising.Raised((), (), inventory)
    inventory = work.only(work.within(raised.inventory, request.target), only, root)
    if how.interactive:
        return _interactive(inventory, request)
    made = work.changes(raising.rendered(inventory), root, request.settings.jobs)
    made = raising.with_manifests(made, raised.changes, inventory)
    if not made.files:
        return _nothing(inventory, made, request.target.named)
    if not (how.yes or _agreed(inventory, made)):
        say("Nothing was written.")
        return DONE
    done = writing.write(inventory, made, root)
    for lock in raised.locks:
        say(f"To renew: {redact.name(lock)} still installs releases that are too old.")
    return _report(inventory, done, request.target.named)


def _interactive(inventory: Inventory, request: Request) -> int:
    """Ask, then write; what the user wrote themselves is kept wherever it cannot be written."""
    from migrator.commands.handmade import keep, merged
    from migrator.commands.interactive import choose

    root = request.target.root
    chosen = choose(inventory, root)
    waiting = {part.path for part in chosen.handmade}
    try:
        made = merged(work.changes(chosen.inventory, root), chosen.handmade)
        if not made.files:
            return _nothing(chosen.inventory, made, request.target.named)
        done = writing.write(chosen.inventory, made, root)
        waiting -= {change.path for change in done.files if change in made.files}
        return _report(chosen.inventory, done, request.target.named)
    finally:
        left = [part for part in chosen.handmade if part.path in waiting]
        if file := keep(left, root.name):
            names = ", ".join(redact.name(path) for path in sorted(waiting))
            say(f"Your own edits of {names} were not written; they are kept as a patch: {file}")


def _refuse_without_answer(how: How) -> None:
    yes, interactive = how.yes, how.interactive
    if interactive and how.raise_pins:
        raise UsageError("--raise-pins moves all that needs it together; leave --interactive out")
    if yes and interactive:
        raise UsageError("--yes and --interactive exclude each other; choose one")
    if interactive and not sys.stdin.isatty():
        raise UsageError("--interactive needs a terminal to ask on; use --yes to write everything")
    if not yes and not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask on; use --yes to write, or gpt55-migrate diff to look")


def _nothing(inventory: Inventory, made: Changes, named: str) -> int:
    problems = (*inventory.diagnostics, *made.diagnostics)
    complain_of(problems)
    say("Nothing to change.")
    _tell_of_rest(inventory, named)
    return FAILED if problems else DONE


def _agreed(inventory: Inventory, made: Changes) -> bool:
    if verbosity() > 0:
        style = style_of(sys.stderr)
        say("".join(colored(patch, style) for patch in work.explained(made, inventory).values()))
    edits = sum(len(change.edits) for change in made.files)
    say(f"{words.edits_in_files(edits, len(made.files))} would be written:")
    for change in made.files[:_SHOWN]:
        say(f"  {redact.name(change.path)}  {words.count(len(change.edits), 'edit')}")
    if len(made.files) > _SHOWN:
        say(f"  and {words.count(len(made.files) - _SHOWN, 'more file')}")
    unsafe = sum(edit.safety == "unsafe" and edit.selected for edit in inventory.edits)
    if unsafe:
        say(f"{words.count(unsafe, 'edit')} may change more than the model; --safe-only leaves them out.")
    return click.confirm("Write them?", err=True)


def _report(inventory: Inventory, done: Written, named: str) -> int:
    problems = (*inventory.diagnostics, *done.diagnostics)
    complain_of(problems)
    show("".join(f"{redact.name(change.path)}\n" for change in done.files))
    edits = sum(len(change.edits) for change in done.files)
    say(f"Wrote {words.edits_in_files(edits, len(done.files))}.")
    if done.undo:
        say(f"To undo: {done.undo}")
    _tell_of_notes(inventory, {change.path for change in done.files})
    _tell_of_rest(inventory, named)
    on_leaving(None)
    return FAILED if problems else DONE


def _tell_of_notes(inventory: Inventory, written: set[str]) -> None:
    """What is lost or may be sent beside an id that was written: no other command can say it once it is."""
    told = redact.for_people(inventory)
    lost = (e for e in told.edits if e.selected and e.safety == "unsafe" and e.rule.startswith(PARAMETERS))
    sent = (one for one in told.findings if one.severity == "note" and one.rule.startswith(_TOLD))
    said = [(edit.path, edit.anchor[0], edit.why, edit.rule) for edit in lost]
    said += [(one.path, one.line, one.message, one.rule) for one in sent]
    notes = [one for one in dict.fromkeys(said) if one[0] in written]
    for path, line, message, rule in notes[:MAX_NOTES]:
        say(f"Note: {path}:{line}: {message}  ({rule})")
    if more := notes[MAX_NOTES:]:
        say(f"Note: {words.count(len(more), 'more note')}, which scan showed before")


def _tell_of_rest(inventory: Inventory, named: str) -> None:
    """What was not written, by cause, each with the command that shows it."""
    from migrator.report import summary

    rows = summary.rest(redact.for_people(inventory), named)
    if rows:
        total = words.count(sum(row.number for row in rows), "place")
        say(f"Not written: {total}")
    for row in rows:
        say(f"  {row.number:>4}  {row.what}")
    for command in dict.fromkeys(row.command for row in rows):
        say(f"To see them: {command}")
