"""Look-ups that an edited program would miss: keys that a mapping lacks, members that a class lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.know.activations import Activations
    from migrator.know.evaluator import Evaluator
    from migrator.know.frames import Frame
    from migrator.know.values import Value
    from migrator.read.nodes import Node

_CATCHES = ("KeyError", "LookupError", "Exception", "BaseException", "AttributeError")


class Miss(NamedTuple):
    """A look-up at a node that finds nothing: the key, and what lacks it."""

    node: Node
    key: Value
    lacking: Value


class Lookups:
    """The look-ups of one program by keys that `matters` speaks of."""

    def __init__(self, know: Evaluator, activations: Activations, matters: Callable[[object], bool]) -> None:
        self.know = know
        self.activations = activations
        self.matters = matters

    def missed(self) -> Iterator[Miss]:
        """Every look-up that surely finds nothing in some activation."""
        for file in self.know.project.files.values():
            for node in file.of_kind("Subscript"):
                base, key = node.child("value"), node.child("slice")
                if base is not None and key is not None and key.kind != "Slice":
                    yield from self._missed(node, base, key)
            for index in file.calls.get("pop", ()):
                call = file.nodes[index]
                arguments = call.all("args")
                if call.first.kind == "Attribute" and len(arguments) == 1:
                    yield from self._missed(call, call.first.first, arguments[0])

    def _missed(self, node: Node, base: Node, key: Node) -> Iterator[Miss]:
        if not self._may_matter(key) or _is_caught(node):
            return
        for frame in self.activations.at(node):
            yield from self._in_frame(node, base, key, frame)

    def _may_matter(self, key: Node) -> bool:
        if key.kind == "Constant":
            return self.matters(key.value)
        values = self.know.value(key, self.know.frames.of(key))
        return any(v.kind == "constant" and self.matters(v.constant) for v in values)

    def _in_frame(self, node: Node, base: Node, key: Node, frame: Frame | None) -> Iterator[Miss]:
        bases = self.know.value(base, frame)
        for value in self.know.value(key, frame):
            if value.kind == "constant" and self.matters(value.constant):
                for one in bases:
                    if self._lacks(one, value):
                        yield Miss(node, value, one)

    def _lacks(self, base: Value, key: Value) -> bool:
        """Whether a mapping whose keys are all known has no such key."""
        if base.kind != "mapping":
            return False
        keys = {entry.key for entry in self.know.entries(base)}
        return bool(keys) and None not in keys and key.constant not in keys


def _is_caught(node: Node) -> bool:
    """Whether a handler around a look-up takes what it raises."""
    below = node
    for above in node.ancestors():
        if above.kind in ("Try", "TryStar") and below.field == "body":
            for handler in above.all("handlers"):
                named = handler.child("type")
                names = [n.value for n in named.among("Name", "Attribute")] if named is not None else []
                if named is None or any(name in _CATCHES for name in names):
                    return True
        if above.kind in ("FunctionDef", "AsyncFunctionDef", "Lambda"):
            return False
        below = above
    return False
