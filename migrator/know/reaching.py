"""Which of a name's bindings a use can see: one on every way to it hides those before."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

from migrator.read.kinds import COMPREHENSIONS, LOOPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.read.nodes import Node

_SIMPLE = ("Assign", "AugAssign", "Import", "ImportFrom", "Delete")
_DEFINITIONS = ("FunctionDef", "AsyncFunctionDef", "ClassDef")
_BRANCHES = ("body", "orelse", "handlers", "cases")


def reaching(name: Node, bindings: list[Node]) -> list[Node]:
    """The bindings of a name that a use of it can see."""
    inner = [b for b in bindings if (c := comprehension_of(b)) is not None and name.inside(c)]
    inner = [b for b in inner if not _is_source(name, b)]
    if inner:
        narrowest = max(inner, key=lambda b: b.index)
        return [b for b in inner if comprehension_of(b) is comprehension_of(narrowest)]
    outer = [b for b in bindings if comprehension_of(b) is None]
    if len(outer) < 2 or any(_scope(b) is not name.scope for b in outer):
        return outer
    return _visible(name, sorted(outer, key=lambda b: b.index))


def _visible(name: Node, bindings: list[Node]) -> list[Node]:
    """The last sure binding before a use, and what may come after it."""
    found: list[Node] = []
    is_in_loop = any(above.kind in LOOPS for above in name.ancestors())
    at = bisect.bisect_right(bindings, name.index, key=lambda b: b.index) if not is_in_loop else len(bindings)
    last = None
    for binding in reversed(bindings[:at]):
        if is_before(binding, name) and dominates(binding, name):
            last = binding
            break
    for binding in reversed(bindings[:at]):
        if binding is last:
            found.append(binding)
            if not is_in_loop:
                break
        elif _may_follow(binding, last, name):
            found.append(binding)
    return found[::-1]


def comprehension_of(binding: Node) -> Node | None:
    """The comprehension that a binding is a variable of."""
    if binding.kind != "NameStore":
        return None
    above = binding.parent
    while above is not None and above.kind in ("Tuple", "List", "Starred"):
        above = above.parent
    return above.parent if above is not None and above.kind == "comprehension" else None


def _is_source(name: Node, binding: Node) -> bool:
    """Whether a use stands in the first thing that a comprehension goes through, outside of its scope."""
    comprehension = comprehension_of(binding)
    assert comprehension is not None
    source = comprehension.all("generators")[0].child("iter")
    return source is not None and name.inside(source)


def _scope(binding: Node) -> Node:
    if binding.kind == "alias" and binding.parent is not None:
        return binding.parent.scope
    return binding.scope


def _statement(binding: Node) -> Node:
    return binding if binding.is_statement else binding.statement


def is_before(binding: Node, use: Node) -> bool:
    """Whether a binding comes before a use, where no loop leads back."""
    if binding.index > use.index:
        return False
    if binding.kind in ("arg", *_DEFINITIONS):
        return not use.inside(binding) or binding.kind == "arg"
    statement = _statement(binding)
    if not use.inside(statement):
        return True
    return use.inside(statement) and _binds_first(binding, use, statement)


def _binds_first(binding: Node, use: Node, statement: Node) -> bool:
    """Whether a binding is made before a use in the same statement: a loop's body, behind a `:=`."""
    holder = _binder(binding)
    if holder.kind == "NamedExpr":
        value = holder.child("value")
        return value is None or not use.inside(value)
    if holder.kind == "withitem":
        return not use.inside(holder)
    if holder.kind in LOOPS:
        source = holder.child("iter")
        return source is None or not use.inside(source)
    return holder.kind in ("ExceptHandler", "match_case")


def _binder(binding: Node) -> Node:
    """What makes a binding: a statement, a `:=`, one item of a `with`, a handler, a case."""
    node: Node | None = binding
    while node is not None:
        if node.kind in ("NamedExpr", "withitem", "ExceptHandler", "match_case"):
            return node
        if node.is_statement or node.kind == "arg":
            return node
        node = node.parent
    return binding


def dominates(binding: Node, use: Node) -> bool:
    """Whether every way to a use, in one turn of the loops around both, goes through a binding before it."""
    holder = _binder(binding)
    if holder.kind == "arg":
        return True
    if holder.kind in ("ExceptHandler", "match_case"):
        return use.inside(holder) and _is_sure_capture(binding, holder)
    if holder.kind in LOOPS:
        return use.inside(holder) and _field_below(use, holder) == "body"
    if holder.kind == "NamedExpr":
        return _is_always_evaluated(holder) and _follows(use, holder.statement, inside=True)
    if holder.kind == "withitem":
        return _follows(use, holder.statement, inside=True)
    if holder.kind == "AnnAssign" and holder.child("value") is None:
        return False
    if holder.kind in (*_SIMPLE, "AnnAssign", *_DEFINITIONS):
        return _follows(use, holder, inside=False)
    return False


def _is_sure_capture(binding: Node, holder: Node) -> bool:
    return not any(a.kind == "MatchOr" for a in binding.ancestors() if a.inside(holder))


def _is_always_evaluated(node: Node) -> bool:
    """Whether an expression is evaluated whenever its statement is come by."""
    below = node
    for above in node.ancestors():
        if above.is_statement:
            return not (above.kind in LOOPS and below.field not in {"test", "iter"})
        if above.kind == "BoolOp" and above.first is not below:
            return False
        if above.kind == "IfExp" and below.field != "test":
            return False
        if above.kind in ("comprehension", "Lambda", *COMPREHENSIONS):
            return False
        below = above
    return False


def _follows(use: Node, statement: Node, *, inside: bool) -> bool:
    """Whether a use stands behind a statement in its block or below that, or in its own blocks."""
    if inside and use.inside(statement):
        return True
    for above in (use.statement, *use.statement.ancestors()):
        if above.parent is statement.parent and above.field == statement.field:
            return above.index > statement.index
    return False


def _field_below(node: Node, above: Node) -> str:
    """The field of an ancestor that a node stands in."""
    below = node
    for one in node.ancestors():
        if one is above:
            return below.field
        below = one
    return ""


def _may_follow(binding: Node, last: Node | None, use: Node) -> bool:
    """Whether a binding may be made after the last sure one and before the use."""
    loop = shared_loop(binding, use)
    if loop is not None and (last is None or not _in_turn(last, loop)):
        return True
    if not is_before(binding, use) or (last is not None and binding.index < last.index):
        return False
    return not _are_exclusive(binding, use)


def _in_turn(last: Node, loop: Node) -> bool:
    return last.inside(loop)


def shared_loop(binding: Node, use: Node) -> Node | None:
    """The innermost loop that goes on from a binding to a use in its next turn."""
    for loop in use.ancestors():
        if loop.kind in LOOPS and binding.inside(loop) and use.inside(loop):
            source = loop.child("iter")
            if source is None or not use.inside(source):
                return loop
    return None


def shared_loops(binding: Node, use: Node) -> Iterator[Node]:
    """Every loop around a binding and a use."""
    for loop in use.ancestors():
        if loop.kind in LOOPS and binding.inside(loop):
            yield loop


def _are_exclusive(binding: Node, use: Node) -> bool:
    """Whether a binding and a use stand in different branches."""
    for above in binding.ancestors():
        if use.inside(above):
            if above.kind not in ("If", "Match", "IfExp"):
                return False
            mine, other = _branch(binding, above), _branch(use, above)
            return mine is not None and other is not None and mine != other
    return False


def _branch(node: Node, above: Node) -> tuple[str, int] | None:
    below = node
    for one in node.ancestors():
        if one is above:
            if below.field not in _BRANCHES:
                return None
            return below.field, below.index if below.field == "cases" else 0
        below = one
    return None
