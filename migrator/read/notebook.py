"""Notebooks as one module of Python: their cells in order, each line where it stands in the file.

What is no Python stands as a comment with its number, so that it can be put back: magics, lines for the
shell, cells of other languages, texts, and cells that do not parse.
"""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from migrator.data.items import DataError, Item
from migrator.data.jsons import read as read_json
from migrator.source import Source, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDING = ".ipynb"
_HEAD = "# %% [{}]\u27e6cell\u27e7{}"
_FOOT = "# \u27e6end\u27e7"
_HEADS = re.compile("^# %% \\[(\\d+)\\]\u27e6cell\u27e7(.*)$", re.M)
_MASKED = re.compile("^(.*?)(?:pass  )?#\u27e6(\\d+)\u27e7.*$")
_MARKS = ("\u27e6", "\u27e7")
_LINE = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?{1,2}\s*)$")
_ASSIGNED = re.compile(r"^(\s*)([\w.,\[\]'\" ()]+?)\s*=\s*[!%]")
_TIMED = re.compile(r"^(\s*)(%(?:time|timeit|prun)\s+)(?=[^\s-])")
_WITH_CODE = re.compile(r"^\s*%%(?:time|timeit|capture|prun|memit|mprun|python3?|py)\b")
_NEVER = "0x0; "
"""Stands for `%time `: what follows is code."""
_HELD = re.compile(r"^(\s*)0x0; +(.*)$")


class Cell(NamedTuple):
    """A cell: its number from 1, its first line in the module, its lines, those as Python, what is wrong.

    `pieces` are the texts of its source in the file.
    """

    number: int
    first: int
    lines: list[str]
    spoken: list[str]
    problem: str
    pieces: list[Item]


class NotebookError(Exception):
    """A file is no notebook of Python; the message says why."""


class Notebook:
    """A notebook's cells, and the module that they make."""

    def __init__(self, data: bytes) -> None:
        try:
            self.source = Source(data)
            self.root = read_json(self.source.text)
        except (SourceError, DataError, RecursionError) as error:
            raise NotebookError(f"no notebook: {error or 'nested too deeply'}") from None
        self.cells = list(self._cells())
        self.text = self._module()

    def _cells(self) -> Iterator[Cell]:
        held = _entry(self.root, "cells")
        if held is None or held.kind != "list":
            raise NotebookError("no notebook: it has no list of cells")
        is_python = _language(self.root) in ("", "python", "ipython")
        free = 1
        for number, item in enumerate(held.items, 1):
            given, kind = _entry(item, "source"), _entry(item, "cell_type")
            pieces = given.items if given is not None and given.kind == "list" else [given] if given else []
            if kind is None or any(piece.kind != "text" for piece in pieces):
                raise NotebookError(f"no notebook: cell {number} is no cell")
            lines = "".join(str(piece.value) for piece in pieces).splitlines(keepends=True)
            if lines:
                first = self._first(pieces, lines, free)
                code = kind.value == "code" and is_python
                spoken, problem = spoken_cell(lines) if code else (_commented(lines), "")
                yield Cell(number, first, lines, spoken, problem, pieces)
                free = first + len(lines) + 1

    def _first(self, pieces: list[Item], lines: list[str], free: int) -> int:
        """The line of a cell's first line: where it stands, if each line stands on one of its own."""
        places = [self.source.position(piece.start)[0] for piece in pieces]
        stands = places == list(range(places[0], places[0] + len(lines)))
        return places[0] if stands and places[0] > free else free + 1

    def _module(self) -> str:
        made: list[str] = []
        for cell in self.cells:
            made += ["\n"] * (cell.first - 2 - len(made))
            made.append(_HEAD.format(cell.number, " ".join(cell.problem.split())) + "\n")
            made += [line.rstrip("\r\n") + "\n" for line in cell.spoken]
            made.append(_FOOT + "\n")
        return "".join(made)


def parts(module: str) -> dict[int, list[str]]:
    """The lines of each cell of a module, by the cell's number."""
    found: dict[int, list[str]] = {}
    lines: list[str] | None = None
    for line in module.split("\n"):
        head = _HEADS.match(line)
        if head is not None:
            lines = found.setdefault(int(head.group(1)), [])
        elif line == _FOOT:
            lines = None
        elif lines is not None:
            lines.append(line)
    return found


class CellStart(NamedTuple):
    """Where a cell begins in a module, its number, and why it could not be read."""

    line: int
    number: int
    problem: str


def places(module: str) -> list[CellStart]:
    """Where the cells of a module begin."""
    found, line, at = [], 1, 0
    for head in _HEADS.finditer(module):
        line, at = line + module.count("\n", at, head.start()), head.start()
        found.append(CellStart(line, int(head.group(1)), head.group(2)))
    return found


def cell_at(cells: list[CellStart], line: int) -> CellStart:
    """The cell that a line of a module belongs to."""
    at = bisect_right(cells, (line, 1 << 30, ""))
    return cells[at - 1] if at else CellStart(0, 0, "")


def spoken(path: str, data: bytes) -> bytes:
    """A file's bytes as Python; of a notebook its module, and its own bytes where it is none."""
    if not path.endswith(ENDING):
        return data
    try:
        return Notebook(data).text.encode("utf-8", "surrogatepass")
    except NotebookError:
        return data


# -- what is no Python -------------------------------------------------------------------------------


def spoken_cell(lines: list[str]) -> tuple[list[str], str]:
    """A cell's lines as Python, and why they are none."""
    plain = [line.rstrip("\r\n") for line in lines]
    if any(_HELD.match(line) or any(mark in line for mark in (*_MARKS, "\r")) for line in plain):
        return _hidden(lines), "uses characters that this tool marks lines with"
    if not (problem := _problem(plain)):
        return plain, ""
    if plain[0].lstrip().startswith("%%") and not _WITH_CODE.match(plain[0]):
        return _commented(lines), ""
    masked = list(_masked(plain))
    return (masked, "") if not _problem(masked) else (_commented(lines), problem)


def restored(spoken_lines: list[str], lines: list[str]) -> list[str]:
    """Lines of a module as the cell says them; `lines` are the cell's own."""
    prefixes = iter([m.group(2) for line in lines if (m := _TIMED.match(line)) is not None])
    found = []
    for line in spoken_lines:
        masked, timed = _MASKED.match(line), _HELD.match(line)
        if masked is not None:
            found.append(lines[int(masked.group(2))].rstrip("\r\n"))
        elif timed is not None:
            found.append(timed.group(1) + next(prefixes) + timed.group(2))
        else:
            found.append(line)
    return found


def _problem(lines: list[str]) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse("\n".join(lines) + "\n")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        return f"line {getattr(error, 'lineno', 0) or 1} of the cell: {said}"
    return ""


def _masked(lines: list[str]) -> Iterator[str]:
    goes_on = False
    for number, line in enumerate(lines):
        timed = _TIMED.match(line) if not goes_on else None
        match = _LINE.match(line) or _ASSIGNED.match(line)
        if timed is not None:
            start, end = timed.span(2)
            yield line[:start] + _NEVER.ljust(end - start) + line[end:]
        elif match is not None or goes_on or (number == 0 and line.lstrip().startswith("%%")):
            yield _as_comment(line, number, "" if goes_on else "pass  ")
        else:
            yield line
        goes_on = (match is not None or goes_on) and timed is None and line.endswith("\\")


def _as_comment(line: str, number: int, statement: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}{statement}#\u27e6{number}\u27e7 {line.strip()}"


def _commented(lines: list[str]) -> list[str]:
    return [_as_comment(line.strip("\r\n"), number, "") for number, line in enumerate(lines)]


def _hidden(lines: list[str]) -> list[str]:
    return [f"#\u27e6{number}\u27e7" for number in range(len(lines))]


def _entry(item: Item, *names: str) -> Item | None:
    for name in names:
        pairs = zip(item.keys, item.items, strict=True) if item.kind == "map" else ()
        found = next((value for key, value in pairs if key.value == name), None)
        if found is None:
            return None
        item = found
    return item


def _language(root: Item) -> str:
    """The language of a notebook's code, in small letters; nothing where it does not say."""
    for way in (("metadata", "language_info", "name"), ("metadata", "kernelspec", "language")):
        found = _entry(root, *way)
        if found is not None and isinstance(found.value, str):
            return found.value.lower()
    return ""
