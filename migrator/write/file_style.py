"""How a file is written: what new lines in it must look like."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from migrator.source import Source

_NEWLINE = re.compile(r"\r\n|\r|\n")
_COMPOUND = (
    ast.ClassDef,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.If,
    ast.For,
    ast.While,
    ast.With,
    ast.Try,
)


class Style(NamedTuple):
    """The file's newline and one step of its indentation."""

    newline: str = "\n"
    indent: str = "    "

    def lines(self, source: str) -> str:
        """`source` with the file's newlines."""
        return _NEWLINE.sub(self.newline, source)


def style_of(source: Source, tree: ast.Module) -> Style:
    """The first newline and the first indented block tell; LF and four spaces where there is none."""
    newline = _NEWLINE.search(source.text)
    blocks = (node.body[0] for node in tree.body if isinstance(node, _COMPOUND) and node.body)
    indents = (source.line(first.lineno)[: first.col_offset] for first in blocks)
    indent = next((indent for indent in indents if indent and not indent.strip(" \t")), "    ")
    return Style(newline.group() if newline else "\n", indent)
