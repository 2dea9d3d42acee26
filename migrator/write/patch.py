"""Patches that `git apply` takes, byte for byte."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from migrator.write.line_diff import Matcher

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ESCAPES = {
    7: b"\\a",
    8: b"\\b",
    9: b"\\t",
    10: b"\\n",
    11: b"\\v",
    12: b"\\f",
    13: b"\\r",
    34: b'\\"',
    92: b"\\\\",
}


def unified(path: str, old: bytes, new: bytes, context: int = 3) -> bytes:
    """A git-style patch that turns `old` into `new`; nothing where they are equal.

    Args:
        path: of the file, relative to where the patch will be applied, with `/`.
        old: the bytes before.
        new: the bytes after (swap the two for the reverse patch).
        context: unchanged lines around each change.
    """
    if old == new:
        return b""
    name = os.fsencode(path)
    before, after = _quoted(b"a/" + name), _quoted(b"b/" + name)
    head = [b"diff --git " + before + b" " + after, b"--- " + _ended(before), b"+++ " + _ended(after)]
    hunks = _hunks(_lines(old), _lines(new), context)
    return b"".join([*(line + b"\n" for line in head), *hunks])


def _quoted(name: bytes) -> bytes:
    if all(32 <= byte < 127 and byte not in b'"\\' for byte in name):
        return name
    return b'"' + b"".join(_escaped(byte) for byte in name) + b'"'


def _escaped(byte: int) -> bytes:
    plain = bytes([byte]) if 32 <= byte < 127 else b"\\%03o" % byte
    return _ESCAPES.get(byte, plain)


def _ended(name: bytes) -> bytes:
    """Git marks the end of an unquoted name with spaces by a tab."""
    return name + b"\t" if b" " in name and not name.startswith(b'"') else name


def _lines(data: bytes) -> list[bytes]:
    """Lines as git sees them: only LF ends one."""
    *whole, rest = data.split(b"\n")
    lines = [line + b"\n" for line in whole]
    return [*lines, rest] if rest else lines


def _hunks(old: Sequence[bytes], new: Sequence[bytes], context: int) -> Iterator[bytes]:
    for group in Matcher(old, new).get_grouped_opcodes(context):
        first, last = group[0], group[-1]
        yield b"@@ -%s +%s @@\n" % (_extent(first[1], last[2]), _extent(first[3], last[4]))
        for tag, old_start, old_end, new_start, new_end in group:
            if tag == "equal":
                yield from (_marked(b" ", line) for line in old[old_start:old_end])
                continue
            yield from (_marked(b"-", line) for line in old[old_start:old_end])
            yield from (_marked(b"+", line) for line in new[new_start:new_end])


def _extent(start: int, end: int) -> bytes:
    size = end - start
    first = start + 1 if size else start
    return b"%d" % first if size == 1 else b"%d,%d" % (first, size)


def _marked(mark: bytes, line: bytes) -> bytes:
    return mark + line if line.endswith(b"\n") else mark + line + b"\n\\ No newline at end of file\n"
