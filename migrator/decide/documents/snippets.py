"""Examples as modules, and edits of such a module as changes of the text that it was taken from."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from migrator.data.formats import DOCUMENTS
from migrator.inventory.edit_records import ReplaceText
from migrator.read.examples import MARK, Examples, Line, examples, restored
from migrator.read.modules import module_parts
from migrator.source import Source, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migrator.decide.engine import Engine
    from migrator.decide.records import Judged
    from migrator.inventory.edit_records import Edit, Span
    from migrator.read.nodes import Node

_WORD = re.compile(r"[\w.\-]")


class Snippet(NamedTuple):
    """The examples of one document, or of one docstring (`node`); `module` is their name as a module."""

    path: str
    module: str
    text: str
    examples: Examples
    node: Node | None = None

    @property
    def line(self) -> int:
        return self.node.line if self.node is not None else 1

    def line_of(self, models: Sequence[str]) -> int:
        """The line of the first example that shows one of `models`."""
        for code, line in zip(self.examples.code.split("\n"), self.examples.lines, strict=False):
            if line is not None and any(model in code for model in models):
                return self.line + self.text.count("\n", 0, line.start)
        return self.line


class TextChange(NamedTuple):
    """Characters `start` to `end` of the text become `new`."""

    start: int
    end: int
    new: str


def docstrings(judged: Iterable[Judged]) -> Iterator[Snippet]:
    """Docstrings whose examples hold an id; their names are those of the module around them."""
    nodes = {one.node: one for one in judged if one.occurrence.place == "docstring" and one.node is not None}
    for node, one in nodes.items():
        name = ".".join(module_parts(one.file.path))
        head = f"from {name} import *" if all(part.isidentifier() for part in name.split(".")) else ""
        text = str(node.value)
        found = examples(text, head=head)
        if any(model in found.code for model in [one.occurrence.model]) and isinstance(node.value, str):
            yield Snippet(one.file.path, f"{one.file.path}:{node.line}{MARK}", text, found, node)


def documents(engine: Engine) -> Iterator[Snippet]:
    """Documents of the project whose examples hold an id; those that tell of the past are left alone."""
    for path in engine.documents:
        if not path.endswith(DOCUMENTS) or engine.linked.names("history-path", path):
            continue
        data = engine.data.document(path)
        if data is None or not engine.linked.pattern.in_bytes(data):
            continue
        try:
            text = Source(data).text
        except SourceError:
            continue
        found = examples(text)
        if any(True for _ in engine.linked.ids(found.code)):
            yield Snippet(path, path + MARK, text, found)


# -- back to the text ------------------------------------------------------------------------------


def changes(snippet: Snippet, edits: Sequence[Edit]) -> Iterator[tuple[Span, ReplaceText]]:
    """The edits of a snippet's module, made together, as replacements in its text."""
    from migrator.write.render import render  # the only way to know what a rewritten call looks like

    code = snippet.examples.code
    new = render(code.encode(), edits)
    if new.refused:
        return
    for change in _differences(snippet, code.split("\n"), new.data.decode().split("\n")):
        small = _smaller(snippet.text, change)
        yield (_in_docstring if snippet.node is not None else _in_document)(snippet, small)


def _differences(snippet: Snippet, old: list[str], new: list[str]) -> Iterator[TextChange]:
    lines = [*snippet.examples.lines, None]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if i2 - i1 == j2 - j1:
            for at in range(i2 - i1):
                line = lines[i1 + at]
                if line is not None and old[i1 + at] != new[j1 + at]:
                    yield TextChange(line.start, line.end, restored(new[j1 + at]))
        else:
            yield from _uneven(
                snippet.text, [line for line in lines[i1:i2] if line], lines[i1 - 1], new[j1:j2]
            )


def _uneven(text: str, old: list[Line], above: Line | None, new: list[str]) -> Iterator[TextChange]:
    """Lines that are joined, split, added or taken out."""
    newline = "\r\n" if "\r\n" in text else "\n"
    like = old[0] if old else above
    if like is None:
        return
    prefix = text[like.first : like.start].replace(">>>", "...")
    written = [restored(line) for line in new]
    if old and new:
        yield TextChange(old[0].start, old[-1].end, (newline + prefix).join(written))
    elif new:
        yield TextChange(like.end, like.end, "".join(f"{newline}{prefix}{line}" for line in written))
    else:
        end = old[-1].end
        end += len(newline) if text.startswith(newline, end) else 0
        yield TextChange(old[0].first, end, "")


def _smaller(text: str, change: TextChange) -> TextChange:
    """Only what differs, in whole words; never nothing, so that it can be found again."""
    old, new = text[change.start : change.end], change.new
    left = 0
    while left < min(len(old), len(new)) and old[left] == new[left]:
        left += 1
    right = 0
    while right < min(len(old), len(new)) - left and old[-1 - right] == new[-1 - right]:
        right += 1
    while left and _WORD.match(old[left - 1]):
        left -= 1
    while right and _WORD.match(old[len(old) - right]):
        right -= 1
    if left + right == len(old):
        left, right = (left - 1, right) if left else (left, max(right - 1, 0))
    return TextChange(change.start + left, change.end - right, new[left : len(new) - right])


def _in_document(snippet: Snippet, change: TextChange) -> tuple[Span, ReplaceText]:
    source = Source(snippet.text.encode())
    old = snippet.text[change.start : change.end]
    return (*_position(source, change.start), *_position(source, change.end)), ReplaceText(
        old=old, new=change.new
    )


def _position(source: Source, offset: int) -> tuple[int, int]:
    line, column = source.position(offset)
    return line, len(source.text[offset - column : offset].encode())


def _in_docstring(snippet: Snippet, change: TextChange) -> tuple[Span, ReplaceText]:
    """By the number of the text among its equals in the docstring, counted as they are replaced."""
    assert snippet.node is not None
    start, end, new = change
    while True:
        old = snippet.text[start:end]
        found = [match.start() for match in re.finditer(re.escape(old), snippet.text)]
        if start in found or not start:
            break
        start, new = start - 1, snippet.text[start - 1] + new
    nth = found.index(start) if start in found else 0
    return snippet.node.span, ReplaceText(old=old, new=new, nth=nth)
