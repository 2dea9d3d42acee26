"""How much a patch changes, a line a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from migrator.report import redact, words
from migrator.report.style import Style, columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from migrator.inventory.edit_records import Edit

_RIGHT = frozenset({1, 2, 3})


class _Row(NamedTuple):
    path: str
    edits: int
    added: int
    removed: int
    unsafe: int


def render(patches: Mapping[str, bytes], edits: Iterable[Edit], style: Style) -> str:
    """Edits, lines added and removed, and unsafe edits by file; the sum at the end."""
    chosen = [edit for edit in edits if edit.selected]
    rows = [_row(path, patch, chosen) for path, patch in sorted(patches.items())]
    if not rows:
        return ""
    cells = columns([_cells(row) for row in rows], _RIGHT)
    return "".join(f"{line}\n" for line in [*(_line(row, style) for row in cells), _total(rows)])


def _row(path: str, patch: bytes, edits: Sequence[Edit]) -> _Row:
    body = patch[patch.find(b"\n@@ ") + 1 :].split(b"\n")
    here = [edit for edit in edits if edit.path == path]
    return _Row(
        redact.name(path),
        len(here),
        sum(line.startswith(b"+") for line in body),
        sum(line.startswith(b"-") for line in body),
        sum(edit.safety == "unsafe" for edit in here),
    )


def _cells(row: _Row) -> tuple[str, ...]:
    unsafe = f"{row.unsafe} unsafe" if row.unsafe else ""
    return row.path, words.count(row.edits, "edit"), f"+{row.added}", f"-{row.removed}", unsafe


def _line(cells: Sequence[str], style: Style) -> str:
    path, edits, added, removed, unsafe = cells
    painted = (path, edits, style.paint(added, "green"), style.paint(removed, "red"))
    return "  ".join([*painted, style.paint(unsafe, "yellow")]).rstrip()


def _total(rows: Sequence[_Row]) -> str:
    edits = words.count(sum(row.edits for row in rows), "edit")
    added, removed = sum(row.added for row in rows), sum(row.removed for row in rows)
    unsafe = sum(row.unsafe for row in rows)
    more = f", {unsafe:,} unsafe (behaviour may change beyond the model)" if unsafe else ""
    return f"{edits} in {words.count(len(rows), 'file')}, lines +{added:,} -{removed:,}{more}"
