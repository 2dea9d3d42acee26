"""The text of string literals: what their source says, and how to say something else in them."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, NamedTuple

from migrator.write.edit_errors import NotApplicableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_RAW_UNIT = re.compile(r"\r\n|\{\{|\}\}|.", re.DOTALL)
_UNIT = re.compile(
    r"\\(?:N\{[^}]*\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|\r\n|.)|"
    + _RAW_UNIT.pattern,
    re.DOTALL,
)


class Piece(NamedTuple):
    """A stretch of literal text: its source, and how the literal around it is written."""

    body: str
    prefix: str
    quote: str

    @property
    def is_raw(self) -> bool:
        """No escapes inside."""
        return "r" in self.prefix

    @property
    def is_formatted(self) -> bool:
        """Braces are doubled inside."""
        return "f" in self.prefix or "t" in self.prefix

    @property
    def is_bytes(self) -> bool:
        """No text but bytes."""
        return "b" in self.prefix


class Value(NamedTuple):
    """What a piece says; character `i` is written by source characters `starts[i]` to `ends[i]`."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


def occurrences(text: str, old: str) -> Iterator[int]:
    """Where `old` stands in `text`, overlaps left out."""
    at = text.find(old) if old else -1
    while at >= 0:
        yield at
        at = text.find(old, at + len(old))


def spell(text: str, piece: Piece) -> str:
    """`text` as source inside this literal; raises NotApplicableError where it cannot be said there."""
    mark = piece.quote[0]
    if len(piece.quote) == 3 and mark * 2 not in text and text[-1:] != mark:
        mark = "\0"  # one at a time, quotes stand in it as they are
    if piece.is_bytes and not text.isascii():
        raise NotApplicableError("bytes hold ASCII text only")
    lines = () if len(piece.quote) == 3 else ("\n",)
    if piece.is_raw and any(char in text for char in ("\\", mark, "\r", *lines)):
        raise NotApplicableError("a raw string cannot spell this text")
    escapes = {"\\": "\\\\", mark: "\\" + mark, "\r": "\\r"}
    if len(piece.quote) == 1:
        escapes["\n"] = "\\n"
    spelled = "".join(escapes.get(char, char) for char in text)
    return spelled.replace("{", "{{").replace("}", "}}") if piece.is_formatted else spelled


def value(piece: Piece) -> Value:
    """What the piece says, character by character."""
    if not any(char in piece.body for char in "\\\r{}"):
        return Value(piece.body, range(len(piece.body)), range(1, len(piece.body) + 1))
    units = [
        (char, unit.start(), unit.end())
        for unit in (_RAW_UNIT if piece.is_raw else _UNIT).finditer(piece.body)
        for char in _said(unit.group(), piece)
    ]
    return Value("".join(unit[0] for unit in units), [unit[1] for unit in units], [unit[2] for unit in units])


def _said(unit: str, piece: Piece) -> str:
    if unit in ("\r", "\r\n"):
        return "\n"
    if unit in ("{{", "}}"):
        return unit[0] if piece.is_formatted else unit
    return _escape(unit, "b" if piece.is_bytes else "") if unit[0] == "\\" and len(unit) > 1 else unit


def _escape(unit: str, prefix: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        said: str | bytes = ast.literal_eval(f"{prefix}'{unit}'") if unit != '\\"' else '"'
    return said.decode("latin-1") if isinstance(said, bytes) else said
