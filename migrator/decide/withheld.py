"""Parameters that the program itself may withhold: unset settings, tests for what a model takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.read.project import enclosing_class, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.read.facts import Node

_LEAVES = ("Return", "Continue", "Raise", "Break")


class Withheld:
    """Judges the values of parameters."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.names = linked.names

    def by_program(self, value: Node) -> bool:
        """Whether the program sends it on its users' word alone, or asks first whether the model takes it."""
        return self._unset(value) or any(map(self._asks, _tests(value)))

    def _asks(self, test: Node) -> bool:
        nodes = [test, *test.descendants()]
        return any(self.names("support-test", last_name(n)) for n in nodes if n.kind in ("Name", "Attribute"))

    def _unset(self, value: Node) -> bool:
        """Whether the project leaves an optional setting of a class None: only its users may set it."""
        cls, name = enclosing_class(value), str(value.value)
        if value.kind != "Attribute" or cls is None:
            return False
        declared = [given for owner in self.linked.values.mro(cls) for given in self._declared(owner, name)]
        given = self.linked.project.keywords(name) if declared else ()
        return bool(declared) and all(map(_none_or_passed, [*declared, *given]))

    def _declared(self, owner: Node | str, name: str) -> Iterator[Node | None]:
        """What a class's body and methods assign to a field."""
        if isinstance(owner, str):
            return
        for statement in owner.all("body"):
            target = statement.child("targets") or statement.child("target")
            if target is not None and target.kind == "NameStore" and target.value == name:
                yield statement.child("value")
        for store in self.linked.values.attribute_stores(owner, name):
            yield store.statement.child("value")


def _none_or_passed(value: Node | None) -> bool:
    """Whether it is None, or another name for the same setting."""
    if value is None or value.kind in ("Name", "Attribute"):
        return True
    return value.kind == "Constant" and value.value is None


def _tests(node: Node) -> Iterator[Node]:
    """What must hold, or must not, for a node to be reached: `if`s around it, `if`s before it that leave."""
    below = node.statement
    for above in node.ancestors():
        if above.kind in ("If", "IfExp"):
            yield from above.all("test")
        if above.kind in ("FunctionDef", "AsyncFunctionDef"):
            yield from _exits(above, below)
            return
        if above.is_statement:
            below = above


def _exits(function: Node, until: Node) -> Iterator[Node]:
    for statement in function.all("body"):
        if statement == until:
            return
        last = statement.all("body")[-1:] if statement.kind == "If" else []
        if last and last[0].kind in _LEAVES:
            yield from statement.all("test")
