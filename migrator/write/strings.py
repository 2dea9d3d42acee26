"""Text inside string literals: by value, spelled as the literal spells it, never inside `{}`."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from migrator.write.errors import NotApplicableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.inventory import ReplaceText

_UNIT = re.compile(
    r"\\(?:N\{[^}]*\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|\r\n|.)|\r\n|\{\{|\}\}|.",
    re.DOTALL,
)
_RAW_UNIT = re.compile(r"\r\n|\{\{|\}\}|.", re.DOTALL)


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


class Hit(NamedTuple):
    """Characters `start` to `end` of a piece's source, to be replaced for `operation`."""

    piece: int
    start: int
    end: int
    operation: ReplaceText


def replace(node: Any, operations: Sequence[ReplaceText]) -> Any:
    """A libcst string, concatenation or f-string with each operation made.

    Raises NotApplicableError where the text is missing, ambiguous or cannot be spelled in this literal.
    """
    pieces = list(_pieces(node))
    if not any(pieces):
        raise NotApplicableError("no string literal stands here", tuple(operations))
    hits = sorted((_hit(pieces, operation) for operation in operations), key=lambda hit: hit[:3])
    for one, other in zip(hits, hits[1:], strict=False):
        if one.piece == other.piece and other.start < one.end:
            clash = (one.operation, other.operation)
            raise NotApplicableError("two edits change the same text", clash, "conflicting-edits")
    bodies = [piece.body if piece else "" for piece in pieces]
    for piece, start, end, operation in reversed(hits):
        body = bodies[piece]
        bodies[piece] = body[:start] + spell(operation.new, pieces[piece]) + body[end:]
    return _rebuilt(node, iter(bodies))


def spell(text: str, piece: Piece | None) -> str:
    """`text` as source inside this literal; raises NotApplicableError where it cannot be said there."""
    assert piece is not None
    mark = piece.quote[0]
    special = {"\\", mark} if not piece.is_raw else set()
    if len(piece.quote) == 1 or piece.is_raw:
        special |= {"\n", "\r"}
    if "b" in piece.prefix and not text.isascii():
        raise NotApplicableError("bytes hold ASCII text only")
    if piece.is_raw and any(char in text for char in ("\\", mark, "\n", "\r")):
        raise NotApplicableError("a raw string cannot spell this text")
    escapes = {"\n": "\\n", "\r": "\\r"}
    spelled = "".join(escapes.get(c, "\\" + c) if c in special else c for c in text)
    return spelled.replace("{", "{{").replace("}", "}}") if piece.is_formatted else spelled


def occurrences(text: str, old: str) -> Iterator[int]:
    """Where `old` stands in `text`, overlaps left out."""
    at = text.find(old)
    while at >= 0 and old:
        yield at
        at = text.find(old, at + len(old))


def _pieces(node: Any) -> Iterator[Piece | None]:
    kind = type(node).__name__
    if kind == "SimpleString":
        yield Piece(node.raw_value, node.prefix.lower(), node.quote)
    elif kind == "ConcatenatedString":
        yield from _pieces(node.left)
        yield from _pieces(node.right)
    elif kind in ("FormattedString", "TemplatedString"):
        for part in node.parts:
            literal = type(part).__name__.endswith("StringText")
            yield Piece(part.value, node.prefix.lower(), node.quote) if literal else None


def _rebuilt(node: Any, bodies: Iterator[str]) -> Any:
    kind = type(node).__name__
    if kind == "SimpleString":
        start = node.value[: len(node.prefix)] + node.quote
        return node.with_changes(value=start + next(bodies) + node.quote)
    if kind == "ConcatenatedString":
        return node.with_changes(left=_rebuilt(node.left, bodies), right=_rebuilt(node.right, bodies))
    parts = []
    for part in node.parts:
        body = next(bodies)
        literal = type(part).__name__.endswith("StringText")
        parts.append(part.with_changes(value=body) if literal else part)
    return node.with_changes(parts=parts)


def _hit(pieces: Sequence[Piece | None], operation: ReplaceText) -> Hit:
    values = [_values(piece) for piece in pieces]
    found = [(i, at) for i, value in enumerate(values) for at in occurrences(value.text, operation.old)]
    across = "".join(value.text if piece else "\0" for piece, value in zip(pieces, values, strict=True))
    if across.count(operation.old) != len(found):
        raise NotApplicableError("the text runs across adjacent literals", (operation,))
    if operation.nth >= len(found):
        raise NotApplicableError(f"{operation.old!r} is not in the literal text", (operation,))
    index, at = found[operation.nth]
    value = values[index]
    return Hit(index, value.starts[at], value.ends[at + len(operation.old) - 1], operation)


class _Value(NamedTuple):
    text: str
    starts: Sequence[int]
    ends: Sequence[int]


def _values(piece: Piece | None) -> _Value:
    if piece is None:
        return _Value("", (), ())
    if not any(char in piece.body for char in "\\\r{}"):
        return _Value(piece.body, range(len(piece.body)), range(1, len(piece.body) + 1))
    text, starts, ends = [], [], []
    for unit in (_RAW_UNIT if piece.is_raw else _UNIT).finditer(piece.body):
        for char in _units(unit.group(), piece):
            text.append(char)
            starts.append(unit.start())
            ends.append(unit.end())
    return _Value("".join(text), starts, ends)


def _units(unit: str, piece: Piece) -> str:
    if unit in ("\r", "\r\n"):
        return "\n"
    if unit in ("{{", "}}"):
        return unit[0] if piece.is_formatted else unit
    if len(unit) == 1 or unit[0] != "\\":
        return unit
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        prefix = "b" if "b" in piece.prefix else ""
        value = ast.literal_eval(f'{prefix}"""{unit}"""') if unit != '\\"' else '"'
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
