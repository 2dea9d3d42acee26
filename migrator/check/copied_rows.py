"""Rows that a table gained, written after another row where the first one's arms send what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from migrator.check.completing import Fix
from migrator.check.spelling import quoted
from migrator.decide.tables.splicing import spliced
from migrator.inventory.edit_records import AddElement, AddEntry, Edit, RemoveEntry, RenameEntry, ReplaceText
from migrator.write.render import render

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from migrator.check.edited_places import Places
    from migrator.inventory.edit_records import Operation
    from migrator.read.nodes import Node
    from migrator.requests.violations import Violation
    from migrator.rulebook.request_rules import Change

_ROWS = "GPT55-T001"
_OFFERED = "GPT55-T"


def other_template(places: Places, new: str, known: Sequence[str], parameters: frozenset[str]) -> Fix | None:
    """The row of a new id after that of the next id that is known; none where several tables gained one."""
    found = [fix for edit in _rows_of(places, new) if (fix := _after(places, edit, new, known, parameters))]
    return found[0] if len(found) == 1 else None


def without_refused(places: Places, violation: Violation) -> Fix | None:
    """The row of a new id without what it is refused, or with that by its other name."""
    given, new = violation.given.entry, str(violation.model.text)
    change = _change(violation.rule.change, given.spelled)
    if change is None or not _is_row_of(given.holder, new):
        return None
    for edit in _rows_of(places, new):
        held = edit.operation.value if isinstance(edit.operation, AddEntry) else ""
        if isinstance(edit.operation, AddEntry) and held.count(given.holder.source) == 1:
            made = _changed(held, given.holder.source, change)
            row = msgspec.structs.replace(edit.operation, value=made) if made else None
            return Fix(edit.path, edit.anchor, row, instead=edit.operation) if row is not None else None
    return None


def _change(change: Change, key: str) -> Operation | None:
    if change.rename:
        return RenameEntry(key=key, new=change.rename)
    return RemoveEntry(key=key) if change.remove else None


def _is_row_of(holder: Node, new: str) -> bool:
    """Whether a dict display is, or stands in, what a table has for an id."""
    for node in (holder, *holder.ancestors()):
        above = node.parent if node.parent is not None and node.parent.kind == "Dict" else None
        keys = (key for key in above.all("keys") if key.after == node) if above is not None else ()
        if any(key.value == new for key in keys):
            return holder.kind == "Dict"
    return False


def _changed(row: str, held: str, change: Operation) -> str:
    """A row's source with a change of a dict display in it; nothing where that cannot be made."""
    before = f"_ = ({row[: row.index(held)]}"
    first, left = before.count("\n") + 1, len(before.rpartition("\n")[2].encode())
    last, end = first + held.count("\n"), len(held.rpartition("\n")[2].encode())
    anchor = first, left, last, end + (left if first == last else 0)
    edit = Edit(id="e", path="row.py", anchor=anchor, operation=change, group="e", why="", rule=_ROWS)
    found = render(f"_ = ({row})\n".encode(), [edit])
    return "" if found.refused else found.data.decode()[len("_ = (") : -len(")\n")]


def without_row(places: Places, new: str, groups: Collection[str]) -> Fix | None:
    """A table without the row of a new id that no old one of its group becomes; the group's others stay."""
    own = [edit for edits in places.edits.values() for edit in edits if edit.group in groups]
    if any(isinstance(edit.operation, ReplaceText) and new in edit.operation.new for edit in own):
        return None
    row = next((edit for edit in _rows_of(places, new, _OFFERED) if edit.group in groups), None)
    return Fix(row.path, row.anchor, None, instead=row.operation) if row is not None else None


def _rows_of(places: Places, new: str, rules: str = _ROWS) -> Iterator[Edit]:
    for edit in (one for edits in places.edits.values() for one in edits if one.rule.startswith(rules)):
        told = edit.operation.key if isinstance(edit.operation, AddEntry) else ""
        told = edit.operation.source if isinstance(edit.operation, AddElement) else told
        if any(f"{quote}{new}{quote}" in told for quote in "'\""):
            yield edit


def _after(
    places: Places, edit: Edit, new: str, known: Sequence[str], parameters: frozenset[str]
) -> Fix | None:
    """An edit's row after the nearest row that says something else."""
    display = places.standing(edit)
    rows = list(_rows(display, known)) if display is not None else []
    for text, nodes in sorted(rows, key=lambda row: -_alike(row[0], new)):
        if any(_states_figures(node, parameters) or _says_id(node, text) for node in nodes):
            return None
        made = _written(edit.operation, text, nodes, new)
        if made is not None and made != edit.operation:
            return Fix(edit.path, edit.anchor, made, instead=edit.operation)
    return None


def _rows(display: Node, known: Sequence[str]) -> Iterator[tuple[str, tuple[Node, ...]]]:
    """The rows of ids that are known, or of what one begins with."""
    if display.kind == "Dict":
        pairs = zip(display.all("keys"), display.all("values"), strict=False)
        rows: list[tuple[Node, tuple[Node, ...]]] = [(key, (key, value)) for key, value in pairs]
    else:
        inside = ((one, one.among("Constant")) for one in display.all("elts"))
        rows = [(texts[0], (one,)) for one, texts in ((o, [*t]) for o, t in inside) if texts]
    for literal, nodes in rows:
        text = literal.value
        if isinstance(text, str) and len(text) > 1 and any(one.startswith(text) for one in known):
            yield text, nodes


def _written(operation: Operation, text: str, nodes: tuple[Node, ...], new: str) -> Operation | None:
    if isinstance(operation, AddEntry) and len(nodes) > 1:
        return msgspec.structs.replace(operation, value=_named(nodes[-1], text, new))
    if not isinstance(operation, AddElement):
        return None
    return msgspec.structs.replace(operation, source=_named(nodes[0], text, new))


def _named(node: Node, text: str, new: str) -> str:
    """A row's source with a new id in place of its own."""
    literals = [one for one in node.among("Constant") if one.value == text]
    return spliced(node, [(one, quoted(one, new)) for one in literals])


def _states_figures(node: Node, parameters: frozenset[str]) -> bool:
    """Whether a row states numbers that are its own model's, not what a request is given."""
    given = {
        value.index
        for mapping in node.among("Dict")
        for key, value in zip(mapping.all("keys"), mapping.all("values"), strict=False)
        if key.value in parameters
    }
    numbers = (n for n in node.among("Constant") if type(n.value) in (int, float))
    return any(number.index not in given for number in numbers)


def _says_id(node: Node, own: str) -> bool:
    """Whether a row says which model its id stands for: a new one never stands for an old one."""
    texts = (n.value for n in node.among("Constant") if isinstance(n.value, str) and n.value != own)
    return any(text.startswith(own) for text in texts)


def _alike(one: str, other: str) -> int:
    """How many letters two names begin with."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))
