"""Which of a name's bindings a use can see: an object made anew just above it hides those before.

Only names that are bound to results of calls are asked about (clients, mostly): `client = A()` in one branch
and `client = B()` in the next are two clients, each for the calls below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.read.nodes import Node

_LOOPS = ("For", "AsyncFor", "While")


def reaching(name: Node, bindings: list[Node]) -> list[Node]:
    """The bindings of a name, without those that a later one of the same branch replaces before the use."""
    made = [b for b in bindings if b.kind == "NameStore" and _is_made(b)]
    if len(made) < 2 or any(b.scope != name.scope for b in made):
        return bindings
    around = (name.statement, *name.statement.ancestors())
    above = sorted((b for b in made if b.index < name.index), key=lambda b: b.index, reverse=True)
    last = next((b for b in above if _comes_by(b, around)), None)
    if last is None:
        return bindings
    loops = [one for one in name.ancestors() if one.kind in _LOOPS]
    return [b for b in bindings if b == last or (b.index > last.index and _sees(name, b, last, loops))]


def _is_made(binding: Node) -> bool:
    """Whether a name is bound to the result of a call."""
    statement = binding.parent
    value = statement.child("value") if statement is not None and statement.kind == "Assign" else None
    while value is not None and value.kind == "Await":
        value = value.child("value")
    return value is not None and value.kind == "Call"


def _comes_by(binding: Node, around: Sequence[Node]) -> bool:
    """Whether every way to a use goes through a binding: it stands above, in the same block or one around."""
    bound = binding.statement
    return any(
        above.field == bound.field and above.index > bound.index and above.parent == bound.parent
        for above in around
    )


def _sees(use: Node, binding: Node, last: Node, loops: list[Node]) -> bool:
    """Whether a binding after the last one on the way is met before the use, or on the way round a loop."""
    if binding.index < use.index:
        return True
    around = [above for above in loops if above in (*binding.ancestors(),)] if loops else []
    return bool(around) and around[-1] not in (*last.ancestors(),)
