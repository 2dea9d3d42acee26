"""Which of a name's bindings a use can see: one on every way to it hides those before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.read.nodes import Node

_LOOPS = ("For", "AsyncFor", "While")
_COMPREHENSIONS = ("ListComp", "SetComp", "DictComp", "GeneratorExp")
_BINDING = ("Assign", "AnnAssign", "Import", "ImportFrom", "FunctionDef", "AsyncFunctionDef", "ClassDef")


def reaching(name: Node, bindings: list[Node]) -> list[Node]:
    """The bindings of a name that a use of it can see."""
    inner = [b for b in bindings if (c := _comprehension(b)) is not None and name.inside(c)]
    if inner:
        narrowest = max(inner, key=lambda b: b.index)
        return [b for b in inner if _comprehension(b) is _comprehension(narrowest)]
    outer = [b for b in bindings if _comprehension(b) is None]
    if any(_scope(b) is not name.scope for b in outer):
        return outer
    around = (name.statement, *name.statement.ancestors())
    sure = [b for b in outer if _is_sure(b) and _comes_by(b, around)]
    last = max(sure, key=lambda b: b.index, default=None)
    return [b for b in outer if b is last or _sees(name, b, last)]


def _comprehension(binding: Node) -> Node | None:
    """The comprehension that a binding is a variable of."""
    if binding.kind != "NameStore":
        return None
    above = binding.parent
    while above is not None and above.kind in ("Tuple", "List", "Starred"):
        above = above.parent
    return above.parent if above is not None and above.kind == "comprehension" else None


def _scope(binding: Node) -> Node:
    if binding.kind == "alias" and binding.parent is not None:
        return binding.parent.scope
    return binding.scope


def _is_sure(binding: Node) -> bool:
    """Whether a statement surely binds a name when it is come by."""
    if binding.kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
        return True
    statement = binding.statement
    if statement.kind == "AnnAssign":
        return statement.child("value") is not None
    return statement.kind in _BINDING and binding.field != "target"


def _comes_by(binding: Node, around: Sequence[Node]) -> bool:
    """Whether every way to a use goes through a binding: it stands above, in the same block or one around."""
    bound = binding if binding.is_statement else binding.statement
    return any(
        above.field == bound.field and above.index > bound.index and above.parent is bound.parent
        for above in around
    )


def _sees(use: Node, binding: Node, last: Node | None) -> bool:
    """Whether a binding after the last sure one is met before the use, or on the way round a loop."""
    if binding.kind == "arg":
        return last is None
    statement = binding if binding.is_statement else binding.statement
    if last is not None and binding.index < last.index and not _round_a_loop(use, binding, last):
        return False
    if binding.index < use.index and not use.inside(statement):
        return True
    if binding.index < use.index and statement.kind not in _BINDING:
        return True
    return _round_a_loop(use, binding, last)


def _round_a_loop(use: Node, binding: Node, last: Node | None) -> bool:
    if binding.kind == "arg":
        return False
    shared = [a for a in use.ancestors() if a.kind in _LOOPS and binding.inside(a)]
    return bool(shared) and (last is None or not last.inside(shared[-1]))
