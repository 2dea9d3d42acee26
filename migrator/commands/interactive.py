"""Choosing edits group by group, as `git add -p` does hunk by hunk."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import click

from migrator.commands import work
from migrator.commands.handmade import EditError, Handmade, edited
from migrator.commands.output import say
from migrator.report import redact
from migrator.report.hunks import hunks, paint
from migrator.report.style import Style, style_of

if TYPE_CHECKING:
    from pathlib import Path

    from migrator.inventory import Edit, Inventory
    from migrator.pipeline import Changes

HELP = """\
y - make this change
n - leave this change out
a - make this change and all later ones in this file
d - leave out this change and all later ones in this file
q - leave out this change and all later ones
e - edit this change, then make it
? - say this again
What must be made together is one change, in however many files."""


class Chosen(NamedTuple):
    """The inventory with only the groups that the user takes, and what they edited of them."""

    inventory: Inventory
    handmade: list[Handmade]


class Group(NamedTuple):
    """Edits that are made together; `path` and `line` are of the first."""

    path: str
    line: int
    name: str
    edits: tuple[Edit, ...]


def groups(inventory: Inventory) -> list[Group]:
    """The groups of selected edits in order of place."""
    found: dict[str, list[Edit]] = {}
    for edit in sorted(inventory.edits, key=lambda edit: (edit.path, edit.anchor, edit.id)):
        if edit.selected:
            found.setdefault(edit.group, []).append(edit)
    return sorted(
        Group(edits[0].path, edits[0].anchor[0], name, tuple(edits)) for name, edits in found.items()
    )


def choose(inventory: Inventory, root: Path) -> Chosen:
    """Ask about each group."""
    style = style_of(sys.stderr)
    taken: set[str] = set()
    decided: dict[str, str] = {}
    handmade: list[Handmade] = []
    waiting = groups(inventory)
    for number, group in enumerate(waiting, 1):
        answer = decided.get(group.path) or _ask(group, f"{number}/{len(waiting)}", inventory, root, style)
        if isinstance(answer, list):
            handmade += answer
            answer = "y"
        if answer == "q":
            break
        if answer in "ad":
            decided[group.path] = answer
        if answer in "ya":
            taken.add(group.name)
    return Chosen(work.keeping(inventory, lambda edit: edit.group in taken), handmade)


def _ask(group: Group, place: str, inventory: Inventory, root: Path, style: Style) -> str | list[Handmade]:
    for line in _shown(group, inventory, root, style):
        say(line)
    while True:
        question = style.paint(f"({place}) Make this change [y,n,a,d,q,e,?]?", "bold", "cyan")
        answer = click.prompt(question, prompt_suffix=" ", err=True, default="", show_default=False)
        answer = answer.strip().lower()[:1]
        if answer and answer in "ynadq":
            return answer
        if answer == "e" and (made := _edited(group, inventory, root)):
            return made
        if answer != "e":
            say(HELP)


def _edited(group: Group, inventory: Inventory, root: Path) -> list[Handmade]:
    try:
        return edited(_alone(group, inventory, root))
    except (EditError, click.ClickException) as error:
        say(f"{error}; this change is as it was")
        return []


def _alone(group: Group, inventory: Inventory, root: Path) -> Changes:
    return work.changes(work.keeping(inventory, lambda edit: edit.group == group.name), root)


def _shown(group: Group, inventory: Inventory, root: Path, style: Style) -> list[str]:
    made = _alone(group, inventory, root)
    lines = ["", *(style.plain(f"· {why}") for why in _whys(group))]
    for path, patch in work.patches(made).items():
        lines.append(style.paint(redact.name(path), "bold"))
        for hunk in hunks(patch):
            lines += [style.paint(f"@@ line {hunk.first} @@", "cyan"), *paint(hunk.lines, style)]
    return lines + [f"{item.path}: {item.message}" for item in made.diagnostics]


def _whys(group: Group) -> list[str]:
    return sorted(
        {f"{redact.name(redact.mask(edit.why))} ({edit.rule}, {edit.safety})" for edit in group.edits}
    )
