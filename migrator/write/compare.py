"""Whether two `ast` trees say the same, wherever they stand."""

from __future__ import annotations

import ast
from typing import Any


def same(left: object, right: object) -> bool:
    """Compare trees, lists or values; positions and load or store aside."""
    return difference(left, right) is None


def difference(left: object, right: object) -> ast.AST | None:
    """The innermost node of `left` with a position in which the two differ, or None."""
    stack: list[tuple[Any, Any, ast.AST]] = [(left, right, ast.Module([], []))]
    while stack:
        one, other, holder = stack.pop()
        kind = type(one)
        if isinstance(one, ast.AST) and kind is type(other):
            holder = one if hasattr(one, "lineno") else holder
            for name in kind._fields:
                a, b = getattr(one, name, None), getattr(other, name, None)
                if a is not b:  # most names, numbers and contexts are one object in both trees
                    stack.append((a, b, holder))
        elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            stack += [(a, b, holder) for a, b in zip(one, other, strict=True)]
        elif not _is_context(one, other) and (kind is not type(other) or one != other):
            return holder
    return None


def _is_context(one: object, other: object) -> bool:
    return isinstance(one, ast.expr_context) and isinstance(other, ast.expr_context)
