"""Whether two `ast` trees say the same, wherever they stand."""

from __future__ import annotations

import ast


def same(left: object, right: object) -> bool:
    """Compare trees, lists or values; positions and load or store aside."""
    return difference(left, right) is None


def difference(left: object, right: object) -> ast.AST | None:
    """The innermost node of `left` with a position in which the two differ, or None."""
    stack: list[tuple[object, object, ast.AST]] = [(left, right, ast.Module([], []))]
    while stack:
        one, other, holder = stack.pop()
        if isinstance(one, ast.AST):
            holder = one if hasattr(one, "lineno") else holder
            if isinstance(one, ast.expr_context) and isinstance(other, ast.expr_context):
                continue
            if type(one) is not type(other):
                return holder
            stack.extend((getattr(one, f, None), getattr(other, f, None), holder) for f in one._fields)
        elif isinstance(one, list):
            if not isinstance(other, list) or len(one) != len(other):
                return holder
            stack.extend((a, b, holder) for a, b in zip(one, other, strict=True))
        elif type(one) is not type(other) or one != other:
            return holder
    return None
