"""Whether a test asks what a model takes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from migrator.know.stated_tests import stated_tests
from migrator.read.scopes import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entry, Frame
    from migrator.read.nodes import Node


class AskedSupport:
    """Tests on what a model takes, which are never decided here."""

    def __init__(self, know: Evaluator, named: Callable[[str, str], bool]) -> None:
        self.know = know
        self.named = named
        self.asks = partial(named, "support-test")

    def is_asked_for(self, entry: Entry) -> bool:
        """Whether an undecided test around a place asks by its name whether the model takes what is given.

        A copy on the way has a place of its own: the one where the parameter was first given counts too.
        """
        return any(self._is_below_asking(place, entry.frame) for place in (entry.node, entry.holder) if place)

    def _is_below_asking(self, below: Node, frame: Frame | None) -> bool:
        for above in below.ancestors():
            if above.kind in FUNCTIONS:
                return False
            test = above.child("test") if above.kind in ("If", "IfExp") else None
            if test is not None and below.field != "test" and self._asks(test):
                return len(self.know.outcomes(test, frame)) > 1
            below = above
        return False

    def _asks(self, test: Node) -> bool:
        return any(map(self._names_support, test.among("Name", "Attribute", "Constant")))

    def _names_support(self, node: Node) -> bool:
        said = stated_tests(self.know, node)
        if said:
            return any(map(self._asks, said))
        return isinstance(node.value, str) and self.asks(node.value)

    def is_of_model(self, test: Node) -> bool:
        """Whether a test asks what a model takes, or looks at the model's name; not whether there is one."""
        named = self.named
        names = [n for n in test.among("Name", "Attribute") if _is_looked_at(n)]
        texts = [str(n.value) for n in names]
        return self._asks(test) or any(named("model", one) and not named("not-model", one) for one in texts)


def _is_looked_at(name: Node) -> bool:
    """Whether something is compared, handed to a function or asked by a method, more than whether it is."""
    above = name.parent
    if above is not None and above.kind == "Compare":
        return not any(one.kind == "Constant" and one.value is None for one in above.children())
    return above is not None and above.kind in ("Call", "keyword", "Attribute")
