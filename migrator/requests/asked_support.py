"""Whether a test asks what a model takes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from migrator.know.stated_tests import stated_tests
from migrator.know.values import constant
from migrator.read.scopes import FUNCTIONS, enclosing_class

if TYPE_CHECKING:
    from collections.abc import Callable

    from migrator.know.evaluator import Evaluator
    from migrator.know.values import Entry, Frame, Value, Values
    from migrator.read.nodes import Node

MAX_DEFINED = 3
"""Definitions of definitions that a test is looked up in."""


class AskedSupport:
    """Tests on what a model takes, which are never decided here."""

    def __init__(self, know: Evaluator, named: Callable[[str, str], bool]) -> None:
        self.know = know
        self.named = named
        self.asks = partial(named, "support-test")

    def is_asked_for(self, entry: Entry, models: Values) -> bool:
        """Whether an undecided test around a place asks by its name whether the model takes what is given.

        A copy on the way has a place of its own: the one where the parameter was first given counts too.
        A test that lets it through for one of the models, taken alone, asks in vain.
        """
        places = (place for place in (entry.node, entry.holder) if place)
        return any(self._is_below_asking(place, entry.frame, models) for place in places)

    def _is_below_asking(self, below: Node, frame: Frame | None, models: Values) -> bool:
        for above in below.ancestors():
            if above.kind in FUNCTIONS:
                return False
            test = above.child("test") if above.kind in ("If", "IfExp") else None
            if test is not None and below.field != "test" and self._asks(test):
                ids = [model for model in models if model.text is not None]
                lets = frozenset((below.field == "body",))
                is_open = len(self.know.outcomes(test, frame)) > 1
                return is_open and not any(self._said(test, frame, one) == lets for one in ids)
            below = above
        return False

    def _said(self, test: Node, frame: Frame | None, model: Value, depth: int = 0) -> frozenset[bool]:
        """What a test says for one model alone, also where it asks by a name that the program defines."""
        at = frame
        for node in test.among("Name", "Attribute"):
            if any(value.text == model.text for value in self.know.value(node, frame)):
                at = self.know.frames.at_row(at, node, model)
            elif depth < MAX_DEFINED and (tests := self._defined(node)):
                frames = self.know.frames
                said = {one for t in tests for one in self._said(t, frames.of(t), model, depth + 1)}
                at = frames.at_row(at, node, constant(said.pop(), node)) if len(said) == 1 else at
        return self.know.outcomes(test, at)

    def _defined(self, name: Node) -> list[Node]:
        """What a name stands for in the code around, an attribute in the class around."""
        cls = enclosing_class(name) if name.kind == "Attribute" else None
        if cls is None:
            places = [one for one in self.know.bindings(name) if one.parent == one.statement]
        else:
            places = [store for store in cls.among("AttributeStore") if store.value == name.value]
            methods = (one for one in cls.all("body") if one.kind in FUNCTIONS and one.value == name.value)
            places += [one for method in methods for one in method.among("Return")]
        values = [one.statement.child("value") for one in places]
        return [value for value in values if value is not None]

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
