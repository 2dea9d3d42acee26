"""An expression put in another's place: parentheses where its surroundings would tear it apart."""

from __future__ import annotations

import ast
import re

from migrator.write.edit_errors import NotApplicableError

_TIGHT = {
    (ast.Attribute, "value"),
    (ast.Await, "value"),
    (ast.BinOp, "left"),
    (ast.BinOp, "right"),
    (ast.BoolOp, "values"),
    (ast.Call, "func"),
    (ast.Compare, "left"),
    (ast.Compare, "comparators"),
    (ast.FormattedValue, "value"),
    (ast.IfExp, "test"),
    (ast.IfExp, "body"),
    (ast.Starred, "value"),
    (ast.Subscript, "value"),
    (ast.UnaryOp, "operand"),
    (ast.comprehension, "iter"),
    (ast.comprehension, "ifs"),
}
_LOOSEST_FIRST = (
    (ast.NamedExpr,),
    (ast.Lambda,),
    (ast.IfExp,),
    (ast.Or,),
    (ast.And,),
    (ast.Not,),
    (ast.Compare,),
    (ast.BitOr,),
    (ast.BitXor,),
    (ast.BitAnd,),
    (ast.LShift, ast.RShift),
    (ast.Add, ast.Sub),
    (ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.MatMult),
    (ast.UAdd, ast.USub, ast.Invert),
    (ast.Pow,),
    (ast.Await,),
)
_STRENGTH = {kind: number for number, kinds in enumerate(_LOOSEST_FIRST) for kind in kinds}
_SWAPPED = str.maketrans({"'": '"', '"': "'"})
_WORD = re.compile(r"\w")


def replacement(source: str, old: ast.expr, parent: ast.AST, field: str, *, enclosed: bool = False) -> str:
    """`source` as it can stand in the `field` of `parent` where `old` stood (`enclosed`: in parentheses).

    Raises NotApplicableError where `source` is no expression.
    """
    text = source.strip()
    new = parsed(text)
    is_tight = (type(parent), field) in _TIGHT and not enclosed
    torn = is_tight and _strength(new) < _strength(old)
    return f"({text})" if torn or not _stands_alone(text, new) else text


def parsed(source: str) -> ast.expr:
    """The tree of an expression given as source; raises NotApplicableError where it is none."""
    try:
        return ast.parse(f"({source.strip()})", mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise NotApplicableError(f"not an expression: {source!r}") from error


def padded(new: str, before: str, after: str) -> str:
    """`new` kept apart from the characters before and after it (`return"x"`)."""
    left = " " if _WORD.match(before) and (_WORD.match(new) or new[0] in "\"'") else ""
    right = " " if _WORD.match(after) and _WORD.match(new[-1]) else ""
    return f"{left}{new}{right}"


def requoted(source: str, quotes: str) -> str:
    """`source` as it can stand inside f-strings that use `quotes`, in every version of Python.

    Raises NotApplicableError where it cannot.
    """
    if not any(char in source for char in (*quotes, "\\", "\n", "#")):
        return source
    swapped = source.translate(_SWAPPED)
    if any(char in swapped for char in (*quotes, "\\", "\n", "#")):
        raise NotApplicableError(f"an f-string cannot hold {source!r}")
    if ast.dump(parsed(swapped)) != ast.dump(parsed(source)):
        raise NotApplicableError(f"an f-string cannot hold {source!r}")
    return swapped


def _strength(node: ast.expr) -> int:
    operator = getattr(node, "op", node)
    return _STRENGTH.get(type(operator), _STRENGTH.get(type(node), len(_LOOSEST_FIRST)))


def _stands_alone(text: str, new: ast.expr) -> bool:
    if isinstance(new, (ast.NamedExpr, ast.Yield, ast.YieldFrom)):
        return False
    try:
        ast.parse(text, mode="eval")
        call = ast.parse(f"f({text})", mode="eval").body
    except SyntaxError:
        return False
    return isinstance(call, ast.Call) and len(call.args) == 1 and ast.dump(call.args[0]) == ast.dump(new)
