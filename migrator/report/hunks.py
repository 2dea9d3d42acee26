"""The hunks of a unified diff, for showing; the patch itself is never printed from here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from migrator.report import redact
from migrator.report.style import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.inventory.edit_records import Edit
    from migrator.report.style import Style

_REASON = 100
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


def explained(patch: bytes, edits: Iterable[Edit]) -> bytes:
    """One file's patch with the reason of each hunk behind its `@@`, where git and patch read past it."""
    here = [edit for edit in edits if edit.selected]

    def head(match: re.Match[bytes]) -> bytes:
        hunk = _hunk(match, patch[match.end() :].partition(b"\n@@ ")[0])
        reason = _reason([edit for edit in here if _meets(edit, hunk)])
        return match[0].rstrip(b"\n") + (b" " + reason.encode(errors="replace") if reason else b"") + b"\n"

    return _HEAD.sub(head, patch)


def _meets(edit: Edit, hunk: Hunk) -> bool:
    return edit.anchor[0] <= hunk.last and hunk.first <= edit.anchor[2]


def _reason(edits: list[Edit]) -> str:
    reasons = dict.fromkeys(_said(edit) for edit in sorted(edits, key=lambda edit: (-edit.rank, edit.anchor)))
    first = next(iter(reasons), "")
    return f"{first} (and {len(reasons) - 1} more)" if len(reasons) > 1 else first


def _said(edit: Edit) -> str:
    text = redact.shown(redact.mask(" ".join(edit.why.split())))
    return f"{edit.rule} {shorten(text, _REASON).replace('…', '...')}"


def paint(lines: tuple[str, ...], style: Style, indent: str = "") -> list[str]:
    """Diff lines in the usual colours."""
    return [(indent + _paint(line, style)).rstrip() for line in lines]


def _paint(line: str, style: Style) -> str:
    if line.startswith("+"):
        return style.paint(line, "green")
    return style.paint(line, "red") if line.startswith("-") else line


def colored(patch: bytes, style: Style) -> str:
    """A whole patch for a terminal: every byte visible, nothing wrapped, and only secrets masked."""
    text = redact.shown(patch.decode("utf-8", "backslashreplace").replace("\r\n", "\n"))
    lines = map(redact.mask, redact.mask(text).split("\n")[:-1])
    return "".join(f"{_paint_patch(line, style)}\n" for line in lines)


def _paint_patch(line: str, style: Style) -> str:
    if line.startswith(("diff --git ", "--- ", "+++ ", "index ")):
        return style.paint(line, "bold")
    if line.startswith("@@ "):
        place, end, reason = line[3:].partition(" @@ ")
        return style.paint(f"@@ {place}{end.rstrip()}", "cyan") + (
            f" {style.paint(reason, 'bold')}" if reason else ""
        )
    return _paint(line, style)
