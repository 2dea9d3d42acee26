"""Source with parts of it replaced, every other byte as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from migrator.read.nodes import Node

Change = tuple["Node", str]


def spliced(node: Node, changes: Iterable[Change]) -> str:
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
