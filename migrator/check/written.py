"""Where a test asks for a name that edits wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.check.side import Side
    from migrator.know.values import Frame, Value
    from migrator.read.nodes import Node

MAX_PARTS = 64
_TOLD = ("Name", "Attribute", "Subscript", "Call")
_MADE = ("Call", "Compare", "BoolOp", "UnaryOp", "IfExp")


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
        return found

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
