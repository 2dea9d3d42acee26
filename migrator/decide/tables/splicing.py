"""Source with parts of it replaced, every other byte as it was."""

from __future__ import annotations

import io
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.read.nodes import Node

Spliced = tuple["Node", str]
Cut = tuple["Entry", str]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a display (or a keyword, key and value in one) with its comma, which a change takes out."""

    key: Node
    value: Node

    @property
    def index(self) -> int:
        """Its place in the file."""
        return self.key.index

    @property
    def span(self) -> tuple[int, int, int, int]:
        """From its start to that of the next entry; of a last one from the end of the one before."""
        display = self.key.parent
        assert display is not None
        keys, values = display.all(self.key.field), display.all(self.value.field)
        at = keys.index(self.key)
        if at + 1 < len(keys):
            return (*self.key.span[:2], *keys[at + 1].span[:2])
        return (*(values[at - 1].span[2:] if at else self.key.span[:2]), *self.value.span[2:])

    def inside(self, node: Node) -> bool:
        """Whether it stands in a node."""
        return self.key.inside(node)


def spliced(node: Node, changes: Iterable[Spliced | Cut]) -> str:
    """The node's source with some of the nodes inside it replaced."""
    starts = node.file.line_starts
    base = starts[node.line - 1] + node.span[1]
    data = node.source.encode()
    for inner, text in sorted(changes, key=lambda change: change[0].index, reverse=True):
        first, start, last, end = inner.span
        data = (
            data[: starts[first - 1] + start - base] + text.encode() + data[starts[last - 1] + end - base :]
        )
    return data.decode()


def uncommented(before: str, after: str) -> str:
    """A copy without the remarks on figures that stand on lines which the copy changed."""
    old, lines = before.splitlines(), after.splitlines(keepends=True)
    if "#" not in after or len(old) != len(lines):
        return after
    for token in tokenize.generate_tokens(io.StringIO(f"({after}\n)").readline):
        at, column = token.start[0] - 1, token.start[1] - (token.start[0] == 1)
        is_figure = token.type == tokenize.COMMENT and any(map(str.isdigit, token.string))
        if is_figure and old[at] != lines[at].rstrip("\r\n"):
            end = lines[at][len(lines[at].rstrip("\r\n")) :]
            lines[at] = lines[at][:column].rstrip() + end
    return "".join(lines)
