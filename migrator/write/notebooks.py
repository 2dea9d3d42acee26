"""Edits of notebooks: made on the module that the cells make, then on the texts of the cells in the file."""

from __future__ import annotations

import json
import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from migrator.read.notebook import Cell, Notebook, NotebookError, parts, restored
from migrator.write.datafiles import applied, refusal
from migrator.write.datalayout import TextChange
from migrator.write.render import Rendered, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.data.items import Item
    from migrator.inventory.edit_records import Edit

_UNIT = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.S
)


def render_notebook(data: bytes, edits: Sequence[Edit]) -> Rendered:
    """Make edits of one notebook on its bytes; as `render` does for Python."""
    if not edits:
        return Rendered(data, (), ())
    try:
        notebook = Notebook(data)
    except NotebookError as error:
        return Rendered(data, (), (refusal(edits, "unreadable", str(error)),))
    done = render(notebook.text.encode("utf-8", "surrogatepass"), edits)
    module = done.data.decode("utf-8", "surrogatepass")
    new = parts(module)
    changed = [c for c in notebook.cells if new.get(c.number) != [line.rstrip("\r\n") for line in c.spoken]]
    changes = [change for cell in changed for change in _of_cell(notebook, cell, new.get(cell.number, []))]
    text = applied(notebook.source.text, changes)
    if not _is_right(notebook, text, new) or _outside(module) != _outside(notebook.text):
        said = "the edits reach outside the cells; nothing was written"
        problem = refusal(edits, "verification-failed", said)
        return Rendered(data, (), (*done.refused, problem))
    return Rendered(notebook.source.encode(text), done.made, done.refused)


def _outside(module: str) -> int:
    """How many lines of a module stand in no cell."""
    return module.count("\n") - sum(map(len, parts(module).values()))


def _is_right(notebook: Notebook, text: str, new: dict[int, list[str]]) -> bool:
    """Whether the file, read again, says what it said with the new cells in it, and nothing else."""
    try:
        before, after = json.loads(notebook.source.text), json.loads(text)
    except ValueError:
        return False
    for cell in notebook.cells:
        one, other = before["cells"][cell.number - 1], after["cells"][cell.number - 1]
        if "".join(other.get("source", "")) != "".join(_lines(cell, new.get(cell.number, []))):
            return False
        one["source"] = other["source"]
    return bool(before == after)


def _lines(cell: Cell, spoken: list[str]) -> list[str]:
    """The lines of a cell as they will be, with the newlines that it has."""
    newline = "\r\n" if cell.lines[0].endswith("\r\n") else "\n"
    lines = [line + newline for line in restored(spoken, cell.lines)]
    if lines and not cell.lines[-1].endswith(("\n", "\r")):
        lines[-1] = lines[-1].removesuffix(newline)
    return lines


def _of_cell(notebook: Notebook, cell: Cell, spoken: list[str]) -> Iterator[TextChange]:
    new, text = _lines(cell, spoken), notebook.source.text
    values = [str(piece.value) for piece in cell.pieces]
    if len(cell.pieces) == 1 and values != cell.lines:
        yield from _in_text(text, cell.pieces[0], cell.lines, new)
        return
    if values != cell.lines:
        yield _rows(text, cell.pieces, new)
        return
    for tag, start, end, first, last in SequenceMatcher(None, cell.lines, new, False).get_opcodes():
        if tag == "replace" and end - start == last - first:
            for piece, line in zip(cell.pieces[start:end], new[first:last], strict=True):
                yield _spliced(text, piece, line)
        elif tag in ("replace", "delete") and last > first:
            yield _rows(text, cell.pieces[start:end], new[first:last], cell.pieces)
        elif tag == "insert" and start:
            at, gap = cell.pieces[start - 1].end, _gap(text, cell.pieces)
            yield TextChange(at, at, "".join(gap + _literal(text, line) for line in new[first:last]))
        elif tag == "insert":
            at, gap = cell.pieces[0].start, _gap(text, cell.pieces)
            yield TextChange(at, at, "".join(_literal(text, line) + gap for line in new[first:last]))
        elif tag == "delete":
            last_end = end == len(cell.pieces)
            yield TextChange(
                cell.pieces[start - 1].end if last_end and start else cell.pieces[start].start,
                cell.pieces[end - 1].end if last_end else cell.pieces[end].start,
                "",
            )


def _rows(text: str, pieces: list[Item], lines: list[str], every: list[Item] | None = None) -> TextChange:
    """Some texts of a list replaced by others."""
    gap = _gap(text, every or pieces)
    return TextChange(pieces[0].start, pieces[-1].end, gap.join(_literal(text, line) for line in lines))


def _gap(text: str, pieces: list[Item]) -> str:
    """What stands between two texts of a list."""
    if len(pieces) > 1:
        return text[pieces[0].end : pieces[1].start]
    start = text.rfind("\n", 0, pieces[0].start) + 1
    indent = text[start : pieces[0].start]
    return ",\n" + indent if not indent.strip() else ", "


def _in_text(text: str, piece: Item, old: list[str], new: list[str]) -> Iterator[TextChange]:
    """Changed lines inside the one text of a cell."""
    places, starts = _places(text, piece), [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    for tag, start, end, first, last in SequenceMatcher(None, old, new, False).get_opcodes():
        if tag != "equal":
            was, said = "".join(old[start:end]), "".join(new[first:last])
            yield _between(text, places, starts[start], was, said)


def _spliced(text: str, piece: Item, new: str) -> TextChange:
    return _between(text, _places(text, piece), 0, str(piece.value), new)


def _between(text: str, places: list[int], at: int, old: str, new: str) -> TextChange:
    """What differs between two texts, the old of which begins at a place; the rest stays as it is spelled."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    start, end = places[at + head], places[at + len(old) - tail]
    return TextChange(start, end, _literal(text, new[head : len(new) - tail])[1:-1])


def _common(one: str, other: str) -> int:
    shortest = min(len(one), len(other))
    return next((i for i in range(shortest) if one[i] != other[i]), shortest)


def _places(text: str, piece: Item) -> list[int]:
    """Where each character of a text stands in the file, and where the text ends."""
    return [m.start() for m in _UNIT.finditer(text, piece.start + 1, piece.end - 1)] + [piece.end - 1]


def _literal(text: str, value: str) -> str:
    return json.dumps(value, ensure_ascii=text.isascii())
