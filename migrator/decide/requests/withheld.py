"""Parameters that the program itself may withhold: unset settings, tests for what a model takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.tables.row_figures import Figures
from migrator.know.stated_tests import stated_tests
from migrator.read.kinds import LEAVING
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.linked import Linked
    from migrator.read.nodes import Node


class Withheld:
    """Judges the values of parameters."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self.names = linked.names
        self.flags = Figures(linked, linked.rulebook.tables)

    def is_asked(self, value: Node) -> bool:
        """Whether the program asks first whether the model takes it."""
        return any(map(self._asks, _tests(value)))

    def _asks(self, test: Node) -> bool:
        return any(self._is_support(n) for n in (test, *test.descendants()))

    def _is_support(self, node: Node) -> bool:
        """Whether it names a flag: `is_reasoning`, `row["supports_temperature"]`.

        A name that the code around sets to a test is no more than that says, whatever it is called.
        """
        said = stated_tests(self.linked.know, node)
        if said:
            return any(map(self._asks, said))
        if node.kind in ("Name", "Attribute"):
            return self.names("support-test", last_name(node))
        text = node.value if node.kind == "Constant" and isinstance(node.value, str) else ""
        return self.names("support-test", text) or self.flags.flag(text) is not None


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
        if last and last[0].kind in LEAVING:
            yield from statement.all("test")
