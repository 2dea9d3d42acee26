"""The hunks of a unified diff, for showing; the patch itself is never printed from here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.report import redact

if TYPE_CHECKING:
    from migrator.report.style import Style

_HEAD = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@[^\n]*\n", re.MULTILINE)


class Hunk(NamedTuple):
    """Lines of a patch, and the old lines `first` to `last` that they are about."""

    first: int
    last: int
    lines: tuple[str, ...]


def hunks(patch: bytes) -> list[Hunk]:
    """The hunks of one file's patch, as text that may be shown to people."""
    heads = list(_HEAD.finditer(patch))
    ends = [*(head.start() for head in heads), len(patch)][1:]
    return [_hunk(head, patch[head.end() : end]) for head, end in zip(heads, ends, strict=True)]


def _hunk(head: re.Match[bytes], body: bytes) -> Hunk:
    first, size = int(head[1]), int(head[2] or 1)
    return Hunk(first, first + max(size - 1, 0), tuple(map(_line, body.removesuffix(b"\n").split(b"\n"))))


def _line(raw: bytes) -> str:
    return redact.shown(redact.mask(raw.rstrip(b"\r").decode("utf-8", "replace")))


def paint(lines: tuple[str, ...], style: Style, indent: str = "") -> list[str]:
    """Diff lines in the usual colours."""
    return [(indent + _paint(line, style)).rstrip() for line in lines]


def _paint(line: str, style: Style) -> str:
    if line.startswith("+"):
        return style.paint(line, "green")
    return style.paint(line, "red") if line.startswith("-") else line


def colored(patch: bytes, style: Style) -> str:
    """A whole patch for a terminal: every byte visible, nothing masked or wrapped."""
    text = redact.shown(patch.decode("utf-8", "backslashreplace").replace("\r\n", "\n"))
    return "".join(f"{_paint_patch(line, style)}\n" for line in text.split("\n")[:-1])


def _paint_patch(line: str, style: Style) -> str:
    if line.startswith(("diff --git ", "--- ", "+++ ", "index ")):
        return style.paint(line, "bold")
    return style.paint(line, "cyan") if line.startswith("@@ ") else _paint(line, style)
