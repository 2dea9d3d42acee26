"""How a file is written: what new lines in it must look like."""

from __future__ import annotations

import re
from typing import NamedTuple

_NEWLINE = re.compile(r"\r\n|\r|\n")
_INDENT = re.compile(r":[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)([ \t]+)\S")


class Style(NamedTuple):
    """The file's newline and one step of its indentation."""

    newline: str = "\n"
    indent: str = "    "

    def lines(self, source: str) -> str:
        """`source` with the file's newlines."""
        return _NEWLINE.sub(self.newline, source)


def style_of(text: str) -> Style:
    """The first newline and the first indented line tell; LF and four spaces where there is none."""
    newline, indent = _NEWLINE.search(text), _INDENT.search(text)
    return Style(newline.group() if newline else "\n", indent.group(1) if indent else "    ")
