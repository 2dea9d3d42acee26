"""Text replaced inside libcst's strings, concatenations and f-strings, never inside `{}`."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from migrator.write.edit_errors import NotApplicableError
from migrator.write.literals import Piece, occurrences, spell, value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from migrator.inventory.edit_records import ReplaceText

_EXPRESSION = "\0"


class _Hit(NamedTuple):
    """Characters `start` to `end` of a piece's source, to be replaced for `operation`."""

    piece: int
    start: int
    end: int
    operation: ReplaceText


def replace(node: cst.BaseExpression, operations: Sequence[ReplaceText]) -> cst.BaseExpression:
    """The literal with each operation made; their `nth` count in the literal as it was.

    Raises NotApplicableError where the text is missing, ambiguous or cannot be spelled in this literal.
    """
    pieces = list(_pieces(node))
    if not any(pieces):
        raise NotApplicableError("no string literal stands here", tuple(operations))
    hits = sorted((_hit(pieces, operation) for operation in operations), key=lambda hit: hit[:3])
    for one, other in pairwise(hits):
        if one.piece == other.piece and other.start < one.end:
            clash = (one.operation, other.operation)
            raise NotApplicableError("two edits change the same text", clash, "conflicting-edits")
    return _rebuilt(node, iter(_bodies(pieces, hits)))


def _bodies(pieces: Sequence[Piece | None], hits: Sequence[_Hit]) -> list[str]:
    bodies = [piece.body if piece else "" for piece in pieces]
    for number, start, end, operation in reversed(hits):
        piece = pieces[number]
        assert piece is not None
        try:
            new = spell(operation.new, piece)
        except NotApplicableError as error:
            raise NotApplicableError(error.message, (operation,)) from error
        bodies[number] = bodies[number][:start] + new + bodies[number][end:]
    return bodies


def _pieces(node: cst.CSTNode) -> Iterator[Piece | None]:
    """The literal text in the order of the source, None for each `{}`."""
    if isinstance(node, cst.SimpleString):
        yield Piece(node.raw_value, node.prefix.lower(), node.quote)
    elif isinstance(node, cst.ConcatenatedString):
        yield from _pieces(node.left)
        yield from _pieces(node.right)
    elif isinstance(node, cst.FormattedString):
        texts = (part.value if isinstance(part, cst.FormattedStringText) else None for part in node.parts)
        for text in texts:
            yield None if text is None else Piece(text, node.prefix.lower(), node.quote)


def _rebuilt(node: cst.BaseExpression, bodies: Iterator[str]) -> cst.BaseExpression:
    """The literal with one body for each of its pieces."""
    if isinstance(node, cst.SimpleString):
        start = node.value[: len(node.prefix)] + node.quote
        return node.with_changes(value=start + next(bodies) + node.quote)
    if isinstance(node, cst.ConcatenatedString):
        return node.with_changes(left=_rebuilt(node.left, bodies), right=_rebuilt(node.right, bodies))
    assert isinstance(node, cst.FormattedString)
    both = zip(node.parts, bodies, strict=False)
    return node.with_changes(parts=[_part(part, body) for part, body in both])


def _part(part: cst.BaseFormattedStringContent, body: str) -> cst.BaseFormattedStringContent:
    return part.with_changes(value=body) if isinstance(part, cst.FormattedStringText) else part


def _hit(pieces: Sequence[Piece | None], operation: ReplaceText) -> _Hit:
    values = [value(piece) if piece else None for piece in pieces]
    found = [
        (number, said, at)
        for number, said in enumerate(values)
        if said
        for at in occurrences(said.text, operation.old)
    ]
    whole = "".join(said.text if said else _EXPRESSION for said in values)
    if whole.count(operation.old) != len(found):
        raise NotApplicableError("the text runs across adjacent literals", (operation,))
    if not 0 <= operation.nth < len(found):
        raise NotApplicableError(f"{operation.old!r} is not in the literal's text", (operation,))
    number, said, at = found[operation.nth]
    return _Hit(number, said.starts[at], said.ends[at + len(operation.old) - 1], operation)
