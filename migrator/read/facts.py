"""What is noted of one file: where ids occur, which comments silence them, why it could not be read."""

from __future__ import annotations

from typing import Literal, NamedTuple

Place = Literal["code", "docstring", "comment"]


class Occurrence(NamedTuple):
    """One id in the text: 1-based line and column (code points), the id, the node of the string around it.

    `nth` counts equal ids inside that one string; `line_text` is the source line (comments only);
    `remark` the comments beside code: at the end of its line and directly above it.
    """

    line: int
    column: int
    model: str
    node: int
    place: Place
    nth: int
    line_text: str = ""
    remark: str = ""


class Ignore(NamedTuple):
    """A suppression comment: rule ids (none: all), the last day it holds (none: for ever), and why."""

    line: int
    rules: tuple[str, ...]
    until: str
    why: str
    whole_file: bool = False


class Problem(NamedTuple):
    """Why a file could not be read."""

    code: str
    message: str
