"""Choosing edits group by group, as `git add -p` does hunk by hunk."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import click

from migrator.commands import work
from migrator.commands.handmade import EditError, Handmade, edited
from migrator.output import say
from migrator.report import redact, words
from migrator.report.hunks import colored, hunks, paint
from migrator.report.style import Style, style_of

if TYPE_CHECKING:
    from pathlib import Path

    from migrator.inventory import Inventory
    from migrator.inventory.edit_records import Edit
    from migrator.rendering import Changes

HELP = """\
y - make this change
n - leave this change out
a - make this change and all later ones in this file
d - leave out this change and all later ones in this file
q - leave out this change and all later ones
e - edit this change, then make it
v - view its files as they would be, whole
? - say this again
What must be made together is one change, in however many files."""


_ID = "GPT55-M001"
_TOGETHER = "Together with it: without these the new id would be refused, missed or mean something else:"
_LONG = 40
"""Lines of a diff that are shown unasked."""
_ALL = 10**6


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
        question = style.paint(f"({place}) Make this change [y,n,a,d,q,e,v,?]?", "bold", "cyan")
        answer = click.prompt(question, prompt_suffix=" ", err=True, default="", show_default=False)
        answer = answer.strip().lower()[:1]
        if answer and answer in "ynadq":
            return answer
        if answer == "e" and (made := _edited(group, inventory, root)):
            return made
        if answer == "v":
            _view(group, inventory, root, style)
        elif answer != "e":
            say(HELP)


def _edited(group: Group, inventory: Inventory, root: Path) -> list[Handmade]:
    try:
        return edited(_alone(group, inventory, root))
    except (EditError, click.ClickException) as error:
        say(f"{error}; this change is as it was")
        return []


def _alone(group: Group, inventory: Inventory, root: Path) -> Changes:
    return work.changes(work.keeping(inventory, lambda edit: edit.group == group.name), root)


def _view(group: Group, inventory: Inventory, root: Path, style: Style) -> None:
    """The files of a group, whole, with what changes marked."""
    from migrator.write.patch import unified

    made = _alone(group, inventory, root)
    patches = (unified(each.path, each.old, each.new, context=_ALL) for each in made.files)
    click.echo_via_pager("".join(colored(patch, style) for patch in patches), color=style.color)


def _shown(group: Group, inventory: Inventory, root: Path, style: Style) -> list[str]:
    """How much it is, why it belongs together, and the diff, or the files where that is long."""
    made = _alone(group, inventory, root)
    diff: list[str] = []
    for path, patch in work.patches(made).items():
        diff.append(style.paint(redact.name(path), "bold"))
        for hunk in hunks(patch):
            diff += [style.paint(f"@@ line {hunk.first} @@", "cyan"), *paint(hunk.lines, style)]
    if len(diff) > _LONG:
        counts = Counter(edit.path for edit in group.edits)
        diff = [f"{redact.name(path)}  {words.count(number, 'edit')}" for path, number in counts.items()]
        diff.append("v shows them")
    head = ["", style.paint(_amount(group), "bold"), *map(style.plain, _reasons(group))]
    return [*head, *diff, *(f"{item.path}: {item.message}" for item in made.diagnostics)]


def _amount(group: Group) -> str:
    unsafe = sum(edit.safety == "unsafe" for edit in group.edits)
    amount = words.edits_in_files(len(group.edits), len({edit.path for edit in group.edits}))
    more = f"; {unsafe:,} may change more than the model" if unsafe else ""
    return amount + more


def _reasons(group: Group) -> list[str]:
    """What leads, and what must come with it; each reason once, with the places that it is for."""
    places: dict[str, list[str]] = {}
    ids = [edit for edit in group.edits if edit.rule == _ID]
    for edit in (*ids, *(edit for edit in group.edits if edit.rule != _ID)):
        unsafe = ", unsafe" if edit.safety == "unsafe" else ""
        text = f"{redact.name(redact.mask(edit.why))} ({edit.rule}{unsafe})"
        places.setdefault(text, []).append(f"{redact.name(edit.path)}:{edit.anchor[0]}")
    lines = [f"· {text}  {_first(found)}" for text, found in places.items()]
    if len(group.edits) > 1:
        leading = len({edit.why for edit in ids})
        lines.insert(leading, _TOGETHER if ids else "Together, since each needs the others:")
    return lines


def _first(places: list[str]) -> str:
    found = list(dict.fromkeys(places))
    return ", ".join(found[:2]) + (f" and {len(found) - 2} more" if len(found) > 2 else "")
