"""Where a test asks for a name that edits wrote."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from migrator.know.solver import UnsolvedError
from migrator.know.values import constant
from migrator.read.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from migrator.check.side import Side
    from migrator.know.values import Frame, Value
    from migrator.read.nodes import Node

MAX_PARTS = 64
_TOLD = ("Name", "Attribute", "Subscript", "Call")
_MADE = ("Call", "Compare", "BoolOp", "UnaryOp", "IfExp", "ListComp", "SetComp", "GeneratorExp")


class Written:
    """Looks for written names in one program; `targets` are the ids."""

    def __init__(self, side: Side, targets: tuple[str, ...]) -> None:
        self.side = side
        self.targets = targets

    def named(self, test: Node, frame: Frame | None) -> list[Node]:
        """The parts of a test that may be a written name, also those of what a local name was made of."""
        found: list[Node] = []
        pending, seen = [test], {test}
        while pending and len(seen) < MAX_PARTS:
            for part in pending.pop().among(*_TOLD):
                if self.values(part, frame):
                    found.append(part)
                elif part.kind == "Name":
                    made = [m for m in self.made_of(part) if m not in seen]
                    seen.update(made)
                    pending += made
        return found or list(self._asked_inside(test, frame))

    def _asked_inside(self, test: Node, frame: Frame | None) -> Iterator[Node]:
        """The parts of functions that a test calls that may be a written name: of what they are handed."""
        for call in test.among("Call"):
            for function in self.side.called(call, frame):
                parts = list(islice(function.among(*_TOLD), MAX_PARTS + 1))
                if len(parts) <= MAX_PARTS:
                    yield from (part for part in parts if self.values(part, None))

    def made_of(self, name: Node) -> Iterator[Node]:
        """The tests and calls whose outcome a local name holds."""
        for binding in self.side.know.bindings(name):
            above = binding.parent
            if binding.kind == "NameStore" and above is not None and above.kind in ("Assign", "AnnAssign"):
                value = above.child("value")
                if value is not None and value.kind in _MADE:
                    yield value

    def values(self, node: Node, frame: Frame | None) -> list[Value]:
        """The written names that an expression may be."""
        know = self.side.know
        values = know.value(node, know.frame_of(node.scope, frame))
        members = [v for v in values if v.kind == "instance" and know.is_enum(v.data)]
        held = (one for v in members for one in know.member(v, "value", v.node, v.frame))
        texts = (v for v in (*values, *held) if v.text is not None)
        return [v for v in texts if self.target(v.text)]

    def target(self, text: str | None) -> str:
        """The id that a text holds."""
        held = [target for target in self.targets if target in (text or "").lower()]
        return max(held, key=len, default="")


class Nearby(Written):
    """Looks by the names of things where values are too much to follow.

    What is called a model there (`is_model`) may be any name that edits wrote in its file, in one that it
    imports from, or in one that imports from it.
    """

    def __init__(self, side: Side, targets: tuple[str, ...], is_model: Callable[[str], bool]) -> None:
        super().__init__(side, targets)
        self.is_model = is_model
        self._near: dict[str, list[Value]] = {}
        self._texts: dict[str, list[Value]] = {}

    def values(self, node: Node, frame: Frame | None) -> list[Value]:
        with suppress(UnsolvedError, RecursionError):
            found = super().values(node, frame)
            if found or not self._is_cut(node, frame):
                return found
        return self.near(node.file.path) if self._may_be_model(node) else []

    def may_ask(self, test: Node) -> bool:
        """Whether a test speaks of something called a model, also what a local name in it was made of."""
        pending, seen = [test], {test}
        while pending and len(seen) < MAX_PARTS:
            for part in pending.pop().among("Name", "Attribute"):
                if self.is_model(last_name(part)):
                    return True
                made = [one for one in self.made_of(part) if one not in seen] if part.kind == "Name" else []
                seen.update(made)
                pending += made
        return False

    def near(self, path: str) -> list[Value]:
        """The names that are written near a file."""
        found = self._near.get(path)
        if found is None:
            near = self.side.project.imports(path) | self._importers.get(path, set())
            files = (other for other in self.side.project.files if other in near)
            found = self._near[path] = [one for other in files for one in self._in(other)]
        return found

    @cached_property
    def _importers(self) -> dict[str, set[str]]:
        """The files that import from each."""
        project, found = self.side.project, defaultdict[str, set[str]](set)
        for path in project.files:
            for other in project.imports(path):
                found[other].add(path)
        return dict(found)

    def _in(self, path: str) -> list[Value]:
        found = self._texts.get(path)
        if found is None:
            tree, nodes = self.side.project.files[path].tree, self.side.project.files[path].nodes
            texts = (
                at for at, kind in enumerate(tree.kind) if kind == "Constant" and self._is_id(tree.value[at])
            )
            found = self._texts[path] = [constant(tree.value[at], nodes[at]) for at in texts]
        return found

    def _is_id(self, value: object) -> bool:
        """Whether a text is one id, with what says whose it is, not one that speaks of it."""
        return isinstance(value, str) and bool(self.target(value)) and not set(value) & set(" \n,;")

    def _is_cut(self, node: Node, frame: Frame | None) -> bool:
        know = self.side.know
        return any(value.is_cut for value in know.value(node, know.frame_of(node.scope, frame)))

    def _may_be_model(self, node: Node) -> bool:
        """Whether something is called a model, or made of that by a method: `self.model.lower()`."""
        made = [one for one in self.made_of(node) if one.kind == "Call"] if node.kind == "Name" else []
        bases = (
            one.first.first for one in (node, *made) if one.kind == "Call" and one.first.kind == "Attribute"
        )
        return any(self.is_model(last_name(one)) for one in (node, *bases))
