"""Code examples in Markdown, reStructuredText and docstrings: found by their marks, joined into a module."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MARK = "::examples"
"""What the name of a file ends in where its examples are meant."""

_FENCE = re.compile(r"([ \t>]*)(`{3,}|~{3,})[ \t]*([^\r\n`]*)$")
_PYTHON = re.compile(r"(?i)[{.]*(?:code-block\}[ \t]*)?(?:python3?|py3?|pycon|ipython3?|python-console)\b")
_DIRECTIVE = re.compile(
    r"([ \t]*)\.\.[ \t]+(?:code-block|code|sourcecode|testcode|ipython|doctest)::[ \t]*(.*)$"
)
_LITERAL = re.compile(r"([ \t]*)(?!\.\.[ \t])\S?.*::[ \t]*$")
_OPTION = re.compile(r"[ \t]+:[\w-]+:")
_PROMPT = re.compile(r"([ \t]*)(>>>|\.\.\.)(?:[ \t]|$)")
_SHELL = re.compile(r"[ \t]*[!%$]")
_LEFT_OUT = re.compile(r"(?<=[,(])([ \t]*)\.\.\.(?=[ \t]*(?:[,)]|$))")
_ALONE = re.compile(r"^([ \t]*)\.\.\.(,?[ \t]*(?:#.*)?)$")
_ELLIPSIS, _MASK = "...", "**_"


class Line(NamedTuple):
    """One line of an example: where its code begins and ends in the text, and the line itself begins."""

    start: int
    end: int
    first: int


class Block(NamedTuple):
    """One example; `masked` lines are written so that they parse, with as many characters."""

    lines: tuple[Line, ...]
    code: tuple[str, ...]


class Examples(NamedTuple):
    """The examples of one text as one module; `lines[i]` is where line `i` of `code` stands (none: added)."""

    code: str
    lines: tuple[Line | None, ...]


def examples(text: str, *, head: str = "") -> Examples:
    """The examples that parse, one after the other, behind a line `head` that is not in the text."""
    code = [head] if head else []
    lines: list[Line | None] = [None for _ in code]
    for block in blocks(text):
        code += block.code
        lines += block.lines
    return Examples("\n".join([*code, ""]), tuple(lines))


def blocks(text: str) -> Iterator[Block]:
    """Every example of a text that parses, in order."""
    for lines in _found(_lines(text)):
        block = _block(text, lines)
        if block is not None:
            yield block


def _lines(text: str) -> list[tuple[int, str]]:
    found, at = [], 0
    for line in text.splitlines(keepends=True):
        found.append((at, line.rstrip("\r\n")))
        at += len(line)
    return found


def _found(lines: Sequence[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """The lines of each example, as they stand."""
    at = 0
    while at < len(lines):
        line = lines[at][1]
        fence, directive = _FENCE.match(line), _DIRECTIVE.match(line)
        if fence is not None:
            stop = _closing(lines, at + 1, fence.group(2))
            inner = list(lines[at + 1 : stop])
            if _PYTHON.match(fence.group(3).strip()) or (not fence.group(3).strip() and _prompts(inner)):
                yield inner
            at = stop + 1
        elif directive is not None or _LITERAL.match(line):
            stop = _indented(lines, at + 1, len(line) - len(line.lstrip()))
            inner = [one for one in lines[at + 1 : stop] if not _OPTION.match(one[1])]
            language = directive.group(2).strip() if directive is not None else ""
            if not language or _PYTHON.match(language):
                yield inner
            at = max(stop, at + 1)
        elif _PROMPT.match(line) and ">>>" in line:
            stop = at
            while stop < len(lines) and lines[stop][1].strip():
                stop += 1
            yield list(lines[at:stop])
            at = stop
        else:
            at += 1


def _closing(lines: Sequence[tuple[int, str]], at: int, mark: str) -> int:
    while at < len(lines):
        line = lines[at][1].strip(" \t>")
        if line.startswith(mark) and not line.strip(mark[0]):
            return at
        at += 1
    return at


def _indented(lines: Sequence[tuple[int, str]], at: int, above: int) -> int:
    last = at
    while at < len(lines):
        line = lines[at][1]
        if line.strip() and len(line) - len(line.lstrip()) <= above:
            break
        at += 1
        last = at if line.strip() else last
    return last


def _prompts(lines: Sequence[tuple[int, str]]) -> bool:
    return any(line.lstrip().startswith(">>>") for _, line in lines)


def _block(text: str, lines: Sequence[tuple[int, str]]) -> Block | None:
    """The code of an example and where it stands; none where it does not parse."""
    placed = list(_prompted(lines) if _prompts(lines) else _dedented(lines))
    plain = [text[line.start : line.end] for line in placed]
    inline = [_parsable(line) for line in plain]
    for code in (plain, inline, [_ALONE.sub(rf"\1{_MASK}\2", line) for line in inline]):
        if _parses("\n".join(code)):
            return Block(tuple(placed), tuple(code))
    return None


def _prompted(lines: Sequence[tuple[int, str]]) -> Iterator[Line]:
    for first, line in lines:
        prompt = _PROMPT.match(line)
        if prompt is not None:
            yield Line(first + min(prompt.end(2) + 1, len(line)), first + len(line), first)


def _dedented(lines: Sequence[tuple[int, str]]) -> Iterator[Line]:
    indents = [len(line) - len(line.lstrip()) for _, line in lines if line.strip()]
    indent = min(indents, default=0)
    for first, line in lines:
        yield Line(first + min(indent, len(line)), first + len(line), first)


def _parsable(line: str) -> str:
    if _SHELL.match(line):
        return "#" + line[1:]
    return _LEFT_OUT.sub(rf"\1{_MASK}", line)


def restored(line: str) -> str:
    """A line that was made to parse, as a reader is to see it."""
    return line.replace(_MASK, _ELLIPSIS)


def _parses(code: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
