"""Where an edit's anchor lies in the tree, and which characters of the file it may rewrite."""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from migrator.inventory.edit_records import AddArm, AddCase, DeleteStatement, InsertStatement, ReplaceText
from migrator.source import Range
from migrator.write.compare import same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from migrator.inventory.edit_records import Edit, Operation, Span
    from migrator.source import Source

STATEMENT_OPERATIONS = (InsertStatement, DeleteStatement, AddArm, AddCase)
_BLANK = re.compile(r"[ \t\f]*")
_LINE_END = re.compile(r"[ \t\f]*;?[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|\Z)")
_COMMENT_LINE = re.compile(r"([ \t]*)#[^\r\n]*(?:\r\n|\r|\n)")


class Anchored(NamedTuple):
    """A node and where its parent keeps it.

    Attributes:
        order: counts from the root down, parents first.
        joined: the f-strings around the node.
    """

    node: ast.expr | ast.stmt
    parent: ast.AST
    field: str
    order: int
    joined: tuple[ast.JoinedStr, ...] = ()

    @property
    def siblings(self) -> list[ast.AST]:
        """The list that holds the node (of one, where the field is no list)."""
        held = getattr(self.parent, self.field)
        return held if isinstance(held, list) else [held]

    @property
    def is_elif(self) -> bool:
        """Whether the node is an `elif` arm, which no statement operation may take apart."""
        return is_elif(self.parent, self.node) if self.field == "orelse" else False


def is_elif(parent: ast.AST, node: ast.AST) -> bool:
    """Whether `node`, the only statement in the parent's `orelse`, is written as `elif`."""
    both_if = isinstance(parent, ast.If) and isinstance(node, ast.If)
    return both_if and len(parent.orelse) == 1 and parent.col_offset == node.col_offset  # type: ignore[attr-defined]


def parse(text: str) -> ast.Module:
    """The module's tree, silently; raises what `ast.parse` raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def span(node: ast.expr | ast.stmt | ast.keyword) -> Span:
    """The node's own positions, decorators left out."""
    return (node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0)


def first_line(node: ast.expr | ast.stmt) -> int:
    """The line on which the node begins, with its decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(item.lineno for item in decorators)])


def find(tree: ast.Module, edits: Sequence[Edit]) -> dict[str, tuple[Anchored, Operation]]:
    """Edit id to its place and its operation (told again where the anchor is a piece of an f-string).

    Edits whose anchor is no node of the right kind are left out.
    """
    wanted = {edit.anchor for edit in edits}
    candidates: dict[Span, list[Anchored]] = {}
    joined: dict[int, Anchored] = {}
    for place in _walk(tree, sorted({first for first, *_ in wanted})):
        joined.update((id(piece), place) for piece in _pieces(place.node))
        if span(place.node) in wanted:
            candidates.setdefault(span(place.node), []).append(place)
    found = ((edit, _choose(candidates.get(edit.anchor, ()), edit.operation)) for edit in edits)
    return {edit.id: _whole(place, edit.operation, joined) for edit, place in found if place}


def _walk(tree: ast.AST, lines: Sequence[int]) -> Iterator[Anchored]:
    """Places from the root down; what lies on none of the (sorted) lines is passed over."""
    stack: list[tuple[ast.AST, ast.AST, str, tuple[ast.JoinedStr, ...]]] = [(tree, tree, "", ())]
    order = 0
    while stack:
        node, parent, name, joined = stack.pop()
        order += 1
        if isinstance(node, (ast.expr, ast.stmt)):
            if not _covers(node, lines):
                continue
            yield Anchored(node, parent, name, order, joined)
        inner = (*joined, node) if isinstance(node, ast.JoinedStr) else joined
        stack.extend((child, node, field, inner) for child, field in reversed(list(_children(node))))


def _covers(node: ast.expr | ast.stmt, lines: Sequence[int]) -> bool:
    at = bisect_left(lines, first_line(node))
    return at < len(lines) and lines[at] <= span(node)[2]


def _children(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, ast.AST):
                yield child, name


def _choose(places: Iterable[Anchored], operation: Operation) -> Anchored | None:
    kind = ast.stmt if isinstance(operation, STATEMENT_OPERATIONS) else ast.expr
    return next((place for place in places if isinstance(place.node, kind)), None)


def _pieces(node: ast.AST) -> Sequence[ast.expr]:
    return node.values if isinstance(node, ast.JoinedStr) else ()


def _whole(place: Anchored, operation: Operation, joined: dict[int, Anchored]) -> tuple[Anchored, Operation]:
    whole = joined.get(id(place.node))
    if whole is None or not isinstance(operation, ReplaceText):
        return place, operation
    ahead = 0
    for piece in _pieces(whole.node):
        if piece is place.node:
            break
        ahead += str(piece.value).count(operation.old) if isinstance(piece, ast.Constant) else 0
    return whole, msgspec.structs.replace(operation, nth=operation.nth + ahead)


class Region(NamedTuple):
    """The characters that a place's operations rewrite.

    Attributes:
        lines: whole lines (a statement that shares none), else exactly the node.
        prefix: the indentation of those lines.
    """

    range: Range
    lines: bool = False
    prefix: str = ""


def region(source: Source, place: Anchored, *, comments_above: bool = False) -> Region:
    """The place's region; `comments_above` takes in the comment block that stands on a statement."""
    node = place.node
    exact = source.offsets(span(node))
    if not isinstance(node, ast.stmt):
        return Region(exact)
    first = first_line(node)
    start = source.line_starts[first - 1]
    prefix = _BLANK.match(source.text, start)
    end = _LINE_END.match(source.text, exact.end)
    own_start = source.line_starts[node.lineno - 1]
    if not prefix or not end or source.text[own_start : exact.start].strip(" \t\f"):
        return Region(exact)
    indent = prefix.group().rpartition("\f")[2]
    return Region(Range(_above(source, first, indent) if comments_above else start, end.end()), True, indent)


def _above(source: Source, line: int, indent: str) -> int:
    first = line
    while first > 1 and _is_comment(source, first - 1, indent):
        first -= 1
    return source.line_starts[(line if first == 1 else first) - 1]


def _is_comment(source: Source, line: int, indent: str) -> bool:
    match = _COMMENT_LINE.match(source.text, source.line_starts[line - 1])
    return match is not None and match.group(1) == indent


def is_faithful(source: Source, node: ast.expr | ast.stmt) -> bool:
    """Whether an expression's characters say the expression (f-string innards before 3.12 may not)."""
    if isinstance(node, ast.stmt):
        return True
    start, end = source.offsets(span(node))
    try:
        body = parse(f"({source.text[start:end]})").body
    except (SyntaxError, ValueError):
        return False
    return len(body) == 1 and isinstance(body[0], ast.Expr) and same(body[0].value, node)
