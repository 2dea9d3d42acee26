"""A change that the user edits before it is made, like `e` of `git add -p`."""

from __future__ import annotations

import ast
import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

import click

from migrator.commands import work
from migrator.errors import WorkError
from migrator.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migrator.rendering import Change, Changes

HELP = """\
# Change lines that begin with "+", remove them, or add some. To keep a line that begins with "-",
# turn its "-" into a space. Leave the others. Lines that begin with "#" are not read.
# An empty file takes you back to the question.
"""
_HEAD = re.compile(rb"^@@ -(\d+)(?:,(\d+))? [^\n]*\n", re.M)


class EditError(Exception):
    """What came back from the editor cannot be used; the message says why."""


class Handmade(NamedTuple):
    """A file as it is, as the tool would have made it with one change, and as the user wants it."""

    path: str
    old: bytes
    made: bytes
    wanted: bytes


def edited(made: Changes) -> list[Handmade]:
    """What the user makes of one change in an editor; nothing where they gave up. Raises EditError."""
    text = click.edit(HELP + "".join(map(_shown, made.files)), extension=".diff", require_save=False)
    parts = _parts(text or "")
    files = {change.path: change for change in made.files}
    if unknown := parts.keys() - files.keys():
        raise EditError(f"{min(unknown)}: no file of this change")
    if not parts:
        return []
    return [_handmade(change, parts.get(path, [])) for path, change in files.items()]


def _shown(change: Change) -> str:
    source = Source(change.old)
    patch = next(iter(work.patches(_only(change)).values()))
    patch = patch.replace(b"\n " + source.bom, b"\n ", 1) if source.bom else patch
    heads = list(_HEAD.finditer(patch))
    ends = [*(head.start() for head in heads), len(patch)][1:]
    blocks = [(head[1], patch[head.end() : end]) for head, end in zip(heads, ends, strict=True)]
    text = "".join(f"@@ line {int(first)}\n{body.decode(source.encoding)}" for first, body in blocks)
    return f"=== {change.path}\n{text}".replace("\r\n", "\n")


def _only(change: Change) -> Changes:
    from migrator.rendering import Changes

    return Changes((change,), ())


def _parts(text: str) -> dict[str, list[tuple[int, list[str]]]]:
    """Path -> hunks as (first line, lines)."""
    found: dict[str, list[tuple[int, list[str]]]] = {}
    hunks: list[tuple[int, list[str]]] | None = None
    for line in text.split("\n"):
        if line.startswith("=== "):
            hunks = found.setdefault(line[4:].strip(), [])
        elif match := re.match(r"@@ line (\d+)", line):
            if hunks is None:
                raise EditError("a hunk stands ahead of its file's name")
            hunks.append((int(match[1]), []))
        elif hunks and not line.startswith("#"):
            hunks[-1][1].append(line)
    return found


def _handmade(change: Change, hunks: list[tuple[int, list[str]]]) -> Handmade:
    source = Source(change.old)
    text = "".join(_patched(_lines(source.text), hunks, change.path))
    try:
        wanted = source.encode(text)
        ast.parse(wanted)
    except (SyntaxError, UnicodeEncodeError, ValueError) as error:
        raise EditError(f"{change.path}: would be no Python any more: {error}") from None
    return Handmade(change.path, change.old, change.new, wanted)


def _patched(old: Sequence[str], hunks: list[tuple[int, list[str]]], path: str) -> Iterator[str]:
    newline = "\r\n" if old and old[0].endswith("\r\n") else "\n"
    at = 0
    for first, lines in hunks:
        start = max(first - 1, 0)
        yield from old[at:start]
        new, at = _hunk(old, start, lines, newline, path)
        yield from new
    yield from old[at:]


def _hunk(
    old: Sequence[str], at: int, lines: Sequence[str], newline: str, path: str
) -> tuple[list[str], int]:
    new: list[str] = []
    added = False
    while lines and not lines[-1]:
        lines = lines[:-1]
    for line in lines:
        mark, text = line[:1] or " ", line[1:]
        if mark == "\\":
            new[-1:] = [each.rstrip("\r\n") if added else each for each in new[-1:]]
            continue
        added = mark == "+"
        if added:
            new.append(text + newline)
        elif mark not in " -" or at >= len(old) or old[at].rstrip("\r\n") != text.rstrip("\r"):
            raise EditError(
                f'{path}: "{line.strip()[:60]}" is no line of the file; only "+" lines may be new'
            )
        else:
            new += [old[at]] if mark == " " else []
            at += 1
    return new, at


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


# -- together with the changes that were taken as they are -----------------------------------------


def merged(made: Changes, handmade: Iterable[Handmade]) -> Changes:
    """`made` with what the user wrote in place of what the tool had made; raises WorkError on a clash."""
    files = {change.path: change for change in made.files}
    for part in handmade:
        change = files.get(part.path)
        if change is not None:
            files[part.path] = change._replace(new=_merge(part, change.new))
    kept = (change for change in files.values() if change.new != change.old)
    return made._replace(files=tuple(kept))


def _merge(part: Handmade, new: bytes) -> bytes:
    made, wanted, lines = (Source(data) for data in (part.made, part.wanted, new))
    result = _lines(lines.text)
    before, after = _lines(made.text), _lines(wanted.text)
    same = SequenceMatcher(None, before, result, autojunk=False).get_matching_blocks()
    changes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for tag, first, last, start, end in reversed(changes):
        if tag != "equal":
            block = next((b for b in same if b.a <= first and last <= b.a + b.size), None)
            if block is None:
                raise WorkError(
                    f"{part.path}:{first + 1}: your edit and another change that you took are about the same "
                    "lines; nothing was written: take them in two runs"
                )
            shift = block.b - block.a
            result[first + shift : last + shift] = after[start:end]
    return lines.encode("".join(result))


# -- what could not be made ------------------------------------------------------------------------


def keep(handmade: Sequence[Handmade], name: str) -> str:
    """Where the user's own edits are kept that were not written, if any; `name` is the root's."""
    parts = [part for part in handmade if part.wanted != part.old]
    if not parts:
        return ""
    from migrator.commands.runs import new_file
    from migrator.write.patch import unified

    file = new_file("edits", name)
    file.write_bytes(b"".join(unified(part.path, part.old, part.wanted) for part in parts))
    return str(file)
