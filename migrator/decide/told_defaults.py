"""What a program says of a default: beside it, where it is moved along, and elsewhere, where it is listed."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from migrator.decide.contexts import WRITTEN
from migrator.decide.labels import along
from migrator.decide.roles.verdicts import PROSE
from migrator.inventory import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from migrator.decide.plans import Planner
    from migrator.decide.records import Judged
    from migrator.inventory.edit_records import Edit
    from migrator.read.nodes import Node

RULE = "GPT55-D006"
_DEFAULTS = ("default", "call-argument")
_FAR = 40
"""Characters between an id and the word that says that it is a default."""
_MANY = 6


def explained(planner: Planner, one: Judged, edit: Edit) -> Iterator[Edit]:
    """What a call says of the default that it gives: `add_argument(default=ID, help="… (default: ID)")`."""
    told = re.compile(
        rf"(\bdefault[^.;]{{0,20}}?){re.escape(one.occurrence.model)}(?![\w-]|\.\d)", re.IGNORECASE
    )
    new = planner.namings.written(one)
    for text in (keyword.first for call in _describing(one.node) for keyword in call.all("keywords")):
        if text != one.node and isinstance(text.value, str) and text.value in text.source:
            said = told.sub(lambda found: found[1] + new, text.value)
            if said != text.value:
                yield along(edit, text, said)


def _describing(node: Node | None) -> Iterator[Node]:
    """The calls around a default, and those in the annotation of what it is the default of."""
    if node is None:
        return
    yield from (one for one in node.ancestors() if one.kind == "Call" and one.statement == node.statement)
    is_default = node.field in ("default", "value") and node.parent is not None
    annotation = node.parent.child("annotation") if is_default and node.parent is not None else None
    yield from annotation.among("Call") if annotation is not None else ()


def outdated(planner: Planner, edits: Sequence[Edit], written: Collection[str]) -> Iterator[Finding]:
    """One finding for each model whose default moves, with the texts that go on naming it as one."""
    moved: dict[str, Judged] = {}
    for one in planner.judged:
        if one.id in written and one.verdict.role in _DEFAULTS and one.context in WRITTEN:
            moved.setdefault(one.occurrence.model, one)
    if not moved:
        return
    changed = {(edit.path, edit.anchor) for edit in edits if edit.selected}
    found: dict[str, list[Judged]] = defaultdict(list)
    for one in planner.judged:
        is_text = one.verdict == PROSE and one.node is not None and one.context in WRITTEN
        is_left = is_text and (one.file.path, one.literal.span) not in changed
        if is_left and one.occurrence.model in moved and _says_default(one):
            found[one.occurrence.model].append(one)
    for model, ones in found.items():
        first, start = ones[0], moved[model]
        places = ", ".join(dict.fromkeys(f"{one.file.path}:{one.occurrence.line}" for one in ones[:_MANY]))
        more = f" and {len(ones) - _MANY} more" if len(ones) > _MANY else ""
        yield Finding(
            rule=RULE,
            path=first.file.path,
            line=first.occurrence.line,
            column=first.occurrence.column,
            message=f"{places}{more} speak of the default {model}, replaced at {start.literal.where}",
            severity="note",
            references=tuple(one.id for one in ones),
        )


def _says_default(one: Judged) -> bool:
    """Whether a text speaks of a default near a model's name."""
    text = str(one.literal.value)
    for found in re.finditer(re.escape(one.occurrence.model), text):
        if "default" in text[max(found.start() - _FAR, 0) : found.end() + _FAR].lower():
            return True
    return False
