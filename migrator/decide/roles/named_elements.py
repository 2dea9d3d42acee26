"""Elements of a collection that have a name there: unpacked into it, or behind it."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrator.decide.meanings import Names
    from migrator.read.nodes import Node


def unpacked_name(node: Node, collection: Node, holder: Node) -> str | None:
    """The name that `A, B = "gpt-4o", "gpt-5"` gives an element."""
    target = holder.child("targets") if holder.kind == "Assign" else None
    if target is None or target.kind not in ("Tuple", "List"):
        return None
    names, elements = target.all("elts"), collection.all("elts")
    if len(names) != len(elements):
        return None
    return str(names[elements.index(node)].value or "")


def follows_name(node: Node, names: Names) -> bool:
    """`("llm_model", "gpt-4o")`: a name that carries a model, and its value."""
    before, elements = _before(node)
    return len(elements) == 2 and before.isidentifier() and names.model(before)


def follows_flag(node: Node, names: Names) -> bool:
    """`["tool", "--model", "gpt-4o"]`: the words of a command line."""
    return names("model-flag", _before(node)[0])


def _before(node: Node) -> tuple[str, Sequence[Node]]:
    """The text that stands before an element, and all elements."""
    assert node.parent is not None
    elements = node.parent.all("elts")
    at = bisect_left(elements, node.index, key=lambda element: element.index)
    before = elements[at - 1] if at else None
    return (str(before.value) if before is not None and before.kind == "Constant" else ""), elements
